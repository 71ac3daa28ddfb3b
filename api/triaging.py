"""Assembles the triage desk: which embedder, which models, and where suggested articles come from."""

from __future__ import annotations

import hashlib
import logging
import os
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from api.config import Settings
from api.failures import log_failure
from api.model_watch import ModelWatch
from api.searching import HUB, PACKAGED, SAMPLE_VECTORS
from kb.types import Scope
from models.errors import ModelNotFound
from triage.making import IssueOf, RiskOf, Sample, no_issue, no_risk
from triage.recalling import RecallingEmbedder
from triage.service import OnCorrected, OnTriaged, TriageDesk
from triage.serving import ServedModels, TrainedModels
from triage.types import SuggestedArticle

if TYPE_CHECKING:
    from kb.embedder.port import Embedder
    from kb.service import KnowledgeBase
    from models.registry import Registry
    from triage.quality import QualityReport
    from triage.store import TicketStore

# The models of the registry by the task that they speak for.
MODELS = {"topic": "topic", "urgency": "urgency", "churn_intent": "churn_words"}
SUGGESTED = 3
_EVERYWHERE = Scope()

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ArticleSuggestions:
    """Suggests articles out of the knowledge base; where it fails, a ticket goes without."""

    knowledge: Callable[[], KnowledgeBase]

    def suggest(self, text: str) -> tuple[SuggestedArticle, ...]:
        """Suggest the articles found for a text, each with its best sentence."""
        try:
            hits = self.knowledge().search(text, _EVERYWHERE, limit=SUGGESTED)
        except Exception as error:
            # Whatever is wrong with the articles, the ticket is to be triaged.
            log_failure(logger, "Suggesting articles", error)
            return ()
        return tuple(
            SuggestedArticle(hit.article_id, hit.title, hit.url, hit.snippet, hit.probability) for hit in hits
        )


def make_desk(
    settings: Settings,
    store: TicketStore,
    registry: Registry,
    knowledge: Callable[[], KnowledgeBase],
    secret: str,
    *,
    embedder: Embedder | None = None,
    issue_of: IssueOf = no_issue,
    risk_of: RiskOf = no_risk,
    on_triaged: Sequence[OnTriaged] = (),
    on_corrected: Sequence[OnCorrected] = (),
) -> TriageDesk:
    """The triage desk over a database. ``secret`` keeps it from being foreseen which tickets are in the blind sample.

    The embedder is opened where none is given; ``issue_of`` finds the repeat issue of a ticket, ``risk_of`` what its
    account's history says; ``on_triaged`` and ``on_corrected`` are told of what was triaged and corrected.

    Raises:
        EmbedderUnavailable: the weights of tickets were not exported, or a package is missing.
        ModelError: a model cannot be loaded.
    """
    # The large embedder of topics asks it for the same texts once more.
    embedder = RecallingEmbedder(make_ticket_embedder(settings) if embedder is None else embedder)
    watch = ModelWatch(registry, MODELS.values(), lambda: _trained(settings, registry, embedder))
    salt = hashlib.sha256(f"blind sample {secret}".encode()).digest()
    return TriageDesk(
        store,
        ServedModels(embedder, watch.load(), watch),
        Sample(salt, settings.audit_share),
        articles=ArticleSuggestions(knowledge),
        issue_of=issue_of,
        risk_of=risk_of,
        on_triaged=on_triaged,
        on_corrected=on_corrected,
    )


def _trained(settings: Settings, registry: Registry, embedder: Embedder) -> TrainedModels:
    topic_embedder = _topic_embedder(settings, registry, embedder)
    known = {embedder.fingerprint, *([topic_embedder.fingerprint] if topic_embedder else [])}
    return replace(load_models(registry, embedder.fingerprint, known), topic_embedder=topic_embedder)


