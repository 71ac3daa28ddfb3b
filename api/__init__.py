"""The web door: HTTP, pages, commands, and the wiring of the parts."""
