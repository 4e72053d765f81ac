"""Requests and answers as they look, for the documentation."""

from typing import Any

REQUEST_ID = "3f1c2f0e-5d1b-4b7a-9a58-0c6d4a2f7b11"
_WHEN = "2026-11-23T06:35:48.546596Z"
_HASH = "b1946ac92492d2347c6235b4d2611184b1946ac92492d2347c6235b4d2611184"


def _execution(stdout: str) -> dict[str, Any]:
    return {"status": "SUCCESS", "exit_code": 0, "stdout": stdout, "stderr": "", "truncated": False}


def _answer(status: str, **more: Any) -> dict[str, Any]:
    empty = dict.fromkeys(("execution_details", "plan", "decision", "undo", "approval", "error_details"))
    return {"request_id": REQUEST_ID, "timestamp_processed_utc": _WHEN, "overall_status": status, **empty, **more}


def _step(operation: str, command: str, effect: str, **more: Any) -> dict[str, Any]:
    return {
        "operation": operation,
        "command": command,
        "engine": "local",
        "targets": ["market-predictor"],
        "effect": effect,
        "origins": {"targets": "target_resource"},
        "execution_result": None,
        "data": None,
        "verification": None,
        **more,
    }


_PLAN = {
    "planner": "phrases",
    "confidence": 0.99,
    "explanation": "restart -> container.restart; target from target_resource",
    "hash": _HASH,
}

DONE = _answer(
    "COMPLETED_SUCCESS",
    execution_details={
        "command": "docker restart market-predictor",
        "execution_result": _execution("market-predictor\n"),
        "steps": [
            _step(
                "container.restart",
                "docker restart market-predictor",
                "OPERATE",
                execution_result=_execution("market-predictor\n"),
                verification={"outcome": "VERIFIED", "observed": "running and healthy after 3.2 s"},
            )
        ],
    },
    plan=_PLAN,
    decision={
        "outcome": "ALLOW",
        "effect": "OPERATE",
        "reasons": [{"rule": "operate-by-known-source", "message": "known sources may operate containers"}],
    },
)

WAITS = _answer(
    "PENDING_APPROVAL",
    execution_details={
        "command": "docker rm market-predictor",
        "execution_result": None,
        "steps": [_step("container.remove", "docker rm market-predictor", "DESTROY")],
    },
    plan={**_PLAN, "explanation": "remove -> container.remove; target from target_resource"},
    decision={
        "outcome": "ASK",
        "effect": "DESTROY",
        "reasons": [{"rule": "destroy-asks", "message": "what loses something asks a person"}],
    },
    approval={
        "state": "waiting",
        "expires_at": "2026-11-23T06:50:48Z",
        "plan_hash": _HASH,
        "decided_by": None,
        "reason": None,
    },
    error_details={"error_code": "APPROVAL_REQUIRED", "error_message": "what loses something asks a person"},
)

ASKED_BACK = _answer(
    "CLARIFICATION_NEEDED",
    error_details={
        "error_code": "AMBIGUOUS_INTENT",
        "error_message": "'checkout' could be several containers; name one",
        "candidates": ["checkout-api", "checkout-worker"],
    },
)

UNKNOWN_SERVICE = _answer(
    "VALIDATION_ERROR",
    error_details={
        "error_code": "UNKNOWN_SERVICE",
        "error_message": "Unknown logical service name: market-predictr",
        "candidates": ["market-predictor"],
    },
)

COMMAND_REQUESTS = {
    "restart": {
        "summary": "Restart a container",
        "value": {
            "source_id": "devops-ai-agent",
            "target_resource": {"name": "market-predictor"},
            "action_request": {"intent": "restart the service", "context": "High memory usage", "priority": "HIGH"},
        },
    },
    "look": {
        "summary": "Look, without naming a target",
        "value": {"source_id": "me", "action_request": {"intent": "which containers exited with an error?"}},
    },
    "literal": {
        "summary": "A literal Docker command, previewed",
        "value": {"source_id": "me", "action_request": {"intent": "docker stop web"}, "dry_run": True},
    },
    "first generation": {
        "summary": "As the first generation of clients says it",
        "value": {
            "source_agent_id": "devops-ai-agent",
            "target_resource": {"logical_name": "market-predictor"},
            "action_request": {"intent_or_command_description": "show recent logs"},
        },
    },
}

OPERATION_REQUESTS = {
    "restart": {
        "summary": "POST /operations/container.restart",
        "value": {"source_id": "me", "arguments": {"targets": ["market-predictor"], "grace": 30}},
    },
    "preview": {
        "summary": "The same, previewed, its target named apart",
        "value": {"source_id": "me", "target_resource": {"name": "market-predictor"}, "dry_run": True},
    },
}

DECISION_REQUESTS = {
    "decision": {"summary": "A decision", "value": {"source_id": "operator", "reason": "seen it, it is unused"}},
}

ANSWERS = {
    "done": {"summary": "Done and verified", "value": DONE},
    "asked back": {"summary": "Understood too little", "value": ASKED_BACK},
    "unknown target": {"summary": "A name that nothing bears", "value": UNKNOWN_SERVICE},
}

