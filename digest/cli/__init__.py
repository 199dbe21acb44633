"""The command line: thin commands, and the only room that reads the clock and the environment."""

from digest.cli.app import main

__all__ = ["main"]
