"""Everything that can go wrong, drawn once.

GatewayError
├── MalformedRequest     VALIDATION_ERROR       the body, a field, a parameter is not what it must be
│   └── InvalidCommand   VALIDATION_ERROR       Docker CLI text that the strict grammar refuses
├── UnknownTarget        VALIDATION_ERROR       a name that nothing bears
├── Clarification        CLARIFICATION_NEEDED   understood too little to go on
│   ├── NotUnderstood
│   └── Ambiguous
├── ModelFailed          LLM_GENERATION_FAILED  the language model gave no usable answer
├── Denied               DENIED                 policy says no
├── Unauthenticated      (HTTP 401)             who asks is not known
├── Forbidden            (HTTP 403)             who asks may not do this here
├── NotFound             (HTTP 404)             no such request or operation
├── Conflict             (HTTP 409)             collides with what is already decided or under way
├── Overloaded           (HTTP 503)             cannot be taken in now
├── LedgerUnavailable    INTERNAL_ERROR         nothing may run that cannot be recorded
└── EngineError          EXECUTION_ERROR        the Docker Engine did not do it
    ├── EngineUnreachable
    ├── EngineTimeout
    ├── TargetGone
    └── EngineRefused                           the engine's own message, as the CLI would show it

Every error means "not executed" unless it is raised by the execution stage itself, which says what it saw.
"""

from collections.abc import Sequence
from typing import Any, ClassVar

from command_gateway.request import Status


class GatewayError(Exception):
    """A refusal or failure with a stable code; its message says what would be right."""

    code: ClassVar[str] = "GATEWAY_ERROR"
    status: ClassVar[Status] = Status.INTERNAL_ERROR

    def __init__(self, message: str, *, candidates: Sequence[str] = (), **details: Any) -> None:
        super().__init__(message)
        self.message = message
        self.candidates = tuple(candidates)
        self.details = details

    def as_json(self) -> dict[str, Any]:
        """The shape of `error_details` in CONTRACT section 1."""
        found: dict[str, Any] = {"error_code": self.code, "error_message": self.message}
        if self.candidates:
            found["candidates"] = list(self.candidates)
        return found | self.details


class MalformedRequest(GatewayError):
    """A field that is missing, of the wrong kind, too long or unreadable."""

    code = "INVALID_REQUEST"
    status = Status.VALIDATION_ERROR


class InvalidCommand(MalformedRequest):
    """Docker CLI text outside the strict grammar; `word` is the offending one."""

    code = "INVALID_COMMAND"

    def __init__(self, message: str, *, word: str = "", candidates: Sequence[str] = ()) -> None:
        super().__init__(message, candidates=candidates, **({"word": word} if word else {}))
        self.word = word


class UnknownTarget(GatewayError):
    """Nothing on the engine bears that name."""

    code = "UNKNOWN_SERVICE"
    status = Status.VALIDATION_ERROR


class Clarification(GatewayError):
    """One more word from the asker would settle it."""

    status = Status.CLARIFICATION_NEEDED


class NotUnderstood(Clarification):
    """No planner is sure what is meant."""

    code = "NOT_UNDERSTOOD"


class Ambiguous(Clarification):
    """Several readings fit and the gateway never guesses."""

    code = "AMBIGUOUS_INTENT"


class ModelFailed(GatewayError):
    """The language model was down, late, cut short or unreadable."""

    code = "LLM_ERROR"
    status = Status.LLM_GENERATION_FAILED


class Denied(GatewayError):
    """Policy forbids it, or no policy permits it."""

    code = "POLICY_DENIED"
    status = Status.DENIED


class Unauthenticated(GatewayError):
    """No key, or one that nobody holds."""

    code = "UNAUTHENTICATED"
    status = Status.DENIED


class Forbidden(GatewayError):
    """A known source asks for what is not its to ask."""

    code = "FORBIDDEN"
    status = Status.DENIED


class NotFound(GatewayError):
    """No such thing here."""

    code = "NOT_FOUND"
    status = Status.VALIDATION_ERROR


class Conflict(GatewayError):
    """It collides with what is already decided or under way."""

    code = "CONFLICT"
    status = Status.VALIDATION_ERROR


class Overloaded(GatewayError):
    """No room now; `retry_after_seconds` says when to come back."""

    code = "RATE_LIMITED"
    status = Status.VALIDATION_ERROR

    def __init__(self, message: str, *, retry_after_seconds: int) -> None:
        super().__init__(message, retry_after_seconds=retry_after_seconds)


class LedgerUnavailable(GatewayError):
    """The ledger cannot be written, so nothing may run."""

    code = "LEDGER_UNAVAILABLE"
    status = Status.INTERNAL_ERROR


class EngineError(GatewayError):
    """The Docker Engine failed or refused."""

    code = "ENGINE_ERROR"
    status = Status.EXECUTION_ERROR


class EngineUnreachable(EngineError):
    """Nobody answers at the engine's address."""

    code = "ENGINE_UNREACHABLE"


class EngineTimeout(EngineError):
    """The engine did not answer within the deadline."""

    code = "TIMEOUT"


class TargetGone(EngineError):
    """The engine does not know the object (any more)."""

    code = "TARGET_GONE"


class EngineRefused(EngineError):
    """The engine answered with an error of its own."""

    code = "ENGINE_REFUSED"
