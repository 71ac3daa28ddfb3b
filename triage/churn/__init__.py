"""Accounts over time: what was known at a moment, who may leave, and whether the warnings were right."""
