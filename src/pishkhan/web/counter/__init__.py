"""The counter desk."""
