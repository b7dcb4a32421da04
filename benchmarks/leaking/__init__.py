"""Pipelines that look ahead, the honest ones beside them, and every forecaster with every kind of column."""
