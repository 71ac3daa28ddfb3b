from __future__ import annotations

import gzip
import hashlib
import io
import json
import sqlite3
import stat
import tarfile
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
import sqlalchemy as sa

from api.backup import backup, restore
from api.database import (
    METADATA,
    downgrade,
    make_engine,
    migrate,
    newest_schema,
    schema_change,
    schema_version,
)
from api.errors_database import (
    BackupError,
    BackupTooNew,
    BackupUnreadable,
    DatabaseInUse,
    DatabaseNotEmpty,
    DatabaseUnusable,
    SchemaTooNew,
)
from api.store import KeyStore, SettingsStore
from kb.index.port import IndexRow
from kb.store import ArticleStore, Source
from kb.types import Answer, Feedback, ImportReport
from tests.kb.store.builders import EMBEDDER, NOW, article, live_ids, put, write

LATER = NOW + timedelta(days=3)


@pytest.fixture
def new_engine(request):
    """Opens further databases, migrated or empty."""
    opened = []

    def create(kind, migrated=True):
        opened.append(make_engine(request.getfixturevalue(f"{kind}_database")(migrated)))
        return opened[-1]

    yield create
    for engine in opened:
        engine.dispose()


@pytest.fixture
def sqlite_engine(new_engine):
    """For what is decided before any database is touched."""
    return new_engine("sqlite")


@pytest.fixture
def data(tmp_path):
    folder = tmp_path / "data"
    (folder / "models" / "search" / "1").mkdir(parents=True)
    (folder / "models" / "search" / "1" / "card.json").write_text('{"task": "search"}')
    (folder / "cache").mkdir()
    (folder / "cache" / "index.bin").write_bytes(b"made again")
    return folder


@pytest.fixture
def target(tmp_path):
    return tmp_path / "backups" / "monday.tar.gz"


def fill(engine):
    """Rows in every table, among them empty, null, large and foreign values."""
    store = ArticleStore(engine)
    store.set_active_embedder(EMBEDDER)
    put(store, write(text="Old text."), write(article_id="refunds", text="Käse 🛳\nzwei", updated_at=NOW))
    put(store, write(text="New text.", tags=("a", "b")))
    store.remove(["refunds"], NOW)
    answer = Answer("one", "How?", answered=False, probability=0.1 + 0.2, reason="nothing_close")
    store.save_answer(answer, "agent", "", np.array([0.25, -1e-30], np.float32), NOW)
    store.save_answer(Answer("two", "Why?", answered=True, probability=1e-300), "agent", "t", None, NOW)
    store.add_feedback(Feedback("one", False, at=NOW), "agent")
    store.save_source(Source("help", "folder", "help", settings={"deep": [1, None]}, imported_at=NOW))
    store.save_source(Source("api", "file", "api", report=ImportReport("api", added=2)))
    keys = KeyStore(engine)
    secret = keys.add("Widget", "agent", ["public"], "admin", NOW).secret
    keys.add("All", "admin", None, "admin", NOW)
    SettingsStore(engine).set("threshold", None, "marek", NOW)
    return secret


def contents(engine):
    """All rows of all tables, but for what a restart of the feed changes."""
    found = {}
    with engine.connect() as connection:
        for table in (table for metadata in METADATA for table in metadata.sorted_tables):
            columns = [column for column in table.c if column.name != "added_in"]
            if table.name != "kb_state":
                rows = connection.execute(sa.select(*columns).order_by(*table.primary_key)).all()
                found[table.name] = [tuple(row) for row in rows]
    return found


