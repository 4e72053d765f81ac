"""Tables as the Docker CLI aligns them."""

from collections.abc import Sequence

NARROWEST = 10  # characters of a column, unless a command has its own
GAP = 3  # spaces after the longest cell of a column


def table(header: Sequence[str], rows: Sequence[Sequence[str]], *, narrowest: int = NARROWEST) -> str:
    """Left-aligned columns, the last one unpadded, each line ending in a line break."""
    lines = [header, *rows]
    widths = [max(narrowest, GAP + max(len(line[at]) for line in lines)) for at in range(len(header) - 1)]
    return "".join(f"{_line(line, widths)}\n" for line in lines)


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    return "".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=False)) + cells[-1]
