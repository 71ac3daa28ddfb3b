"""Learning from export files: fit, evaluate, save. Talks to the rooms below only, never to the web side."""
