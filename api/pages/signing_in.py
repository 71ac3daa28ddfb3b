"""Signing in with a key, and out."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from api.auth import page_caller, refuse_forged_form, sign_in, sign_out
from api.current import parts_of_app
from api.operations import EVERYONE
from api.pages.blueprint import pages


@pages.get("/sign-in", endpoint="sign_in")
def show_form() -> str:
    """Show the form."""
    return render_template("sign_in.html", next=_own_address(request.args.get("next", "")), refused=False)


@pages.post("/sign-in", endpoint="try_key")
def try_key() -> ResponseReturnValue:
    """Begin a session, or say that the key is not known."""
    target = _own_address(request.form.get("next", ""))
    # Another site could otherwise sign somebody in with a key of its own, and read what is asked then.
    refuse_forged_form()
    if sign_in(parts_of_app(), request.form.get("key", "")) is None:
        return render_template("sign_in.html", next=target, refused=True), 401
    return redirect(target, 303)


@pages.post("/sign-out", endpoint="sign_out")
def end() -> ResponseReturnValue:
    """End the session."""
    page_caller(parts_of_app(), EVERYONE)
    sign_out()
    return redirect(url_for("pages.sign_in"), 303)


def _own_address(target: str) -> str:
    """A path of this site; anything that would lead elsewhere becomes the first page."""
    parts = urlsplit(target)
    is_own = target.startswith("/") and not parts.netloc and not target.startswith(("//", "/\\"))
    return target if is_own and target.isprintable() and "\\" not in target else url_for("pages.ask")
