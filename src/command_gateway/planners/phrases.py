"""Understands plain English without network or model: the embedded planner."""

from collections.abc import Sequence
from dataclasses import replace

from command_gateway.catalogue import Catalogue
from command_gateway.operation import Kind
from command_gateway.plan import Abstention, Proposal
from command_gateway.planners import Planner
from command_gateway.planners._language.aiming import Whom
from command_gateway.planners._language.clauses import Clause, commands_in, split
from command_gateway.planners._language.index import Index
from command_gateway.planners._language.lookup import Lookup
from command_gateway.planners._language.text import normalise, tokenise
from command_gateway.planners._language.understanding import (
    Scene,
    Understood,
    adds_to,
    mentioned,
    understand,
    understand_as,
)
from command_gateway.request import Request
from command_gateway.selector import Selector
from command_gateway.sight import Sight

MOST_REMEMBERED = 1_000  # requests whose reading is kept
MOST_WORDS = 300
MOST_STEPS = 10
_HALVES_MATTER = 0.9  # below this, a clause with "and" in it may ask for two things


class PhrasesPlanner(Planner):
    """Compares each clause of a request with the phrases that the operations declare; unsure means abstaining.

    `request.context` is not read: nothing that a request merely carries along can choose what is done.
    """

    name = "phrases"

    def __init__(self, catalogue: Catalogue) -> None:
        self._index = Index(catalogue)
        self._lookup: Lookup | None = None
        self._read: dict[tuple[str, str | None, bool, int], Proposal | Abstention] = {}

    async def propose(self, request: Request, sight: Sight) -> Proposal | Abstention:
        """The steps that the request asks for, each clause of it understood, or what was missing.

        The same words about the same names in the same minute mean the same, so they are read once.
        """
        names = self._names(sight)
        minute = int(request.received_at.timestamp()) // 60
        key = (request.intent, request.target_name, request.dry_run, minute)
        if key not in self._read:
            if len(self._read) >= MOST_REMEMBERED:
                self._read.clear()
            self._read[key] = self._understood(request, names)
        return self._read[key]

    def _understood(self, request: Request, names: Lookup) -> Proposal | Abstention:
        text = normalise(request.intent)
        tokens = self._index.corrected(tokenise(text), lambda word: names.has_word(word, Kind.CONTAINER))
        if len(tokens) > MOST_WORDS:
            return Abstention(f"{len(tokens)} words are too many to be sure of; say it in at most {MOST_WORDS}")
        clauses = split(tokens, self._index)
        scene = Scene(text, Whom(request.target_name, names), request.received_at, request.dry_run)
        return self._proposal(clauses, scene)

    def _names(self, sight: Sight) -> Lookup:
        """The sight's names, indexed once for as long as the inventory hands out the same sight."""
        if self._lookup is None or self._lookup.sight is not sight:
            self._lookup = Lookup(sight)
            self._read.clear()
        return self._lookup

    def _proposal(self, clauses: Sequence[Clause], scene: Scene) -> Proposal | Abstention:
        asked = commands_in(clauses)
        if not asked:
            return Abstention(_nothing_asked(clauses))
        if len(asked) > MOST_STEPS:
            return Abstention(f"{len(asked)} steps at once are too many to be sure of; at most {MOST_STEPS}")
        antecedent = self._told_before(asked[0], clauses, scene)
        found: list[Understood] = []
        said = asked[0]
        for position, clause in enumerate(asked):
            here = _with_it(scene, antecedent or self._named_later(asked[position + 1 :], scene))
            if found and adds_to(found[-1].draft.operation, clause, here, self._index):
                clause = _joined(said, clause)
                found.pop()
            said = clause
            understood = self._whole_or_halves(clause, here)
            if isinstance(understood, Abstention):
                return understood
            found += understood
            antecedent = understood[-1].mentioned or antecedent
        return Proposal(
            tuple(each.draft for each in found),
            min(each.confidence for each in found),
            "; then ".join(each.explanation for each in found),
        )

    def _clause(self, clause: Clause, scene: Scene) -> Understood | Abstention:
        if clause.replaces is None:
            return understand(clause, scene, self._index)
        meant_before = mentioned(clause.replaces.tokens, scene, self._index)
        understood = understand(clause, _with_it(scene, meant_before or scene.whom.antecedent), self._index)
        before = understand(clause.replaces, scene, self._index)
        if isinstance(understood, Understood) or isinstance(before, Abstention):
            return understood
        again = understand_as(before.draft.operation, clause, scene, self._index)
        return again if isinstance(again, Understood) else understood

    def _whole_or_halves(self, clause: Clause, scene: Scene) -> list[Understood] | Abstention:
        whole = self._clause(clause, scene)
        sure = 0.0 if isinstance(whole, Abstention) else whole.confidence
        both = self._both_halves(clause, scene) if sure < _HALVES_MATTER else None
        if both is not None and min(each.confidence for each in both) > sure:
            return both
        return whole if isinstance(whole, Abstention) else [whole]

    def _both_halves(self, clause: Clause, scene: Scene) -> list[Understood] | None:
        """Two things to be shown, asked for in one breath: "check logs and stats"."""
        for at, token in enumerate(clause.tokens):
            if token.word != "and" or not 0 < at < len(clause.tokens) - 1:
                continue
            halves = [replace(clause, tokens=clause.tokens[:at]), replace(clause, tokens=clause.tokens[at + 1 :])]
            second = mentioned(halves[1].tokens, scene, self._index)
            first = mentioned(halves[0].tokens, scene, self._index)
            read = [
                understand(half, _with_it(scene, named or scene.whom.antecedent), self._index)
                for half, named in zip(halves, (second, first), strict=True)
            ]
            found = [each for each in read if isinstance(each, Understood)]
            kinds = {each.draft.operation for each in found}
            if len(kinds) == 2 and not any(kind.base_effect.changes for kind in kinds):
                return found
        return None

    def _told_before(self, first: Clause, clauses: Sequence[Clause], scene: Scene) -> Selector | None:
        """What was spoken of before the first command: in remarks, in what was ruled out or taken back."""
        found = None
        for clause in clauses:
            if clause.tokens == first.tokens:
                break
            found = mentioned(clause.tokens, scene, self._index) or found
        return found

    def _named_later(self, clauses: Sequence[Clause], scene: Scene) -> Selector | None:
        """What a later step names, for "stop and then start web"."""
        for clause in clauses:
            about = mentioned(clause.tokens, scene, self._index)
            if about is not None:
                return about
        return None


def _with_it(scene: Scene, antecedent: Selector | None) -> Scene:
    return replace(scene, whom=replace(scene.whom, antecedent=antecedent))


def _joined(first: Clause, second: Clause) -> Clause:
    return replace(first, tokens=(*first.tokens, *second.tokens))


def _nothing_asked(clauses: Sequence[Clause]) -> str:
    if any(clause.negated for clause in clauses):
        return "this only says what not to do; what shall be done?"
    if any(clause.remark for clause in clauses):
        return "this tells what is the case; what shall be done about it?"
    return "nothing is asked for"
