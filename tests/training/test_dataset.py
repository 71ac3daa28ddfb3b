from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from training.dataset import Dataset, Message, read_messages
from training.errors import DatasetInvalid


@pytest.fixture
def written(tmp_path):
    def write(text, name="tickets.csv", encoding="utf-8"):
        path = tmp_path / name
        path.write_bytes(text.encode(encoding))
        return path

    return write


def lines(*some):
    return "".join(json.dumps(row) + "\n" for row in some)


def test_a_ticket_is_read_with_what_training_needs(written):
    path = written(
        "id,subject,body,topic,account_id,created_at\n"
        "t1,Refund,Where is it?,billing,acme,2026-11-02T08:00:00+01:00\n"
    )
    moment = datetime(2026, 11, 2, 7, 0, tzinfo=UTC)
    assert read_messages(path, ["topic"]) == Dataset(
        (Message("t1", "Refund\n\nWhere is it?", "billing", "acme", moment, topic="billing"),),
        ("subject", "body"),
        "topic",
        "tickets.csv",
    )


def test_the_text_is_what_its_writer_meant(written):
    path = written(
        lines(
            {
                "subject": "Re: Refund",
                "body": "Hi,\nwhere is it?\n\nOn Mon, 2 Nov 2026 at 08:00, Ann wrote:\n> old",
            }
        ),
        "t.jsonl",
    )
    assert read_messages(path, need_label=False).texts == ["Refund\n\nwhere is it?"]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_delimiter_is_seen_from_the_header(written, delimiter):
    path = written(f"id{delimiter}body{delimiter}topic\n1{delimiter}the invoice{delimiter}billing\n")
    assert read_messages(path, ["topic"]).messages == (
        Message("1", "the invoice", "billing", topic="billing"),
    )


@pytest.mark.parametrize("inside", ["\x0b", "\x0c", "\x1c", "\x85", "\u2028"])
def test_odd_separators_inside_a_field_end_no_row(written, inside):
    path = written(f"question,topic\nfirst{inside}second,billing\nthird,login\n")
    assert len(read_messages(path, ["topic"], ["question"]).messages) == 2


def test_a_quoted_field_may_hold_lines(written):
    path = written('question,topic\n"one\n\ntwo",billing\r\n')
    assert read_messages(path, ["topic"], ["question"]).texts == ["one\n\ntwo"]


def test_named_columns_of_text_are_joined_by_a_blank_line(written):
    path = written("title,question,topic\nRefund,where is it,billing\n,only this,billing\n")
    found = read_messages(path, ["topic"], ["title", "question"])
    assert found.texts == ["Refund\n\nwhere is it", "only this"]
    assert found.text_columns == ("title", "question")


def test_several_label_columns_make_one_label(written):
    path = written("body,area,kind\na refund,billing,late\na charge,billing,\n")
    found = read_messages(path, ["area", "kind"])
    assert found.labels == ("billing", "billing / late")
    assert found.label_column == "area / kind"


def test_numbers_and_nulls_in_json_are_read_as_written(written):
    path = written(lines({"id": 7, "body": "a refund", "topic": 3, "account_id": None}) + "\n", "t.ndjson")
    assert read_messages(path, ["topic"]).messages == (Message("7", "a refund", "3", topic="3"),)


def test_a_row_without_an_id_has_its_number(written):
    path = written("body,topic\na refund,billing\na password,login\n")
    assert [message.id for message in read_messages(path, ["topic"]).messages] == ["0", "1"]


@pytest.mark.parametrize("moment", ["", "yesterday", "2026-11-02T08:00:00"])
def test_a_moment_that_is_not_certain_is_not_known(written, moment):
    path = written(f"body,topic,created_at\na refund,billing,{moment}\n")
    assert read_messages(path, ["topic"]).messages[0].created_at is None


def test_a_group_is_read_from_its_column(written):
    path = written("body,topic,industry\na refund,billing,travel\n")
    assert read_messages(path, ["topic"], group_column="industry").messages[0].group == "travel"


def test_rows_that_teach_nothing_are_left_out_with_the_reason(written):
    path = written("body,topic\na refund,billing\n,billing\na charge,\n")
    found = read_messages(path, ["topic"])
    assert found.texts == ["a refund"]
    assert found.left_out == ("row 1: no text", "row 2: no label")


