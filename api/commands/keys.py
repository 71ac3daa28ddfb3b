"""``flask keys``: who may come in."""

from __future__ import annotations

import json
from typing import cast

import click

from api.auth import default_audiences
from api.commands.plain import PlainGroup, parts, tell
from api.store import ROLES, ApiKey, Role

BY = "flask keys"


@click.group(cls=PlainGroup)
def keys() -> None:
    """API keys."""


@keys.command()
@click.argument("name")
@click.option("--role", type=click.Choice(ROLES), default="agent", show_default=True)
@click.option(
    "--audience", "audiences", multiple=True, help="Whose articles it sees; may be given several times."
)
@click.option(
    "--all-audiences", is_flag=True, help="Let it see all articles; the default but for helpdesk keys."
)
def add(name: str, role: str, audiences: tuple[str, ...], all_audiences: bool) -> None:
    """Make a key and print it, this once."""
    if audiences and all_audiences:
        raise click.UsageError("Give --audience or --all-audiences, not both.")
    own = parts()
    wanted = cast(Role, role)
    seen = None if all_audiences else frozenset(audiences) or default_audiences(wanted)
    made = own.keys.add(name, wanted, seen, BY, own.now())
    tell(f"Key {made.key.id} for {name}: {role}, {_audience_text(made.key)}. Shown this once, so keep it:")
    click.echo(made.secret)


@keys.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_keys(as_json: bool) -> None:
    """List all keys, the revoked ones too."""
    found = parts().keys.list_keys()
    if as_json:
        click.echo(json.dumps([_values(key) for key in found], indent=2))
        return
    for key in found:
        state = "revoked" if key.revoked_at else "in use"
        click.echo(f"{key.id:14} {key.role:9} {state:8} {_audience_text(key):20} {key.name}")


@keys.command()
@click.argument("key_id")
def revoke(key_id: str) -> None:
    """Let nobody in with this key any more."""
    own = parts()
    own.keys.revoke(key_id, BY, own.now())
    tell(f"Key {key_id} was revoked.")


def _audience_text(key: ApiKey) -> str:
    return "all articles" if key.audiences is None else "only " + ", ".join(sorted(key.audiences))


def _values(key: ApiKey) -> dict[str, object]:
    return {
        "id": key.id,
        "name": key.name,
        "role": key.role,
        "audiences": None if key.audiences is None else sorted(key.audiences),
        "created_at": key.created_at.isoformat(),
        "last_used_at": key.last_used_at.isoformat() if key.last_used_at else None,
        "revoked_at": key.revoked_at.isoformat() if key.revoked_at else None,
    }
