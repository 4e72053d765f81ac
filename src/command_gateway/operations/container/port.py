"""Show which ports of a container are published, and where."""

from collections.abc import Sequence
from typing import Annotated

from pydantic import Field

from command_gateway.operation import Argument, Engine, Kind, Operation, Output, Reference, Target

PrivatePort = Annotated[str, Field(pattern=r"^\d{1,5}(/(tcp|udp|sctp))?$")]


class Port(Operation):
    """Shows the host addresses that a container's ports are published on."""

    verbs = ("port", "container port")
    phrases = (
        "which ports does {container} publish",
        "show the port mappings of {container}",
        "what ports are exposed by {container}",
        "on which host port is {container} reachable",
        "list published ports of {container}",
        "where is port {private_port} of {container} published",
        "show ports of {container}",
        "port mapping for {container}",
    )
    examples = ("docker port web", "docker port web 80/tcp")

    container: Annotated[Reference, Argument(refers_to=Kind.CONTAINER)]
    private_port: Annotated[PrivatePort | None, Argument()] = None

    async def run(self, engine: Engine, targets: Sequence[Target]) -> Output:
        seen = await engine.get(f"containers/{targets[0].id}/json")
        bound = {port: places for port, places in (seen["NetworkSettings"]["Ports"] or {}).items() if places}
        data = {port: [_address(place) for place in places] for port, places in sorted(bound.items(), key=_by_number)}
        if self.private_port is None:
            lines = [f"{port} -> {address}\n" for port, addresses in data.items() for address in addresses]
            return Output("".join(lines), data=data)
        wanted = self.private_port if "/" in self.private_port else f"{self.private_port}/tcp"
        if wanted not in data:
            message = f"Error: No public port '{self.private_port}' published for {targets[0].name}\n"
            return Output("", message, exit_code=1, data={})
        return Output("".join(f"{address}\n" for address in data[wanted]), data={wanted: data[wanted]})


def _by_number(entry: tuple[str, object]) -> tuple[int, str]:
    number, _, protocol = entry[0].partition("/")
    return int(number), protocol


def _address(place: dict[str, str]) -> str:
    address = place["HostIp"]
    return f"[{address}]:{place['HostPort']}" if ":" in address else f"{address}:{place['HostPort']}"
