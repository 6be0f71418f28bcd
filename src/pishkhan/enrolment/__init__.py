"""Enrolment: how a node joins its centre. It has no tables; what it does stands in the journal."""
