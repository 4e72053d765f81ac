"""The options that commands share."""

import getpass
from typing import Annotated

import typer

from command_gateway.client import DEFAULT_URL


def _source() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "gateway-cli"  # a user id without a name, as in some containers


Url = Annotated[str, typer.Option("--url", envvar="GATEWAY_URL", help="Where the gateway listens.")]
Source = Annotated[
    str,
    typer.Option(
        "--source", envvar="GATEWAY_SOURCE_ID", default_factory=_source, show_default="your user name", help="Who asks."
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for scripts.")]
Reason = Annotated[str, typer.Option("--reason", help="Why you decide so; goes on record.")]
RequestId = Annotated[str, typer.Argument(metavar="ID", help="The request's id.")]

URL = DEFAULT_URL
