from __future__ import annotations

from datetime import timedelta

import pytest

from kb.errors import AnswerNotFound, ArticleNotFound, InvalidArticle, InvalidQuestion, SourceNotFound
from kb.types import ImportReport, Scope
from tests.kb.builders import EVERYTHING, NOW, Progress, article, knowledge_base, save_all, write_files

TRASH = article("trash", "Deleted bookings are kept in Trash for 30 days.\n\n## Later\n\nPress Restore.")
WIDGET = article("widget", "Copy the widget code into your website.")
ASKED = "deleted bookings trash"


def ask(knowledge, question=ASKED, scope=EVERYTHING, **others):
    return knowledge.answer(question, scope, **{"now": NOW} | others)


def test_a_saved_article_is_found_and_quoted_with_its_place(knowledge):
    save_all(knowledge, TRASH, WIDGET)
    given = ask(knowledge)
    (quoted,) = given.quotes
    assert (given.answered, given.reason, quoted.article_id) == (True, None, "trash")
    assert (
        quoted.text
        == TRASH.text[quoted.start : quoted.end]
        == "Deleted bookings are kept in Trash for 30 days."
    )
    assert [TRASH.text[span.start : span.end] for span in quoted.highlights] == [
        "Deleted",
        "bookings",
        "Trash",
    ]
    assert (quoted.title, quoted.version, quoted.probability) == ("Trash", 1, given.probability)
    assert {one.signal for one in quoted.evidence} == {"passage", "sentence", "coverage", "title_words"}


def test_what_nothing_answers_has_a_reason_and_the_nearest_articles(knowledge):
    save_all(knowledge, TRASH, WIDGET)
    given = ask(knowledge, "do deleted bookings in Trash cost giraffes, elephants and zebras any bitcoin")
    assert (given.answered, given.reason, given.quotes) == (False, "nothing_close", ())
    assert given.nearest[0].article_id == "trash"


def test_an_empty_knowledge_base_answers_nothing(knowledge):
    given = ask(knowledge)
    assert (given.reason, given.nearest, given.probability) == ("nothing_close", (), 0.0)
    assert knowledge.search(ASKED, EVERYTHING) == []


def test_an_answer_is_kept_as_it_was_given_whatever_becomes_of_its_article(knowledge):
    save_all(knowledge, TRASH)
    given = ask(knowledge)
    knowledge.save_article(article("trash", "Everything is gone at once."), now=NOW)
    assert knowledge.answer_as_given(given.id) == given
    knowledge.remove_article("trash", now=NOW)
    (quoted,) = knowledge.answer_as_given(given.id).quotes
    then = knowledge.article_version("trash", quoted.version, EVERYTHING)
    assert then.text[quoted.start : quoted.end] == quoted.text
    assert ask(knowledge).quotes == ()


def test_an_answer_nobody_gave_is_not_found(knowledge):
    with pytest.raises(AnswerNotFound):
        knowledge.answer_as_given("nowhere")


def test_questions_that_cannot_be_read_are_refused_everywhere(knowledge):
    for question in ("", " \n", "x" * 50_001, "half \ud83d"):
        with pytest.raises(InvalidQuestion):
            ask(knowledge, question)
        with pytest.raises(InvalidQuestion):
            knowledge.search(question, EVERYTHING)


def test_search_completes_the_last_word_and_keeps_nothing(knowledge):
    save_all(knowledge, TRASH, WIDGET)
    (first, *_) = knowledge.search("deleted book", EVERYTHING)
    assert (first.article_id, first.snippet) == ("trash", "Deleted bookings are kept in Trash for 30 days.")
    assert first.snippet == TRASH.text[first.start : first.end]
    assert knowledge.gaps(since=NOW - timedelta(days=1)) == []


def test_search_gives_no_more_than_asked_for(knowledge):
    save_all(knowledge, *(article(f"a{number}", f"Bookings of kind {number}.") for number in range(12)))
    assert len(knowledge.search("bookings", EVERYTHING, limit=3)) == 3
    twelve = knowledge.search("bookings", EVERYTHING, limit=20)
    assert len({one.article_id for one in twelve}) == 12


