"""Ways an envelope can travel. A carrier knows bytes and offices, never what is inside."""
