"""Conditions on containers in English, as `docker ps --filter` has them: label, image, network, volume, port, age, ...

Each rule reads one shape at a position and gives the conditions and the position after them.
"""

import re
from collections.abc import Callable, Sequence

from command_gateway.operation import Kind
from command_gateway.planners._language import lexicon, states
from command_gateway.planners._language.lexicon import word_set
from command_gateway.planners._language.lookup import Lookup
from command_gateway.planners._language.numbers import digits
from command_gateway.planners._language.states import GLUE, Found
from command_gateway.planners._language.text import Token
from command_gateway.selector import Condition

_BEFORE_IMAGES = word_set("using from on running based of use uses run runs built off have has having with")
_WITHIN_IMAGES = word_set("on from the an a image ancestor off upon docker of")
_SAYS_IMAGE = word_set("running run runs based of from")
_IMAGE_NOUNS = word_set("image ancestor")
_LABELS = word_set("label labels labelled tagged")
_LABEL_CUES = _LABELS | {"with", "where", "having"}
_IS = word_set("set to is of equal equals with value as =")
_CONTAINS = word_set("contain contains containing like matching matches includes including starting starts")
_AGE_FILLERS = word_set("the container commit than id creation of was image")
_PAIR = re.compile(r"[A-Za-z0-9][\w.\-/]*=[\w.\-/@:+]+")
_WORD = re.compile(r"[A-Za-z0-9/][\w.\-/:@]*")
_PORT = re.compile(r"\d{1,5}(?:/(?:tcp|udp|sctp))?")


def condition_at(tokens: Sequence[Token], at: int, lookup: Lookup) -> Found | None:
    """The conditions that begin at position `at`."""
    for rule in _RULES:
        found = rule(tokens, at, lookup)
        if found is not None:
            return found
    return None


def _label(tokens: Sequence[Token], at: int, lookup: Lookup) -> Found | None:
    word = tokens[at].word
    pair = _PAIR.fullmatch(tokens[at].text)
    if pair and _mentions_label(tokens, at):
        return (Condition("label", pair[0]),), at + 1
    if word not in _LABELS:
        return None
    here = at + 1
    while _word(tokens, here) in GLUE | {"label", "labels", ":", "="}:
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
    while _word(tokens, after) in _IS:
        after += 1
    if after > here + 1 and after < len(tokens) and _WORD.fullmatch(tokens[after].text):
        return (Condition("label", f"{key}={tokens[after].text}"),), after + 1
    return (Condition("label", key),), here + 1


def _mentions_label(tokens: Sequence[Token], at: int) -> bool:
    return any(each.word in _LABEL_CUES for each in tokens[max(at - 3, 0) : at])


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
        while _word(tokens, here) in _WITHIN_IMAGES:
            here += 1
        if here >= len(tokens) or tokens[here].mark:
            return None
        named = tokens[here].text.lower()
        said_image = any(each.word in _IMAGE_NOUNS for each in tokens[at:here])
        if not _speaks_of_containers(tokens, at):
            return None
        if _word(tokens, here + 1) in _IMAGE_NOUNS:
            return (_of_image(word, named), here + 2) if _WORD.fullmatch(named) else None
        is_image = lookup.exact(named, Kind.IMAGE) is not None
        said_image = said_image or word in _SAYS_IMAGE
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
    while _word(tokens, here) in _AGE_FILLERS:
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
    if _word(tokens, here) not in _CONTAINS:
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
    while _word(tokens, here) in GLUE | {":", "="} and not (here < len(tokens) and tokens[here].quoted):
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


_Rule = Callable[[Sequence[Token], int, Lookup], Found | None]


def _of_state(rule: Callable[[Sequence[Token], int], Found | None]) -> _Rule:
    """A rule that needs no names."""
    return lambda tokens, at, _: rule(tokens, at)


# The order matters: "running nginx:alpine" is about an image before it is about a state.
_RULES: tuple[_Rule, ...] = (
    _of_state(states.negated_at),
    _of_state(states.exit_code_at),
    _of_state(states.health_at),
    _label,
    _age,
    _network,
    _volume,
    _image,
    _port,
    _project,
    _name,
    _of_state(states.state_at),
)
