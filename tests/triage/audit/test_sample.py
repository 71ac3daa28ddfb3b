from __future__ import annotations

import pytest

from triage.audit import is_audited

SALT = b"sixteen bytes or"
IDS = [f"T-{number}" for number in range(10_000)]


def drawn(salt=SALT, **rest):
    return {ticket for ticket in IDS if is_audited(ticket, salt, **rest)}


def test_two_tickets_in_a_hundred_are_drawn_unless_said_otherwise():
    assert len(drawn()) == pytest.approx(200, abs=60)
    assert len(drawn(share=0.1)) == pytest.approx(1_000, abs=120)


def test_the_draw_is_the_same_on_every_machine():
    assert sorted(drawn())[:3] == ["T-1173", "T-1233", "T-1267"]


def test_a_larger_share_keeps_those_drawn_before():
    assert drawn() < drawn(share=0.05)


def test_another_salt_draws_others():
    others = drawn(b"another 16 bytes")
    assert len(drawn() & others) < 15


def test_all_and_none_can_be_drawn():
    assert drawn(share=1) == set(IDS)
    assert drawn(share=0) == set()


@pytest.mark.parametrize(
    ("salt", "share"), [(b"short", 0.02), (SALT, -0.1), (SALT, 2.0), (SALT, float("nan"))]
)
def test_a_short_salt_or_a_share_that_is_none_is_refused(salt, share):
    with pytest.raises(ValueError, match="the s"):
        is_audited("T-1", salt, share)
