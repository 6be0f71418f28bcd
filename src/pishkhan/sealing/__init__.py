"""The node's keys and signatures; the only place that imports cipher libraries."""
