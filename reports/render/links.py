"""Where the figures of a report lead: the list of tickets, and the page of an issue, an account or an article."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from reports.report import WeeklyReport

LONGEST_LIST = 1800  # characters of ids that stand in an address; browsers and proxies cut much longer ones
_SHORT = 16


@dataclass(frozen=True, slots=True)
class Links:
    """Makes addresses below ``base_url``, such as ``https://support.example``; with None there are no links at all.

    ``""`` gives addresses without a host, for a page that the program serves itself.
    """

    base_url: str | None
    week: str = ""

    def tickets(self, ids: Sequence[str]) -> str:
        """Give the address of a list of tickets: ``/tickets?ids=a,b``.

        A long list is named instead: ``/tickets?report=2026-W12&list=...``, which `ticket_lists` resolves.
        """
        if not ids:
            return ""
        joined = quote(",".join(ids), safe=",")
        if "," in "".join(ids) or len(joined) > LONGEST_LIST:
            return self._at("/tickets?" + urlencode({"report": self.week, "list": list_name(ids)}))
        return self._at(f"/tickets?ids={joined}")

    def report(self, form: str = "") -> str:
        """Give the address of the report itself, as a page or in a form such as ``pdf``."""
        return self._at(f"/reports/weekly/{self.week}" + (f".{form}" if form else ""))

    def _at(self, path: str) -> str:
        return "" if self.base_url is None else self.base_url.rstrip("/") + path


def list_name(ids: Sequence[str]) -> str:
    """Name a list of tickets by its content."""
    return hashlib.sha256("\n".join(ids).encode()).hexdigest()[:_SHORT]


def ticket_lists(report: WeeklyReport) -> dict[str, tuple[str, ...]]:
    """Give all lists of tickets of a report by their names, to open an address that names one."""
    return {list_name(ids): ids for ids in _lists(report)}


def _lists(value: object) -> Iterator[tuple[str, ...]]:
    if isinstance(value, tuple):
        for item in value:
            yield from _lists(item)
    elif dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            held = getattr(value, field.name)
            if field.name == "tickets" and isinstance(held, tuple):
                yield held
            else:
                yield from _lists(held)
