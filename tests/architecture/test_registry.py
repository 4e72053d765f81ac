"""The folder is the list of operations: one file, one operation, named after its path."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from command_gateway import operations
from command_gateway.discovery import BrokenFolder
from command_gateway.operation import Operation
from tests.support.imports import modules, within

ONE = """
from command_gateway.operation import Operation

class {name}(Operation):
    "Does nothing."

    verbs = ("{name}",)

    async def run(self, engine, targets):
        raise NotImplementedError
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder whose files count as operations until the test is over."""
    monkeypatch.setattr(operations, "__path__", [*operations.__path__, str(tmp_path)])
    before = set(sys.modules)
    yield tmp_path
    for name in set(sys.modules) - before:
        if name.startswith(f"{operations.__name__}.added"):
            del sys.modules[name]


def test_a_new_file_is_a_new_operation(folder: Path) -> None:
    (folder / "added.py").write_text(ONE.format(name="Added"))
    assert operations.discover().get("added").verbs == ("Added",)


def test_a_file_that_declares_none_stops_the_start_and_is_named(folder: Path) -> None:
    (folder / "added_none.py").write_text("ANSWER = 42\n")
    with pytest.raises(BrokenFolder, match=r"added_none\.py.*declares none"):
        operations.discover()


def test_a_file_that_declares_two_stops_the_start_and_is_named(folder: Path) -> None:
    (folder / "added_two.py").write_text(ONE.format(name="First") + ONE.format(name="Second"))
    with pytest.raises(BrokenFolder, match=r"added_two\.py.*First, Second"):
        operations.discover()


def test_an_operation_that_is_only_imported_is_not_declared(folder: Path) -> None:
    (folder / "added_none.py").write_text("from command_gateway.operations.container.restart import Restart\n")
    with pytest.raises(BrokenFolder, match=r"added_none\.py.*declares none"):
        operations.discover()


def test_helpers_start_with_an_underscore_and_declare_nothing(folder: Path) -> None:
    (folder / "_added.py").write_text("ANSWER = 42\n")
    assert "_added" not in operations.discover()


def test_an_operation_is_called_as_its_file_is() -> None:
    package = operations.__name__
    files = {
        name.removeprefix(f"{package}.")
        for name, path in modules().items()
        if within(name, package) and not path.name.startswith("_")
    }
    assert {each.name for each in operations.discover()} == files


@pytest.mark.parametrize("kind", list(operations.discover()), ids=lambda kind: kind.name)
def test_an_operation_says_what_it_is(kind: type[Operation]) -> None:
    assert kind.__doc__
    assert kind.verbs
    assert kind.phrases or not kind.base_effect.changes


def test_no_two_operations_share_their_canonical_form() -> None:
    forms = [(each.verbs[0], *sorted(each.fixed.items())) for each in operations.discover()]
    assert len(forms) == len(set(forms))
