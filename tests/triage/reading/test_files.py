from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from triage.errors import ImportUnreadable
from triage.reading import read_accounts, read_tickets
from triage.types import Account, RowFault, Ticket


@pytest.fixture
def file(tmp_path):
    def write(content, name="tickets.csv", encoding="utf-8"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return path

    return write


def bodies(reading):
    return {ticket.id: ticket.body for ticket in reading.tickets}


def places(reading):
    return [(fault.line, fault.column) for fault in reading.faults]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_delimiter_is_found_in_the_header(file, delimiter):
    text = delimiter.join(["id", "body"]) + "\n" + delimiter.join(["1", '"a, b; c\td"']) + "\n"
    assert bodies(read_tickets(file(text))) == {"1": "a, b; c\td"}


def test_a_comma_in_a_name_does_not_hide_the_semicolons(file):
    assert bodies(read_tickets(file("id;body;a,b,c,d,e\n1;x;y\n"))) == {"1": "x"}


def test_a_byte_order_mark_and_other_line_ends_are_accepted(file):
    assert bodies(read_tickets(file(b"\xef\xbb\xbfid,body\r\n1,hello\r\n"))) == {"1": "hello"}


def test_names_of_columns_are_known_whatever_their_case(file):
    [ticket] = read_tickets(file("ID,Created At,Body\n1,2026-03-02T10:00:00Z,x\n")).tickets
    assert ticket == Ticket(id="1", body="x", created_at=datetime(2026, 3, 2, 10, tzinfo=UTC))


def test_columns_are_renamed_and_unknown_ones_kept(file):
    path = file("nr,message,body,shop\n1,real,other,Rome\n")
    [ticket] = read_tickets(path, mapping={"nr": "id", "message": "body"}).tickets
    assert ticket == Ticket(id="1", body="real", attributes={"body (as it came)": "other", "shop": "Rome"})


def test_rows_without_an_id_get_their_number(file):
    assert bodies(read_tickets(file('body\nfirst\n"two\nlines"\nthird\n'))) == {
        "0": "first",
        "1": "two\nlines",
        "2": "third",
    }


def test_a_bad_row_is_reported_with_its_physical_line_and_the_rest_is_read(file):
    path = file('id,body,csat\n1,"two\nlines",9\n2,fine,3\n3,,\n\n4,short\n5,fine,\n6,a,b,c\n')
    reading = read_tickets(path)
    assert bodies(reading) == {"2": "fine", "5": "fine"}
    assert places(reading) == [(2, "csat"), (5, "body"), (7, ""), (9, "")]
    assert reading.faults[2].reason == "has 2 values, and the header names 3 columns"


def test_a_quote_that_is_never_closed_takes_one_row_only(file):
    reading = read_tickets(file('id,body\n1,fine\n2,"open\n3,fine too\n4,"and\nlong"\n5,"x" y\n6,end\n'))
    assert bodies(reading) == {"1": "fine", "3": "fine too", "4": "and\nlong", "6": "end"}
    assert [line for line, _ in places(reading)] == [3, 7]


def test_the_second_row_of_an_id_is_reported(file):
    reading = read_tickets(file("id,body\n1,a\n1,b\n"))
    assert bodies(reading) == {"1": "a"}
    assert reading.faults == (RowFault(3, "id", "'1' is the id of line 2 already; that row was kept"),)


def test_reading_twice_gives_the_same(file):
    path = file("body\na\nb\n")
    assert read_tickets(path) == read_tickets(path)


def test_json_lines_come_with_their_types_and_lines(file):
    rows = [
        '{"id": 1, "body": "a", "urgency": "urgent"}',
        "",
        "[1]",
        '{"id": 2, "body": ',
        '{"body": "b", "csat": 3}',
    ]
    reading = read_tickets(file("\n".join(rows), "tickets.jsonl"))
    assert reading.tickets == (Ticket(id="1", body="a", urgency="urgent"), Ticket(id="3", body="b", csat=3.0))
    assert [line for line, _ in places(reading)] == [3, 4]


@pytest.mark.parametrize("name", ["tickets.json", "export", "tickets.jsonl"])
def test_a_json_array_is_read_too(file, name):
    text = json.dumps([{"id": "a", "body": "x"}, {"id": "b", "body": 4}, "no", {"id": "c"}], indent=1)
    reading = read_tickets(file(text, name))
    assert bodies(reading) == {"a": "x", "b": "4"}
    assert places(reading) == [(10, ""), (11, "body")]


def test_a_broken_array_keeps_what_came_before(file):
    reading = read_tickets(file('[{"id": "a", "body": "x"},\n{"id": oops}]', "t.json"))
    assert bodies(reading) == {"a": "x"}
    assert places(reading) == [(2, "")]


def test_another_encoding_is_read_when_named(file):
    path = file("id,body\n1,Grüße\n", encoding="cp1252")
    assert bodies(read_tickets(path, encoding="cp1252")) == {"1": "Grüße"}


def test_utf_16_is_read_when_named(file):
    path = file('{"id": "1", "body": "Grüße"}\n', "t.jsonl", encoding="utf-16")
    assert bodies(read_tickets(path, encoding="utf-16")) == {"1": "Grüße"}


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("id,body\n1,Grüße\n".encode("cp1252"), "is not utf-8-sig text .*--encoding cp1252"),
        ("id,body\n1,x\n".encode("utf-16"), "--encoding utf-16"),
        (b"", "is empty"),
        (b"PK\x03\x04rest", "workbook or ZIP archive, not text; save it as CSV"),
        (
            b"id,text\n1,x\n",
            "No column is body or subject; there are 'id', 'text'. Name it with --map COLUMN=body",
        ),
        (b"id,body,id\n1,x,2\n", "names 'id' twice"),
        (b'id,"body\n1,x\n', "The header cannot be read: opens a quote"),
    ],
)
def test_what_cannot_be_read_says_why_and_what_to_do(file, content, says):
    with pytest.raises(ImportUnreadable, match=says):
        read_tickets(file(content))


