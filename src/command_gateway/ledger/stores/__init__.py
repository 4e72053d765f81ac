"""Where a ledger is kept, one kind of database a file, found by the scheme of its URL."""

from command_gateway.discovery import implementations
from command_gateway.errors import MalformedRequest
from command_gateway.ledger import Ledger, stores
from command_gateway.ledger.sql import SqlLedger


def open_ledger(url: str) -> Ledger:
    """The ledger at `url`, by its scheme; nothing is opened before its open().

    Raises:
        MalformedRequest: no store knows the scheme, and the message names those that there are; or it names no place.
    """
    scheme = url.partition(":")[0]
    known = {each: kind for _, kind in implementations(stores, SqlLedger) for each in kind.schemes}  # type: ignore[type-abstract]
    if scheme not in known:
        raise MalformedRequest(
            f"LEDGER_URL: no ledger is kept at {scheme}:, known are {', '.join(f'{each}:///' for each in known)}"
        )
    return known[scheme](url)
