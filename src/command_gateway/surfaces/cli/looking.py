"""`gateway operations`, `gateway targets`: what can be done, and to what."""

from typing import Annotated

import typer

from command_gateway.surfaces.cli.options import URL, AsJson, Url
from command_gateway.surfaces.cli.printing import print_json, print_table
from command_gateway.surfaces.cli.talking import talk


def operations(as_json: AsJson = False, url: Url = URL) -> None:
    """List every operation there is."""
    found = talk(url, "", lambda client: client.operations(), as_json=as_json)
    if as_json:
        print_json(found)
        return
    rows = [[each["name"], each["effect"], each["cli"][0], each["summary"]] for each in found]
    print_table(("OPERATION", "EFFECT", "COMMAND", "WHAT IT DOES"), rows, "there is no operation")


def targets(
    kind: Annotated[str | None, typer.Option("--kind", help="container, image, network or volume.")] = None,
    as_json: AsJson = False,
    url: Url = URL,
) -> None:
    """List what names can mean on the engine."""
    found = talk(url, "", lambda client: client.targets(kind), as_json=as_json)
    if as_json:
        print_json(found)
        return
    logical = {name: logical for logical, name in found["mappings"].items()}
    rows = [
        [each["name"], each["kind"], each["state"], each["health"], logical.get(each["name"], ""), each["image"]]
        for each in found["objects"]
    ]
    print_table(("NAME", "KIND", "STATE", "HEALTH", "CALLED", "IMAGE"), rows, "nothing is on the engine")
