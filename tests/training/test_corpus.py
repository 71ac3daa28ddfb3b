from __future__ import annotations

import pytest

from tests.training.builders import ARTICLES, write_corpus, write_rows
from training.corpus import plain, read_corpus
from training.errors import DatasetInvalid


@pytest.fixture
def folder(tmp_path):
    return write_corpus(tmp_path / "tiny")


def faults(folder, articles=None):
    with pytest.raises(DatasetInvalid) as refused:
        read_corpus(folder, articles)
    return list(refused.value.faults)


def test_a_corpus_is_read_with_its_judgments(folder):
    read = read_corpus(folder)
    assert read.name == "tiny"
    assert [one.id for one in read.articles] == list(ARTICLES)
    assert (read.articles[0].title, read.articles[0].text) == ("Trash", ARTICLES["trash"])
    asked = {one.id: one for one in read.questions}
    assert (asked["q2"].text, asked["q2"].grades) == ("How long are bookings kept in Trash?", {"trash": 2})
    assert asked["q2"].sentences == {"trash": ("Deleted bookings are kept in Trash for 30 days.",)}
    assert asked["q1"].sentences == {}
    assert [asked[number].is_answerable for number in ("q2", "q9")] == [True, False]


def test_without_a_word_on_it_a_question_with_judgments_is_answerable(folder):
    write_rows(
        folder / "queries.jsonl", [{"_id": "q1", "text": "Restore?"}, {"_id": "q9", "text": "Bitcoin?"}]
    )
    assert [one.is_answerable for one in read_corpus(folder).questions] == [True, False]


def test_answers_may_be_missing(folder):
    (folder / "answers.jsonl").unlink()
    assert {len(one.sentences) for one in read_corpus(folder).questions} == {0}


def test_judgments_of_nought_are_none_and_a_header_is_not_needed(folder):
    (folder / "qrels.tsv").write_text("q1\ttrash\t1.0\r\n\r\nq1\twidget\t0\r\nq2\ttrash\t-1\r\n")
    asked = {one.id: one.grades for one in read_corpus(folder).questions}
    assert (asked["q1"], asked["q2"]) == ({"trash": 1}, {})


@pytest.mark.parametrize("name", ["corpus.jsonl", "queries.jsonl", "qrels.tsv"])
def test_a_byte_order_mark_and_blank_lines_are_passed_over(folder, name):
    before = read_corpus(folder)
    content = (folder / name).read_bytes()
    (folder / name).write_bytes(b"\xef\xbb\xbf" + content.replace(b"\n", b"\n\n"))
    assert read_corpus(folder) == before


def test_a_line_separator_within_a_text_ends_no_row(folder):
    write_rows(folder / "queries.jsonl", [])
    (folder / "queries.jsonl").write_text('{"_id": "q1", "text": "one\u2028two"}\n', "utf-8")
    assert read_corpus(folder).questions[0].text == "one\u2028two"


def test_all_faults_of_all_files_are_told_at_once(folder):
    (folder / "corpus.jsonl").write_text(
        '{"_id": "a", "text": "x"}\nnot json\n{"_id": "a", "text": "y"}\n[]\n'
    )
    (folder / "queries.jsonl").write_text(
        '{"_id": "q1"}\n{"_id": "q2", "text": 5}\n{"_id": "q3", "text": "x", "answerable": "yes"}\n'
    )
    (folder / "qrels.tsv").write_text(
        "query-id\tcorpus-id\tscore\nq1 a 2\nq1\ta\ttwo\nq1\ta\tinf\nq1\ta\t2\n"
    )
    (folder / "answers.jsonl").write_text('{"_id": "q1", "corpus_id": "a", "answer_sentences": "one"}\n{}\n')
    expected = "expected query-id, corpus-id and a score, separated by tabs"
    assert faults(folder) == [
        "corpus.jsonl line 2: not JSON (Expecting value)",
        "corpus.jsonl line 3: _id 'a' is that of line 1 too",
        "corpus.jsonl line 4: not an object",
        f"qrels.tsv line 2: {expected}",
        f"qrels.tsv line 3: {expected}",
        f"qrels.tsv line 4: {expected}",
        "answers.jsonl line 1: answer_sentences is of the wrong type: 'one'",
        "answers.jsonl line 2: _id is missing",
        "answers.jsonl line 2: corpus_id is missing",
        "answers.jsonl line 2: answer_sentences is missing",
        "queries.jsonl line 1: text is missing",
        "queries.jsonl line 2: text is of the wrong type: '5'",
        "queries.jsonl line 3: answerable is of the wrong type: 'yes'",
    ]


def test_missing_files_are_named(tmp_path):
    assert faults(tmp_path) == [
        "corpus.jsonl: there is no such file",
        "qrels.tsv: there is no such file",
        "queries.jsonl: there is no such file",
    ]


def test_files_that_are_not_utf_8_are_named(folder):
    for name in ("corpus.jsonl", "queries.jsonl", "qrels.tsv"):
        (folder / name).write_bytes(b"abc \xff")
    assert faults(folder) == [
        "corpus.jsonl: not UTF-8 (byte 4)",
        "qrels.tsv: not UTF-8 (byte 4)",
        "queries.jsonl: not UTF-8 (byte 4)",
    ]


def test_a_corpus_of_nothing_is_refused(folder):
    for name in ("corpus.jsonl", "queries.jsonl"):
        (folder / name).write_text("\n")
    assert faults(folder) == ["it holds no article", "it holds no question"]


def test_the_message_shows_twenty_faults_and_counts_the_rest(folder):
    (folder / "qrels.tsv").write_text("bad\n" * 25)
    with pytest.raises(DatasetInvalid, match=r"line 20(.|\n)*\.\.\. and 5 more$") as refused:
        read_corpus(folder)
    assert "line 21" not in str(refused.value)


@pytest.fixture
def articles_folder(tmp_path):
    place = tmp_path / "articles"
    place.mkdir()
    for name in ("a.md", "b.md"):
        (place / name).write_text(f"# About {name}\n\nWords.\n")
    return place


def test_articles_may_be_a_folder_of_files(folder, articles_folder):
    assert [one.id for one in read_corpus(folder, articles_folder).articles] == ["a.md", "b.md"]
    (folder / "corpus.path").write_text("../articles\n")
    (folder / "corpus.files").write_text("b.md\r\n")
    assert [one.id for one in read_corpus(folder).articles] == ["b.md"]


def test_a_folder_of_articles_that_is_not_there_is_a_fault(folder, tmp_path):
    assert faults(folder, tmp_path / "nowhere") == [f"{tmp_path / 'nowhere'} is not a folder"]


def test_texts_are_compared_by_letters_and_digits():
    assert plain("**Press** [Restore](trash.md), *now*!") == "press restore now"
