"""Checks that anyone can run on a forecaster of their own: `check_forecaster(model)`, or one by one `checks(model)`."""

from tsrnn.testing.checking import Check, check_forecaster, checks
from tsrnn.testing.expecting import CheckFailed, NotApplicable

__all__ = ["Check", "CheckFailed", "NotApplicable", "check_forecaster", "checks"]
