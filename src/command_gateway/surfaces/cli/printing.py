"""What people and scripts get to see."""

import json
import sys
from collections.abc import Sequence
from typing import Any

from command_gateway.presentation.table import table

GAP = 2  # columns of a terminal between two of ours
NARROWEST = 10


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
    from rich.cells import cell_len
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(highlight=False)
    *first, _ = [max(cell_len(line[at]) for line in (header, *rows)) + GAP for at in range(len(header))]
    left = max(NARROWEST, console.width - sum(first))  # what the last column may take: it is the one that is cut
    shown = Table(box=None, pad_edge=False, header_style="bold", padding=(0, GAP, 0, 0))
    for name in header:
        shown.add_column(name, no_wrap=True)
    for row in rows:
        last = Text(row[-1])
        last.truncate(left, overflow="ellipsis")
        shown.add_row(*(Text(cell) for cell in row[:-1]), last)
    console.print(shown)
