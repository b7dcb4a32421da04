"""The sections of the speed benchmark, one a file, and what they share."""
