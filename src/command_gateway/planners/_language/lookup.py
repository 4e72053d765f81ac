"""The names that are on an engine, indexed for finding them in text."""

import re
from collections.abc import Sequence

from command_gateway.operation import Kind
from command_gateway.sight import Sight
from command_gateway.targets import names
from command_gateway.targets.names import singular

_HEX = re.compile(r"[0-9a-f]{8,64}")
LONGEST_NAME = 6  # words of a name that are looked for side by side


class Lookup:
    """What one sight calls its objects, by exact name, by words, by the start of an id."""

    def __init__(self, sight: Sight) -> None:
        self.sight = sight
        self.names: dict[Kind, tuple[str, ...]] = {}
        self._exact: dict[Kind, set[str]] = {}
        self._folded: dict[Kind, dict[str, list[str]]] = {}
        self._worded: dict[Kind, dict[tuple[str, ...], list[str]]] = {}
        self._words: dict[Kind, set[str]] = {}
        self._ids: dict[Kind, tuple[str, ...]] = {}
        self._fits: dict[tuple[str, Kind], names.Match] = {}
        for kind in Kind:
            self._index(kind, sight)
        self.services = frozenset(each.service for each in sight.of(Kind.CONTAINER) if each.service)
        self.projects = frozenset(each.project for each in sight.of(Kind.CONTAINER) if each.project)
        self.labels = frozenset(key for each in sight.of(Kind.CONTAINER) for key in each.labels)

    def exact(self, text: str, kind: Kind) -> str | None:
        """The name that `text` is: to the letter, but for case where that is clear, or the start of an id."""
        if text in self._exact[kind]:
            return text
        folded = self._folded[kind].get(text.lower(), [])
        if len(folded) == 1:
            return folded[0]
        if _HEX.fullmatch(text) and sum(each.startswith(text) for each in self._ids[kind]) == 1:
            return text
        return None

    def spelled(self, words: Sequence[str], kind: Kind) -> str | None:
        """The one name that consists of exactly these words: ("checkout", "api") is checkout-api."""
        parts = tuple(part for word in words for part in names.parts(word))
        found = self._worded[kind].get(parts, [])
        return found[0] if len(found) == 1 else None

    def has_word(self, word: str, kind: Kind, *, exactly: bool = False) -> bool:
        """Whether some name has this word in it, give or take a plural or, unless `exactly`, a typing error."""
        if word in self._words[kind] or singular(word) in self._words[kind]:
            return True
        if exactly:
            return False
        parts = names.parts(word)
        return bool(parts) and all(
            part in self._words[kind] or any(names.word_fit(part, own) for own in self._words[kind]) for part in parts
        )

    def match(self, mention: str, kind: Kind) -> names.Match:
        """The names that a loose mention fits."""
        key = (mention, kind)
        if key not in self._fits:
            self._fits[key] = names.match(mention, self.names[kind])
        return self._fits[key]

    def _index(self, kind: Kind, sight: Sight) -> None:
        objects = sight.of(kind)
        mapped = list(sight.mappings) if kind is Kind.CONTAINER else []
        own = [each.name for each in objects]
        known = [*own, *mapped, *(also for each in objects for also in each.also)]
        if kind is Kind.IMAGE:
            known += [name.rpartition(":")[0] for name in known if ":" in name.rpartition("/")[2]]
        self.names[kind] = tuple(dict.fromkeys(own))
        self._exact[kind] = set(known)
        self._folded[kind] = {}
        self._worded[kind] = {}
        for name in dict.fromkeys(known):
            self._folded[kind].setdefault(name.lower(), []).append(name)
            self._worded[kind].setdefault(names.parts(name), []).append(name)
        self._words[kind] = {part for name in own for part in names.parts(name) if not part.isdigit()}
        self._ids[kind] = tuple(each.id.removeprefix("sha256:") for each in objects)
