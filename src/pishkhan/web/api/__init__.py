"""The same deeds for programs, under /api/v1."""
