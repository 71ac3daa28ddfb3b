"""The text of a ticket as the customer meant it, with its place in what came in."""

from __future__ import annotations

from triage.text.cleaning import MAX_CHARACTERS, clean
from triage.text.places import FieldSpan, original_text, to_field, to_original
from triage.text.questions import question_of

__all__ = [
    "MAX_CHARACTERS",
    "FieldSpan",
    "clean",
    "original_text",
    "question_of",
    "to_field",
    "to_original",
]