SUMMARY = {
    "request_id": REQUEST_ID,
    "source_id": "devops-ai-agent",
    "received_at": _WHEN,
    "status": "COMPLETED_SUCCESS",
    "effect": "OPERATE",
    "targets": ["market-predictor"],
    "intent": "restart the service",
    "command": "docker restart market-predictor",
    "expires_at": None,
}

REQUESTS = {"requests": [SUMMARY], "following": None}

HISTORY = {
    "summary": SUMMARY,
    "answer": DONE,
    "entries": [
        {
            "sequence": 42,
            "recorded_at": _WHEN,
            "kind": "ended",
            "stage": "record",
            "body": {"milliseconds": {"plan": 1.2, "execution": 812.4}},
            "previous": _HASH,
            "hash": _HASH[::-1],
        }
    ],
}

_WAITING_SUMMARY = {
    **SUMMARY,
    "status": "PENDING_APPROVAL",
    "effect": "DESTROY",
    "intent": "remove the service",
    "command": "docker rm market-predictor",
    "expires_at": "2026-11-23T06:50:48Z",
}

APPROVALS = {"approvals": [{"summary": _WAITING_SUMMARY, "answer": WAITS}]}

OPERATIONS = {
    "operations": [
        {
            "name": "container.restart",
            "summary": "Stops and starts containers, giving the process a grace period first.",
            "effect": "OPERATE",
            "cli": ["docker restart", "docker container restart"],
            "examples": ["docker restart web", "docker restart --time 30 web"],
            "phrases": ["restart {targets}"],
            "parameters": {"type": "object", "required": ["targets"]},
        }
    ]
}

TARGETS = {
    "engine": "local",
    "version": 7,
    "mappings": {"market-predictor": "market-predictor"},
    "objects": [
        {
            "kind": "container",
            "id": "4c01db0b339c",
            "name": "market-predictor",
            "image": "predictor:2.1",
            "state": "running",
            "health": "healthy",
            "exit_code": None,
            "created": 1795415748.0,
            "labels": {"tier": "model"},
            "networks": ["bridge"],
            "ports": ["8080:80/tcp"],
            "also": [],
        }
    ],
}

AUDIT = {"whole": True, "entries": 42, "head": _HASH, "problems": []}

HEALTH = {
    "status": "healthy",
    "timestamp": _WHEN,
    "version": "0.1.0",
    "checks": {
        "configuration": "ok",
        "execution_strategy": "local_socket",
        "container_mappings": 3,
        "engine": "ok",
        "ledger": "ok",
        "language_model": "not configured",
    },
}

READY = {"ready": True, "checks": {"ledger": "ok", "engine local": "ok"}}
NOT_READY = {"ready": False, "checks": {"ledger": "ok", "engine local": "unreachable"}}

EVENTS = (
    ": listening\n\n"
    "event: plan\n"
    f'data: {{"request_id":"{REQUEST_ID}","source_id":"devops-ai-agent","stage":"plan","status":"RUNNING",'
    f'"command":null,"at":"{_WHEN}"}}\n\n'
)

METRICS = 'gateway_requests_total{source_id="devops-ai-agent",status="COMPLETED_SUCCESS"} 17.0\n'


def problem(status: str, code: str, message: str, **more: Any) -> dict[str, Any]:
    """The one error shape."""
    return {
        "request_id": None,
        "timestamp_processed_utc": _WHEN,
        "overall_status": status,
        "execution_details": None,
        "error_details": {"error_code": code, "error_message": message, **more},
    }


PROBLEMS: dict[int, tuple[str, dict[str, Any]]] = {
    403: (
        "Not allowed from there, or not to this source",
        problem("DENIED", "FORBIDDEN", "who asks cannot be who approves or rejects: another source must decide"),
    ),
    404: ("No such thing", problem("VALIDATION_ERROR", "NOT_FOUND", "no request has the id 'abc'")),
    409: (
        "Collides with what is decided or under way",
        problem("VALIDATION_ERROR", "CONFLICT", "the idempotency key 'k' was used for another request; use a new one"),
    ),
    413: ("More than 1 MiB", problem("VALIDATION_ERROR", "BODY_TOO_LARGE", "a body may have at most 1048576 bytes")),
    422: (
        "Malformed, with the field",
        problem(
            "VALIDATION_ERROR",
            "INVALID_REQUEST",
            "action_request.intent: Field required; it must be 1 to 4000 characters of plain text after trimming",
            field="action_request.intent",
        ),
    ),
    429: (
        "Too often",
        problem("VALIDATION_ERROR", "RATE_LIMITED", "too many requests from this source", retry_after_seconds=5),
    ),
    500: (
        "A fault of the gateway",
        problem(
            "INTERNAL_ERROR",
            "GATEWAY_ERROR",
            f"a fault of the gateway; its log has the details under incident {REQUEST_ID}",
            incident_id=REQUEST_ID,
        ),
    ),
    503: (
        "Not now: too much at once, or the ledger or engine is out of reach",
        problem("INTERNAL_ERROR", "LEDGER_UNAVAILABLE", "the ledger cannot be written, so nothing may run"),
    ),
}
