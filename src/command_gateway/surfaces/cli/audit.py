"""`gateway audit verify`: is the ledger whole?"""

import typer

from command_gateway.surfaces.cli.exits import Exit
from command_gateway.surfaces.cli.options import URL, AsJson, Url
from command_gateway.surfaces.cli.printing import print_json, visible
from command_gateway.surfaces.cli.talking import talk

audit = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="The ledger of what happened.")


@audit.callback()
def _group() -> None:
    """The ledger of what happened."""


@audit.command()
def verify(as_json: AsJson = False, url: Url = URL) -> None:
    """Walk the ledger's chain; exits with 1 when an entry was altered, removed, inserted or moved."""
    found = talk(url, "", lambda client: client.audit(), as_json=as_json)
    if as_json:
        print_json(found)
    elif found["whole"]:
        print(f"whole: {found['entries']} entries, head {found['head']}")
    else:
        print(f"broken: {len(found['problems'])} problems in {found['entries']} entries")
        for problem in found["problems"]:
            print(f"  {visible(problem)}")
    raise typer.Exit(Exit.SUCCESS if found["whole"] else Exit.FAILED)
