"""The issues' pages in a real browser."""

from __future__ import annotations

from tests.api.browsing import new_page, served, width_of
from tests.api.conftest import COMPANY_NOW


def test_long_titles_stay_within_the_page(chromium, company_parts):
    for issue in company_parts.issues.issues():
        company_parts.issues.rename(
            issue.id, "Export " + "stops in the middle of the night " * 5, "Mia", COMPANY_NOW
        )
    key = company_parts.keys.add("Mia", "manager", None, "test", COMPANY_NOW).secret
    widths = {}
    with served(company_parts) as site, new_page(chromium, viewport={"width": 380, "height": 800}) as page:
        page.goto(f"{site}/sign-in")
        page.fill("input[name=key]", key)
        page.press("input[name=key]", "Enter")
        week = company_parts.issues.last_week(COMPANY_NOW)
        for path in ("/issues", f"/issues/{issue.id}", "/reports", f"/reports/weekly/{week}"):
            assert page.goto(site + path).status == 200
            widths[path] = width_of(page)
    assert widths == dict.fromkeys(widths, 380)
