"""Where policies come from: those that ship, or a directory that replaces them."""

from dataclasses import dataclass
from importlib import resources
from pathlib import Path

SHIPPED = "default.cedar"


class PolicyBroken(Exception):
    """The policies cannot be used; the message is one line that names the file and, where known, the line."""


@dataclass(frozen=True, slots=True)
class PolicyText:
    """One policy file: what people call it, and what it says."""

    name: str
    text: str


def load_policies(directory: Path | None = None) -> tuple[PolicyText, ...]:
    """The shipped policies, or every *.cedar file of `directory`, in the order of their names.

    Raises:
        PolicyBroken: the directory or a file in it cannot be read, or there is no policy file.
    """
    if directory is None:
        return (PolicyText(SHIPPED, shipped_text(SHIPPED)),)
    try:
        files = sorted(each for each in directory.iterdir() if each.suffix == ".cedar")
    except OSError as problem:
        raise PolicyBroken(f"{directory}: the policy directory cannot be read: {problem.strerror}") from None
    if not files:
        raise PolicyBroken(f"{directory}: no *.cedar file in the policy directory, so nothing would be permitted")
    return tuple(PolicyText(str(each), _read(each)) for each in files)


def shipped_text(name: str) -> str:
    """The text of a file that ships beside this one."""
    return resources.files("command_gateway.policies").joinpath(name).read_text(encoding="utf-8")


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except OSError as problem:
        raise PolicyBroken(f"{file}: cannot be read: {problem.strerror}") from None
    except UnicodeDecodeError:
        raise PolicyBroken(f"{file}: is not UTF-8 text") from None
