from __future__ import annotations

from datetime import UTC, datetime

import pytest

from kb.errors import AnswerNotFound
from kb.types import Scope

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


def test_questions_are_forgotten_after_as_many_days_as_are_set(parts, settings):
    assert settings.keep_questions_days == 400
    old = parts.knowledge.answer("anything", Scope(), now=datetime(2025, 3, 30, 11, 0, tzinfo=UTC))
    kept = parts.knowledge.answer("anything", Scope(), now=datetime(2025, 3, 30, 13, 0, tzinfo=UTC))
    parts.jobs["forget_questions"].handler({})
    with pytest.raises(AnswerNotFound):
        parts.knowledge.answer_as_given(old.id)
    assert parts.knowledge.answer_as_given(kept.id) == kept
