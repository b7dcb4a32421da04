"""The version, in one place that needs nothing else to be imported."""

__version__ = "0.1.0"
