from __future__ import annotations

from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

from reports.render.links import Links, ticket_lists
from reports.types import Figure


def test_a_short_list_stands_in_the_address():
    assert Links("https://s.example/").tickets(["T 1", "T-2"]) == "https://s.example/tickets?ids=T%201,T-2"


def test_nothing_behind_a_figure_is_no_link():
    assert Links("https://s.example").tickets([]) == ""
    assert Links(None).tickets(["T-1"]) == ""


def test_a_long_list_is_named_and_found_by_its_name(report):
    ids = tuple(f"T-{number}" for number in range(500))
    report = replace(report, service=(Figure("volume", 500, tickets=ids),))
    query = parse_qs(urlsplit(Links("", "2026-W12").tickets(ids)).query)

    assert query["report"] == ["2026-W12"]
    assert ticket_lists(report)[query["list"][0]] == ids


def test_an_id_with_a_comma_is_not_torn(report):
    address = Links("", "2026-W12").tickets(["a,b", "c"])

    assert address.startswith("/tickets?report=2026-W12&list=")
