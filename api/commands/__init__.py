"""The ``flask`` commands: everything an operator does at a terminal."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Add the commands; their modules are imported only now, as a page needs none of them."""
    from api.commands.accounts import accounts
    from api.commands.articles import knowledge
    from api.commands.keys import keys
    from api.commands.models import models
    from api.commands.report import issues, report
    from api.commands.running import serve, worker
    from api.commands.safety import backup_file, restore_file
    from api.commands.setup import demo, init, openapi
    from api.commands.tickets import tickets

    groups = (knowledge, tickets, accounts, issues, report, keys, models)
    for command in (init, demo, serve, worker, *groups, backup_file, restore_file, openapi):
        app.cli.add_command(command)
