"""Exits with 0 when a Docker Engine answers on the Unix socket that is named, else with 1."""

import sys
from http.client import HTTPConnection, HTTPException
from socket import AF_UNIX, socket

_PATIENCE = 5.0  # seconds


def answers(path: str) -> bool:
    """Whether an engine answers on the Unix socket at `path`."""
    connection = HTTPConnection("engine", timeout=_PATIENCE)
    connection.sock = socket(AF_UNIX)
    connection.sock.settimeout(_PATIENCE)
    try:
        connection.sock.connect(path)
        connection.request("GET", "/_ping")
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


if __name__ == "__main__":
    sys.exit(not answers(sys.argv[1]))
