"""What the README tells to do, does what it says."""

from __future__ import annotations

import json
import shlex
from dataclasses import dataclass, field
from typing import Any

import pytest
from flask.testing import FlaskClient

from api.app import create_app
from api.replies import AnswerReply, HitReply, QuoteReply
from api.wiring import Parts
from tests.docs import reading
from tests.docs.conftest import NOW


def test_a_help_centre_is_brought_in_and_searched(flask, help_centre):
    printed = {}
    for words in reading.block_with("flask kb import"):
        if words[0] == "flask" and words[1] != "serve":
            done = flask(words)
            assert done.exit_code == 0, done.output
            printed[" ".join(words[1:3])] = done.stdout
    assert printed["init"].startswith("pm_")
    assert printed["keys add"].startswith("pm_")
    assert printed["kb import"].startswith("help: 2 added, 0 updated, 0 unchanged, 0 removed, 0 left out;")
    assert "Payouts" in printed["kb search"].splitlines()[0]
    assert "help:payouts.md" in printed["kb search"]
    assert "articles       2" in printed["kb check"]


def test_a_backup_is_written_and_restored(flask, help_centre):
    for words in (["flask", "init"], ["flask", "kb", "import", "help-centre"]):
        assert flask(words).exit_code == 0
    write, read = reading.block_with("flask backup")
    assert flask(write).exit_code == 0
    assert flask([word for word in read if word != "--force"]).exit_code == 1
    assert flask(read).exit_code == 0
    assert "articles       2" in flask(["flask", "kb", "check"]).stdout


@dataclass(slots=True)
class Call:
    """A curl command; its method follows from what it sends, as curl's does."""

    address: str = ""
    method: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    body: str | None = None

    @classmethod
    def read(cls, line: str) -> Call:
        call, words = cls(), iter(shlex.split(line)[1:])
        for word in words:
            if word == "-X":
                call.method = next(words)
            elif word == "-H":
                name, value = next(words).split(": ", 1)
                call.headers[name] = value
            elif word == "-d":
                call.body = next(words)
            else:
                call.address = word.removeprefix("http://127.0.0.1:8000")
        call.method = call.method or ("GET" if call.body is None else "POST")
        return call

    def send(self, client: FlaskClient) -> Any:
        return client.open(self.address, method=self.method, headers=self.headers, data=self.body)


CURLS = [
    line.strip()
    for block in reading.blocks("shell")
    for line in reading.shell_lines(block)
    if "curl " in line
]
EXPECTED = {"PUT": 201, "DELETE": 204, "GET": 200, "POST": 200}


@pytest.fixture
def parts(prepared, help_centre):
    parts = Parts(prepared, now=lambda: NOW)
    parts.knowledge.import_path(help_centre, "help", now=NOW)
    yield parts
    parts.close()


def test_the_calls_by_curl_are_answered_in_the_order_they_are_shown(parts):
    client = create_app(parts=parts).test_client()
    key = parts.keys.add("Reader", "manager", None, "test", NOW).secret
    answer_id = ""
    for line in CURLS:
        call = Call.read(line.replace("$KEY", key).replace("$ANSWER_ID", answer_id))
        response = call.send(client)
        is_feedback = call.address.endswith("/feedback")
        assert response.status_code == (204 if is_feedback else EXPECTED[call.method]), response.text
        if call.address.endswith("/answers"):
            answer_id = response.get_json()["id"]
    assert len(CURLS) == 10
    assert {Call.read(line).method for line in CURLS} == EXPECTED.keys()


def test_the_answer_that_is_shown_has_the_fields_of_a_real_one():
    (shown,) = (json.loads(block) for block in reading.blocks("json"))
    assert shown.keys() <= AnswerReply.model_fields.keys()
    (quote,), (hit,) = shown["answers"], shown["nearest"]
    assert quote.keys() <= QuoteReply.model_fields.keys()
    assert hit.keys() <= HitReply.model_fields.keys()
    assert len(quote["quote"]) == quote["end"] - quote["start"]