def make_ticket_embedder(settings: Settings) -> Embedder:
    """The embedder of tickets: customers write in many languages, so two are joined where weights are used at all.

    Raises:
        EmbedderUnavailable: weights were not exported, or a package is missing.
    """
    if settings.embedder in PACKAGED:
        from kb.embedder.remembered import CachedEmbedder
        from triage.embedders import small_ticket_embedder

        small = small_ticket_embedder(settings.weights_dir, threads=_threads(settings))
        return CachedEmbedder.open(small, SAMPLE_VECTORS, learning=False) if settings.demo else small
    if settings.embedder.startswith(HUB):
        from kb.embedder.reference import SentenceEmbedder

        return SentenceEmbedder.from_hub(settings.embedder.removeprefix(HUB))
    from kb.embedder.hashing import HashingEmbedder

    return HashingEmbedder(dimension=64)


def _threads(settings: Settings) -> int:
    cores = os.cpu_count() or 1
    return min(cores, max(2, cores // settings.workers))


def _topic_embedder(settings: Settings, registry: Registry, small: Embedder) -> Embedder | None:
    """The large embedder or a tuned one, where the current topic model learnt with it."""
    try:
        card = registry.card("topic", registry.current("topic"))
    except ModelNotFound:
        return None
    if settings.embedder not in PACKAGED or card.params.get("embedder") == small.fingerprint:
        return None
    from triage.embedders import TUNED_FILES, large_ticket_embedder, tuned_ticket_embedder

    if TUNED_FILES[0] in card.files:
        return tuned_ticket_embedder(registry.load("topic").folder, threads=_threads(settings))
    large = large_ticket_embedder(settings.weights_dir, small, threads=_threads(settings))
    return large if card.params.get("embedder") == large.fingerprint else None


def load_models(registry: Registry, embedder: str, topic_embedders: Collection[str] = ()) -> TrainedModels:
    """The current models that were trained with this embedder; a task without one goes without.

    ``topic_embedders`` are those that a topic model may have learnt with.

    Raises:
        ModelError: one is damaged, or of another release.
    """
    models: dict[str, Any] = {}
    versions: dict[str, str] = {}
    thresholds: dict[str, Any] = {}
    for task, name in MODELS.items():
        try:
            card = registry.card(name, registry.current(name))
        except ModelNotFound:
            continue
        made_with = card.params.get("embedder", embedder)
        if made_with != embedder and not (task == "topic" and made_with in topic_embedders):
            logger.warning(
                "The model %s %s was trained with another embedder, and is left aside.", name, card.version
            )
            continue
        loaded = registry.load(name)
        models[task] = loaded.model
        versions[task] = loaded.card.version
        thresholds[task] = loaded.card.thresholds
    return TrainedModels(
        models.get("topic"), models.get("urgency"), models.get("churn_intent"), versions, thresholds
    )


def sizes_of(report: QualityReport) -> dict[str, float]:
    """How many tickets there are, and what waits; ``triage_alarm`` is 1 where somebody should look."""
    return {
        "tickets": report.tickets,
        "tickets_waiting": report.waiting,
        "reviews_open": report.reviews.get("open", 0),
        "triage_drifted": float(report.drifted),
        "triage_alarm": float(report.alarm),
    }


def figures_of(report: QualityReport) -> dict[str, dict[str, float]]:
    """What is promised and what is measured, by task; what is not known yet is left out."""
    figures: dict[str, dict[str, float]] = {}
    for one in report.tasks:
        values = {
            "triage_error_promised": one.promised_error,
            "triage_error_measured": one.measured.error,
            "triage_error_measured_least": one.measured.least,
            "triage_error_measured_most": one.measured.most,
            "triage_coverage_promised": one.promised_coverage,
            "triage_coverage": one.coverage,
            "triage_promise_broken": float(one.broken),
            "triage_sample_waiting": one.measured.waiting,
        }
        for name, value in values.items():
            if value is not None:
                figures.setdefault(name, {})[one.task] = value
    return figures
