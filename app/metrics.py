"""What the service counts, in Prometheus' terms: nothing of questions, documents or callers."""

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest

from retrieval.answers import Answer

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
