"""What may happen to a saved model between saving and loading: accidents to its bytes, and edits made on purpose."""
