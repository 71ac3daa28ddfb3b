"""Who is calling: a Bearer key on the API, a signed session on the pages, and what they may see and do."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import g, request, session

from api.errors import ForgedRequest, NotAllowed, NotSignedIn
from api.store import ApiKey, Role
from api.wiring import Parts
from kb.types import Scope

DEMO_NAME = "Demo manager"
PUBLIC_ONLY = frozenset({"public"})
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_THIS_MACHINE = frozenset({"127.0.0.1", "::1", "localhost"})


@dataclass(frozen=True, slots=True)
class Caller:
    """A key's owner; ``audiences`` None means all."""

    key_id: str
    name: str
    role: Role
    audiences: frozenset[str] | None

    @property
    def scope(self) -> Scope:
        """The articles this caller may see."""
        return Scope(audiences=self.audiences)

    def may_write(self, audience: str) -> bool:
        """Whether articles for an audience are theirs to write."""
        return self.audiences is None or audience in self.audiences


def default_audiences(role: Role) -> frozenset[str] | None:
    """What a new key sees unless told otherwise: a help desk shows its answers to customers."""
    return PUBLIC_ONLY if role == "helpdesk" else None


def api_caller(parts: Parts, roles: Collection[Role]) -> Caller:
    """The caller of an API operation, by Bearer key or by the session of a page.

    Raises:
        NotSignedIn: there is no valid key.
        ForgedRequest: a page's request lacks its token.
        NotAllowed: the role is not among ``roles``.
    """
    if "Authorization" in request.headers:
        return _allowed(_bearer(parts), roles)
    found = _by_session(parts)
    if found is None:
        raise NotSignedIn("Send a key in the header: Authorization: Bearer KEY.")
    _refuse_forged(request.headers.get("X-CSRF-Token", ""))
    return _allowed(found, roles)


def page_caller(parts: Parts, roles: Collection[Role]) -> Caller:
    """The caller of a page, by session; in a demo, visitors from this machine are signed in.

    Raises:
        NotSignedIn: nobody is signed in.
        ForgedRequest: a form lacks its token.
        NotAllowed: the role is not among ``roles``.
    """
    found = _by_session(parts)
    if found is None and parts.settings.demo and _is_local():
        found = _begin(_demo_key(parts))
    if found is None:
        raise NotSignedIn("Sign in with a key.")
    refuse_forged_form()
    return _allowed(found, roles)


def refuse_forged_form() -> None:
    """Refuse a form that was not filled in on one of our pages.

    Raises:
        ForgedRequest: it lacks the session's token.
    """
    _refuse_forged(request.form.get("csrf_token", ""))


def sign_in(parts: Parts, secret: str) -> Caller | None:
    """Begin a session with a key; None where the key is unknown or revoked."""
    key = parts.keys.find(secret.strip(), parts.now())
    return None if key is None else _begin(key)


def sign_out() -> None:
    """End the session."""
    session.clear()


def page_token() -> str:
    """The token that this session's forms and requests carry."""
    if "csrf" not in session:
        session["csrf"] = secrets.token_urlsafe(24)
    return str(session["csrf"])


def current_caller() -> Caller | None:
    """Who is calling, once that has been found out for this request."""
    found = g.get("caller")
    return found if isinstance(found, Caller) else None


def _bearer(parts: Parts) -> Caller:
    scheme, _, secret = request.headers["Authorization"].partition(" ")
    if scheme.lower() != "bearer" or not secret.strip():
        raise NotSignedIn("The Authorization header must be: Bearer KEY.")
    key = parts.keys.find(secret.strip(), parts.now())
    if key is None:
        raise NotSignedIn("The key is unknown or was revoked.")
    return _caller(key)


def _by_session(parts: Parts) -> Caller | None:
    key_id = session.get("key_id")
    if not key_id:
        return None
    key = next(
        (each for each in parts.keys.list_keys() if each.id == key_id and each.revoked_at is None), None
    )
    # A demo that is over must not leave anybody signed in.
    is_over = key is not None and key.name == DEMO_NAME and not (parts.settings.demo and _is_local())
    return None if key is None or is_over else _caller(key)


def _begin(key: ApiKey) -> Caller:
    session.clear()
    session.permanent = True
    session["key_id"] = key.id
    page_token()
    return _caller(key)


def _caller(key: ApiKey) -> Caller:
    return Caller(key.id, key.name, key.role, key.audiences)


def _allowed(caller: Caller, roles: Collection[Role]) -> Caller:
    g.caller = caller
    if caller.role not in roles:
        raise NotAllowed(
            f"This needs one of the roles {', '.join(sorted(roles))}; the key has {caller.role}."
        )
    return caller


def _refuse_forged(token: str) -> None:
    if request.method not in _SAFE and not hmac.compare_digest(token.encode(), page_token().encode()):
        raise ForgedRequest("Load the page again and repeat what you did.")


def _is_local() -> bool:
    # The name is checked too: a page elsewhere may have its own name lead to this machine.
    name = urlsplit(f"//{request.host}").hostname or ""
    behind_proxy = "X-Forwarded-For" in request.headers or "Forwarded" in request.headers
    return request.remote_addr in _THIS_MACHINE and name in _THIS_MACHINE and not behind_proxy


def _demo_key(parts: Parts) -> ApiKey:
    known = (each for each in parts.keys.list_keys() if each.name == DEMO_NAME and each.revoked_at is None)
    found = next(known, None)
    # Nobody is told the secret: this key opens by the session alone.
    return found or parts.keys.add(DEMO_NAME, "manager", None, "demo", parts.now()).key
