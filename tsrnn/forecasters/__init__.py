"""Forecasters: each fits the caller's frame and predicts in its shape; a backtest cannot tell them apart."""
