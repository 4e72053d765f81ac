"""What a script can tell from the exit code."""

from enum import IntEnum

from command_gateway.client import ClientError, Refused, Unanswered
from command_gateway.request import Status


class Exit(IntEnum):
    """The exit codes; docs/cli.md explains them to people."""

    SUCCESS = 0
    FAILED = 1
    USAGE = 2
    ASKED_BACK = 3
    DENIED = 4
    WAITS = 5
    UNREACHABLE = 6
    UNKNOWN = 7


_OF_STATUS = {
    Status.COMPLETED_SUCCESS: Exit.SUCCESS,
    Status.DRY_RUN: Exit.SUCCESS,
    Status.COMPLETED_FAILURE: Exit.FAILED,
    Status.EXECUTION_ERROR: Exit.FAILED,
    Status.INTERNAL_ERROR: Exit.FAILED,
    Status.VALIDATION_ERROR: Exit.ASKED_BACK,
    Status.CLARIFICATION_NEEDED: Exit.ASKED_BACK,
    Status.LLM_GENERATION_FAILED: Exit.ASKED_BACK,
    Status.DENIED: Exit.DENIED,
    Status.REJECTED: Exit.DENIED,
    Status.EXPIRED: Exit.DENIED,
    Status.CANCELLED: Exit.DENIED,
    Status.PENDING_APPROVAL: Exit.WAITS,
    Status.RUNNING: Exit.WAITS,
    Status.OUTCOME_UNKNOWN: Exit.UNKNOWN,
}
_OF_HTTP = {401: Exit.DENIED, 403: Exit.DENIED, 429: Exit.UNREACHABLE, 500: Exit.FAILED, 503: Exit.UNREACHABLE}


def exit_of(status: Status) -> Exit:
    """The exit code of an answer."""
    return _OF_STATUS[status]


def exit_of_error(error: ClientError) -> Exit:
    """The exit code where there is no answer."""
    if isinstance(error, Refused):
        return _OF_HTTP.get(error.http_status, Exit.ASKED_BACK)
    return Exit.UNKNOWN if isinstance(error, Unanswered) else Exit.UNREACHABLE
