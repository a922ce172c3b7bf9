"""What the service counts, in Prometheus' terms: nothing of questions, documents or callers."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Literal

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    generate_latest,
)

from retrieval.answers import Answer

Reason = Literal["body", "origin", "rate", "places", "key"]

_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)


class Metrics:
    """Counters and histograms of one service. Routes are templates, so that they are few."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "footnote_requests_total",
            "Requests by route and status.",
            ("method", "route", "status"),
            registry=self.registry,
        )
        self._seconds = Histogram(
            "footnote_request_seconds",
            "Time of a request until its response begins.",
            ("route",),
            buckets=_SECONDS,
            registry=self.registry,
        )
        self._answers = Counter(
            "footnote_answers_total",
            "Answers by status, reason of abstention and mode.",
            ("status", "reason", "mode"),
            registry=self.registry,
        )
        self._steps = Histogram(
            "footnote_step_seconds",
            "Time of each step of an answer.",
            ("step",),
            buckets=_SECONDS,
            registry=self.registry,
        )
        self._claims = Counter(
            "footnote_claims_total",
            "Claims by what became of them: kept, repaired, dropped.",
            ("outcome",),
            registry=self.registry,
        )
        self._degraded = Counter(
            "footnote_degraded_total",
            "Answers in which quotes stand in for a model.",
            registry=self.registry,
        )
        self._tokens = Counter(
            "footnote_tokens_total",
            "Tokens that models read and wrote.",
            ("direction",),
            registry=self.registry,
        )
        self._refused = Counter(
            "footnote_refused_total",
            "Requests refused for their body, origin, rate, key, or for want of a place.",
            ("reason",),
            registry=self.registry,
        )
        self._feedback = Counter(
            "footnote_feedback_total", "Ratings of answers.", ("rating",), registry=self.registry
        )
        self._ended = Counter(
            "footnote_tasks_total",
            "Uploads by what became of them.",
            ("outcome",),
            registry=self.registry,
        )
        self._uploads = Gauge(
            "footnote_uploads", "Uploads by state.", ("state",), registry=self.registry
        )
        self.working = self._gauge("footnote_questions_in_progress", "Questions worked on.")
        self.waiting = self._gauge("footnote_questions_waiting", "Questions that wait.")
        self._documents = self._gauge("footnote_documents", "Documents in the manifest.")
        self._chunks = self._gauge("footnote_chunks", "Chunks in the manifest.")
        self._ready = self._gauge("footnote_ready", "1 where the last readiness probe worked.")
        self._build = Gauge(
            "footnote_build_info",
            "Always 1; the labels say what runs.",
            ("version", "generator", "embedder"),
            registry=self.registry,
        )
        ProcessCollector(registry=self.registry)

    def _gauge(self, name: str, help_text: str) -> Gauge:
        return Gauge(name, help_text, registry=self.registry)

    def build(self, version: str, generator: str, embedder: str) -> None:
        """Say what runs."""
        self._build.labels(version, generator, embedder).set(1)

    def refused(self, reason: Reason) -> None:
        """Count one request that was refused."""
        self._refused.labels(reason).inc()

    def rated(self, rating: str) -> None:
        """Count one rating."""
        self._feedback.labels(rating).inc()

    def task(self, outcome: str) -> None:
        """Count one upload that came to its end."""
        self._ended.labels(outcome).inc()

    @contextmanager
    def probing(self) -> Iterator[None]:
        """Note how a readiness probe went, once it is over."""
        works = False
        try:
            yield
            works = True
        finally:
            self._ready.set(works)

    def held(self, documents: int, chunks: int, tasks: Mapping[str, int]) -> None:
        """What there is at the moment of a scrape."""
        self._documents.set(documents)
        self._chunks.set(chunks)
        for state, number in tasks.items():
            self._uploads.labels(state).set(number)

    def request(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one request."""
        self._requests.labels(method, route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def answer(self, done: Answer, mode: str) -> None:
        """Count one answer, its claims and its steps."""
        self._answers.labels(done.status, done.abstain_reason or "", mode).inc()
        for step, milliseconds in done.timings.items():
            self._steps.labels(step).observe(milliseconds / 1000)
        usage = done.usage
        self._claims.labels("kept").inc(len(done.claims) - usage.repaired_claims)
        self._claims.labels("repaired").inc(usage.repaired_claims)
        self._claims.labels("dropped").inc(usage.dropped_claims)
        self._degraded.inc(usage.degraded is not None)
        self._tokens.labels("read").inc(usage.tokens_in)
        self._tokens.labels("written").inc(usage.tokens_out)

    def exposition(self) -> bytes:
        """All of it, as Prometheus reads it."""
        return generate_latest(self.registry)
