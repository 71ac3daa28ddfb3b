"""What the ``flask`` command starts: the application, with bad settings told in one line."""

from __future__ import annotations

import click
from flask import Flask

from api.app import create_app as create
from api.config import InvalidSettings


def create_app() -> Flask:
    """The application, with settings from the environment."""
    try:
        return create()
    except InvalidSettings as error:
        raise click.ClickException(str(error)) from None
