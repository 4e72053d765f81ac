"""Understands an intent that is a Docker command already, or quotes one."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from command_gateway.catalogue import Catalogue
from command_gateway.cli_text import known_verb, parse, parse_listing, render
from command_gateway.errors import InvalidCommand
from command_gateway.operation import Argument, Kind, Listing, Operation, parameters, target_kind
from command_gateway.plan import Abstention, Draft, Origin, Proposal
from command_gateway.planners import Planner
from command_gateway.request import Request
from command_gateway.selector import Condition, Selector
from command_gateway.sight import Sight
from command_gateway.targets.resolve import find


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_LEAD = re.compile(
    r"(?:please\s+|kindly\s+|(?:can|could|would|will)\s+you\s+(?:please\s+)?)?"
    r"(?:execute|run|issue|invoke)\b\s*(?:(?:the|this|following)\s+)*"
    r"(?P<noun>(?:(?:docker|shell|cli)\s+)?(?:command|cmd)\b)?\s*(?P<colon>:)?\s*(?P<rest>\S.*)",
    re.IGNORECASE | re.DOTALL,
)
_QUOTED = re.compile(
    r"(?P<quote>```|[`\"'])(?:(?<=```)(?:bash|shell|sh|console)\b)?\s*(?P<body>(?:(?!(?P=quote)).)+?)\s*(?P=quote)"
    r"\s*(?:,?\s*please)?[.!]?",
    re.DOTALL,
)
_PROMPT = re.compile(r"^[$#]\s+")
_DOCKER = re.compile(r"docker(?=\s|$)", re.IGNORECASE)
_OPTION = re.compile(r"(?:^|\s)--?[A-Za-z]")
_SHELL = re.compile(r"[;|&<>$`\n]")
# What the Docker CLI itself takes (docker --help, version 28): such a command is refused, not read as English.
_COMMANDS = _words(
    "attach build buildx commit compose cp create diff exec export import inspect kill load login logout logs pause "
    "port ps pull push rename restart rm rmi run save start stop tag unpause"
)
_GROUPS = _words(
    "builder checkpoint config container context image manifest network node plugin secret service stack swarm system "
    "trust volume"
)
_GROUP_COMMANDS = _COMMANDS | _words(
    "ca connect demote deploy df disable disconnect enable events history info init install join leave list ls "
    "promote prune ps revoke rollback scale services set sign stats top unlock update upgrade use wait"
)
# In a command without options these are English, unless something on the engine is called so.
_ENGLISH = _words(
    "a all an and another any both called container containers docker each every everything except first for from "
    "gracefully image images immediately in it its last my named next not now of on one our please running service "
    "services stopped that the their them then these this those to two unhealthy which with"
)
_LISTED_STATES = ("running", "paused", "restarting")  # those that docker ps lists without -a


@dataclass(frozen=True, slots=True)
class _Said:
    """What of an intent may be command text, and whether it was announced as nothing else."""

    text: str
    announced: bool
    docker: bool  # "docker" was said, and is cut off


class CliSyntaxPlanner(Planner):
    """Reads literal Docker commands, announced or bare, with or without `docker`, steps joined by &&."""

    name = "cli_syntax"

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    async def propose(self, request: Request, sight: Sight) -> Proposal | Abstention:
        """The command that the intent is; an abstention where it may be English after all.

        Raises:
            InvalidCommand: it is a command, and outside the strict grammar.
        """
        said = _said(request.intent)
        verb = known_verb(said.text.split()[:3], self._catalogue)
        if not (said.announced or said.docker or verb):
            return Abstention("")
        try:
            text = f"docker {said.text}" if said.docker else said.text
            operations = parse(text, self._catalogue, implied=request.target_name)
        except InvalidCommand as refused:
            if self._is_command(said, verb):
                raise
            return Abstention(refused.message, refused.candidates)
        if not said.announced and self._may_be_english(operations, said, sight):
            return Abstention("")
        drafts = tuple(self._draft(operation, request) for operation in operations)
        return Proposal(drafts, 1.0, f"a Docker command: {' && '.join(map(render, operations))}")

    def _is_command(self, said: _Said, verb: str | None) -> bool:
        """Whether text that the grammar refuses is a command all the same, and nobody else may guess at it."""
        options, shell = bool(_OPTION.search(said.text)), bool(_SHELL.search(said.text))
        if said.announced or options:
            return True
        return said.docker and (shell or (verb is None and _spells_command(said.text)))

    def _may_be_english(self, operations: Sequence[Operation], said: _Said, sight: Sight) -> bool:
        for operation in operations:
            kind = target_kind(type(operation))
            unknown = [each for each in _names(operation) if kind and find(each, sight, kind) is None]
            if not said.docker and (unknown or _has_loose_rest(operation)):
                return True
            if not _OPTION.search(said.text) and any(each.lower() in _ENGLISH for each in unknown):
                return True
        return False

    def _draft(self, operation: Operation, request: Request) -> Draft:
        draft = draft_of(operation, self._catalogue)
        if request.target_name is None or operation.references != (request.target_name,):
            return draft
        return replace(draft, targets=None, origins={**draft.origins, "targets": Origin.TARGET_RESOURCE})


def draft_of(operation: Operation, catalogue: Catalogue, origin: Origin = Origin.INTENT) -> Draft:
    """The operation with its target parameter turned into a selector; every argument came from `origin`.

    Raises:
        InvalidCommand: a listing that cannot stand for targets, or that stands beside other targets.
    """
    target = parameters(type(operation)).target
    names = [each for each in type(operation).model_fields if each in operation.model_fields_set]
    arguments = {each: getattr(operation, each) for each in names if target is None or each != target.name}
    selector = _selector(operation, catalogue) if operation.references else None
    origins = {**dict.fromkeys(arguments, origin), **({"targets": origin} if selector else {})}
    return Draft(type(operation), arguments, selector, origins)


def _selector(operation: Operation, catalogue: Catalogue) -> Selector:
    kind = target_kind(type(operation)) or Kind.CONTAINER
    listings = [each for each in operation.references if isinstance(each, Listing)]
    if not listings:
        return Selector(kind, names=_names(operation))
    if len(listings) > 1:
        raise InvalidCommand(f"{listings[1]}: one listing at a time may stand for targets", word=str(listings[1]))
    if kind is not Kind.CONTAINER:
        raise InvalidCommand(f"{listings[0]} lists containers, not {kind}s", word=str(listings[0]))
    return replace(_listed(parse_listing(listings[0].command, catalogue)), names=_names(operation))


def _listed(inner: Operation) -> Selector:
    """What `docker ps -q` lists: with -a or a filter on the status whatever fits, else what has a process."""
    spelled = parameters(type(inner)).by_spelling
    filters: Sequence[str] = getattr(inner, spelled["--filter"].name)
    conditions = [Condition(key, value) for key, _, value in (each.partition("=") for each in filters)]
    if not getattr(inner, spelled["--all"].name) and not any(each.key == "status" for each in conditions):
        conditions += [Condition("status", state) for state in _LISTED_STATES]
    return Selector(Kind.CONTAINER, conditions=tuple(conditions), everything=not conditions)


def _said(intent: str) -> _Said:
    text = intent.strip()
    lead = _LEAD.fullmatch(text)
    announced = False
    if lead:
        announced = bool(lead["noun"]) and bool(lead["colon"] or _QUOTED.fullmatch(lead["rest"]))
        text = lead["rest"]
    quoted = _QUOTED.fullmatch(text)
    if quoted:
        text = quoted["body"]
    elif lead:
        text = re.sub(r"(?<=\w)[.!]$", "", text)
    text = _PROMPT.sub("", text, count=1).strip()
    docker = _DOCKER.match(text)
    if docker:
        announced = announced or bool(lead and (quoted or lead["colon"])) or bool(quoted)
        text = text[docker.end() :].strip()
    return _Said(text, announced, bool(docker))


def _spells_command(text: str) -> bool:
    words = [*text.lower().split()[:2], "", ""]
    return words[0] in _COMMANDS or (words[0] in _GROUPS and words[1] in _GROUP_COMMANDS)


def _names(operation: Operation) -> tuple[str, ...]:
    return tuple(each for each in operation.references if not isinstance(each, Listing))


def _has_loose_rest(operation: Operation) -> bool:
    """Whether optional words were swallowed that do not look like a command's: "top web processes"."""
    for parameter in parameters(type(operation)).arguments:
        assert isinstance(parameter.form, Argument)
        value = getattr(operation, parameter.name)
        if parameter.form.rest and not parameter.required and value and not str(value[0]).startswith("-"):
            return True
    return False
