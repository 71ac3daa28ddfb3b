"""How candidates are ranked, and with what probability the best of them answers."""
