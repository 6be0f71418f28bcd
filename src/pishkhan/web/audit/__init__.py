"""The auditor's desk: it reads the log for reasons that the log keeps, and changes nothing."""
