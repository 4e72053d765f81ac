"""Between summaries and the rows that hold them."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from command_gateway.ledger import Summary
from command_gateway.request import Status


def text_of(moment: datetime) -> str:
    """UTC, ISO 8601 with microseconds: text that sorts as time does."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def row_of(summary: Summary) -> dict[str, Any]:
    """The row of `requests` that holds the summary; what cannot be written as UTF-8 is spelled out."""
    row = {
        "request_id": summary.request_id,
        "source_id": summary.source_id,
        "received_at": text_of(summary.received_at),
        "status": str(summary.status),
        "effect": summary.effect,
        "targets": json.dumps([_writable(each) for each in summary.targets]),
        "intent": summary.intent,
        "command": summary.command,
        "expires_at": text_of(summary.expires_at) if summary.expires_at else None,
        "idempotency_key": summary.idempotency_key,
        "body_hash": summary.body_hash,
    }
    return {name: value if value is None else _writable(value) for name, value in row.items()}


def summary_of(row: Mapping[str, Any]) -> Summary:
    """The summary that a row holds."""
    expires = row["expires_at"]
    return Summary(
        request_id=row["request_id"],
        source_id=row["source_id"],
        received_at=datetime.fromisoformat(row["received_at"]),
        status=Status(row["status"]),
        effect=row["effect"],
        targets=tuple(json.loads(row["targets"])),
        intent=row["intent"],
        command=row["command"],
        expires_at=datetime.fromisoformat(expires) if expires else None,
        idempotency_key=row["idempotency_key"],
        body_hash=row["body_hash"],
    )


def _writable(text: str) -> str:
    return text if text.isascii() else text.encode("utf-8", errors="backslashreplace").decode()
