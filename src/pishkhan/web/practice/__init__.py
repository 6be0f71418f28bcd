"""Practice: the door that a real desk has to the practice node, and that node's own first page."""
