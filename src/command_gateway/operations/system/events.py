"""Show what happened on the engine."""

import json
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, Any

from command_gateway.operation import Engine, Operation, Option, Output, Target
from command_gateway.operations._moments import unix_time
from command_gateway.presentation.go_template import render
from command_gateway.values import Filter, Moment, Text, filters_with

LOOKED_BACK = 600  # seconds, where no start is named
MOST_EVENTS = 2_000

Filters = Annotated[
    tuple[Filter, ...],
    filters_with(
        "config", "container", "daemon", "event", "image", "label", "network", "node", "plugin", "scope", "secret",
        "service", "type", "volume",
    ),
]  # fmt: skip


class Events(Operation):
    """Shows past events up to now: of the last ten minutes unless a time is named. It never waits for new ones."""

    verbs = ("events", "system events")
    phrases = (
        "show recent docker events",
        "what happened on the docker engine",
        "show events since {since}",
        "which containers were started or stopped recently",
        "list the events of the last {since}",
        "show container events",
        "show what docker did between {since} and {until}",
        "get the engine's event log",
    )
    examples = ("docker events --since 10m", "docker events --since 1h --filter type=container")

    since: Annotated[Moment | None, Option("--since", says=("since", "from", "in the last"))] = None
    until: Annotated[Moment | None, Option("--until", says=("until", "to"))] = None
    format: Annotated[Text | None, Option("--format", says=("format",))] = None
    filters: Annotated[Filters, Option("--filter", "-f", says=("filter",))] = ()

    async def run(self, engine: Engine, targets: Sequence[Target]) -> Output:
        now = time.time()
        asked: dict[str, list[str]] = {}
        for each in self.filters:
            key, _, value = each.partition("=")
            asked.setdefault(key, []).append(value)
        since = unix_time(self.since) or f"{now - LOOKED_BACK:.9f}"
        until = unix_time(self.until) or f"{now:.9f}"
        found: list[Any] = []
        async for event in engine.lines(
            "events", since=since, until=min(until, f"{now:.9f}", key=float), filters=asked or None
        ):
            found.append(event)
            if len(found) > MOST_EVENTS:
                del found[0]
        return Output("".join(f"{self._line(event)}\n" for event in found), data=found, keep_end=True)

    def _line(self, event: Any) -> str:
        if self.format is None:
            return _told(event)
        if self.format in ("json", "{{json .}}"):
            return json.dumps(event, separators=(",", ":"), ensure_ascii=False)
        return render(self.format, event)


def _told(event: Any) -> str:
    whole, nanoseconds = divmod(event["timeNano"], 1_000_000_000)
    at = f"{datetime.fromtimestamp(whole, UTC):%Y-%m-%dT%H:%M:%S}.{nanoseconds:09d}Z"
    attributes = ", ".join(f"{key}={value}" for key, value in sorted((event["Actor"].get("Attributes") or {}).items()))
    details = f" ({attributes})" if attributes else ""
    return f"{at} {event['Type']} {event['Action']} {event['Actor']['ID']}{details}"
