"""The line by which villages' nodes call this one: hello, bags in, bags out."""
