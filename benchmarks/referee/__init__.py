"""The referee: cells with published results, their splits and floors, and forecasts at every origin of a test."""
