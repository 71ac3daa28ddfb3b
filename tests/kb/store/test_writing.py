from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta, timezone

import numpy as np
import pytest

from kb.errors import ArticleNotFound, InvalidArticle
from kb.types import Block, Scope
from tests.kb.store.builders import EMBEDDER, NOW, article, live_ids, put, write

LATER = NOW + timedelta(days=1)


def test_an_article_comes_back_as_it_was_put(store):
    written = article(
        path="payments/deposits.md",
        audience="internal",
        language="fi",
        tags=("money", "booking"),
        owner="Aino Laine",
        updated_at=NOW - timedelta(days=9),
        verified_at=NOW - timedelta(days=2),
        verify_by=date(2027, 1, 31),
    )
    given = write(written)

    returned = store.put(
        written,
        "d1",
        given.passages,
        given.content_keys,
        EMBEDDER,
        given.vectors,
        given.sentence_vectors,
        NOW,
    )

    assert returned == written
    assert store.get("deposits") == written


def test_text_beyond_the_basic_plane_and_long_text_survive(store):
    text = "Fähre 🛳 naïve 日本語\n" + "Käse " * 5000
    put(store, write(text=text))
    assert store.get("deposits").text == text
    assert [one.passage.text for one in store.passages(live_ids(store))] == [
        "Fähre 🛳 naïve 日本語",
        "Käse " * 5000,
    ]


def test_a_time_in_another_zone_is_the_same_moment(store):
    helsinki = datetime(2026, 11, 1, 1, 0, tzinfo=timezone(timedelta(hours=2)))
    put(store, write(updated_at=helsinki))
    kept = store.get("deposits").updated_at
    assert kept == helsinki
    assert kept.utcoffset() == timedelta(0)


def test_a_time_without_a_zone_is_refused(store):
    with pytest.raises(Exception, match="needs a zone"):
        put(store, write(updated_at=datetime(2026, 11, 1)))  # noqa: DTZ001
    assert store.count() == 0


@pytest.mark.parametrize("change", [{"text": "Something else."}, {"title": "New"}, {"url": "/new"}])
def test_a_new_version_begins_where_readers_see_a_change(store, change):
    put(store, write())
    assert put(store, write(**change))[0].version == 2
    assert store.version("deposits", 1).text == article().text
    assert store.version("deposits", 2) == store.get("deposits")


def test_other_changes_keep_the_version(store):
    put(store, write())
    changed = replace(article(audience="internal", tags=("x",)), blocks=(Block("note", 0, 5),))
    assert put(store, write(changed, digest="d2"))[0].version == 1
    assert store.get("deposits") == changed


def test_only_what_changed_gets_another_digest(store):
    put(store, write(), write(article_id="refunds"), write(article_id="other", source="elsewhere"))
    put(store, write(audience="internal", digest="d2"))
    assert store.digests("help") == {"deposits": "d2", "refunds": "d1"}


def test_passages_of_an_older_version_are_not_found_any_more(store):
    put(store, write(text="Old sentence."))
    old = live_ids(store)
    put(store, write(text="New sentence."))
    assert store.passages(old) == []
    assert [one.passage.text for one in store.passages(live_ids(store))] == ["New sentence."]
    assert [one.passage.version for one in store.passages(live_ids(store))] == [2]


def test_articles_are_put_together_or_not_at_all(store):
    broken = write(article_id="broken")
    short = replace(broken, vectors=broken.vectors[:1])
    before = store.generation()
    with pytest.raises(ValueError, match="'broken'"):
        put(store, write(), short)
    assert (store.count(), store.generation()) == (0, before)


def test_a_passage_must_lie_where_it_says(store):
    given = write()
    moved = replace(given, passages=[replace(given.passages[0], start=1), given.passages[1]])
    with pytest.raises(ValueError, match="passage 0"):
        put(store, moved)


def test_all_texts_that_no_database_can_hold_are_named(store):
    with pytest.raises(InvalidArticle) as refused:
        put(store, write(title="a\x00b"), write(article_id="refunds", text="half \ud83d"))
    assert [fault.where for fault in refused.value.faults] == ["'deposits': title", "'refunds': text"]
    assert store.count() == 0


