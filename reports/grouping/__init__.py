"""Grouping of tickets into repeat issues."""

from __future__ import annotations

from reports.grouping.grouping import Grounds, group

__all__ = ["Grounds", "group"]
