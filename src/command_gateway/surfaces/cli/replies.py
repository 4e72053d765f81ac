"""Shows the gateway's answer as docker would, and explains it beside."""

import sys

import typer

from command_gateway.client import Reply
from command_gateway.request import Status
from command_gateway.surfaces.cli.exits import exit_of
from command_gateway.surfaces.cli.printing import print_json, say


def show_reply(reply: Reply, *, as_json: bool) -> None:
    """Prints the reply and ends with its exit code."""
    if as_json:
        print_json(reply.body)
    else:
        sys.stdout.write(reply.stdout)
        sys.stdout.flush()
        sys.stderr.write(reply.stderr)
        _explain(reply)
    raise typer.Exit(exit_of(reply.status))


def _explain(reply: Reply) -> None:
    if reply.command:
        say(f"{reply.command}   ({_how(reply)})")
    for step in (reply.body.get("execution_details") or {}).get("steps", []):
        seen = step.get("verification")
        if seen and seen["outcome"] != "NOT_NEEDED":
            say(f"{seen['outcome'].lower()}: {seen['observed']}")
    if reply.status is not Status.COMPLETED_SUCCESS:
        say(f"{reply.status}{_because(reply)}")
    if reply.status is Status.PENDING_APPROVAL:
        say(f'another person may decide: gateway approve {reply.request_id} --reason "..."')


def _how(reply: Reply) -> str:
    plan, decision = reply.body.get("plan") or {}, reply.body.get("decision") or {}
    rules = ", ".join(reason["rule"] for reason in decision.get("reasons", []))
    parts = (plan.get("planner"), decision.get("effect"), decision.get("outcome"), rules)
    return "; ".join(part for part in parts if part)


def _because(reply: Reply) -> str:
    message = reply.error.get("error_message") or (reply.body.get("approval") or {}).get("reason")
    candidates = reply.error.get("candidates")
    return (f": {message}" if message else "") + (f" ({', '.join(candidates)})" if candidates else "")
