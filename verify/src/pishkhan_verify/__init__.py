"""Checks receipts, proofs and logs of Pishkhan nodes without asking any of them."""

__version__ = "0.1.0.dev0"
