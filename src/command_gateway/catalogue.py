"""The catalogue: every operation there is, by name and by CLI verb."""

from collections.abc import Iterable, Iterator, Mapping

from command_gateway.errors import NotFound
from command_gateway.operation import Operation

OperationType = type[Operation]


class Catalogue:
    """The operations that were discovered; the same object serves grammar, planners, policy and surfaces."""

    def __init__(self, operations: Iterable[OperationType]) -> None:
        self._by_name: dict[str, OperationType] = {each.name: each for each in operations}
        self._by_verb: dict[str, list[OperationType]] = {}
        for each in self._by_name.values():
            for verb in each.verbs:
                self._by_verb.setdefault(verb, []).append(each)
        for sharing in self._by_verb.values():
            sharing.sort(key=lambda each: -len(each.fixed))  # the most particular reading is tried first

    def __iter__(self) -> Iterator[OperationType]:
        return iter(self._by_name.values())

    def __len__(self) -> int:
        return len(self._by_name)

    def __contains__(self, name: str) -> bool:
        return name in self._by_name

    def get(self, name: str) -> OperationType:
        """The operation called `name`, such as container.restart; NotFound names the near ones."""
        try:
            return self._by_name[name]
        except KeyError:
            last = name.rpartition(".")[2]
            near = sorted(each for each in self._by_name if last and each.endswith(last))
            raise NotFound(f"no operation is called {name!r}", candidates=near) from None

    @property
    def verbs(self) -> Mapping[str, list[OperationType]]:
        """CLI verb ("ps", "container ls") to the operations that share it, the most particular first."""
        return self._by_verb
