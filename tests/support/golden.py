"""Texts that must not change by accident. UPDATE_GOLDEN=1 writes them anew."""

import os
from pathlib import Path

FOLDER = Path(__file__).parents[1] / "golden"


def check(name: str, now: str) -> None:
    """Compares with the file of that name in tests/golden, or with a path of its own."""
    path = FOLDER / name
    if os.environ.get("UPDATE_GOLDEN") == "1":
        path.write_text(now)
    assert path.is_file(), f"{path} is missing; UPDATE_GOLDEN=1 writes it"
    assert now == path.read_text(), f"{path.name} changed; UPDATE_GOLDEN=1 writes it anew"
