"""Prometheus instruments: those of CONTRACT section 3, and a few of our own."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import ClassVar

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.process_collector import ProcessCollector

MOST_SOURCES = 100  # distinct values of source_id; CONTRACT section 3
OTHER = "other"

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 60, 120)


class Metrics:
    """The instruments of one gateway, in a registry of their own."""

    content_type: ClassVar[str] = "text/plain; version=0.0.4; charset=utf-8"

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._sources: set[str] = set()
        self._requests = self._counter("gateway_requests", "Requests by how they ended", "source_id", "status")
        self._seconds = self._histogram("gateway_request_duration_seconds", "Time on the path", "source_id")
        self._generation = self._counter("gateway_command_generation", "Intents turned into commands", "status")
        self._execution = self._counter("gateway_command_execution", "Commands that ran", "command_type", "status")
        self._active = Gauge("gateway_active_requests", "Requests on the path right now", registry=self._registry)
        self._stages = self._histogram("gateway_stage_duration_seconds", "Time in one stage", "stage")
        self._planners = self._counter("gateway_planner", "What planners said", "planner", "result")
        self._decisions = self._counter("gateway_policy_decisions", "What policy decided", "outcome", "effect")
        ProcessCollector(registry=self._registry)
        # A rate over a counter needs the zero before its first event.
        for status in ("success", "failed"):
            self._generation.labels(status)

    def observe_request(self, source_id: str, status: str, seconds: float) -> None:
        """Counts a request that ended, or that waits for a person."""
        source = self._bounded(source_id)
        self._requests.labels(source, status).inc()
        self._seconds.labels(source).observe(seconds)

    @contextmanager
    def active_requests(self) -> Iterator[None]:
        """Counts a request as under way for as long as the block lasts."""
        with self._active.track_inprogress():
            yield

    def command_generation(self, *, success: bool) -> None:
        """Counts an intent that was, or was not, turned into commands."""
        self._generation.labels("success" if success else "failed").inc()

    def command_execution(self, command_type: str, status: str) -> None:
        """Counts a command that ran: its CLI verb (restart, ps) and its execution result's status."""
        self._execution.labels(command_type, status).inc()

    def stage(self, name: str, seconds: float) -> None:
        """Observes the time that one request spent in one stage."""
        self._stages.labels(name).observe(seconds)

    def planner(self, name: str, result: str) -> None:
        """Counts what one planner said: proposed, abstained or failed."""
        self._planners.labels(name, result).inc()

    def policy_decision(self, outcome: str, effect: str) -> None:
        """Counts a decision: ALLOW, ASK or DENY, and the effect it was about."""
        self._decisions.labels(outcome, effect).inc()

    def render(self) -> bytes:
        """Prometheus text; takes milliseconds of CPU, so callers on the loop use a thread."""
        return generate_latest(self._registry)

    def _bounded(self, source_id: str) -> str:
        if source_id not in self._sources:
            if len(self._sources) >= MOST_SOURCES:
                return OTHER
            self._sources.add(source_id)
        return source_id

    def _counter(self, name: str, says: str, *labels: str) -> Counter:
        return Counter(name, says, labels, registry=self._registry)

    def _histogram(self, name: str, says: str, *labels: str) -> Histogram:
        return Histogram(name, says, labels, registry=self._registry, buckets=_SECONDS)
