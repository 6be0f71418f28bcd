"""The deeds of enrolment."""