def test_scope_limits_source_and_language(knowledge):
    save_all(knowledge, TRASH, article("muell", TRASH.text, source="blog", language="de"))
    for scope, expected in (
        (Scope(sources=frozenset({"blog"})), ["muell"]),
        (Scope(languages=frozenset({"en"})), ["trash"]),
        (Scope(sources=frozenset()), []),
    ):
        assert [one.article_id for one in knowledge.search(ASKED, scope)] == expected


def test_an_article_is_changed_listed_and_removed(knowledge):
    assert knowledge.save_article(TRASH, now=NOW).version == 1
    assert knowledge.save_article(article("trash", "New text."), now=NOW).version == 2
    assert knowledge.article("trash", EVERYTHING).text == "New text."
    assert [one.id for one in knowledge.articles(EVERYTHING)] == ["trash"]
    knowledge.remove_article("trash", now=NOW)
    assert knowledge.articles(EVERYTHING) == ()
    with pytest.raises(ArticleNotFound):
        knowledge.remove_article("trash", now=NOW)


def test_an_article_that_cannot_be_kept_is_refused(knowledge):
    with pytest.raises(InvalidArticle, match="half a surrogate pair"):
        knowledge.save_article(article("trash", text="x", tags=("half \ud83d",)), now=NOW)
    with pytest.raises(InvalidArticle, match="'trash': title"):
        knowledge.save_article(article("trash", title="half \ud83d"), now=NOW)


def test_a_folder_is_imported_and_followed(knowledge, tmp_path):
    folder = write_files(
        tmp_path / "files", {"a.md": "# Trash\n\nKept for 30 days.", "b.md": "# Widget\n\nCopy it."}
    )
    seen = Progress()
    report = knowledge.import_path(folder, "help", audience="internal", now=NOW, progress=seen)
    assert report == ImportReport("help", added=2, passages=2)
    assert seen[-1] == (2, 2)
    assert {one.audience for one in knowledge.articles(EVERYTHING)} == {"internal"}
    (folder / "b.md").unlink()
    assert knowledge.import_path(folder, "help", audience="internal", now=NOW).removed == 1
    assert [one.title for one in knowledge.search("kept 30 days", EVERYTHING)] == ["Trash"]


def test_a_path_that_is_not_there_is_no_source(knowledge, tmp_path):
    with pytest.raises(SourceNotFound):
        knowledge.import_path(tmp_path / "nowhere", "help", now=NOW)


def test_odd_articles_are_kept_whole_and_searched(knowledge):
    odd = [
        article(f"odd-{number}", text)
        for number, text in enumerate(
            [
                "",
                "word",
                "word " * 10_000,
                "👋🏽 👩‍👩‍👧‍👦",
                "予約を削除しました。元に戻せます。",
                "## Only\n\n## Headings",
                "x" * 20_000,
            ]
        )
    ]
    save_all(knowledge, *odd)
    assert knowledge.check().faults == ()
    texts = {one.id: one.text for one in odd}
    for one in odd:
        assert knowledge.article(one.id, EVERYTHING) == one
        for hit in knowledge.search(one.text.strip()[:40] or "odd", EVERYTHING):
            assert hit.snippet == texts[hit.article_id][hit.start : hit.end]


def test_health_counts_what_is_held(knowledge):
    save_all(knowledge, TRASH, WIDGET)
    health = knowledge.check()
    assert (health.articles, health.passages, health.index_size, health.lexical_size) == (2, 3, 3, 3)
    assert (health.embedder, health.index_kind, health.faults) == (
        "hashing/1/64",
        knowledge.health().index_kind,
        (),
    )


def test_it_is_ready_once_the_indexes_are_loaded(knowledge):
    assert not knowledge.ready()
    knowledge.search("anything", EVERYTHING)
    assert knowledge.ready()


def test_indexes_are_made_anew_from_the_database(knowledge, engine, tmp_path):
    save_all(knowledge, TRASH, WIDGET)
    before = knowledge.search(ASKED, EVERYTHING)
    seen = Progress()
    knowledge.rebuild(seen)
    assert seen[-1] == (6, 6)
    assert knowledge.search(ASKED, EVERYTHING) == before
    assert knowledge_base(engine, tmp_path / "elsewhere").search(ASKED, EVERYTHING) == before
