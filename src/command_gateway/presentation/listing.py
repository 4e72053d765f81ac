"""A list of things as the Docker CLI prints it: a table, ids only, or a template."""

from collections.abc import Mapping, Sequence
from typing import Any

from command_gateway.operation import Output
from command_gateway.presentation.go_template import formatted
from command_gateway.presentation.table import table

Row = Mapping[str, Any]


def listed(
    rows: Sequence[Row],
    headers: Mapping[str, str],
    columns: Sequence[str],
    *,
    quiet: str | None = None,
    template: str | None = None,
) -> Output:
    """The rows as text and data; `quiet` names the one field to print, `template` is what --format was given."""
    data = [dict(row) for row in rows]
    if template is not None and template != "table":
        return Output(formatted(template, headers, data), data=data)
    if quiet is not None:
        return Output("".join(f"{row[quiet]}\n" for row in rows), data=data)
    return Output(table([headers[key] for key in columns], [[row[key] for key in columns] for row in rows]), data=data)
