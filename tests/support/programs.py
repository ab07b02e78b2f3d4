"""Entry points that a fork can be sent to by name, in a module that loads nothing else."""

from invoke.main import program


def invoke() -> None:
    """As ``python -m invoke``."""
    program.run()
