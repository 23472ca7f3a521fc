"""The words that names are made of."""
