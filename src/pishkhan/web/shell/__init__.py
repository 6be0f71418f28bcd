"""What stands around the desks: the first page, the seat, the language."""