@pytest.mark.parametrize("restored_into", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def test_a_backup_restores_into_either_database(engine, restored_into, new_engine, data, target, tmp_path):
    secret = fill(engine)
    backup(engine, data, target, NOW)
    other = new_engine(restored_into, migrated=False)

    restore(other, tmp_path / "elsewhere", target, LATER)

    assert contents(other) == contents(engine)
    assert schema_version(other) == newest_schema()
    assert ArticleStore(other).get("deposits") == ArticleStore(engine).get("deposits")
    assert ArticleStore(other).answer("one") == ArticleStore(engine).answer("one")
    assert KeyStore(other).find(secret, LATER).name == "Widget"
    assert SettingsStore(other).all() == {"threshold": None}
    assert (tmp_path / "elsewhere/models/search/1/card.json").read_text() == '{"task": "search"}'
    assert not (tmp_path / "elsewhere/cache").exists()


def test_a_restored_database_goes_on_working(engine, database_kind, new_engine, data, target):
    fill(engine)
    highest = max(max(live_ids(ArticleStore(engine))), 4)
    backup(engine, data, target, NOW)
    other = new_engine(database_kind)
    restore(other, data, target, LATER)

    store = ArticleStore(other)
    put(store, write(article_id="new", text="More."))
    store.add_feedback(Feedback("two", True, at=LATER), "agent")
    SettingsStore(other).set("threshold", 1, "marek", LATER)

    assert store.get("new").text == "More."
    assert max(live_ids(store)) > highest
    assert len(contents(other)["api_audit"]) == 4


def test_ids_of_purged_passages_are_not_given_again_after_restoring(
    engine, database_kind, new_engine, data, target
):
    store = ArticleStore(engine)
    store.set_active_embedder(EMBEDDER)
    put(store, write(text="a\nb\nc"))
    purged = live_ids(store)
    store.remove(["deposits"], NOW)
    store.purge(store.generation() + 1)
    backup(engine, data, target, NOW)

    other = new_engine(database_kind)
    restore(other, data, target, LATER)
    put(ArticleStore(other), write(text="d"))

    assert min(live_ids(ArticleStore(other))) > max(purged)


def test_an_index_notices_that_the_database_was_restored(engine, database_kind, new_engine, data, target):
    fill(engine)
    backup(engine, data, target, NOW)
    other = new_engine(database_kind)
    store = ArticleStore(other)
    put(store, write(article_id="other", text="1\n2\n3\n4\n5\n6\n7\n8\n9"))
    seen, held = store.generation(), [row for batch in store.live_rows(EMBEDDER) for row in batch]

    restore(other, data, target, LATER, force=True)

    changes = store.changes(EMBEDDER, seen)
    left = {row.passage_id for row in held} - set(changes.removed) - {row.passage_id for row in changes.added}
    assert left == set()
    assert [row.text for row in changes.added if isinstance(row, IndexRow)] == ["New text."]
    assert changes.generation == int(LATER.timestamp())


def test_rows_are_not_overwritten_unless_forced(engine, database_kind, new_engine, data, target):
    fill(engine)
    backup(engine, data, target, NOW)
    other = new_engine(database_kind)
    put(ArticleStore(other), write(article_id="mine"))
    before = contents(other)

    with pytest.raises(DatabaseNotEmpty, match="kb_articles"):
        restore(other, data, target, LATER)
    assert contents(other) == before

    restore(other, data, target, LATER, force=True)
    assert contents(other) == contents(engine)


def test_a_backup_of_an_older_schema_is_migrated(engine, database_kind, new_engine, data, target):
    with schema_change(engine) as connection:
        downgrade(connection, "0001")
        connection.execute(sa.text("INSERT INTO kb_state (key, value) VALUES ('mark', 'kept')"))
    old_backup(engine, target, "0001")
    migrate(engine)

    other = new_engine(database_kind)
    restore(other, data, target, LATER)

    assert schema_version(other) == newest_schema()
    with other.connect() as connection:
        kept = connection.execute(sa.text("SELECT value FROM kb_state WHERE key = 'mark'")).scalar()
    assert kept == "kept"


def old_backup(engine, target, schema):
    """What the release of that schema would have written of kb_state."""
    with engine.connect() as connection:
        rows = connection.execute(sa.text("SELECT key, value FROM kb_state")).mappings().all()
    lines = "".join(json.dumps(dict(row)) + "\n" for row in rows)
    repack(target, {"tables/kb_state.jsonl": lines.encode()}, schema)


def repack(target, files, schema):
    manifest = {
        "format": "pointsman-backup/1",
        "schema": schema,
        "created_at": NOW.isoformat(),
        "files": {name: hashlib.sha256(content).hexdigest() for name, content in files.items()},
        "last_ids": {},
    }
    pack(target, {"manifest.json": json.dumps(manifest).encode()} | files)


def pack(target, files):
    target.parent.mkdir(parents=True, exist_ok=True)
    with tarfile.open(target, "w:gz") as archive:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))


def unpacked(target):
    with tarfile.open(target) as archive:
        return {entry.name: archive.extractfile(entry).read() for entry in archive.getmembers()}


def test_a_backup_of_a_newer_release_is_refused(sqlite_engine, data, target):
    repack(target, {}, "9999")
    with pytest.raises(BackupTooNew, match="9999"):
        restore(sqlite_engine, data, target, LATER)
    assert schema_version(sqlite_engine) == newest_schema()


def altered(files):
    return files | {
        "tables/kb_articles.jsonl": files["tables/kb_articles.jsonl"].replace(b"Deposits", b"Deposit$")
    }


def shortened(files):
    return {name: content for name, content in files.items() if name != "tables/kb_passages.jsonl"}


def without_manifest(files):
    return {name: content for name, content in files.items() if name != "manifest.json"}


def of_another_format(files):
    return files | {
        "manifest.json": files["manifest.json"].replace(b"pointsman-backup/1", b"pointsman-backup/2")
    }


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (altered, "Not as written: tables/kb_articles.jsonl"),
        (shortened, "Not as written: tables/kb_passages.jsonl"),
        (without_manifest, "no manifest"),
        (of_another_format, "manifest reads otherwise"),
    ],
)
def test_a_damaged_backup_is_refused(sqlite_engine, data, target, damage, message):
    fill(sqlite_engine)
    backup(sqlite_engine, data, target, NOW)
    pack(target, damage(unpacked(target)))
    before = contents(sqlite_engine)
    with pytest.raises(BackupUnreadable, match=message):
        restore(sqlite_engine, data, target, LATER, force=True)
    assert contents(sqlite_engine) == before


