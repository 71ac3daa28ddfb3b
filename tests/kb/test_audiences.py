from __future__ import annotations

import json
from dataclasses import asdict
from datetime import timedelta

import pytest

from kb.errors import ArticleNotFound
from kb.types import Feedback, Scope
from tests.kb.builders import EVERYTHING, NOW, PUBLIC, article, save_all

CANARY = "quetzalcoatl"
QUESTION = "goodwill credit limit for agents"
HIDDEN = article(
    f"internal-{CANARY}",
    f"The goodwill credit limit for agents is 50 EUR, code {CANARY}.",
    title=f"Goodwill credit {CANARY}",
    url=f"/internal/{CANARY}",
    audience="internal",
    source=f"wiki-{CANARY}",
    owner=CANARY,
    tags=(CANARY,),
)
SHOWN = article("deposits", "Deposits are paid at booking. Agents see them.")
AGENT = Scope(audiences=frozenset({"public", "internal"}))
NOBODY = Scope(audiences=frozenset())
# Every word of the hidden article, its beginnings, its marks and its name.
PROBES = [QUESTION, CANARY, CANARY[:6], "50 EUR", f'"{CANARY}"', HIDDEN.text, HIDDEN.id, "agents"]


@pytest.fixture
def guarded(knowledge):
    save_all(knowledge, SHOWN, HIDDEN)
    return knowledge


def everything_said(value):
    """All that a caller sees, but for the words he gave himself."""
    said = asdict(value) | {"question": ""}
    return json.dumps(said, default=str)


def test_a_search_shows_nothing_of_what_is_hidden(guarded):
    assert HIDDEN.id in [hit.article_id for hit in guarded.search(QUESTION, AGENT)]
    for probe in PROBES:
        assert guarded.search(probe, NOBODY) == []
        assert CANARY not in json.dumps([everything_said(hit) for hit in guarded.search(probe, PUBLIC)])


@pytest.mark.parametrize("tell_hidden", [False, True])
def test_an_answer_shows_nothing_of_what_is_hidden(guarded, tell_hidden):
    for probe in PROBES:
        given = guarded.answer(probe, PUBLIC, now=NOW, tell_hidden=tell_hidden)
        assert CANARY not in everything_said(given)
        assert CANARY not in everything_said(guarded.answer_as_given(given.id))


def test_who_may_see_it_is_answered(guarded):
    assert guarded.answer(QUESTION, AGENT, now=NOW).quotes[0].article_id == HIDDEN.id
    assert guarded.answer(QUESTION, EVERYTHING, now=NOW).quotes[0].article_id == HIDDEN.id


def test_that_a_hidden_article_would_answer_is_told_only_where_wanted_and_nothing_else_changes(guarded):
    silent = guarded.answer(QUESTION, PUBLIC, now=NOW)
    telling = guarded.answer(QUESTION, PUBLIC, now=NOW, tell_hidden=True)
    assert (silent.reason, telling.reason) == ("nothing_close", "not_permitted")
    assert (telling.answered, telling.quotes) == (False, ())
    assert telling.probability == silent.probability
    assert telling.nearest == silent.nearest


def test_nothing_is_told_where_nothing_hidden_would_answer(guarded):
    given = guarded.answer("bitcoin for giraffes", PUBLIC, now=NOW, tell_hidden=True)
    assert given.reason == "nothing_close"


def test_other_limits_hold_while_looking_at_what_is_hidden(guarded):
    elsewhere = Scope(audiences=frozenset({"public"}), sources=frozenset({"help"}))
    assert guarded.answer(QUESTION, elsewhere, now=NOW, tell_hidden=True).reason == "nothing_close"


def test_gaps_of_those_who_may_not_see_it_name_no_hidden_article(guarded):
    guarded.answer(QUESTION, PUBLIC, now=NOW, tell_hidden=True)
    (gap,) = guarded.gaps(since=NOW - timedelta(days=1))
    assert CANARY not in everything_said(gap)


def test_gaps_name_no_article_outside_of_the_scope(guarded):
    given = guarded.answer(QUESTION, AGENT, now=NOW)
    guarded.feedback(Feedback(given.id, helpful=False, at=NOW), said_by="Aino")
    since = NOW - timedelta(days=1)
    (shown,), (limited,) = guarded.gaps(since=since), guarded.gaps(since=since, scope=PUBLIC)
    assert (shown.title, shown.nearest_article_id) == (QUESTION, HIDDEN.id)
    assert limited.title == QUESTION
    assert (limited.nearest_article_id, limited.nearest_title, limited.nearest_probability) == ("", "", 0.0)


def test_hidden_articles_cannot_be_read_or_listed(guarded):
    assert guarded.article(HIDDEN.id, AGENT) == HIDDEN
    for scope in (PUBLIC, NOBODY):
        with pytest.raises(ArticleNotFound):
            guarded.article(HIDDEN.id, scope)
        with pytest.raises(ArticleNotFound):
            guarded.article_version(HIDDEN.id, 1, scope)
        assert HIDDEN.id not in [one.id for one in guarded.articles(scope)]


def test_an_article_that_becomes_internal_is_hidden_at_once(guarded):
    assert guarded.search("deposits paid", PUBLIC)
    save_all(guarded, article("deposits", SHOWN.text, audience="internal"))
    assert guarded.search("deposits paid", PUBLIC) == []
    assert guarded.search("deposits paid", AGENT)
