"""The command line: a client of a running gateway, and the command that runs one."""

from command_gateway.surfaces.cli.app import main

__all__ = ["main"]
