"""Watches logs over time: remembers what each has shown, and tells when it shows something else."""
