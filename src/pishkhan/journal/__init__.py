"""The evidence: every deed's entry, written in the deed's own transaction."""
