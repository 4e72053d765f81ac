"""A folder is the list of its implementations: finds the one class that each file of a package declares."""

import importlib
import pkgutil
from collections.abc import Iterator
from types import ModuleType
from typing import TypeVar

T = TypeVar("T")


class BrokenFolder(Exception):
    """A file in a folder of implementations declares none, or more than one."""


def implementations(package: ModuleType, base: type[T]) -> Iterator[tuple[str, type[T]]]:
    """Each file below `package` as (dotted name inside it, the one subclass of `base` that it declares).

    Files and folders whose name starts with an underscore are helpers and declare nothing.

    Raises:
        BrokenFolder: a file declares none or several; the message names the file.
    """
    prefix = f"{package.__name__}."
    for found in pkgutil.walk_packages(package.__path__, prefix):
        name = found.name.removeprefix(prefix)
        if found.ispkg or any(part.startswith("_") for part in name.split(".")):
            continue
        module = importlib.import_module(found.name)
        yield name, _the_one(module, base)


def _the_one(module: ModuleType, base: type[T]) -> type[T]:
    declared = [
        value
        for value in vars(module).values()
        if isinstance(value, type)
        and issubclass(value, base)
        and value is not base
        and value.__module__ == module.__name__
        and not value.__name__.startswith("_")
    ]
    if len(declared) != 1:
        names = ", ".join(each.__name__ for each in declared) or "none"
        raise BrokenFolder(f"{module.__file__}: must declare exactly one {base.__name__}, declares {names}")
    return declared[0]
