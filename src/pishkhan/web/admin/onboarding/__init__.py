"""A new office in one guided page: written down, kept, checked, made, and made ready."""
