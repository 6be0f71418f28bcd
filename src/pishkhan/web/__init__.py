"""The screens, by desk, and the API: they parse, call one deed, and draw what it gave."""
