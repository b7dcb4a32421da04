"""The command `tsrnn`: one file a command, gathered in `main.py`; torch and pandas are imported inside commands."""
