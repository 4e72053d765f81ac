"""What leaves the gateway of an operation's output: secrets masked first, then cut to the bound."""

import json
from typing import Any, Literal

from command_gateway.answer import ExecutionResult
from command_gateway.operation import Output
from command_gateway.redaction import redact, redact_json

DATA_FACTOR = 10  # `data` may be this many times as long as the text: it repeats keys that a table prints once
ResultStatus = Literal["SUCCESS", "FAILURE", "TIMEOUT", "ERROR"]


def presentable(output: Output, limit: int) -> tuple[ExecutionResult, Any]:
    """The result and data of `output` as an answer may carry them; `limit` in characters per stream."""
    stdout, cut_out = _cut(redact(output.stdout), limit, keep_end=output.keep_end)
    stderr, cut_err = _cut(redact(output.stderr), limit, keep_end=output.keep_end)
    status: ResultStatus = "SUCCESS" if output.exit_code == 0 else "FAILURE"
    truncated = output.truncated or cut_out or cut_err
    result = ExecutionResult(
        status=status, exit_code=output.exit_code, stdout=stdout, stderr=stderr, truncated=truncated
    )
    data, cut_data = _bounded(redact_json(output.data), DATA_FACTOR * limit)
    return (result.model_copy(update={"truncated": True}) if cut_data else result), data


def failed(status: ResultStatus, message: str, exit_code: int = -1) -> ExecutionResult:
    """The result of an operation that printed nothing but `message`."""
    return ExecutionResult(status=status, exit_code=exit_code, stdout="", stderr=f"{redact(message)}\n")


def _cut(text: str, limit: int, *, keep_end: bool) -> tuple[str, bool]:
    """At most `limit` characters, cut between lines where there is one to cut at."""
    if len(text) <= limit:
        return text, False
    if keep_end:
        kept = text[-limit:]
        start = 0 if text[-limit - 1] == "\n" else kept.find("\n", 0, limit - 1) + 1
        return kept[start:], True
    end = text.rfind("\n", 0, limit) + 1
    return text[: end or limit], True


def _bounded(data: Any, limit: int) -> tuple[Any, bool]:
    """`data`, or None when its JSON is longer than `limit`; a list keeps as many items as fit."""
    if data is None or len(json.dumps(data)) <= limit:
        return data, False
    if not isinstance(data, list):
        return None, True
    kept, used = [], 2
    for item in data:
        used += len(json.dumps(item)) + 2
        if used > limit:
            break
        kept.append(item)
    return kept, True