def test_predictions_are_wanted_of_every_row(written):
    path = written("body,topic\na refund,\n ,\n")
    assert read_messages(path, need_label=False, need_text=False).texts == ["a refund", ""]


def test_other_encodings_can_be_named(written):
    path = written("body,topic\nüber,billing\n", encoding="latin-1")
    assert read_messages(path, ["topic"], encoding="latin-1").texts == ["über"]


def test_a_byte_order_mark_is_no_part_of_the_header(written):
    path = written("\ufeffbody,topic\na refund,billing\n")
    assert read_messages(path, ["topic"]).text_columns == ("body",)


@pytest.mark.parametrize(
    ("content", "name", "faults"),
    [
        ("body,topic\n", "t.csv", ("it has no rows",)),
        (
            "title,other\na,b\n",
            "t.csv",
            (
                "there is no column 'topic'",
                "it has neither subject nor body; name the text with --text",
                "it has: other, title",
            ),
        ),
        ("body,other\na,b\n", "t.csv", ("there is no column 'topic'", "it has: body, other")),
        ("body,topic\n,billing\n", "t.csv", ("row 0: no text",)),
        (
            '["body"]\n3\n',
            "t.jsonl",
            (
                "line 1: is not a JSON object with a value for each column",
                "line 2: is not a JSON object with a value for each column",
            ),
        ),
    ],
    ids=["header", "columns missing", "a column missing", "no text", "no objects"],
)
def test_all_faults_of_a_file_are_told(written, content, name, faults):
    with pytest.raises(DatasetInvalid) as refused:
        read_messages(written(content, name), ["topic"])
    assert refused.value.faults == faults


@pytest.mark.parametrize(
    ("content", "name", "faulty"),
    [
        ('{"body": "a"}\n{oops\n\n[1,\n{"body": "b"}\n', "t.jsonl", ["line 2", "line 4"]),
        ("body,other\na,b\na,b,c\nb,c\n", "t.csv", ["line 3"]),
        ('body\na\n"b" c\nb\n', "t.csv", ["line 3"]),
    ],
    ids=["no json", "ragged", "quotes"],
)
def test_a_faulty_row_is_told_and_left_out(written, content, name, faulty):
    found = read_messages(written(content, name), need_label=False)
    assert [reason.split(":")[0] for reason in found.left_out] == faulty
    assert found.texts == ["a", "b"]


def test_a_row_keeps_its_number_where_faulty_ones_are_left_out(written):
    found = read_messages(written("body,other\na,b\na,b,c\nb,c\n"), need_label=False)
    assert [message.id for message in found.messages] == ["0", "2"]


def test_a_json_array_is_read(written):
    path = written(
        '[{"body": "a refund", "topic": "billing"}, {"body": "no way in", "topic": "login"}]', "t.json"
    )
    assert read_messages(path, ["topic"]).labels == ("billing", "login")


@pytest.mark.parametrize(
    ("content", "encoding", "reason"),
    [
        ("body\nüber\n", "utf-8-sig", "is not utf-8-sig text .*--encoding"),
        ("body\nüber\n", "klingon", "There is no encoding 'klingon'.*--encoding"),
        ("", "utf-8-sig", "is empty"),
    ],
)
def test_a_file_that_cannot_be_read_is_told(written, content, encoding, reason):
    with pytest.raises(DatasetInvalid, match=reason):
        read_messages(written(content, encoding="latin-1"), encoding=encoding)


def test_a_file_that_is_not_there_is_told(tmp_path):
    with pytest.raises(DatasetInvalid, match="There is no file"):
        read_messages(tmp_path / "nowhere.csv")


def dataset(*labels):
    return Dataset(tuple(Message(str(n), "text", label) for n, label in enumerate(labels)), (), "topic", "")


def test_labels_are_given_by_their_places():
    found = dataset("login", "billing", "other", "login")
    assert found.labels == ("billing", "login", "other")
    assert found.places(["login", "billing"]).tolist() == [0, 1, -1, 0]


def test_the_fingerprint_is_that_of_ids_texts_and_labels():
    assert dataset("login").fingerprint() == dataset("login").fingerprint()
    assert dataset("login").fingerprint() != dataset("billing").fingerprint()
    odd = Dataset((Message("1", "half a character \ud83d", "login"),), (), "topic", "")
    assert len(odd.fingerprint()) == 64
