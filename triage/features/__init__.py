"""What a saved triage model consists of: heads that score labels, and what turns scores into probabilities."""
