"""`gateway ask`: in plain language, answered as docker would."""

from typing import Annotated

import typer

from command_gateway.client import GatewayClient, Reply
from command_gateway.request import Priority, Status
from command_gateway.surfaces.cli.options import URL, AsJson, Source, Url
from command_gateway.surfaces.cli.printing import say
from command_gateway.surfaces.cli.replies import show_reply
from command_gateway.surfaces.cli.talking import talk


def ask(
    source: Source,
    text: Annotated[list[str], typer.Argument(metavar="TEXT", help="What should happen, in quotes or not.")],
    target: Annotated[str | None, typer.Option("--target", help="What it is about, if the text does not say.")] = None,
    context: Annotated[str | None, typer.Option("--context", help="What may help; adds no authority.")] = None,
    priority: Annotated[Priority, typer.Option("--priority", case_sensitive=False)] = Priority.NORMAL,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Plan, decide and preview; execute nothing.")] = False,
    wait: Annotated[bool, typer.Option("--wait", help="If a person must decide, wait until somebody has.")] = False,
    as_json: AsJson = False,
    url: Url = URL,
) -> None:
    """Ask in plain language, or give a docker command; see it happen."""

    async def asked(client: GatewayClient) -> Reply:
        reply = await client.submit(" ".join(text), target=target, context=context, priority=priority, dry_run=dry_run)
        if wait and reply.status is Status.PENDING_APPROVAL:
            say(f"waits for a person: gateway approve {reply.request_id}")
            reply = await client.wait(reply.request_id)
        return reply

    show_reply(talk(url, source, asked, as_json=as_json), as_json=as_json)
