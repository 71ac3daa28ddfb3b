"""Grouping of tickets into repeat issues."""

from __future__ import annotations

from reports.grouping.grouping import group, group_vectors

__all__ = ["group", "group_vectors"]
