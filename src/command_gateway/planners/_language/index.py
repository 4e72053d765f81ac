"""What the operations' phrases teach: which words speak for which operation, and how much each is worth.

A phrase is plain English with placeholders: `{tail}` stands for a value of that parameter, `{targets}` for
what the operation acts on (any name will do where it has no target parameter), and `{all:running or not}`
says that those words, where they occur, set that parameter: to true, or to what follows `=`.
"""

import re
import shlex
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import log
from typing import Any

from rapidfuzz import process
from rapidfuzz.distance import OSA

from command_gateway.operation import Effect, Operation, Option, Parameter, parameters
from command_gateway.planners._language import lexicon
from command_gateway.planners._language.lexicon import word_set
from command_gateway.planners._language.text import Token, tokenise
from command_gateway.planners._language.values import ValueType, value_types

_PLACEHOLDER = re.compile(r"\{(?P<name>\w+)(?::(?P<words>[^{}=]*)(?:=(?P<value>[^{}]*))?)?\}")
_GENERIC_SHOW = word_set("show list what which check get how display see is give tell print look")
_UNLEARNT = frozenset(("or", "not", "no", "if", "without", "but", "all-but", "except"))  # grammar, whoever says it
_CHANGING = (Effect.OPERATE, Effect.DESTROY)  # what escalates may look all the same: exec of df
SHOW_WEIGHT = 0.2
_SHOWN_WEIGHT = 0.3  # of words for how an answer shall look
SLOT_WEIGHT = 1.5
_SHORTEST_TYPO = 4
_DOUBT = 0.93
_LONG_WORD = 8  # letters from which two may be wrong

_PATH_FORM = "#path"
PATH = "PATH"  # in a marker: a path as it was said
_NO_CUES = {"the", "a", "of", "and", "to", "log"}
_USUAL_CUES = {
    "since": ("last", "past", "since", "recent", "previous", "after", "within", "during", "over"),
    "until": ("until", "before", "till"),
}

OperationType = type[Operation]


@dataclass(frozen=True, slots=True)
class Marker:
    """Words that set a parameter wherever they occur in a request."""

    words: tuple[str, ...]
    parameter: str
    value: Any


@dataclass(frozen=True, slots=True)
class Phrase:
    """One declared phrase, taken apart: the words it needs, the values it needs, and whether it names a target."""

    operation: OperationType
    words: tuple[str, ...]
    slots: tuple[str, ...]
    target: bool
    text: str
    shows: bool = False  # whether it asks to see something
    worth: float = 0.0  # of all its words and values
    takes: tuple[ValueType, ...] = ()  # the kinds of its values


@dataclass(slots=True)
class Known:
    """What the phrases of one operation say about it."""

    vocabulary: set[str] = field(default_factory=set)
    markers: list[Marker] = field(default_factory=list)
    cues: dict[str, set[str]] = field(default_factory=dict)  # parameter -> words that stand beside its values


