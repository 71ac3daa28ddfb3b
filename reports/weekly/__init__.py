"""Assembles the weekly report from what was known at a moment."""

from __future__ import annotations

from reports.weekly.assembling import assemble
from reports.weekly.material import Material, Sources, material_of

__all__ = ["Material", "Sources", "assemble", "material_of"]
