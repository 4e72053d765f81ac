"""What is public is documented, and loads no more than it needs."""

import ast
import importlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.imports import modules

SERVER = {"aiodocker", "alembic", "cedarpy", "fastapi", "openai", "sqlalchemy", "uvicorn"}


@pytest.mark.parametrize("name", [each for each in modules() if "._" not in each])
def test_every_public_module_class_and_function_says_what_it_is(name: str) -> None:
    tree = ast.parse(modules()[name].read_text())
    assert ast.get_docstring(tree), name
    assert [each.name for each in _public(tree) if not ast.get_docstring(each)] == []


@pytest.mark.parametrize(
    ("module", "spared"),
    [
        ("command_gateway", SERVER),
        ("command_gateway.client", SERVER),
        ("command_gateway.surfaces.cli", SERVER),
        ("command_gateway.planners.language_model", {"openai"}),
    ],
)
def test_loads_no_more_than_it_needs(module: str, spared: set[str]) -> None:
    loaded = subprocess.run(
        [sys.executable, "-c", f"import sys, {module}; print(*sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": str(Path(modules()["command_gateway.errors"]).parents[1]), "PATH": ""},
    ).stdout.split()
    assert spared & set(loaded) == set()


def test_names_that_a_package_offers_exist() -> None:
    for name, path in modules().items():
        if path.name == "__init__.py":
            package = importlib.import_module(name)
            assert [each for each in getattr(package, "__all__", ()) if not hasattr(package, each)] == [], name


def _public(tree: ast.Module) -> Iterator[ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in tree.body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and not node.name.startswith("_"):
            yield node
