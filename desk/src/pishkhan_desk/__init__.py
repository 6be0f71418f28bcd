"""Helper on the clerk's PC: scanner, watched folder and receipt printer for the counter desk."""

__version__ = "0.1.0.dev0"
