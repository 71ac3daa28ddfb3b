"""Other people's systems, behind the ports that kb, triage and reports define. Connectors do not know each other."""
