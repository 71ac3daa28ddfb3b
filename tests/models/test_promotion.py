from __future__ import annotations

import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from models.card import Previous, Primary
from models.errors import ModelDamaged, ModelNotFound, NotPromoted
from models.folders import Step
from models.registry import Registry

REPOSITORY = Path(__file__).parents[2]


def test_the_first_version_is_promoted(registry, save_scoring):
    version = save_scoring(0.2)
    with pytest.raises(ModelNotFound, match="no current version of 'topic'"):
        registry.current("topic")
    registry.promote("topic", version)
    assert registry.current("topic") == version
    assert (registry.roots[0] / "topic" / "current").read_text() == f"{version}\n"


@pytest.mark.parametrize("figure", [0.79, 0.8, 0.95])
def test_a_version_within_the_tolerance_is_promoted(registry, save_scoring, figure):
    registry.promote("topic", save_scoring(0.8))
    version = save_scoring(figure, notes="second")
    registry.promote("topic", version)
    assert registry.current("topic") == version


def test_a_worse_version_is_not_promoted_and_both_figures_are_told(registry, save_scoring):
    first, second = save_scoring(0.8), save_scoring(0.7)
    registry.promote("topic", first)
    with pytest.raises(NotPromoted, match=r"its held_out\.macro_f1 is 0\.7 .* has 0\.8") as refused:
        registry.promote("topic", second)
    assert (refused.value.figure, refused.value.current_figure) == (0.7, 0.8)
    assert registry.current("topic") == first
    registry.promote("topic", second, force=True)
    assert registry.current("topic") == second


def test_lower_can_be_better(registry, make_card):
    def save(error: float) -> str:
        primary = Primary(metric="error", higher_is_better=False)
        return registry.save("topic", error, make_card(metrics={"error": error}, primary=primary)).name

    first, better, worse = save(0.2), save(0.1), save(0.3)
    registry.promote("topic", first)
    registry.promote("topic", better)
    with pytest.raises(NotPromoted):
        registry.promote("topic", worse)
    assert registry.current("topic") == better


def test_the_figure_of_the_current_version_on_the_same_rows_counts(registry, save_scoring):
    first = save_scoring(0.9)
    registry.promote("topic", first)
    same_rows = Previous(version=first, metrics={"held_out": {"macro_f1": 0.7}})
    second = save_scoring(0.75, previous=same_rows)
    registry.promote("topic", second)
    assert registry.current("topic") == second


def test_figures_of_a_version_that_is_no_longer_current_do_not_count(registry, save_scoring):
    registry.promote("topic", save_scoring(0.9))
    stale = Previous(version="2025.01.01-00000000", metrics={"held_out": {"macro_f1": 0.1}})
    with pytest.raises(NotPromoted) as refused:
        registry.promote("topic", save_scoring(0.75, previous=stale))
    assert refused.value.current_figure == 0.9


def test_a_version_that_cannot_be_compared_is_not_promoted(registry, save_scoring, make_card):
    other = make_card(metrics={"error": 0.1}, primary=Primary(metric="error"))
    first, second = save_scoring(0.8), registry.save("topic", "other", other).name
    registry.promote("topic", first)
    with pytest.raises(NotPromoted, match="cannot be compared") as refused:
        registry.promote("topic", second)
    assert refused.value.current_figure is None


def test_a_version_that_cannot_be_loaded_is_not_promoted_even_by_force(registry, save_scoring):
    version = save_scoring(0.8)
    (registry.roots[0] / "topic" / version / "model.joblib").write_bytes(b"")
    with pytest.raises(ModelDamaged):
        registry.promote("topic", version, force=True)


def test_promoting_the_current_version_changes_nothing(registry, save_scoring):
    version = save_scoring(0.8)
    registry.promote("topic", version)
    registry.promote("topic", version)
    assert registry.history("topic") == (Step("promote", version, None),)


def test_rolling_back_goes_step_by_step_and_keeps_the_history(registry, save_scoring):
    first, second, third = save_scoring(0.7), save_scoring(0.8), save_scoring(0.9)
    for version in (first, second, third):
        registry.promote("topic", version)
    assert registry.rollback("topic") == second
    assert registry.rollback("topic") == first
    with pytest.raises(ModelNotFound, match=f"no version of 'topic' before {first}"):
        registry.rollback("topic")
    registry.promote("topic", third)
    assert registry.rollback("topic") == first
    assert [(step.action, step.version) for step in registry.history("topic")] == [
        ("promote", first),
        ("promote", second),
        ("promote", third),
        ("rollback", second),
        ("rollback", first),
        ("promote", third),
        ("rollback", first),
    ]


def test_a_team_can_go_back_to_the_shipped_version(registry, save_scoring, make_card):
    shipping = Registry(registry.roots[1:], registry.key)
    older = make_card(created_at=datetime(2026, 1, 5, tzinfo=UTC), metrics={"held_out": {"macro_f1": 0.5}})
    shipped = shipping.save("topic", "shipped", older).name
    shipping.promote("topic", shipped)
    assert registry.current("topic") == shipped
    registry.promote("topic", save_scoring(0.8))
    assert registry.rollback("topic") == shipped
    assert registry.load("topic").model == "shipped"


def test_a_version_that_is_gone_is_not_gone_back_to(registry, save_scoring):
    first, second = save_scoring(0.7), save_scoring(0.8)
    registry.promote("topic", first)
    registry.promote("topic", second)
    shutil.rmtree(registry.roots[0] / "topic" / first)
    with pytest.raises(ModelNotFound, match=first):
        registry.rollback("topic")
    assert registry.current("topic") == second


def test_a_step_that_was_killed_half_way_was_not_taken(registry, save_scoring):
    first, second, third = save_scoring(0.7), save_scoring(0.8), save_scoring(0.9)
    registry.promote("topic", first)
    registry.promote("topic", second)
    code = (
        "import os, pathlib, sys; from models.folders import Step, take_step\n"
        "replace = pathlib.Path.replace\n"
        "pathlib.Path.replace = lambda a, b: os._exit(9) if b.name == 'current' else replace(a, b)\n"
        "take_step(pathlib.Path(sys.argv[1]), Step('promote', sys.argv[2], sys.argv[3]))"
    )
    task = registry.roots[0] / "topic"
    killed = subprocess.run([sys.executable, "-c", code, task, third, second], cwd=REPOSITORY, check=False)
    assert (killed.returncode, third in (task / "history.json").read_text()) == (9, True)
    assert registry.current("topic") == second
    assert [step.version for step in registry.history("topic")] == [first, second]
    assert registry.rollback("topic") == first
    assert [step.action for step in registry.history("topic")] == ["promote", "promote", "rollback"]


def test_a_damaged_current_file_is_told_and_mended_by_force(registry, save_scoring):
    version = save_scoring(0.8)
    (registry.roots[0] / "topic" / "current").write_text("../../elsewhere")
    for attempt in (lambda: registry.load("topic"), lambda: registry.promote("topic", version)):
        with pytest.raises(ModelDamaged, match="names no version"):
            attempt()
    registry.promote("topic", version, force=True)
    assert registry.current("topic") == version


def test_a_damaged_history_is_told(registry, save_scoring):
    (first, second) = save_scoring(0.8), save_scoring(0.9)
    registry.promote("topic", first)
    (registry.roots[0] / "topic" / "history.json").write_text("[{}")
    with pytest.raises(ModelDamaged, match="no list of steps"):
        registry.promote("topic", second)
    assert registry.current("topic") == first
