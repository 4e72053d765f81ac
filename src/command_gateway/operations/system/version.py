"""Show the versions of the gateway and of the engine."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, Any

from command_gateway import __version__
from command_gateway.operation import Engine, Operation, Option, Output, Target
from command_gateway.presentation.go_template import render
from command_gateway.presentation.humanise import unix
from command_gateway.values import Text


class Version(Operation):
    """Shows the engine's version and its parts; the client is the gateway, and says so."""

    verbs = ("version",)
    phrases = (
        "docker version",
        "which version of docker is running",
        "what docker version do we have",
        "show the docker version",
        "what version is the engine",
        "tell me the docker server version",
    )
    examples = ("docker version",)

    format: Annotated[Text | None, Option("--format", "-f", says=("format",))] = None

    async def run(self, engine: Engine, targets: Sequence[Target]) -> Output:
        server = await engine.get("version")
        client = {
            "Platform": {"Name": "AI Command Gateway"},
            "Version": __version__,
            "ApiVersion": server["ApiVersion"],
        }
        data = {"Client": client, "Server": server}
        if self.format is not None:
            return Output(f"{render(self.format, data)}\n", data=data)
        lines = ["Client: AI Command Gateway", f" Version:           {__version__}",
                 f" API version:       {server['ApiVersion']}", "", *_server(server)]  # fmt: skip
        return Output("".join(f"{line}\n" for line in lines), data=data)


def _server(server: Any) -> list[str]:
    platform = (server.get("Platform") or {}).get("Name")
    lines = [f"Server: {platform}" if platform else "Server:"]
    for part in server.get("Components") or []:
        details = part.get("Details") or {}
        lines.append(f" {part['Name']}:")
        lines.append(_line("Version", part["Version"]))
        if part["Name"] == "Engine":
            lines.append(_line("API version", f"{details['ApiVersion']} (minimum version {details['MinAPIVersion']})"))
            lines.append(_line("Go version", details["GoVersion"]))
            lines.append(_line("Git commit", details["GitCommit"]))
            lines.append(_line("Built", _built(details["BuildTime"])))
            lines.append(_line("OS/Arch", f"{details['Os']}/{details['Arch']}"))
            lines.append(_line("Experimental", details["Experimental"]))
        else:
            lines += [_line(key, value) for key, value in sorted(details.items())]
    return lines


def _line(name: str, value: str) -> str:
    return f"  {f'{name}:':<18}{value}"


def _built(text: str) -> str:
    return datetime.fromtimestamp(unix(text), UTC).strftime("%a %b %e %H:%M:%S %Y") if unix(text) else text
