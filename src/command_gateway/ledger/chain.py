"""The chain: each entry is sealed with SHA-256 over itself and the seal of the one before."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

GENESIS = "0" * 64  # what stands before the first entry


def canonical(body: Mapping[str, Any]) -> str:
    """The one JSON text of `body`: keys sorted, no spaces, ASCII, so that it has the same seal everywhere.

    ASCII, because a text that came out of a container may hold what no database takes as UTF-8.

    Raises:
        TypeError, ValueError: it is no JSON.
    """
    return json.dumps(body, sort_keys=True, separators=(",", ":"))


def seal(
    previous: str, sequence: int, recorded_at: str, request_id: str, kind: str, stage: str, body: str, row: str
) -> str:
    """The hash of one entry. `body` is canonical JSON; `row` the hash of the request's row that it puts in place.

    Each part is preceded by its length, so that no two different entries can read as the same text.
    """
    digest = hashlib.sha256()
    for part in (previous, str(sequence), recorded_at, request_id, kind, stage, body, row):
        raw = part.encode("utf-8", errors="surrogatepass")
        digest.update(f"{len(raw)}:".encode())
        digest.update(raw)
    return digest.hexdigest()


def row_hash(row: Mapping[str, Any]) -> str:
    """The hash of a request's row, which lists and filters read instead of the entries."""
    text = json.dumps(row, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode("utf-8", errors="surrogatepass")).hexdigest()
