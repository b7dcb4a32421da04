"""The cards of the catalogue, a file a domain; each file ends with CARDS, in the order they are listed."""
