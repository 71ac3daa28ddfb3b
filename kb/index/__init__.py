"""Passage indexes: caches of the database that find passages by meaning (vectors) and by wording (words)."""
