"""Whatever happens to the files, the next opening searches correctly."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from kb.index.cache import PassageIndex
from kb.types import Scope

DIMENSION = 32
EMBEDDER = "test embedder/v1"
ROOT = Path(__file__).parents[3]

REBUILDING = """
import runpy, sys
from pathlib import Path
from kb.index.cache import PassageIndex
made = runpy.run_path(sys.argv[1])
feed = made["MemoryFeed"]()
feed.put(*made["make_rows"](400))
index = PassageIndex.open(Path(sys.argv[2]), feed, made["EMBEDDER"], made["DIMENSION"], "approximate")
print("ready", flush=True)
while True:
    index.rebuild()
    index._words.apply(made["make_rows"](5), [399], 1)
"""


def _flip_a_bit(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 4
    path.write_bytes(content)


def _truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


DAMAGE = {
    "flipped": _flip_a_bit,
    "truncated": _truncate,
    "emptied": lambda p: p.write_bytes(b""),
    "deleted": Path.unlink,
}
FILES = [
    "faiss.index",
    "faiss.json",
    "scopes.npz",
    "words.json",
    "words/meta.json",
    "words/*.term",
    "words/*.idx",
]


@pytest.fixture(scope="module")
def built(tmp_path_factory, make_feed, rows):
    """A folder with intact indexes and its feed."""
    feed = make_feed()
    feed.put(*rows(60))
    directory = tmp_path_factory.mktemp("built")
    PassageIndex.open(directory, feed, EMBEDDER, DIMENSION)
    return directory, feed


@pytest.fixture
def copy(built, tmp_path):
    shutil.copytree(built[0], tmp_path / "copy")
    return next((tmp_path / "copy").iterdir())


def assert_intact(folder: Path, feed, rows) -> None:
    index = PassageIndex.open(folder.parent, feed, EMBEDDER, DIMENSION)
    assert index.check() == ()
    row = rows(60)[10]
    assert index.near(row.vector, 1, Scope())[0].passage_id == 11
    assert [hit.passage_id for hit in index.words("word10", 5, Scope())] == [11]


@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE.keys())
def test_a_damaged_file_is_made_anew(built, copy, rows, file, damage):
    damage(next(copy.glob(file)))
    assert_intact(copy, built[1], rows)


@pytest.mark.parametrize(
    "content", [b"", b"{}", b"[1]", b"null", b"\xff\xfe", b'{"format": 1, "record_sha256": ""}']
)
@pytest.mark.parametrize("file", ["faiss.json", "words.json"])
def test_a_foreign_record_is_made_anew(built, copy, rows, file, content):
    (copy / file).write_bytes(content)
    assert_intact(copy, built[1], rows)


def test_a_missing_or_replaced_words_folder_is_made_anew(built, copy, rows):
    shutil.rmtree(copy / "words")
    assert_intact(copy, built[1], rows)
    shutil.rmtree(copy / "words")
    (copy / "words").write_text("a file")
    assert_intact(copy, built[1], rows)


def test_left_over_files_of_killed_writers_are_cleared(built, copy, rows):
    (copy / "faiss.index.99.tmp").write_text("half")
    (copy / "words.99.tmp").mkdir()
    (copy / "words" / "0123456789abcdef0123456789abcdef.term").write_text("never committed")
    assert_intact(copy, built[1], rows)
    PassageIndex.open(copy.parent, built[1], EMBEDDER, DIMENSION).rebuild()
    assert not list(copy.glob("*.tmp"))


def test_files_that_vanish_under_a_running_process_are_made_anew(make_feed, copy, row, rows):
    feed = make_feed()
    feed.put(*rows(60))
    index = PassageIndex.open(copy.parent, feed, EMBEDDER, DIMENSION)
    shutil.rmtree(copy)
    copy.mkdir()
    feed.put(row(70, words="parking"))
    assert index.refresh() is True
    assert {hit.passage_id for hit in index.words("parking word10", 5, Scope())} == {70, 11}
    assert index.check() == ()


def test_a_process_killed_at_any_moment_leaves_a_folder_that_opens(tmp_path, make_feed, rows):
    feed = make_feed()
    feed.put(*rows(400))
    conftest = Path(__file__).with_name("conftest.py")
    for seconds in (0.02, 0.13):
        command = [sys.executable, "-c", REBUILDING, str(conftest), str(tmp_path)]
        child = subprocess.Popen(
            command, stdout=subprocess.PIPE, cwd=ROOT, env={**os.environ, "PYTHONPATH": "."}
        )
        assert child.stdout is not None
        assert child.stdout.readline() == b"ready\n"
        time.sleep(seconds)
        child.send_signal(signal.SIGKILL)
        child.wait()
        child.stdout.close()
        index = PassageIndex.open(tmp_path, feed, EMBEDDER, DIMENSION, "approximate")
        assert index.kind == "faiss-approximate"
        assert index.check() == ()
        assert [hit.passage_id for hit in index.words("word398", 5, Scope())] == [399]
