"""Learns from a team's own accounts who leaves: rows, labels, candidates, honest measurement, the saved version."""
