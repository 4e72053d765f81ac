"""Waits until the gateway is ready, then prints the first request to try: HOST PORT PID INTENT."""

import json
import os
import sys
import time
import urllib.error
import urllib.request

_BETWEEN_LOOKS = 0.1  # seconds


def is_alive(pid: int) -> bool:
    """Whether the process still runs."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def is_ready(url: str) -> bool:
    """Whether the gateway can do its job now."""
    try:
        with urllib.request.urlopen(f"{url}/ready", timeout=5) as answer:
            return bool(answer.status == 200)
    except (OSError, urllib.error.URLError):
        return False


def invitation(url: str, intent: str) -> str:
    """The first request, for the command line and for curl."""
    body = json.dumps({"source_id": "me", "action_request": {"intent": intent}})
    return f"""
The gateway is ready on {url}. In another terminal, try

  .venv/bin/gateway ask "{intent}"

or

  curl -s {url}/execute-docker-command -H 'Content-Type: application/json' \\
    -d '{body}'
"""


def main() -> None:
    host, port, pid, intent = sys.argv[1:]
    url = f"http://{'127.0.0.1' if host in ('0.0.0.0', '::') else host}:{port}"
    while is_alive(int(pid)):
        if is_ready(url):
            print(invitation(url, intent), flush=True)
            return
        time.sleep(_BETWEEN_LOOKS)


if __name__ == "__main__":
    main()
