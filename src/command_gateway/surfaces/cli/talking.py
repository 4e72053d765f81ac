"""Runs one conversation with the gateway and ends with the right exit code."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import typer

from command_gateway.client import ClientError, GatewayClient, Refused
from command_gateway.surfaces.cli.exits import exit_of_error
from command_gateway.surfaces.cli.printing import print_json, say

LONGEST_ANSWER = 3_600.0  # seconds: a person can stop waiting at any time

T = TypeVar("T")


def talk(url: str, source: str, conversation: Callable[[GatewayClient], Awaitable[T]], *, as_json: bool) -> T:
    """The result of `conversation`; says what went wrong and exits where there is none."""

    async def run() -> T:
        async with GatewayClient(url, source_id=source, timeout=LONGEST_ANSWER) as client:
            return await conversation(client)

    try:
        return asyncio.run(run())
    except ClientError as error:
        if as_json:
            details = error.details if isinstance(error, Refused) else {"error_message": str(error)}
            print_json({"error_details": details})
        say(str(error))
        if isinstance(error, Refused) and error.details.get("candidates"):
            say(f"near: {', '.join(error.details['candidates'])}")
        raise typer.Exit(exit_of_error(error)) from None
