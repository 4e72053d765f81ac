"""Conditions on containers in English, as `docker ps --filter` has them: state, health, exit code, label, image, ...

Each rule reads one shape at a position and gives the conditions and the position after them.
"""

import re
from collections.abc import Callable, Sequence

from command_gateway.operation import Kind
from command_gateway.planners._language import lexicon
from command_gateway.planners._language.lookup import Lookup
from command_gateway.planners._language.numbers import digits
from command_gateway.planners._language.text import Token
from command_gateway.selector import Condition

Found = tuple[tuple[Condition, ...], int]

_BEFORE_IMAGES = frozenset("using from on running based of use uses run runs built off have has having with".split())
NOT_RUNNING = ("created", "exited", "dead")
_STATES = {
    **dict.fromkeys("running active".split(), ("running",)),
    **dict.fromkeys("stopped exited inactive terminated finished offline".split(), ("exited",)),
    "paused": ("paused",), "suspended": ("paused",), "frozen": ("paused",), "restarting": ("restarting",),
    "created": ("created",), "dead": ("dead",),
}  # fmt: skip
_AFTER_BE = {**dict.fromkeys(("up", "live", "alive", "online"), ("running",)), "down": ("exited",), "off": ("exited",)}
_BE = frozenset("is are was were be currently still that which already all".split())
_HEALTH = {"healthy": "healthy", "unhealthy": "unhealthy", "sick": "unhealthy"}
_CRASHED = frozenset("crashed failed errored".split())
_BADLY = frozenset("badly abnormally unsuccessfully".split())
_WELL = frozenset("successfully cleanly normally properly ok".split())
_GLUE = frozenset("a an the with of is are was were as to set in that have has having and its it be being value equal "
                  "equals called named by status state code".split())  # fmt: skip
_PAIR = re.compile(r"[A-Za-z0-9][\w.\-/]*=[\w.\-/@:+]+")
_WORD = re.compile(r"[A-Za-z0-9/][\w.\-/:@]*")
_PORT = re.compile(r"\d{1,5}(?:/(?:tcp|udp|sctp))?")
_REGARDLESS = re.compile(
    r"(?:(?:whether )?(?:it is |they are )?(?:running|stopped|up|active|started) (?:or|and) (?:not|stopped|down|exited|running|inactive|paused)(?: running| ones| containers)?"
    r"|(?:regardless|irrespective|no matter) (?:of )?(?:their |its |the |what )?(?:status|state|condition)s?"
    r"|(?:including|even|also|not just|plus) (?:the |those that are )?(?:ones that are )?(?:stopped|inactive|exited|not running|dead|paused|terminated|running|finished)(?: ones| containers)?"
    r"|in (?:any|every|whatever) (?:state|status)|of any (?:state|status)|whatever (?:their|the) (?:state|status)"
    r"|(?:both )?(?:running|stopped|active|inactive) and (?:stopped|exited|running|inactive)(?: ones)?)(?= |$)"
)


def any_state_at(tokens: Sequence[Token], at: int) -> int | None:
    """The position after words that say that state does not matter: "running or not", "including stopped ones"."""
    if tokens[at].word not in _REGARDLESS_STARTS:
        return None
    window = " ".join(each.word for each in tokens[at : at + 8])
    found = _REGARDLESS.match(window)
    if not found or (found[0] in ("running", "stopped")):
        return None
    return at + len(found[0].split())


_REGARDLESS_STARTS = frozenset(
    "whether running stopped up active inactive started regardless irrespective no including even also not plus in of "
    "whatever both it they".split()
)


def condition_at(tokens: Sequence[Token], at: int, lookup: Lookup) -> Found | None:
    """The conditions that begin at position `at`."""
    for rule in _RULES:
        found = rule(tokens, at, lookup)
        if found is not None:
            return found
    return None


