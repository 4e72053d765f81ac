"""The safe command plane between AI agents and Docker."""

__version__ = "0.1.0"
