"""The web door: HTTP, pages, commands, and the wiring of the parts."""

__version__ = "0.1.0"
