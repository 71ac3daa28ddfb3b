from __future__ import annotations

import pytest

from kb.index.scopes import ScopeTable
from kb.types import Scope


@pytest.fixture
def table(row) -> ScopeTable:
    return ScopeTable.empty().changed(
        [
            row(5, audience="internal", language="de", source="wiki"),
            row(2, audience="public", language="en", source="help"),
            row(9, audience="partners", language="en", source="wiki"),
        ],
        [],
    )


def allowed(table: ScopeTable, **limits: frozenset[str]) -> list[int]:
    return table.ids[table.mask(Scope(**limits))].tolist()


def test_ids_ascend(table):
    assert table.ids.tolist() == [2, 5, 9]


def test_a_scope_without_limits_allows_all_and_an_empty_set_allows_none(table):
    assert allowed(table) == [2, 5, 9]
    assert allowed(table, audiences=frozenset()) == []


def test_limits_hold_together(table):
    assert allowed(table, audiences=frozenset({"public", "partners"})) == [2, 9]
    assert allowed(table, sources=frozenset({"wiki"})) == [5, 9]
    assert allowed(table, sources=frozenset({"wiki"}), languages=frozenset({"en"})) == [9]
    assert allowed(table, audiences=frozenset({"nobody"})) == []


def test_a_change_replaces_removes_and_adds(table, row):
    changed = table.changed([row(9, audience="internal"), row(1, audience="new")], [2, 77])
    assert changed.ids.tolist() == [1, 5, 9]
    assert allowed(changed, audiences=frozenset({"internal"})) == [5, 9]
    assert allowed(changed, audiences=frozenset({"new"})) == [1]
    assert allowed(table, audiences=frozenset({"partners"})) == [9]


def test_a_table_survives_the_disk(table, tmp_path):
    table.save(tmp_path / "scopes.npz")
    read = ScopeTable.load(tmp_path / "scopes.npz")
    assert read.ids.tolist() == [2, 5, 9]
    assert allowed(read, audiences=frozenset({"internal"}), languages=frozenset({"de"})) == [5]


def test_an_empty_table_survives_the_disk(tmp_path):
    ScopeTable.empty().save(tmp_path / "scopes.npz")
    assert len(ScopeTable.load(tmp_path / "scopes.npz")) == 0
