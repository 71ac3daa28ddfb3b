from __future__ import annotations

import time

import pytest

from api.model_watch import ModelWatch
from models.errors import ModelDamaged
from models.registry import Registry
from tests.api.pages.test_quality import CARD, graded
from triage.serving import TrainedModels


@pytest.fixture
def registry(tmp_path) -> Registry:
    return Registry([tmp_path])


def promoted(registry: Registry, intercept: float) -> str:
    version = registry.save("urgency", graded(intercept), CARD).name
    registry.promote("urgency", version, force=True)
    return version


def told(watch: ModelWatch) -> TrainedModels | None:
    """What the watch tells within a second."""
    for _ in range(50):
        if (fresh := watch()) is not None:
            return fresh
        time.sleep(0.02)
    return None


def test_what_is_promoted_is_told_once_and_so_is_a_rollback(registry):
    first = promoted(registry, 1.0)
    watch = ModelWatch(
        registry, ["urgency"], lambda: TrainedModels(versions={"urgency": registry.current("urgency")}), 0.0
    )
    assert watch.load().versions == {"urgency": first}
    assert watch() is None
    second = promoted(registry, 2.0)
    assert told(watch).versions == {"urgency": second}
    assert watch() is None
    registry.rollback("urgency")
    assert told(watch).versions == {"urgency": first}


def test_between_looks_nothing_is_read(registry):
    promoted(registry, 1.0)
    watch = ModelWatch(registry, ["urgency"], TrainedModels, 3600.0)
    watch.load()
    promoted(registry, 2.0)
    assert watch() is None


def test_what_cannot_be_loaded_leaves_what_serves(registry):
    promoted(registry, 1.0)
    tried = []

    def load() -> TrainedModels:
        tried.append(registry.current("urgency"))
        if len(tried) == 2:
            raise ModelDamaged("torn")
        return TrainedModels(versions={"urgency": tried[-1]})

    watch = ModelWatch(registry, ["urgency"], load, 0.0)
    watch.load()
    promoted(registry, 2.0)
    watch()
    while len(tried) < 2:
        time.sleep(0.01)
    third = promoted(registry, 3.0)
    assert told(watch).versions == {"urgency": third}
