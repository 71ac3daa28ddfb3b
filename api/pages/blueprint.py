"""The blueprint that all pages share."""

from __future__ import annotations

from flask import Blueprint

pages = Blueprint("pages", __name__)