def test_an_article_may_have_no_passages(store):
    empty = replace(write(), passages=[], content_keys=[], vectors=np.empty((0, 4)), sentence_vectors=[])
    put(store, empty)
    assert (store.count(), store.live_count()) == (1, 0)


def test_each_put_is_one_generation(store):
    first = store.generation()
    put(store, write(), write(article_id="refunds"))
    assert store.generation() == first + 1
    put(store)
    assert store.generation() == first + 1


def test_a_removed_article_is_gone_but_its_versions_stay(store):
    put(store, write(), write(article_id="refunds"))
    before = live_ids(store)
    assert store.remove(["deposits", "deposits", "unknown"], LATER) == 1
    with pytest.raises(ArticleNotFound):
        store.get("deposits")
    assert store.version("deposits", 1).text == article().text
    assert [one.passage.article_id for one in store.passages(before)] == ["refunds", "refunds"]
    assert store.digests("help") == {"refunds": "d1"}


def test_removing_nothing_changes_nothing(store):
    before = store.generation()
    assert store.remove(["unknown"], NOW) == 0
    assert store.generation() == before


def test_a_removed_article_can_come_back(store):
    put(store, write())
    store.remove(["deposits"], NOW)
    assert put(store, write())[0].version == 1
    assert store.get("deposits") == article()


def test_a_verified_article_is_due_only_after_its_date(store):
    put(store, write(verify_by=date(2026, 1, 31)), write(article_id="refunds", verify_by=date(2025, 1, 31)))
    assert [one.id for one in store.due(date(2026, 1, 31), 10)] == ["refunds", "deposits"]
    assert [one.id for one in store.due(date(2026, 1, 30), 10)] == ["refunds"]
    assert [one.id for one in store.due(date(2026, 1, 31), 1)] == ["refunds"]

    verified = store.verify("refunds", "marek", LATER, date(2027, 2, 1))

    assert (verified.verified_at, verified.verify_by) == (LATER, date(2027, 2, 1))
    assert [one.id for one in store.due(date(2026, 12, 31), 10)] == ["deposits"]


def test_only_articles_in_search_can_be_verified(store):
    put(store, write())
    store.remove(["deposits"], NOW)
    for article_id in ("deposits", "unknown"):
        with pytest.raises(ArticleNotFound):
            store.verify(article_id, "marek", NOW, None)


def test_an_import_keeps_what_a_person_verified_later(store):
    put(store, write(verified_at=NOW - timedelta(days=30), verify_by=date(2026, 1, 1)))
    store.verify("deposits", "marek", NOW, date(2027, 2, 1))

    put(store, write(verified_at=NOW - timedelta(days=30), verify_by=date(2026, 1, 1), tags=("new",)))
    assert store.get("deposits").verify_by == date(2027, 2, 1)

    put(store, write(verified_at=LATER, verify_by=date(2028, 1, 1)))
    assert store.get("deposits").verify_by == date(2028, 1, 1)


def test_an_import_overwrites_what_an_import_said(store):
    put(store, write(verified_at=NOW, verify_by=date(2026, 1, 1)))
    put(store, write())
    assert store.get("deposits").verify_by is None


def test_a_scope_hides_what_lies_outside_it(store):
    put(store, write(audience="internal"), write(article_id="refunds", language="fi"))
    public = Scope(audiences=frozenset({"public"}))
    with pytest.raises(ArticleNotFound):
        store.get("deposits", public)
    with pytest.raises(ArticleNotFound):
        store.version("deposits", 1, public)
    assert store.get("refunds", public).id == "refunds"
    assert [one.id for one in store.list_articles(public)] == ["refunds"]
    assert store.count(Scope(languages=frozenset({"fi"}))) == 1
    assert store.count(Scope(sources=frozenset({"help"}))) == 2
    assert store.count(Scope(audiences=frozenset())) == 0


def test_articles_are_listed_by_id_page_by_page(store):
    names = ["B", "_x", "a-b", "ab", "Ä", "é", "z"]
    put(store, *(write(article_id=name) for name in names), write(article_id="m", source="elsewhere"))
    first = store.list_articles(source="help", limit=3)
    rest = store.list_articles(source="help", after=first[-1].id)
    assert [one.id for one in first + rest] == sorted(names)
    assert first[0] == replace(article("B"), text="", blocks=())
