"""What is installed is what was pinned, and what is packaged is complete."""

import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PIN = re.compile(r"(?P<name>[a-z0-9-]+)(\[[a-z0-9,-]+\])?==[^\s]+( ; [^\\]+)? \\")
HASH = re.compile(r"    --hash=sha256:[0-9a-f]{64}( \\)?")


def lines(kind: str) -> list[str]:
    return (ROOT / "requirements" / f"{kind}.txt").read_text().splitlines()


def pins(kind: str) -> set[str]:
    return {line for line in lines(kind) if PIN.fullmatch(line)}


@pytest.mark.parametrize("kind", ["run", "dev", "model"])
def test_requirements_are_pins_and_hashes_and_name_no_place(kind: str) -> None:
    assert [line for line in lines(kind) if not PIN.fullmatch(line) and not HASH.fullmatch(line)] == []


def test_tests_run_on_what_is_served() -> None:
    assert pins("run") <= pins("dev")


def test_every_declared_dependency_is_pinned() -> None:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    pinned = {found["name"] for line in pins("run") if (found := PIN.fullmatch(line))}
    assert {re.split(r"[^a-z0-9-]", each)[0] for each in declared} <= pinned


def test_the_wheel_has_the_policy_and_the_command(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(tmp_path)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("ai_command_gateway-*.whl")
    with zipfile.ZipFile(wheel) as packed:
        names = packed.namelist()
        (entry_points,) = (name for name in names if name.endswith("/entry_points.txt"))
        commands = packed.read(entry_points).decode()
    policies = ROOT / "src" / "command_gateway" / "policies"
    shipped = [f"command_gateway/policies/{each.name}" for each in policies.glob("*.cedar*")]
    assert shipped
    assert {*shipped, "command_gateway/py.typed"} <= set(names)
    assert "gateway = command_gateway.surfaces.cli:main" in commands