def _exit_code(tokens: Sequence[Token], at: int, _: Lookup) -> Found | None:
    word = tokens[at].word
    if word in _CRASHED and not _follows_noun_of_speech(tokens, at):
        return (Condition("exited", "!0"),), at + 1
    if word in ("exited", "exit", "exiting", "finished", "terminated", "ended", "stopped", "quit"):
        return _how_it_exited(tokens, at + 1, named=word == "exit")
    if word == "nonzero" and _word(tokens, at + 1) in ("exit", "status", "code"):
        end = at + 2
        while _word(tokens, end) in ("code", "codes", "status", "exit"):
            end += 1
        return (Condition("exited", "!0"),), end
    return None


def _how_it_exited(tokens: Sequence[Token], here: int, *, named: bool) -> Found | None:
    """The code after "exited": a number, non-zero, "with an error", "cleanly"."""
    start, saw_status = here, named
    while here < len(tokens) and here - start < 7 and (_word(tokens, here) in _GLUE or tokens[here].word == "error"):
        saw_status = saw_status or tokens[here].word in ("status", "code", "with")
        if tokens[here].word == "error" and _word(tokens, here + 1) not in ("code", "status"):
            return (Condition("exited", "!0"),), here + 1
        here += 1
    word = _word(tokens, here)
    if word in ("without", "no"):
        return _without_errors(tokens, here + 1)
    number = digits(word) if saw_status else None
    if number is not None and number == int(number) and number <= 255:
        return (Condition("exited", str(int(number))),), here + 1
    if word in ("nonzero", "errors", "failure", "failures") or (word in _BADLY):
        end = here + 1
        while _word(tokens, end) in ("exit", "code", "codes", "status"):
            end += 1
        return (Condition("exited", "!0"),), end
    if word in _WELL:
        more = _how_it_exited(tokens, here + 1, named=False)
        return more if more is not None and more[0] == (Condition("exited", "0"),) else ((Condition("exited", "0"),), here + 1)
    return None


def _without_errors(tokens: Sequence[Token], here: int) -> Found | None:
    """ "exited without any errors"."""
    while _word(tokens, here) in ("any", "an", "a"):
        here += 1
    fine = _word(tokens, here) in ("error", "errors", "failure", "failures", "problem", "problems", "issues")
    return ((Condition("exited", "0"),), here + 1) if fine else None


def _follows_noun_of_speech(tokens: Sequence[Token], at: int) -> bool:
    """Whether "failed" tells of something else than a container: "failed requests", "failed login"."""
    following = _word(tokens, at + 1)
    return bool(following) and following not in lexicon.SILENT | lexicon.NOUNS | lexicon.PLURAL_NOUNS | {",", ".", "?"}


def _negated(tokens: Sequence[Token], at: int, _: Lookup) -> Found | None:
    if tokens[at].word != "not":
        return None
    here = at + 1
    while _word(tokens, here) in ("currently", "actually", "even", "yet"):
        here += 1
    word = _word(tokens, here)
    if word in ("running", "active", "up", "alive", "live", "started"):
        return tuple(Condition("status", state) for state in NOT_RUNNING), here + 1
    return ((Condition("health", "unhealthy"),), here + 1) if word == "healthy" else None


def _state(tokens: Sequence[Token], at: int, lookup: Lookup) -> Found | None:
    word = tokens[at].word
    if word in ("status", "state"):
        return _named_state(tokens, at)
    states = _STATES.get(word) or (_AFTER_BE.get(word) if _word(tokens, at - 1) in _BE and at else None)
    if states is None or (word == "running" and _runs_image(tokens, at, lookup)):
        return None
    if word in ("active", "live") and _word(tokens, at - 1) in ("keep",):
        return None
    if word == "restarting" and not _describes(tokens, at):
        return None
    if word == "created" and _word(tokens, at + 1) in ("before", "after", "since", "by", "from", "on", "in", "yesterday"):
        return None
    here = at + 1
    if _word(tokens, here) in ("status", "state"):
        here += 1
    return tuple(Condition("status", state) for state in states), here


