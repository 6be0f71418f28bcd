"""Deeds and readings of the directory, one a file; private: use `directory.api`."""
