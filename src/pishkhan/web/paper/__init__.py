"""Letters as they lie on paper: the head, the text, who signed, on pages of A4."""