def _describes(tokens: Sequence[Token], at: int) -> bool:
    """Whether a form in -ing is said of something ("restarting containers", "is restarting"), and no command."""
    following = _word(tokens, at + 1)
    return following in lexicon.NOUNS | lexicon.PLURAL_NOUNS or (at > 0 and tokens[at - 1].word in _BE)


def _named_state(tokens: Sequence[Token], at: int) -> Found | None:
    """ "status running", "state is paused", "health status of healthy" comes through its own rule."""
    here = at + 1
    while _word(tokens, here) in ("is", "of", "set", "to", "as", "="):
        here += 1
    word = _word(tokens, here)
    if word in _STATES:
        return tuple(Condition("status", state) for state in _STATES[word]), here + 1
    return None


def _health(tokens: Sequence[Token], at: int, _: Lookup) -> Found | None:
    word = tokens[at].word
    if word in _HEALTH:
        here = at + 1
        while _word(tokens, here) in ("state", "status", "health"):
            here += 1
        return (Condition("health", _HEALTH[word]),), here
    if word in ("failing", "fail", "failed") and _word(tokens, at + 1) in ("their", "its", "the", "healthcheck", "healthchecks"):
        here = at + 1 + (_word(tokens, at + 1) in ("their", "its", "the"))
        if _word(tokens, here) in ("healthcheck", "healthchecks", "health"):
            return (Condition("health", "unhealthy"),), here + 1
    if word == "health":
        here = at + 1
        while _word(tokens, here) in ("status", "state", "of", "is", "as"):
            here += 1
        if here > at + 1 and _word(tokens, here) in _HEALTH:
            return (Condition("health", _HEALTH[_word(tokens, here)]),), here + 1
    return None


def _label(tokens: Sequence[Token], at: int, lookup: Lookup) -> Found | None:
    word = tokens[at].word
    pair = _PAIR.fullmatch(tokens[at].text)
    if pair and _mentions_label(tokens, at):
        return (Condition("label", pair[0]),), at + 1
    if word not in ("label", "labels", "labelled", "tagged"):
        return None
    here = at + 1
    while _word(tokens, here) in _GLUE | {"label", "labels", ":", "="}:
        here += 1
    if here >= len(tokens) or tokens[here].mark:
        return None
    pair = _PAIR.fullmatch(tokens[here].text)
    if pair:
        return _more_labels(tokens, [Condition("label", pair[0])], here + 1)
    if tokens[here].text in lookup.labels:
        return _label_in_words(tokens, here)
    quoted_key = tokens[here].quoted and _WORD.fullmatch(tokens[here].text)
    return ((Condition("label", tokens[here].text),), here + 1) if quoted_key else None


def _more_labels(tokens: Sequence[Token], found: list[Condition], here: int) -> Found:
    """ "labelled a=b and c=d"."""
    while _word(tokens, here) in ("and", ",") and here + 1 < len(tokens):
        pair = _PAIR.fullmatch(tokens[here + 1].text)
        if not pair:
            break
        found.append(Condition("label", pair[0]))
        here += 2
    return tuple(found), here


def _label_in_words(tokens: Sequence[Token], here: int) -> Found:
    """ "the label tier set to worker", "label tier is worker", "label tier"."""
    key = tokens[here].text
    after = here + 1
    while _word(tokens, after) in ("set", "to", "is", "of", "equal", "equals", "with", "value", "as", "="):
        after += 1
    if after > here + 1 and after < len(tokens) and _WORD.fullmatch(tokens[after].text):
        return (Condition("label", f"{key}={tokens[after].text}"),), after + 1
    return (Condition("label", key),), here + 1


def _mentions_label(tokens: Sequence[Token], at: int) -> bool:
    return any(each.word in ("label", "labels", "labelled", "with", "tagged", "where", "having") for each in tokens[max(at - 3, 0) : at])


