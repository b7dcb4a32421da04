"""The report: tidy rows in, one self-contained HTML page or a Markdown summary out."""
