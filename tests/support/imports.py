"""Who imports whom, read off the source without running it."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

SOURCE = Path(__file__).parents[2] / "src"


@dataclass(frozen=True)
class Import:
    """One import: of the module `of`, by the module `by`; `names` are those taken out of it."""

    by: str
    of: str
    names: tuple[str, ...]
    only_for_types: bool


@cache
def modules() -> dict[str, Path]:
    """Every module of the product, by dotted name; a package goes by its folder's name."""
    return {_dotted(path): path for path in sorted(SOURCE.rglob("*.py"))}


@cache
def imports() -> tuple[Import, ...]:
    """Every import of one module of the product by another, those inside functions included."""
    return tuple(
        found
        for name, path in modules().items()
        for found in _read(name, ast.parse(path.read_text()), only_for_types=False)
        if found.of in modules() and found.of != name
    )


def reached_from(start: str) -> set[str]:
    """Every module that is loaded when `start` is, packages on the way included."""
    seen: set[str] = set()
    waiting = [start]
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        direct = [each.of for each in imports() if each.by == name and not each.only_for_types]
        waiting += [parent for each in direct for parent in _with_parents(each)]
    return seen - {start}


def within(name: str, package: str) -> bool:
    """Whether `name` is that package or a module in it."""
    return name == package or name.startswith(f"{package}.")


def _with_parents(name: str) -> list[str]:
    parts = name.split(".")
    return [dotted for size in range(1, len(parts) + 1) if (dotted := ".".join(parts[:size])) in modules()]


def _dotted(path: Path) -> str:
    parts = path.relative_to(SOURCE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _read(by: str, tree: ast.AST, *, only_for_types: bool) -> Iterator[Import]:
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            for child in node.body:
                yield from _read(by, ast.Module([child], []), only_for_types=True)
        elif isinstance(node, ast.Import):
            for alias in node.names:
                yield Import(by, alias.name, (), only_for_types)
        elif isinstance(node, ast.ImportFrom):
            yield from _read_from(by, node, only_for_types)
        else:
            yield from _read(by, node, only_for_types=only_for_types)


def _read_from(by: str, node: ast.ImportFrom, only_for_types: bool) -> Iterator[Import]:
    assert node.level == 0, f"{by}: imports are absolute"
    package = node.module or ""
    names = tuple(alias.name for alias in node.names)
    inside = [name for name in names if f"{package}.{name}" in modules()]
    for name in inside:
        yield Import(by, f"{package}.{name}", (), only_for_types)
    taken = tuple(name for name in names if name not in inside)
    if taken:
        yield Import(by, package, taken, only_for_types)
