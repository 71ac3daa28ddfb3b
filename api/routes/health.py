"""What machines look after the program with: is it alive, is it ready, and its figures."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify

from api.auth import api_caller
from api.current import measures_of_app, parts_of_app
from api.errors import NotReady
from api.operations import LEADERS

blueprint = Blueprint("health", __name__)


@blueprint.get("/health/live")
def live() -> Response:
    """Say that the process answers."""
    return jsonify(status="live")


@blueprint.get("/health/ready")
def ready() -> Response:
    """Say whether requests can be served; asking for it makes the parts load."""
    parts = parts_of_app()
    parts.warm_up()
    reasons = parts.not_ready()
    if reasons:
        raise NotReady(" ".join(reasons))
    return jsonify(status="ready")


@blueprint.get("/metrics")
def metrics() -> Response:
    """Give the figures for Prometheus."""
    parts = parts_of_app()
    if not parts.settings.metrics_open:
        api_caller(parts, LEADERS)
    return Response(measures_of_app().text(), content_type="text/plain; version=0.0.4; charset=utf-8")