class Index:
    """All phrases of a catalogue, ready to be compared with a clause."""

    def __init__(self, operations: Iterable[OperationType]) -> None:
        self.operations = tuple(operations)
        self.phrases: list[Phrase] = []
        self._heard: set[str] = set()  # every word of a phrase, as it is written there
        self.known: dict[OperationType, Known] = {}
        self.verbs: set[str] = set()  # words that begin a command to change something
        for operation in self.operations:
            self._learn(operation)
        self._most = log(1 + len(self.operations))
        self._weights = self._worth()
        self.phrases = [replace(each, worth=self._whole(each)) for each in self.phrases]
        self.vocabulary = frozenset(self._weights)
        everyday = lexicon.NOUNS | lexicon.PLURAL_NOUNS | lexicon.EVERYDAY
        spelled = (word for word in (self._heard - lexicon.SILENT - lexicon.HEAVY) | everyday if word.isalpha())
        self._spelled = sorted(word for word in spelled if len(word) >= _SHORTEST_TYPO)
        self._forms: dict[str, frozenset[str]] = {}
        self.by_word: dict[str, list[int]] = {}
        for number, phrase in enumerate(self.phrases):
            for word in set(phrase.words):
                self.by_word.setdefault(word, []).append(number)

    def weight(self, form: str) -> float:
        """What matching this form is worth; a word that no phrase has is worth the most."""
        return self._weights.get(form, self._most)

    def verb(self, word: str) -> str | None:
        """The verb of a command that `word` is a form of: restarting and restarted are restart."""
        return next((each for each in (word, *_stems(word)) if each in self.verbs), None)

    def corrected(self, tokens: Sequence[Token], is_name: Callable[[str], bool]) -> list[Token]:
        """The tokens with typing errors of known words put right, words of names left alone."""
        return [self._put_right(each, is_name) for each in tokens]

    def forms(self, word: str) -> frozenset[str]:
        """What a word can be matched as, with verb endings taken off where a phrase knows the verb."""
        if word not in self._forms:
            if len(self._forms) > 20_000:
                self._forms.clear()
            self._forms[word] = self._read(word)
        return self._forms[word]

    def knows(self, word: str) -> bool:
        """Whether some phrase has the word, as it is written."""
        return not self.forms(word).isdisjoint(self.vocabulary)

    def correction(self, word: str) -> str | None:
        """The one word of the phrases that `word` is a typing error of."""
        if len(word) < _SHORTEST_TYPO or not word.isalpha() or word in lexicon.NEIGHBOURS:
            return None
        near = process.extract(word, self._spelled, scorer=OSA.distance, score_cutoff=2, limit=5)
        good = [
            (distance, found)
            for found, distance, _ in near
            if found[0] == word[0] and distance <= (2 if len(found) >= _LONG_WORD else 1)
        ]
        if not good:
            return None
        best = min(distance for distance, _ in good)
        closest = [found for distance, found in good if distance == best]
        return closest[0] if len({lexicon.base(each) for each in closest}) == 1 else None

    def _put_right(self, token: Token, is_name: Callable[[str], bool]) -> Token:
        word = token.word
        if token.mark or token.quoted or len(word) < _SHORTEST_TYPO or word in self._heard or self.knows(word):
            return token
        if lexicon.is_known(word) or is_name(token.text):
            return token
        meant = self.correction(word)
        return replace(token, word=meant, doubt=_DOUBT) if meant else token

    def _read(self, word: str) -> frozenset[str]:
        if word.startswith("/") and len(word) > 1:
            return frozenset({word, _PATH_FORM})
        found = lexicon.forms(word)
        if found.isdisjoint(self.vocabulary) and word not in lexicon.SILENT:
            stem = next((each for each in _stems(word) if each in self.vocabulary), None)
            if stem:
                return found | {stem}
        return found

    def _learn(self, operation: OperationType) -> None:
        known = self.known.setdefault(operation, Known())
        kinds = value_types(operation)
        for option in parameters(operation).options:
            self._learn_option(option, kinds[option.name], known)
        for text in operation.phrases:
            phrase = self._take_apart(operation, text, kinds, known)
            self.phrases.append(phrase)
            known.vocabulary.update(phrase.words)
            if operation.base_effect.changes:
                first = text.split()[0].lower()
                self.verbs.update({first} - lexicon.SILENT - lexicon.SHOW if first.isalpha() else ())
        known.markers.sort(key=lambda marker: -len(marker.words))

    def _learn_option(self, option: Parameter, kind: ValueType, known: Known) -> None:
        """A switch is set by what people call it; beside a value those words are cues."""
        assert isinstance(option.form, Option)
        own = option.form.long.removeprefix("--").replace("-", " ")
        spelled = [each for each in (option.form.short, option.form.long) if each and kind is ValueType.FLAG]
        known.markers += [Marker((each,), option.name, True) for each in spelled]
        known.vocabulary.update(spelled)
        ways = option.form.says if own == "all" else (own, *option.form.says)  # "all" is said of too many things
        for said in ways:
            words = _content(said)
            self._heard.update(words)
            bare = [lexicon.base(word) for word in words]
            if kind is ValueType.FLAG:
                known.markers.append(Marker(words, option.name, True))
            else:
                usual = _USUAL_CUES.get(option.name, ())
                known.cues.setdefault(option.name, set()).update(bare, usual)
                known.vocabulary.update(usual)
            known.vocabulary.update(word for word in bare if _is_content(word))

    def _take_apart(self, operation: OperationType, text: str, kinds: Mapping[str, ValueType], known: Known) -> Phrase:
        target = parameters(operation).target
        words: list[str] = []
        slots: list[str] = []
        has_target = False
        declared = (*parameters(operation).options, *parameters(operation).arguments)
        required = {each.name for each in declared if each.required}
        for hit in _PLACEHOLDER.finditer(text):
            name = hit["name"]
            if hit["words"] is not None:
                self._mark(known, hit, kinds)
                if name in required or _says_nothing(text):
                    words += [_PATH_FORM if word == PATH else lexicon.base(word) for word in _content(hit["words"])]
            elif name in kinds and (target is None or name != target.name):
                slots.append(name)
                known.cues.setdefault(name, set()).update(_beside(text, hit))
            else:
                has_target = True
        for token in tokenise(_PLACEHOLDER.sub(" , ", text)):
            self._heard.add(token.word)
            form = _phrase_form(token.word, changes=operation.base_effect in _CHANGING)
            if form and not token.mark and form not in words:
                words.append(form)
        takes = tuple(kinds[name] for name in slots)
        return Phrase(operation, tuple(words), tuple(slots), has_target, text, "#show" in words, takes=takes)

    def _mark(self, known: Known, hit: re.Match[str], kinds: Mapping[str, ValueType]) -> None:
        name, said = hit["name"], hit["words"]
        if name not in kinds:
            raise TypeError(f"the phrase part {hit[0]!r} names no parameter")
        words = _content(said)
        value: Any = True if hit["value"] is None else hit["value"]
        if hit["value"] is not None and kinds[name] is ValueType.COMMAND:
            value = tuple(shlex.split(hit["value"]))
        elif hit["value"] is not None and kinds[name] is ValueType.FILTER:
            value = (f"{hit['value']}",)
        known.markers.append(Marker(words, name, value))
        self._heard.update(words)
        known.vocabulary.update(lexicon.base(word) for word in words if _is_content(word))

    def _whole(self, phrase: Phrase) -> float:
        words = sum(self.weight(word) for word in phrase.words)
        return words + SLOT_WEIGHT * len(phrase.slots) if words and phrase.words != ("#show",) else 0.0

    def _worth(self) -> dict[str, float]:
        holders: dict[str, int] = {}
        for known in self.known.values():
            for form in known.vocabulary:
                holders[form] = holders.get(form, 0) + 1
        weights = {form: log(1 + len(self.operations) / count) for form, count in holders.items()}
        shown = (form for form in weights if form in lexicon.PRESENTATION or form in lexicon.COLUMNS - {"status"})
        weights |= dict.fromkeys(shown, _SHOWN_WEIGHT)
        weights["#show"] = SHOW_WEIGHT
        return weights


