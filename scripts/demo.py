"""Three small containers to talk to, on an engine that has none: `demo.py up unix://...`, `demo.py down`.

What it made is written down with its ids, and nothing else is ever removed.
"""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import httpx2

from scripts.busybox_image import root_filesystem

LABEL = "gateway.demo"
IMAGE = "gateway-demo"
_MADE = Path(__file__).resolve().parent.parent / ".state" / "demo.json"
_SECOND = 1_000_000_000  # nanoseconds, the engine's unit of a health check's times
_GONE, _IN_USE = 404, 409
_TALKER = """
trap 'exit 0' TERM
mkdir -p /srv && echo ok >/srv/health && httpd -p {port} -h /srv
n=0
while true; do n=$((n + 1)); echo "{says}"; sleep {pause} & wait $!; done
"""
CONTAINERS: dict[str, dict[str, Any]] = {
    "market-predictor": {"says": "forecast $n is ready", "port": 8000, "pause": 4, "healthy": True},
    "checkout-api": {"says": "order $((1000 + n)) is paid", "port": 8080, "pause": 3},
    "coding-ai-agent": {"says": "task $n is done, 0 open", "port": 9000, "pause": 7},
}


class Engine:
    """As much of the Engine API as it takes, at unix://..."""

    def __init__(self, host: str) -> None:
        transport = httpx2.HTTPTransport(uds=host.removeprefix("unix://"))
        self._client = httpx2.Client(transport=transport, base_url="http://engine/v1.41", timeout=60)

    def call(self, method: str, path: str, *, fine: Sequence[int] = (), **more: Any) -> Any:
        """The JSON of one call's last line, None where it has none; a status in `fine` is no error."""
        answer = self._client.request(method, path, **more)
        if answer.status_code not in fine:
            answer.raise_for_status()
        lines = answer.text.strip().splitlines()
        return json.loads(lines[-1]) if lines else None


def up(host: str) -> None:
    """Starts the three where the engine has no container at all."""
    engine = Engine(host)
    if engine.call("GET", "/containers/json", params={"all": "1"}):
        return
    print("The engine has no containers. Starting three to talk to; `make demo-down` removes them (DEMO=no: none).")
    made: dict[str, Any] = {"host": host, "image": None, "containers": []}
    source = {"fromSrc": "-", "repo": IMAGE}
    made["image"] = engine.call("POST", "/images/create", params=source, content=root_filesystem())["status"]
    for name, about in CONTAINERS.items():
        created = engine.call("POST", "/containers/create", params={"name": name}, json=_config(about))
        made["containers"].append(created["Id"])
        _MADE.write_text(json.dumps(made))
        engine.call("POST", f"/containers/{created['Id']}/start")


def down() -> None:
    """Removes what up() made, and that only."""
    if not _MADE.exists():
        print("There are no demo containers.")
        return
    made = json.loads(_MADE.read_text())
    engine = Engine(made["host"])
    filters = json.dumps({"label": [f"{LABEL}=true"]})
    there = {each["Id"] for each in engine.call("GET", "/containers/json", params={"all": "1", "filters": filters})}
    for container in there.intersection(made["containers"]):
        engine.call("DELETE", f"/containers/{container}", params={"force": "1", "v": "1"}, fine=(_GONE,))
    engine.call("DELETE", f"/images/{made['image']}", fine=(_GONE, _IN_USE))
    _MADE.unlink()
    print("The demo containers are gone.")


def _config(about: dict[str, Any]) -> dict[str, Any]:
    config: dict[str, Any] = {
        "Image": IMAGE,
        "Cmd": ["sh", "-c", _TALKER.format(**about)],
        "Labels": {LABEL: "true"},
        "ExposedPorts": {f"{about['port']}/tcp": {}},
        "HostConfig": {"RestartPolicy": {"Name": "unless-stopped"}},
    }
    if about.get("healthy"):
        check = f"wget -q -O /dev/null http://127.0.0.1:{about['port']}/health"
        config["Healthcheck"] = {
            "Test": ["CMD-SHELL", check],
            "Interval": 2 * _SECOND,
            "Timeout": _SECOND,
            "Retries": 3,
        }
    return config


if __name__ == "__main__":
    try:
        up(sys.argv[2]) if sys.argv[1] == "up" else down()
    except httpx2.HTTPError as broken:
        sys.exit(f"The demo containers' engine does not do as asked: {broken}")
