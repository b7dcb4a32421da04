"""From the bytes of a file to a pandas object: a few general readers that the cards fill in."""
