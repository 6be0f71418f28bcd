"""Measures a real node: intake, inbox, tracking and referral beside floors of the same run."""
