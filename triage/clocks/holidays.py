"""Public holidays by country and region, from the ``holidays`` package, which is loaded when first asked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache


def is_holiday(day: date, country: str, region: str = "") -> bool:
    """Say whether a day is a public holiday, as observed; ``""`` is a country without any."""
    return bool(country) and day in _holidays(country, region, day.year)


def known_country(code: str) -> str:
    """Give the code back if its holidays are known.

    Raises:
        ValueError: they are not.
    """
    if code and code not in _regions():
        raise ValueError(f"no holidays are known for the country {code!r}; give an ISO 3166 code such as DE")
    return code


def known_region(country: str, code: str) -> str:
    """Give the code of a region back if the country has it.

    Raises:
        ValueError: it has not; the message lists those it has.
    """
    if not code:
        return code
    if not country:
        raise ValueError(f"the region {code!r} needs its country")
    regions = _regions().get(country, ())
    if code not in regions:
        there_are = f"it has {', '.join(regions)}" if regions else "leave it empty"
        raise ValueError(f"{country} has no region {code!r} with holidays of its own; {there_are}")
    return code


@lru_cache(maxsize=1)
def _regions() -> Mapping[str, tuple[str, ...]]:
    import holidays

    supported = holidays.list_supported_countries()
    return {country: tuple(regions) for country, regions in supported.items()}


@lru_cache(maxsize=512)
def _holidays(country: str, region: str, year: int) -> frozenset[date]:
    import holidays

    return frozenset(holidays.country_holidays(country, subdiv=region or None, years=year))
