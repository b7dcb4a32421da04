"""The cells of benchmarks/text.py: public texts, the settings for each, and what is measured."""
