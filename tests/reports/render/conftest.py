from __future__ import annotations

import pytest

from tests.reports.render.made_up import bare_report, full_report


@pytest.fixture
def report():
    return full_report()


@pytest.fixture
def bare():
    return bare_report()
