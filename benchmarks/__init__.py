"""Quality and speed, measured with the very code that serves: tables as plain text, reproducible by one command."""
