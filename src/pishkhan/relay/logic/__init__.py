"""One deed or one stage of the road a file."""
