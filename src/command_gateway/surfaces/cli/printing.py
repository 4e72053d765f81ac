"""What people and scripts get to see."""

import json
import sys
from collections.abc import Sequence
from typing import Any

from command_gateway.presentation.table import table


def print_json(found: Any) -> None:
    """JSON, indented, on standard output."""
    print(json.dumps(found, indent=2, ensure_ascii=False))


def print_table(header: Sequence[str], rows: Sequence[Sequence[str]], empty: str) -> None:
    """Aligned columns: cut to the terminal's width, or whole where nobody looks; `empty` when there is no row."""
    if not rows:
        print(empty, file=sys.stderr)
        return
    cells = [[visible(cell) for cell in row] for row in rows]
    if sys.stdout.isatty():
        _print_to_terminal(header, cells)
    else:
        sys.stdout.write(table(header, cells))


def say(line: str) -> None:
    """A line for people, beside the output."""
    print(visible(line), file=sys.stderr)


def visible(text: str) -> str:
    """Text that cannot move a terminal's cursor: breaks become spaces, what cannot be seen a dot."""
    return "".join(char if char.isprintable() else " " if char.isspace() else "·" for char in text)


def _print_to_terminal(header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    shown = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    for position, name in enumerate(header):
        widest = max(len(row[position]) for row in rows)
        last = position == len(header) - 1
        shown.add_column(name, no_wrap=True, overflow="ellipsis", min_width=None if last else widest)
    for row in rows:
        shown.add_row(*(Text(cell) for cell in row))
    Console(highlight=False).print(shown)
