"""Logs as JSON, one line each, on standard error."""

import logging
import sys

import structlog

from command_gateway.redaction import redact


def configure_logs(level: str) -> None:
    """Sends our logs, and those of the libraries, through one renderer. `level` is INFO, DEBUG, ..."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        _without_secrets,
    ]
    rendered = structlog.processors.JSONRenderer()
    threshold = getattr(logging, level)
    structlog.configure(
        processors=[*shared, rendered],
        wrapper_class=structlog.make_filtering_bound_logger(threshold),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, rendered],
        )
    )
    # What a library says at INFO (each call of an HTTP client, each start of a server) is noise here.
    logging.basicConfig(handlers=[handler], level=max(threshold, logging.WARNING), force=True)


def _without_secrets(_: object, __: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """Masks what an exception may have carried along; our own fields hold no text of requests."""
    for key in ("exception", "error"):
        if isinstance(event.get(key), str):
            event[key] = redact(event[key])
    return event