def _network(tokens: Sequence[Token], at: int, lookup: Lookup) -> Found | None:
    word = tokens[at].word
    if word in ("network", "networks"):
        return _value(tokens, at, "network", lookup.names[Kind.NETWORK])
    if word in ("on", "in", "attached", "connected", "joined", "using", "within"):
        here = at + 1
        while _word(tokens, here) in ("on", "in", "to", "the", "docker", "our"):
            here += 1
        if here < len(tokens) and not tokens[here].mark:
            named = tokens[here].text
            if _word(tokens, here + 1) == "network" and _word(tokens, here) not in lexicon.SILENT:
                return (Condition("network", named),), here + 2
            if named in lookup.names[Kind.NETWORK] and lookup.exact(named, Kind.CONTAINER) is None:
                return (Condition("network", named),), here + 1
    return None


def _volume(tokens: Sequence[Token], at: int, lookup: Lookup) -> Found | None:
    word = tokens[at].word
    if word in ("volume", "mount", "mountpoint"):
        return _value(tokens, at, "volume", lookup.names[Kind.VOLUME])
    if word in ("mounting", "mounts", "using", "uses", "use", "with"):
        here = at + 1
        while _word(tokens, here) in ("the", "a", "docker"):
            here += 1
        if here < len(tokens) and _word(tokens, here + 1) == "volume" and _WORD.fullmatch(tokens[here].text):
            value = tokens[here].text
            return ((Condition("volume", value),), here + 2) if tokens[here].word not in lexicon.SILENT else None
    return None


def _image(tokens: Sequence[Token], at: int, lookup: Lookup) -> Found | None:
    word = tokens[at].word
    if word in ("ancestor", "image"):
        if not _speaks_of_containers(tokens, at):
            return None
        return _value(tokens, at, "ancestor", lookup.names[Kind.IMAGE], fold=True)
    if _is_image_of_many(tokens, at, lookup):
        return (Condition("ancestor", tokens[at].text.lower()),), at + 1
    if word in _BEFORE_IMAGES:
        here = at + 1
        while _word(tokens, here) in ("on", "from", "the", "an", "a", "image", "ancestor", "off", "upon", "docker", "of"):
            here += 1
        if here >= len(tokens) or tokens[here].mark:
            return None
        named = tokens[here].text.lower()
        said_image = any(each.word in ("image", "ancestor") for each in tokens[at:here])
        if not _speaks_of_containers(tokens, at):
            return None
        if _word(tokens, here + 1) in ("image", "ancestor"):
            return (_of_image(word, named), here + 2) if _WORD.fullmatch(named) else None
        is_image = lookup.exact(named, Kind.IMAGE) is not None
        said_image = said_image or word in ("running", "run", "runs", "based", "of", "from")
        if said_image and is_image and (word not in ("of", "on") or lookup.exact(named, Kind.CONTAINER) is None):
            return _of_image(word, named), here + 1
    return None


def _of_image(verb: str, image: str) -> tuple[Condition, ...]:
    """What "running nginx" says is also that it runs."""
    runs = (Condition("status", "running"),) if verb == "running" else ()
    return (*runs, Condition("ancestor", image))


def _is_image_of_many(tokens: Sequence[Token], at: int, lookup: Lookup) -> bool:
    """ "all my-image containers", where that is the name of an image and of nothing else."""
    if _word(tokens, at + 1) not in lexicon.PLURAL_NOUNS or lookup.exact(tokens[at].text.lower(), Kind.IMAGE) is None:
        return False
    return not lookup.has_word(tokens[at].text, Kind.CONTAINER)


def _runs_image(tokens: Sequence[Token], at: int, lookup: Lookup) -> bool:
    return _image(tokens, at, lookup) is not None


def _speaks_of_containers(tokens: Sequence[Token], at: int) -> bool:
    """Whether what follows narrows containers down, rather than being what is asked about."""
    return any(each.word in lexicon.PLURAL_NOUNS | {"everything", "container", "anything"} for each in tokens[:at])


