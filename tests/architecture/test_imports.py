"""Imports run one way, as DESIGN draws them: surfaces, gateway, pipeline, the middle, the ground."""

from graphlib import CycleError, TopologicalSorter

import pytest

from tests.support.imports import Import, imports, modules, reached_from, within

HOUSE = "command_gateway"
LAYERS = (
    ("surfaces", "wiring"),
    ("gateway",),
    ("pipeline",),
    ("planners", "policies", "operations", "targets", "ledger", "engine"),
)  # top first; every other module is the ground that all stand on


def layer(name: str) -> int:
    """How high a module stands; 0 is the ground."""
    for height, parts in enumerate(reversed(LAYERS), start=1):
        if any(within(name, f"{HOUSE}.{part}") for part in parts):
            return height
    return 0


def told(broken: list[Import]) -> list[str]:
    return sorted({f"{each.by} imports {each.of}" for each in broken})


def test_no_module_imports_one_that_stands_higher() -> None:
    inside = [each for each in imports() if within(each.by, HOUSE) and within(each.of, HOUSE)]
    assert told([each for each in inside if layer(each.of) > layer(each.by)]) == []


def test_there_is_no_import_cycle() -> None:
    graph: dict[str, set[str]] = {name: set() for name in modules()}
    for each in imports():
        if not each.only_for_types:
            graph[each.by].add(each.of)
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as cycle:
        pytest.fail(" -> ".join(reversed(cycle.args[1])))


def test_only_the_wiring_knows_the_engine() -> None:
    strangers = [
        each
        for each in imports()
        if within(each.of, f"{HOUSE}.engine")
        and not within(each.by, f"{HOUSE}.engine")
        and each.by != f"{HOUSE}.wiring"
    ]
    assert told(strangers) == []


@pytest.mark.parametrize("folder", ["planners", "operations", "policies"])
def test_no_way_leads_from_the_middle_to_the_engine(folder: str) -> None:
    for name in modules():
        if within(name, f"{HOUSE}.{folder}"):
            assert [each for each in reached_from(name) if within(each, f"{HOUSE}.engine")] == [], name


@pytest.mark.parametrize("folder", ["planners", "policies", "operations", "targets", "ledger", "engine"])
def test_the_folders_of_the_middle_ask_each_other_for_little(folder: str) -> None:
    """Language is understood against names, so planners may know targets; nobody else needs a neighbour."""
    home = f"{HOUSE}.{folder}"
    allowed = {f"{HOUSE}.targets"} if folder == "planners" else set()
    neighbours = [
        each
        for each in imports()
        if within(each.by, home)
        and layer(each.of) == layer(home)
        and not within(each.of, home)
        and not any(within(each.of, other) for other in allowed)
    ]
    assert told(neighbours) == []


def test_the_command_line_holds_no_power_of_its_own() -> None:
    """It reaches a running gateway through the client; only what it loads inside `serve` is the server's."""
    client = f"{HOUSE}.client"
    if client in modules():
        assert {each for each in reached_from(client) if layer(each)} == set()


def test_the_agent_knows_the_gateway_by_its_client_only() -> None:
    known = [each for each in imports() if within(each.by, "devops_agent") and within(each.of, HOUSE)]
    assert told([each for each in known if each.of not in (HOUSE, f"{HOUSE}.client")]) == []
    assert told([each for each in imports() if within(each.of, "devops_agent") and within(each.by, HOUSE)]) == []


def test_nobody_takes_a_private_thing_out_of_another_module() -> None:
    def is_private(name: str) -> bool:
        return name.startswith("_") and not name.startswith("__")

    def folder(name: str) -> str:
        return ".".join(name.split(".")[:2])

    taken = [each for each in imports() if any(is_private(name) for name in each.names)]
    helpers = [
        each
        for each in imports()
        if any(is_private(part) for part in each.of.split(".")) and folder(each.of) != folder(each.by)
    ]
    assert told(taken + helpers) == []


def test_every_folder_of_the_product_is_a_package() -> None:
    folders = {path.parent for path in modules().values()}
    assert sorted(each.name for each in folders if not (each / "__init__.py").is_file()) == []
