"""How much the parts of an application hold, and what triage promises and keeps: for the page of figures."""

from __future__ import annotations

from api.triaging import figures_of, sizes_of
from api.wiring import Parts


def sizes(parts: Parts) -> dict[str, float]:
    """How much the knowledge base, triage and the queue hold; what is not loaded is left out."""
    found: dict[str, float] = {}
    if (knowledge := parts.loaded_knowledge) is not None:
        health = knowledge.health()
        found |= {"articles": health.articles, "passages": health.passages, "generation": health.generation}
        found |= {"index_passages": health.index_size, "word_index_passages": health.lexical_size}
    if (desk := parts.loaded_desk) is not None:
        found |= sizes_of(desk.quality(now=parts.now()))
    counts = parts.queue.counts()
    found |= {
        "jobs_waiting": counts.waiting,
        "jobs_running": counts.running,
        "jobs_failed": counts.failed,
    }
    return found | {"ready": float(not parts.not_ready())}


def triage_figures(parts: Parts) -> dict[str, dict[str, float]]:
    """What triage promises and keeps, by task; nothing before its models are loaded."""
    desk = parts.loaded_desk
    return {} if desk is None else figures_of(desk.quality(now=parts.now()))
