"""Figures for Prometheus: requests, answers, feedback, and how much the program holds.

Each server process counts what it has served itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from kb.types import Answer

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_OF_PROCESS = "since its start, of the server process that gives this page"
Sizes = Callable[[], Mapping[str, float]]


class Measures:
    """The counters of one application; ``sizes`` is asked at each reading."""

    def __init__(self, sizes: Sizes) -> None:
        self._registry = CollectorRegistry()
        self.requests = Counter(
            "pointsman_requests",
            f"Requests by route, method and status; {_OF_PROCESS}.",
            ["route", "method", "status"],
            registry=self._registry,
        )
        self.latency = Histogram(
            "pointsman_request_seconds",
            f"Time to answer a request; {_OF_PROCESS}.",
            ["route", "method"],
            buckets=SECONDS,
            registry=self._registry,
        )
        self._answers = Counter(
            "pointsman_answers",
            f"Answers by reason, of which answered is one; {_OF_PROCESS}.",
            ["reason"],
            registry=self._registry,
        )
        self._feedback = Counter(
            "pointsman_feedback",
            f"Feedback on answers; {_OF_PROCESS}.",
            ["helpful"],
            registry=self._registry,
        )
        self._registry.register(_SizesCollector(sizes))

    def count_answer(self, answer: Answer) -> None:
        """Count an answer by what became of it."""
        self._answers.labels("answered" if answer.answered else answer.reason or "unknown").inc()

    def count_feedback(self, helpful: bool) -> None:
        """Count a judgment."""
        self._feedback.labels(str(helpful).lower()).inc()

    def text(self) -> bytes:
        """All figures in the text format."""
        return generate_latest(self._registry)


class _SizesCollector(Collector):
    def __init__(self, sizes: Sizes) -> None:
        self._sizes = sizes

    def collect(self) -> Iterator[GaugeMetricFamily]:
        for name, value in self._sizes().items():
            yield GaugeMetricFamily(
                f"pointsman_{name}", name.replace("_", " ").capitalize() + ".", value=value
            )

    def describe(self) -> list[GaugeMetricFamily]:
        # Told in advance, so that the figures are not read when the application is made.
        return []
