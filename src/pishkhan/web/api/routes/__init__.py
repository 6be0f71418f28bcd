"""The operations, by who does them."""
