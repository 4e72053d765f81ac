"""The folder is the registry: one Docker operation per file, path = name (container/restart.py = container.restart)."""

from command_gateway import operations
from command_gateway.catalogue import Catalogue
from command_gateway.discovery import implementations
from command_gateway.operation import Operation


def discover() -> Catalogue:
    """The catalogue of the operations in this folder; BrokenFolder names a file that declares none or two."""
    found = []
    for name, operation in implementations(operations, Operation):  # type: ignore[type-abstract]
        operation.name = name
        found.append(operation)
    return Catalogue(found)
