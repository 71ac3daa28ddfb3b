from __future__ import annotations

from dataclasses import replace

from kb.store import Source
from kb.types import Fault, ImportReport
from tests.kb.store.builders import NOW

HELP = Source("help", "folder", "sample/help_center", "public", {"base_url": "https://help", "depth": 2})


def test_a_source_comes_back_with_its_last_import(store):
    report = ImportReport("help", added=3, passages=9, skipped=(Fault("a.md", "is empty"),))
    imported = replace(HELP, imported_at=NOW, report=report)
    store.save_source(imported)
    assert store.sources() == (imported,)


def test_saving_again_replaces_the_source_of_that_name(store):
    store.save_source(HELP)
    store.save_source(Source("api", "file", "api.md"))
    store.save_source(replace(HELP, location="elsewhere"))
    assert [(one.name, one.location) for one in store.sources()] == [("api", "api.md"), ("help", "elsewhere")]
