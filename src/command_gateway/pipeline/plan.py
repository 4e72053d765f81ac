"""Stage two: which typed operations is that, on exactly which objects?"""

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from command_gateway.catalogue import Catalogue
from command_gateway.errors import Ambiguous, MalformedRequest, NotUnderstood
from command_gateway.metrics import Metrics
from command_gateway.operation import Listing, Operation, Target, parameters, target_kind
from command_gateway.pipeline.passage import Passage, Stage
from command_gateway.plan import Abstention, Draft, Origin, Plan, Proposal, Step
from command_gateway.planners import Planner
from command_gateway.planners.cli_syntax import draft_of
from command_gateway.request import Request, StageName, Status
from command_gateway.selector import Selector
from command_gateway.sight import Sight, Sighting
from command_gateway.targets.inventory import Inventory
from command_gateway.targets.resolve import logical, resolve

MOST_STEPS = 50
OF_TARGET = "of_target"  # a draft's wish to be narrowed to its targets, where the operation has no target parameter


class PlanStage(Stage):
    """Asks the planners in order; the first that is sure wins, and its names are resolved on the engine."""

    name = StageName.PLAN

    def __init__(
        self,
        catalogue: Catalogue,
        planners: Sequence[Planner],
        inventories: Mapping[str, Inventory],
        metrics: Metrics,
    ) -> None:
        self._catalogue = catalogue
        self._planners = tuple(planners)
        self._inventories = inventories
        self._metrics = metrics

    async def run(self, passage: Passage) -> Status | None:
        request = passage.request
        inventory = self._inventory(request.engine)
        sight = await inventory.sight()
        if request.operation is not None:
            proposal, planner = self._typed(request), "typed"
        else:
            proposal, planner = await self._understood(request, sight)
        if any(_looks_at_state(draft) for draft in proposal.drafts):
            sight = await inventory.sight(fresh=True)
        steps = [step for draft in proposal.drafts for step in _steps(draft, request, sight)]
        if len(steps) > MOST_STEPS:
            raise Ambiguous(f"that would be {len(steps)} steps; at most {MOST_STEPS} run at once: name fewer targets")
        passage.sight = sight
        passage.plan = Plan(tuple(steps), planner, proposal.confidence, proposal.explanation)
        return None

    def _inventory(self, engine: str | None) -> Inventory:
        if engine is None:
            return next(iter(self._inventories.values()))
        if engine not in self._inventories:
            known = ", ".join(self._inventories)
            raise MalformedRequest(f"no engine is called {engine!r}; known: {known}", field="target_resource.engine")
        return self._inventories[engine]

    async def _understood(self, request: Request, sight: Sight) -> tuple[Proposal, str]:
        """The first sure planner's proposal, or what the planners were missing."""
        abstentions: list[Abstention] = []
        for planner in self._planners:
            try:
                said = await planner.propose(request, sight)
            except Exception:
                self._metrics.planner(planner.name, "failed")
                self._metrics.command_generation(success=False)
                raise
            self._metrics.planner(planner.name, "proposed" if isinstance(said, Proposal) else "abstained")
            if isinstance(said, Proposal):
                self._metrics.command_generation(success=True)
                return said, planner.name
            abstentions.append(said)
        self._metrics.command_generation(success=False)
        raise _asked_back(abstentions)

    def _typed(self, request: Request) -> Proposal:
        """An operation asked for by name, with its arguments as JSON."""
        kind = self._catalogue.get(request.operation or "")
        try:
            draft = draft_of(kind.model_validate(request.arguments), self._catalogue)
        except ValidationError as broken:
            first = broken.errors(include_url=False, include_context=False)[0]
            places = [str(part) for part in first["loc"] if isinstance(part, int) or str(part).isidentifier()]
            where = ".".join(["arguments", *places])
            said = first["msg"].removeprefix("Value error, ").replace("tuple", "list")
            raise MalformedRequest(f"{where}: {said}", field=where) from None
        return Proposal((draft,), 1.0, f"asked for by name: {kind.name}")


def _asked_back(abstentions: Sequence[Abstention]) -> NotUnderstood | Ambiguous:
    told = [each for each in abstentions if each.missing]
    candidates = tuple(dict.fromkeys(name for each in abstentions for name in each.candidates))
    missing = told[-1].missing if told else "no planner understands this request"
    kind = Ambiguous if candidates else NotUnderstood
    return kind(missing, candidates=candidates)


def _looks_at_state(draft: Draft) -> bool:
    """Whether what it means depends on more than names, which change too quickly for a list a moment old."""
    targets = draft.targets
    return targets is not None and bool(
        targets.conditions or targets.everything or targets.mentions or targets.excluded
    )


def _steps(draft: Draft, request: Request, sight: Sight) -> list[Step]:
    """The steps that a draft comes to: one, or one per target where the operation takes one at a time."""
    arguments = dict(draft.arguments)
    narrowed = bool(arguments.pop(OF_TARGET, False))
    found, origin = _targets(draft, request, sight, wanted=narrowed)
    origins = {**dict.fromkeys(arguments, Origin.INTENT), **draft.origins}
    if found:
        origins["targets"] = origin
    parameter = parameters(draft.operation).target
    if parameter is None:
        about = draft.operation.about([each.name for each in found]) if narrowed else {}
        merged = {**arguments, **{key: (*arguments.get(key, ()), *value) for key, value in about.items()}}
        return [Step(_made(draft.operation, merged), sight.engine, _resolved(found), origins)]
    if not found:
        return [Step(_made(draft.operation, arguments), sight.engine, (), origins)]
    groups = [found] if parameter.repeated else [(each,) for each in found]
    return [
        Step(_made(draft.operation, {**arguments, parameter.name: _value(group, parameter.repeated)}),
             sight.engine, _resolved(group), origins)
        for group in groups
    ]  # fmt: skip


def _targets(draft: Draft, request: Request, sight: Sight, *, wanted: bool) -> tuple[tuple[Sighting, ...], Origin]:
    parameter = parameters(draft.operation).target
    if parameter is None and not wanted:
        return (), Origin.INTENT
    if draft.targets is not None:
        found = resolve(draft.targets, sight, usual_states=draft.operation.usual_states)
        return found, draft.origins.get("targets", Origin.INTENT)
    if request.target_name is not None and target_kind(draft.operation) in (None, "container"):
        return (logical(request.target_name, sight),), Origin.TARGET_RESOURCE
    if parameter is not None and parameter.required:
        names = [each.name for each in resolve(Selector(everything=True), sight)][:10] if sight.objects else []
        raise Ambiguous(f"which one shall {draft.operation.verbs[0]} act on? name it in the request", candidates=names)
    return (), Origin.DEFAULT


def _value(group: Sequence[Sighting], repeated: bool) -> Any:
    return tuple(each.name for each in group) if repeated else group[0].name


def _resolved(found: Sequence[Sighting]) -> tuple[Target, ...]:
    return tuple(Target(each.kind, each.id, each.name) for each in found)


def _made(kind: type[Operation], arguments: Mapping[str, Any]) -> Operation:
    try:
        made = kind.model_validate(arguments)
    except ValidationError as broken:
        first = broken.errors(include_url=False, include_context=False)[0]
        raise Ambiguous(f"{kind.verbs[0]}: {first['msg'].removeprefix('Value error, ')}") from None
    assert not any(isinstance(each, Listing) for each in made.references)
    return made
