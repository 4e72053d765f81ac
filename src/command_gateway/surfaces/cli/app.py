"""The commands, put together."""

import sys

import typer

from command_gateway import __version__
from command_gateway.surfaces.cli.asking import ask
from command_gateway.surfaces.cli.audit import audit
from command_gateway.surfaces.cli.deciding import approve, reject
from command_gateway.surfaces.cli.looking import operations, targets
from command_gateway.surfaces.cli.options import AsJson
from command_gateway.surfaces.cli.printing import print_json
from command_gateway.surfaces.cli.requests import requests
from command_gateway.surfaces.cli.serving import serve

app = typer.Typer(
    name="gateway",
    help="The safe command plane between AI agents and Docker.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


def version(as_json: AsJson = False) -> None:
    """Print the version."""
    if as_json:
        print_json({"version": __version__})
    else:
        print(__version__)


app.command()(serve)
app.command()(ask)
app.add_typer(requests, name="requests")
app.command()(approve)
app.command()(reject)
app.command()(operations)
app.command()(targets)
app.add_typer(audit, name="audit")
app.command()(version)


def main() -> None:
    """The entry point of `gateway`."""
    try:
        app(prog_name="gateway")
    except BrokenPipeError:
        sys.stderr.close()  # whoever read the output has left; Python would complain while it exits
        sys.exit(1)
