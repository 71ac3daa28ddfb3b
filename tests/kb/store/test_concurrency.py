from __future__ import annotations

import itertools
import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from kb.store import ArticleStore
from tests.kb.store.builders import EMBEDDER, live_ids, put, write

ROOT = Path(__file__).parents[3]
LINES = 5

PUT_FOR_EVER = f"""
import itertools, sys
from api.database import make_engine
from kb.store import ArticleStore
from tests.kb.store.builders import put, write

store = ArticleStore(make_engine(sys.argv[1]))
for step in itertools.count():
    put(store, write(article_id=f"a{{step % 3}}", text="\\n".join(f"{{step}} {{n}}" for n in range({LINES}))))
    print(step, flush=True)
"""


def text_of(step):
    return "\n".join(f"{step} {line}" for line in range(LINES))


def test_writers_and_readers_do_not_disturb_each_other(store):
    stop = threading.Event()

    def write_articles(name):
        for step in range(12):
            put(store, write(article_id=name, text=text_of(step)))

    def read_whole_articles():
        reads = 0
        while not stop.is_set() or reads == 0:
            changes = store.changes(EMBEDDER, -1)
            texts = {}
            for row in changes.added:
                texts.setdefault(row.article_id, []).append(row.text)
            for lines in texts.values():
                assert "\n".join(lines) == text_of(lines[0].split()[0])
            store.passages([row.passage_id for row in changes.added])
            reads += 1
        return reads

    names = [f"a{number}" for number in range(4)]
    with ThreadPoolExecutor(8) as threads:
        readers = [threads.submit(read_whole_articles) for _ in range(4)]
        writers = [threads.submit(write_articles, name) for name in names]
        try:
            for writer in writers:
                writer.result()
        finally:
            stop.set()
        assert all(reader.result() > 0 for reader in readers)

    assert [store.version(name, 12).text for name in names] == [text_of(11)] * 4
    assert store.live_count() == len(live_ids(store)) == 4 * LINES


def test_generations_are_never_counted_twice(store):
    before = store.generation()
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda n: put(store, write(article_id=f"a{n % 3}", text=f"{n}")), range(40)))
    assert store.generation() == before + 40


def test_a_killed_writer_leaves_whole_articles_only(engine, tmp_path):
    url = engine.url.render_as_string(hide_password=False)
    engine.dispose()
    last_told = _put_until_killed(url)

    store = ArticleStore(engine)
    texts = [store.get(f"a{number}").text for number in range(3)]
    steps = [int(text.split()[0]) for text in texts]
    assert texts == [text_of(step) for step in steps]
    # What it told was stored; the step after that may have been, too.
    assert max(steps) in {last_told, last_told + 1}
    found = [one.passage.text for one in store.passages(live_ids(store))]
    assert sorted(found) == sorted(line for text in texts for line in text.split("\n"))
    put(store, write(article_id="next", text="Goes on."))
    assert store.get("next").text == "Goes on."


def _put_until_killed(url):
    """Start a process that puts articles without end, kill it at work, and give the last step it told."""
    process = subprocess.Popen(
        [sys.executable, "-c", PUT_FOR_EVER, url], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    told = [int(line) for line in itertools.islice(process.stdout, 10)]
    time.sleep(0.05)
    os.kill(process.pid, signal.SIGKILL)
    told += [int(line) for line in process.stdout]
    process.wait()
    process.stdout.close()
    return told[-1]
