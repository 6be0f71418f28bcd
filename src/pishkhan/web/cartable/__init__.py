"""The official's desk, on the PC and on the phone."""
