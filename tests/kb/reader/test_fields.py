from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from kb.reader.fields import read_fields


@pytest.mark.parametrize(
    "value",
    [
        date(2026, 3, 31),
        datetime(2026, 3, 31),  # noqa: DTZ001  as YAML gives it
        datetime(2026, 3, 31, 2, tzinfo=timezone(timedelta(hours=2))),
        "2026-03-31",
        "2026-03-31T02:00:00+02:00",
        "2026-03-31 02:00:00 +0200",
        "March 31, 2026",
        {"date": "2026-03-31", "author": "Ann"},
    ],
)
def test_dates_in_many_ways_are_one_moment(value):
    fields = read_fields({"last_update": value})

    assert fields.updated_at == datetime(2026, 3, 31, tzinfo=UTC)
    assert fields.faults == ()


def test_all_faults_are_told_at_once():
    fields = read_fields({"date": "31/03/26", "tags": 7, "draft": "perhaps", "author": {"x": {"y": 1}}})

    assert fields.faults == (
        "tags: 7 is not a list",
        "date: '31/03/26' is not a date, such as 2026-03-31",
        "draft: 'perhaps' is neither true nor false",
    )


def test_tags_are_a_list_or_set_apart_by_commas():
    assert read_fields({"tags": "pay, cards,pay"}).tags == ("pay", "cards")
    assert read_fields({"tags": [{"label": "pay"}, 2026]}).tags == ("pay", "2026")


def test_owners_are_names():
    assert read_fields({"authors": ["Ann", {"name": "Bo"}]}).owner == "Ann, Bo"
    assert read_fields({"owner": "Finance", "author": "Ann"}).owner == "Finance"


def test_norwegian_survives_yaml():
    assert read_fields({"lang": False}).language == "no"


def test_a_number_is_a_title():
    assert read_fields({"title": 2026}).title == "2026"
    assert read_fields({"title": False, "sidebar_label": "Pay"}).title == "Pay"


def test_internal_true_is_an_audience():
    assert read_fields({"internal": True}).audience == "internal"


def test_a_value_nested_into_itself_is_refused_in_a_few_words():
    endless: list[object] = []
    endless.append(endless)

    fields = read_fields({"title": endless, "tags": endless, "lang": endless, "draft": endless})

    assert fields.faults == (
        "title: [[[...]]] is not a text",
        "lang: [[[...]]] is not a language code, such as en or pt-BR",
        "tags: [[[...]]] has an entry that is not a word",
        "draft: [[[...]]] is neither true nor false",
    )
