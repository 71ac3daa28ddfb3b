from __future__ import annotations

import re

import pytest

from tests.api.conftest import COMPANY_NOW as NOW


@pytest.fixture
def parts(company_parts):
    return company_parts


@pytest.fixture
def browser(app, parts):
    secret = parts.keys.add("Mira", "manager", None, "test", NOW).secret
    client = app.test_client()
    form = client.get("/sign-in").get_data(as_text=True)
    token = re.search(r'name="csrf_token" value="([^"]+)"', form)
    client.post("/sign-in", data={"key": secret, "csrf_token": token[1] if token else ""})
    return client


def token_of(page):
    return re.search(r'name="csrf_token" value="([^"]+)"', page)[1]


def export_of(parts):
    return next(issue for issue in parts.issues.issues() if "t0000" in issue.tickets)


def test_the_list_leads_to_each_issue(browser, parts):
    export = export_of(parts)
    page = browser.get("/issues").get_data(as_text=True)
    assert f'href="/issues/{export.id}"' in page
    assert browser.get("/issues?state=regressed").status_code == 200


def test_an_issue_is_renamed_and_fixed_on_its_page(browser, parts):
    export = export_of(parts)
    page = browser.get(f"/issues/{export.id}").get_data(as_text=True)
    form = {"csrf_token": token_of(page)}
    done = browser.post(f"/issues/{export.id}", data=form | {"act": "rename", "title": "Export stops"})
    assert done.status_code == 303
    browser.post(
        f"/issues/{export.id}", data=form | {"act": "fixed", "fixed_on": "2026-03-01", "fixed_in": "4.2"}
    )
    shown = browser.get(f"/issues/{export.id}").get_data(as_text=True)
    assert "<h1>Export stops</h1>" in shown
    assert "in 4.2" in shown


def test_chosen_tickets_are_split_off(browser, parts):
    export = export_of(parts)
    page = browser.get(f"/issues/{export.id}").get_data(as_text=True)
    data = {"csrf_token": token_of(page), "act": "split", "tickets": ["t0000", "t0100"]}
    done = browser.post(f"/issues/{export.id}", data=data)
    assert parts.issues.issue(done.location.rsplit("/", 1)[1]).tickets == ("t0000", "t0100")


def test_the_report_is_a_page_beside_its_other_forms_and_what_is_known_today(browser, parts):
    assert "2026-W09" in browser.get("/reports").get_data(as_text=True)
    page = browser.get("/reports/weekly/2026-W09")
    assert page.mimetype == "text/html"
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert browser.get("/reports/weekly/2026-W09.md").mimetype == "text/markdown"
    assert "Tickets today" in browser.get("/reports/compare/2026-W09").get_data(as_text=True)