def _phrase_form(word: str, *, changes: bool) -> str | None:
    """The form that a phrase's word asks for; None for those that ask for nothing."""
    if word in _GENERIC_SHOW and not changes:
        return "#show"
    if word in lexicon.SILENT or word in lexicon.NOUNS or word in _UNLEARNT:
        return None
    return "#containers" if word in lexicon.PLURAL_NOUNS else lexicon.base(word)


def _says_nothing(text: str) -> bool:
    """Whether a phrase is empty but for its markers, whose words it then needs."""
    words = [token.word for token in tokenise(_PLACEHOLDER.sub(" , ", text)) if not token.mark]
    return all(_phrase_form(word, changes=False) in (None, "#show") for word in words)


def _is_content(word: str) -> bool:
    return word not in lexicon.SILENT and word not in _UNLEARNT and word != PATH


def _content(said: str) -> tuple[str, ...]:
    """The words of a marker that have to be there: all but the small ones, or all where there are no others."""
    words = tuple(token.word if token.text != PATH else PATH for token in tokenise(said) if not token.mark)
    return tuple(word for word in words if word not in lexicon.SILENT) or words


def _beside(text: str, hit: re.Match[str]) -> set[str]:
    """The words next to a placeholder: two before, two after, small ones too, for "until" and "in" tell much."""
    before = re.findall(r"[\w-]+", text[: hit.start()].rpartition("}")[2])[-2:]
    after = re.findall(r"[\w-]+", text[hit.end() :].partition("{")[0])[:2]
    return {lexicon.base(word) for word in (*before, *after)} - _NO_CUES | set(before[-1:])


def _stems(word: str) -> list[str]:
    for ending in ("ing", "ed"):
        stem = word.removesuffix(ending)
        if stem != word and len(stem) > 2:
            undoubled = [stem[:-1]] if stem[-1] == stem[-2] else []
            return [stem, *undoubled, f"{stem}e"]
    return []
