"""Who is who: places, agencies, secretariats, posts, counters, people at work, nodes."""
