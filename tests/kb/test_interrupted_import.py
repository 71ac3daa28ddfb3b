from __future__ import annotations

import multiprocessing
import random
import time

import pytest

from kb.types import ImportReport, Scope
from tests.kb.builders import EVERYTHING, NOW, knowledge_base, write_files
from tests.kb.import_in_pieces import ARTICLES, run_import, write_articles

KILLS = 5


class PowerCut(Exception):
    """Stands for whatever ends an import."""


def cut_off(done, total):
    raise PowerCut


def texts(knowledge):
    listed = knowledge.articles(EVERYTHING, limit=1000)
    return {one.id: knowledge.article(one.id, EVERYTHING).text for one in listed}


def test_an_import_that_is_cut_off_leaves_whole_articles_and_the_next_one_completes_it(knowledge, tmp_path):
    folder = write_articles(tmp_path / "files", "old")
    with pytest.raises(PowerCut):
        knowledge.import_path(folder, "help", now=NOW, progress=cut_off)
    half = texts(knowledge)
    assert 0 < len(half) < ARTICLES
    assert knowledge.check().faults == ()
    report = knowledge.import_path(folder, "help", now=NOW)
    assert (report.added, report.unchanged) == (ARTICLES - len(half), len(half))
    assert len(texts(knowledge)) == ARTICLES
    assert half.items() <= texts(knowledge).items()


def test_an_import_that_is_cut_off_removes_nothing_yet(knowledge, tmp_path):
    folder = write_files(tmp_path / "files", {"old.md": "# Old\n\nStays."})
    knowledge.import_path(folder, "help", now=NOW)
    (folder / "old.md").unlink()
    write_files(folder, {"new.md": "# New\n\nComes."})
    with pytest.raises(PowerCut):
        knowledge.import_path(folder, "help", now=NOW, progress=cut_off)
    assert [one.title for one in knowledge.articles(EVERYTHING)] == ["New", "Old"]
    assert knowledge.import_path(folder, "help", now=NOW) == ImportReport("help", unchanged=1, removed=1)
    assert [one.title for one in knowledge.articles(EVERYTHING)] == ["New"]


def test_a_killed_import_leaves_a_sound_database_and_the_next_one_completes_it(engine, tmp_path):
    old = write_articles(tmp_path / "old", "old")
    new = write_articles(tmp_path / "new", "new")
    started = time.perf_counter()
    knowledge_base(engine, tmp_path / "index").import_path(old, "help", now=NOW)
    duration = time.perf_counter() - started
    whole = texts(knowledge_base(engine, tmp_path / "index"))
    delays = random.Random(7)
    for _ in range(KILLS):
        run_and_kill(engine, tmp_path / "index", new, after=delays.uniform(0, duration))
        knowledge = knowledge_base(engine, tmp_path / "index")
        assert knowledge.check().faults == ()
        held = texts(knowledge)
        assert held.keys() == whole.keys()
        assert all(
            text == whole[name] or text == whole[name].replace("old", "new") for name, text in held.items()
        )
        assert len(knowledge.search("part", Scope(), limit=8)) == 8
    report = knowledge.import_path(new, "help", now=NOW)
    assert report.updated + report.unchanged == ARTICLES
    assert texts(knowledge) == {name: text.replace("old", "new") for name, text in whole.items()}
    assert knowledge.check().faults == ()


def run_and_kill(engine, index, folder, *, after):
    """Start the import in a process and send it SIGKILL after so many seconds."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.kb.import_in_pieces"])
    begun = context.Event()
    url = engine.url.render_as_string(hide_password=False)
    process = context.Process(target=run_import, args=(url, str(index), str(folder), begun))
    process.start()
    try:
        assert begun.wait(30)
        time.sleep(after)
    finally:
        process.kill()
        process.join()
        process.close()
