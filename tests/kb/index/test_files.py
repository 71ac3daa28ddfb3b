from __future__ import annotations

import subprocess
import sys
from threading import Thread

import pytest

from kb.errors import IndexUnusable
from kb.index.files import (
    clear_leftovers,
    locked,
    put_in_place,
    read_json,
    sha256_of,
    write_aside,
    write_json,
)

HOLDING = """
import fcntl, sys
file = open(sys.argv[1], "a")
fcntl.flock(file, fcntl.LOCK_EX)
print("held", flush=True)
sys.stdin.read()
"""


def test_one_writer_or_many_readers_hold_a_lock(tmp_path):
    path = tmp_path / "lock"
    with locked(path) as held:
        assert held
        with (
            locked(path, patience_seconds=0) as second,
            locked(path, shared=True, patience_seconds=0) as reader,
        ):
            assert (second, reader) == (False, False)
    with locked(path, shared=True) as one, locked(path, shared=True, patience_seconds=0) as other:
        assert (one, other) == (True, True)
        with locked(path, patience_seconds=0.05) as writer:
            assert not writer


def test_a_lock_is_waited_for(tmp_path):
    order: list[str] = []

    def wait() -> None:
        with locked(tmp_path / "lock"):
            order.append("second")

    with locked(tmp_path / "lock"):
        thread = Thread(target=wait)
        thread.start()
        order.append("first")
    thread.join()
    assert order == ["first", "second"]


def test_a_killed_process_holds_no_lock(tmp_path):
    path = tmp_path / "lock"
    child = subprocess.Popen(
        [sys.executable, "-c", HOLDING, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    with child:
        assert child.stdout is not None
        child.stdout.readline()
        with locked(path, patience_seconds=0) as held:
            assert not held
        child.kill()
    with locked(path, patience_seconds=0) as held:
        assert held


def test_a_file_is_replaced_whole(tmp_path):
    path = tmp_path / "file"
    path.write_text("old")
    written = write_aside(path, lambda aside: aside.write_text("new"))
    assert path.read_text() == "old"
    put_in_place(written, path)
    assert path.read_text() == "new"
    assert list(tmp_path.iterdir()) == [path]


def test_a_record_comes_back_and_shows_damage(tmp_path):
    path = tmp_path / "record.json"
    write_json(path, {"generation": 12, "files": {"a": "b"}})
    assert read_json(path) == {"generation": 12, "files": {"a": "b"}}
    path.write_text(path.read_text().replace("12", "13"))
    with pytest.raises(IndexUnusable, match="not as written"):
        read_json(path)


def test_a_missing_record_is_unusable(tmp_path):
    with pytest.raises(IndexUnusable, match="cannot be read"):
        read_json(tmp_path / "record.json")


def test_left_over_files_and_folders_are_cleared_and_others_stay(tmp_path):
    (tmp_path / "one.7.tmp").write_text("")
    (tmp_path / "two.7.tmp" / "inner").mkdir(parents=True)
    (tmp_path / "kept").write_text("abc")
    clear_leftovers(tmp_path)
    assert list(tmp_path.iterdir()) == [tmp_path / "kept"]
    assert sha256_of(tmp_path / "kept").startswith("ba7816bf8f01cfea")
