from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from api.database import (
    METADATA,
    downgrade,
    is_known,
    make_engine,
    migrate,
    newest_schema,
    schema_change,
    schema_version,
)
from api.errors_database import DatabaseUnusable, SchemaTooNew
from kb.store.transactions import reading, writing


def tables(engine):
    return {name for name in sa.inspect(engine).get_table_names() if name != "sqlite_sequence"}


def owned():
    return {table.name for metadata in METADATA for table in metadata.sorted_tables}


def set_schema(engine, revision):
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = :new"), {"new": revision})


def test_an_empty_database_gets_every_table(empty_engine):
    assert schema_version(empty_engine) is None
    migrate(empty_engine)
    assert schema_version(empty_engine) == newest_schema()
    assert tables(empty_engine) == owned() | {"alembic_version"}


def test_migrations_lead_to_the_tables_the_code_works_with(engine):
    with engine.connect() as connection:
        for metadata in METADATA:
            own = set(metadata.tables)

            def is_own(thing, name, kind, reflected, compared_to, own=own):
                return kind != "table" or name in own

            context = MigrationContext.configure(connection, opts={"include_object": is_own})
            assert compare_metadata(context, metadata) == []


def test_constraints_and_indexes_carry_the_names_of_the_metadata(engine):
    inspector = sa.inspect(engine)
    for table in (table for metadata in METADATA for table in metadata.sorted_tables):
        foreign = {
            key["name"]: key["options"].get("ondelete") for key in inspector.get_foreign_keys(table.name)
        }
        assert foreign == {key.name: key.ondelete for key in table.foreign_key_constraints}
        assert {index["name"] for index in inspector.get_indexes(table.name) if not index["unique"]} == {
            index.name for index in table.indexes
        }


def test_migrating_again_changes_nothing(engine):
    migrate(engine)
    assert schema_version(engine) == newest_schema()


def test_every_migration_can_be_undone(engine):
    with schema_change(engine) as connection:
        downgrade(connection)
    assert tables(engine) & owned() == set()
    migrate(engine)
    assert tables(engine) >= owned()


def test_migrations_keep_the_rows_of_tables_they_do_not_touch(engine):
    with schema_change(engine) as connection:
        connection.execute(sa.text("INSERT INTO kb_state (key, value) VALUES ('mark', 'kept')"))
        downgrade(connection, "0001")
    migrate(engine)
    with reading(engine) as connection:
        kept = connection.execute(sa.text("SELECT value FROM kb_state WHERE key = 'mark'")).scalar()
    assert kept == "kept"


def test_processes_that_start_together_take_turns_to_migrate(empty_engine):
    url = empty_engine.url.render_as_string(hide_password=False)
    engines = [make_engine(url) for _ in range(3)]
    with ThreadPoolExecutor(3) as threads:
        list(threads.map(migrate, engines))
    for engine in engines:
        assert schema_version(engine) == newest_schema()
        engine.dispose()


def test_a_failing_step_leaves_nothing_behind(empty_engine):
    with pytest.raises(ZeroDivisionError), schema_change(empty_engine) as connection:
        connection.execute(sa.text("CREATE TABLE half_done (id INTEGER)"))
        raise ZeroDivisionError
    assert tables(empty_engine) == set()


def test_a_database_of_a_newer_release_is_left_alone(engine):
    known = schema_version(engine)
    set_schema(engine, "9999")
    assert not is_known("9999")
    with pytest.raises(SchemaTooNew, match="9999"):
        migrate(engine)
    with pytest.raises(SchemaTooNew), schema_change(engine) as connection:
        downgrade(connection)
    assert schema_version(engine) == "9999"
    set_schema(engine, known)


@pytest.mark.parametrize("url", ["mysql://host/name", "sqlite://", "sqlite:///:memory:", "no address", ""])
def test_other_databases_are_refused(url):
    with pytest.raises(DatabaseUnusable):
        make_engine(url)


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_postgresql_is_reached_by_any_of_its_names(scheme):
    engine = make_engine(f"{scheme}://user:p%40ss@host:5433/name")
    assert engine.url.drivername == "postgresql+psycopg"
    assert (engine.url.host, engine.url.port, engine.url.password) == ("host", 5433, "p@ss")


def test_the_folder_of_a_sqlite_file_is_created(tmp_path):
    path = tmp_path / "new" / "folder" / "pointsman.db"
    engine = make_engine(f"sqlite:///{path}")
    migrate(engine)
    engine.dispose()
    assert path.is_file()


def test_sqlite_loses_no_commit_and_checks_references(tmp_path):
    engine = make_engine(f"sqlite:///{tmp_path / 'a.db'}")
    with engine.connect() as connection:
        found = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    engine.dispose()
    assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 10_000}


def test_references_are_checked_again_after_a_schema_change(engine):
    with schema_change(engine):
        pass
    orphan = (
        "INSERT INTO kb_feedback (answer_id, helpful, article_id, said_by, at) VALUES ('x', {}, '', '', '{}')"
    )
    with pytest.raises(sa.exc.IntegrityError), writing(engine) as connection:
        connection.exec_driver_sql(orphan.format("true", "2026-01-01 00:00:00"))


def test_a_schema_change_that_breaks_references_is_undone(tmp_path):
    engine = make_engine(f"sqlite:///{tmp_path / 'a.db'}")
    migrate(engine)
    with pytest.raises(DatabaseUnusable, match="kb_article_versions"), schema_change(engine) as connection:
        connection.exec_driver_sql("INSERT INTO kb_article_versions VALUES ('x', 1, '', '', '', '[]', '')")
    with reading(engine) as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM kb_article_versions").scalar() == 0
    engine.dispose()


def test_a_reader_sees_one_moment_while_others_write(engine):
    count = sa.text("SELECT count(*) FROM kb_state")
    with reading(engine) as reader:
        before = reader.execute(count).scalar()
        with writing(engine) as writer:
            writer.execute(sa.text("INSERT INTO kb_state (key, value) VALUES ('mark', '1')"))
        assert reader.execute(count).scalar() == before
    with reading(engine) as reader:
        assert reader.execute(count).scalar() == before + 1


def test_an_error_undoes_the_whole_transaction(engine):
    with pytest.raises(ZeroDivisionError), writing(engine) as connection:
        connection.execute(sa.text("DELETE FROM kb_state"))
        raise ZeroDivisionError
    with reading(engine) as connection:
        assert connection.execute(sa.text("SELECT count(*) FROM kb_state")).scalar() == 1


def test_a_sqlite_writer_takes_its_turn_at_once(tmp_path):
    path = tmp_path / "a.db"
    engine = make_engine(f"sqlite:///{path}")
    migrate(engine)
    with writing(engine):
        other = sqlite3.connect(path, timeout=0, isolation_level=None)
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")
        other.close()
    engine.dispose()