@pytest.mark.parametrize(
    "content", [b"", b"PK\x03\x04 a zip file", gzip.compress(b"not a tar file " * 99), "half"], ids=repr
)
def test_what_is_no_backup_is_refused(sqlite_engine, data, target, content):
    if content == "half":
        backup(sqlite_engine, data, target, NOW)
        content = target.read_bytes()[:-200]
    target.parent.mkdir(exist_ok=True)
    target.write_bytes(content)
    with pytest.raises(BackupUnreadable):
        restore(sqlite_engine, data, target, LATER)
    with pytest.raises(BackupUnreadable, match="no file"):
        restore(sqlite_engine, data, target.with_name("missing"), LATER)
    assert [path.name for path in data.iterdir() if path.name.startswith(".")] == []


def test_a_backup_cannot_write_outside_its_folder(sqlite_engine, data, target):
    pack(target, {"../escaped.txt": b"x"})
    with pytest.raises(BackupUnreadable):
        restore(sqlite_engine, data, target, LATER)
    assert not (data / "escaped.txt").exists()


def test_restoring_that_fails_half_way_leaves_the_database_as_it_was(engine, data, target):
    fill(engine)
    backup(engine, data, target, NOW)
    files = without_manifest(unpacked(target))
    files["tables/kb_passages.jsonl"] += b'{"id": "not a number", "article_id": "nowhere"}\n'
    repack(target, files, newest_schema())
    before = contents(engine)

    with pytest.raises(sa.exc.SQLAlchemyError):
        restore(engine, data, target, LATER, force=True)

    assert contents(engine) == before
    assert [path for path in data.parent.iterdir() if "restoring" in path.name] == []


def test_only_the_owner_may_read_a_backup_and_nothing_else_is_left(sqlite_engine, data, target):
    manifest = backup(sqlite_engine, data, target, NOW)
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert [path.name for path in target.parent.iterdir()] == ["monday.tar.gz"]
    assert next(iter(unpacked(target))) == "manifest.json"
    assert (manifest.created_at, manifest.schema) == (NOW, newest_schema())
    assert "data/models/search/1/card.json" in manifest.files


def test_a_backup_sees_one_moment_of_a_database_at_work(engine, data, target):
    fill(engine)
    before = contents(engine)
    backup(engine, data, target, NOW)
    put(ArticleStore(engine), write(article_id="afterwards"))
    restore(engine, data, target, datetime.now(UTC), force=True)
    assert contents(engine) == before


def test_a_database_that_was_not_migrated_is_not_backed_up(empty_engine, data, target):
    with pytest.raises(BackupError, match="migrate"):
        backup(empty_engine, data, target, NOW)
    assert not target.exists()


def test_a_sqlite_file_that_is_open_elsewhere_is_not_exchanged(new_engine, data, target):
    engine = new_engine("sqlite")
    fill(engine)
    backup(engine, data, target, NOW)
    before = contents(engine)
    other = sqlite3.connect(engine.url.database)
    other.execute("SELECT count(*) FROM kb_articles").fetchone()
    with pytest.raises(DatabaseInUse, match="stop the program"):
        restore(engine, data, target, LATER, force=True)
    other.close()
    assert contents(engine) == before


def test_a_damaged_sqlite_file_is_not_overwritten_unseen(new_engine, data, target, tmp_path):
    engine = new_engine("sqlite")
    backup(engine, data, target, NOW)
    broken = tmp_path / "broken.db"
    broken.write_bytes(b"this is no database" * 500)
    with pytest.raises(DatabaseUnusable, match="move it away"):
        restore(make_engine(f"sqlite:///{broken}"), data, target, LATER)


@pytest.mark.postgres
def test_a_postgresql_database_of_a_newer_release_is_not_overwritten(new_engine, data, target):
    engine = new_engine("postgresql")
    backup(engine, data, target, NOW)
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(SchemaTooNew):
        restore(engine, data, target, LATER, force=True)


def test_the_article_survives_a_round_trip_through_both_databases(new_engine, request, data, target):
    request.getfixturevalue("postgresql_server")
    here = new_engine("sqlite")
    put(ArticleStore(here), write(article(updated_at=NOW, tags=("ä",))))
    backup(here, data, target, NOW)
    there = new_engine("postgresql")
    restore(there, data, target, NOW)
    backup(there, data, target, NOW)
    restore(here, data, target, LATER, force=True)
    assert ArticleStore(here).get("deposits") == article(updated_at=NOW, tags=("ä",))
