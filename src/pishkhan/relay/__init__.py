"""Envelopes between offices, who holds what is sent, and the receipts. Knows no letters."""
