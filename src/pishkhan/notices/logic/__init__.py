"""One deed or one stage of the queue a file."""