def _port(tokens: Sequence[Token], at: int, _: Lookup) -> Found | None:
    if tokens[at].word not in ("port", "ports"):
        return None
    here = at + 1
    while _word(tokens, here) in ("number", "of", "is", "as", "set", "to"):
        here += 1
    if here >= len(tokens) or not _PORT.fullmatch(tokens[here].word):
        return None
    near = [each.word for each in (*tokens[max(at - 4, 0) : at], *tokens[here + 1 : here + 4])]
    key = "expose" if any(word.startswith("expos") for word in near) else "publish"
    return (Condition(key, tokens[here].word),), here + 1


def _age(tokens: Sequence[Token], at: int, lookup: Lookup) -> Found | None:
    """ "created after web", "since the commit 3e33ad9a0b2e", "older than db"."""
    word = tokens[at].word
    keys = {"after": "since", "since": "since", "before": "before", "newer": "since", "older": "before", "than": ""}
    if not keys.get(word):
        return None
    here = at + 1
    while _word(tokens, here) in ("the", "container", "commit", "than", "id", "creation", "of", "was", "image"):
        here += 1
    if here < len(tokens) and not tokens[here].mark:
        name = lookup.exact(tokens[here].text, Kind.CONTAINER)
        if name is not None and digits(tokens[here].word) is None and _speaks_of_containers(tokens, at):
            return (Condition(keys[word], tokens[here].text),), here + 1 + (_word(tokens, here + 1) == "container")
    return None


def _project(tokens: Sequence[Token], at: int, lookup: Lookup) -> Found | None:
    if tokens[at].word in ("project", "stack"):
        found = _value(tokens, at, "project", tuple(lookup.projects))
        return found if found and found[0][0].value in lookup.projects else None
    following = _word(tokens, at + 1)
    if tokens[at].text in lookup.projects and following in ("project", "stack"):
        return (Condition("project", tokens[at].text),), at + 2
    return None


def _name(tokens: Sequence[Token], at: int, _: Lookup) -> Found | None:
    """ "whose name contains web", "named like api", "with web in the name"."""
    if tokens[at].word not in ("name", "names", "named"):
        return None
    here = at + 1
    while _word(tokens, here) in ("that", "which", "is", "a", "the", "substring", "text", "string"):
        here += 1
    if _word(tokens, here) not in ("contain", "contains", "containing", "like", "matching", "matches", "includes", "including", "starting", "starts"):
        return None
    here += 1
    while _word(tokens, here) in ("with", "the", "a", "word", "string", "text", "substring"):
        here += 1
    if here < len(tokens) and _WORD.fullmatch(tokens[here].text):
        return (Condition("name", tokens[here].text),), here + 1
    return None


def _value(tokens: Sequence[Token], at: int, key: str, known: Sequence[str], *, fold: bool = False) -> Found | None:
    """The value after a key word ("network my-net", "volume set as /data") or, where it is known, before it."""
    here = at + 1
    while _word(tokens, here) in _GLUE | {":", "="} and not (here < len(tokens) and tokens[here].quoted):
        here += 1
    if here < len(tokens) and not tokens[here].mark and _WORD.fullmatch(tokens[here].text):
        value = tokens[here].text.lower() if fold else tokens[here].text
        plain = tokens[here].word
        named = tokens[here].quoted or value in known or f"{value}:latest" in known or re.search(r"[-_/.:\d]", value)
        glued = here > at + 1 and tokens[here - 1].word in ("set", "as", "to", "called", "named", "=", "is")
        if named or (glued and plain not in lexicon.SILENT and plain not in lexicon.PLURAL_NOUNS):
            return (Condition(key, value),), here + 1
        if key == "ancestor" and here == at + 1 and plain not in lexicon.SILENT | lexicon.SHOW | lexicon.HEAVY:
            return ((Condition(key, value),), here + 1) if tokens[at].word == "ancestor" else None
    return None


def _word(tokens: Sequence[Token], at: int) -> str:
    return tokens[at].word if 0 <= at < len(tokens) else ""


_RULES: tuple[Callable[[Sequence[Token], int, Lookup], Found | None], ...] = (
    _negated,
    _exit_code,
    _health,
    _label,
    _age,
    _network,
    _volume,
    _image,
    _port,
    _project,
    _name,
    _state,
)