@pytest.mark.parametrize(
    ("mapping", "says"),
    [
        ({"body": "text"}, "There is no field 'text' to map to; the fields are id, "),
        ({"txt": "body"}, "There is no column 'txt' to map"),
        ({"a": "body", "b": "body"}, "Two columns are mapped to body"),
    ],
)
def test_a_wrong_mapping_says_what_there_is(file, mapping, says):
    with pytest.raises(ImportUnreadable, match=says):
        read_tickets(file("id,body,subject\n1,x,y\n"), mapping=mapping)


def test_a_missing_file_and_an_unknown_encoding_are_named(file, tmp_path):
    with pytest.raises(ImportUnreadable, match="There is no file"):
        read_tickets(tmp_path / "none.csv")
    with pytest.raises(ImportUnreadable, match="is a folder"):
        read_tickets(tmp_path)
    with pytest.raises(ImportUnreadable, match="There is no encoding 'klingon'"):
        read_tickets(file("body\nx\n"), encoding="klingon")


def test_a_body_of_five_megabytes_is_a_row_like_others(file):
    reading = read_tickets(file("id,body\n1," + "x" * 5_000_000 + "\n2,y\n"))
    assert [(ticket.id, len(ticket.body)) for ticket in reading.tickets] == [("1", 5_000_000), ("2", 1)]


def test_accounts_are_read_with_their_faults(file):
    path = file("account;name;seats\na1;Acme;3\na2;Bolt;many\na1;Again;1\n;Nobody;1\n")
    reading = read_accounts(path, mapping={"account": "account_id"})
    assert reading.accounts == (Account("a1", "Acme", seats=3),)
    assert places(reading) == [(3, "seats"), (4, "account_id"), (5, "account_id")]
