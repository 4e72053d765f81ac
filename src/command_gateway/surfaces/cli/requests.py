"""`gateway requests`: what was asked, decided and done."""

from time import time
from typing import Annotated, Any

import typer

from command_gateway.presentation.humanise import unix
from command_gateway.request import Status
from command_gateway.surfaces.cli.options import URL, AsJson, RequestId, Source, Url
from command_gateway.surfaces.cli.printing import print_json, print_table, say, visible
from command_gateway.surfaces.cli.talking import talk

requests = typer.Typer(invoke_without_command=True, rich_markup_mode=None)


@requests.callback()
def list_requests(
    context: typer.Context,
    source_id: Annotated[
        str | None, typer.Option("--from", metavar="SOURCE", help="Only those of this source.")
    ] = None,
    status: Annotated[Status | None, typer.Option("--status", case_sensitive=False, metavar="STATUS")] = None,
    effect: Annotated[str | None, typer.Option("--effect", help="READ, OPERATE, DESTROY or ESCALATE.")] = None,
    target: Annotated[str | None, typer.Option("--target", help="Only those about this target.")] = None,
    since: Annotated[str | None, typer.Option("--since", help="A moment, such as 2026-11-23T06:35:48Z.")] = None,
    until: Annotated[str | None, typer.Option("--until", help="A moment.")] = None,
    after: Annotated[str | None, typer.Option("--after", help="Where the page before ended.")] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=200)] = 20,
    as_json: AsJson = False,
    url: Url = URL,
) -> None:
    """List requests, newest first; `show ID` tells all about one."""
    if context.invoked_subcommand is not None:
        return
    filters = {
        "source": source_id,
        "status": status,
        "effect": effect.upper() if effect else None,
        "target": target,
        "since": since,
        "until": until,
        "after": after,
        "limit": limit,
    }
    page = talk(url, "", lambda client: client.requests(**filters), as_json=as_json)
    if as_json:
        print_json(page)
        return
    rows = [
        [each["request_id"], _age(each["received_at"]), each["status"], f"{each['source_id']}: {each['intent']}"]
        for each in page["requests"]
    ]
    print_table(("ID", "AGE", "STATUS", "REQUEST"), rows, "no request fits")
    if page["following"]:
        say(f"more: --after {page['following']}")


@requests.command("show")
def show_request(source: Source, request_id: RequestId, as_json: AsJson = False, url: Url = URL) -> None:
    """Show one request: where it stands, what it was, and its entries in the ledger."""
    found = talk(url, source, lambda client: client.get(request_id), as_json=as_json)
    if as_json:
        print_json(found)
        return
    for name, value in _facts(found):
        print(f"{name:<9} {visible(value)}")
    rows = [[str(each["sequence"]), each["recorded_at"], each["kind"], each["hash"][:16]] for each in found["entries"]]
    print()
    print_table(("ENTRY", "RECORDED", "KIND", "HASH"), rows, "the ledger has no entry of it yet")


def _age(moment: str) -> str:
    """How long ago, in its largest unit and few characters: an id and a status leave little room in 80 columns."""
    seconds = max(0, int(time() - unix(moment)))
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "m")):
        if seconds >= size:
            return f"{seconds // size}{unit}"
    return f"{seconds}s"


def _facts(found: dict[str, Any]) -> list[tuple[str, str]]:
    summary, answer = found["summary"], found["answer"] or {}
    decision, error = answer.get("decision") or {}, answer.get("error_details") or {}
    reasons = "; ".join(reason["message"] for reason in decision.get("reasons", []))
    facts = [
        ("id", summary["request_id"]),
        ("status", summary["status"]),
        ("asked", f"{summary['received_at']} by {summary['source_id']}"),
        ("request", summary["intent"]),
        ("command", summary["command"] or ""),
        ("decision", f"{decision['outcome']}: {reasons}" if decision else ""),
        ("error", error.get("error_message", "")),
    ]
    return [(name, value) for name, value in facts if value]
