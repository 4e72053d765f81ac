"""The state of containers in English: running, stopped, paused, unhealthy, exited with code 3; or any state at all.

Each rule reads one shape at a position and gives the conditions and the position after them.
"""

import re
from collections.abc import Sequence

from command_gateway.planners._language import lexicon
from command_gateway.planners._language.lexicon import word_set
from command_gateway.planners._language.numbers import digits
from command_gateway.planners._language.text import Token
from command_gateway.selector import Condition

Found = tuple[tuple[Condition, ...], int]

NOT_RUNNING = ("created", "exited", "dead")
_STATES = {
    **dict.fromkeys(("running", "active"), ("running",)),
    **dict.fromkeys(("stopped", "exited", "inactive", "terminated", "finished", "offline"), ("exited",)),
    **dict.fromkeys(("paused", "suspended", "frozen"), ("paused",)),
    "restarting": ("restarting",), "created": ("created",), "dead": ("dead",),
}  # fmt: skip
_AFTER_BE = {**dict.fromkeys(("up", "live", "alive", "online"), ("running",)), "down": ("exited",), "off": ("exited",)}
_BE = word_set("is are was were be currently still that which already all")
_HEALTH = {"healthy": "healthy", "unhealthy": "unhealthy", "sick": "unhealthy"}
_CRASHED = word_set("crashed failed errored")
_EXITED = word_set("exited exit exiting finished terminated ended stopped quit")
_CREATED_HOW = word_set("before after since by from on in yesterday")
_BADLY = word_set("badly abnormally unsuccessfully nonzero errors failure failures")
_WELL = word_set("successfully cleanly normally properly ok")
_TROUBLES = word_set("error errors failure failures problem problems issues")
_EXIT_NOUNS = word_set("exit code codes status")
_FURTHEST_CODE = 7  # tokens after "exited" within which its code has been said
GLUE = word_set("""
    a an the with of is are was were as to set in that have has having and its it be being value equal equals called
    named by status state code
""")

_OFF = "stopped|down|exited|inactive|not running|dead|paused|terminated|finished"
_ON = "running|up|active|started"
_STATE_NOUN = "(?:status|state|condition)s?"
_REGARDLESS = re.compile(
    rf"(?:(?:whether )?(?:it is |they are )?(?:{_ON}|{_OFF}) (?:or|and) (?:not|{_ON}|{_OFF})"
    r"(?: running| ones| containers)?"
    rf"|(?:regardless|irrespective|no matter) (?:of )?(?:their |its |the |what )?{_STATE_NOUN}"
    r"|(?:including|even|also|not just|plus) (?:the |those that are )?(?:ones that are )?"
    rf"(?:{_OFF}|running)(?: ones| containers)?"
    rf"|(?:in|of) (?:any|every|whatever) {_STATE_NOUN}|whatever (?:their|the) {_STATE_NOUN})(?= |$)"
)
_REGARDLESS_STARTS = word_set("""
    whether running stopped up down exited active inactive started paused regardless irrespective no including even
    also not plus in of whatever it they
""")
_LONGEST_REGARDLESS = 8


def any_state_at(tokens: Sequence[Token], at: int) -> int | None:
    """The position after words that say that state does not matter: "running or not", "including stopped ones"."""
    if tokens[at].word not in _REGARDLESS_STARTS:
        return None
    window = " ".join(each.word for each in tokens[at : at + _LONGEST_REGARDLESS])
    found = _REGARDLESS.match(window)
    return at + len(found[0].split()) if found else None


def exit_code_at(tokens: Sequence[Token], at: int) -> Found | None:
    """ "exited with code 3", "crashed", "with a nonzero exit status"."""
    word = tokens[at].word
    if word in _CRASHED and not _follows_noun_of_speech(tokens, at):
        return (Condition("exited", "!0"),), at + 1
    if word in _EXITED:
        return _how_it_exited(tokens, at + 1, named=word == "exit")
    if word == "nonzero" and _word(tokens, at + 1) in ("exit", "status", "code"):
        end = at + 2
        while _word(tokens, end) in _EXIT_NOUNS:
            end += 1
        return (Condition("exited", "!0"),), end
    return None


def _how_it_exited(tokens: Sequence[Token], here: int, *, named: bool) -> Found | None:
    """The code after "exited": a number, non-zero, "with an error", "cleanly"."""
    start, saw_status = here, named
    while here - start < _FURTHEST_CODE and _word(tokens, here) in GLUE | {"error"}:
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
    if word in _BADLY:
        end = here + 1
        while _word(tokens, end) in _EXIT_NOUNS:
            end += 1
        return (Condition("exited", "!0"),), end
    if word in _WELL:
        fine = (Condition("exited", "0"),)
        more = _how_it_exited(tokens, here + 1, named=False)
        return more if more is not None and more[0] == fine else (fine, here + 1)
    return None


def _without_errors(tokens: Sequence[Token], here: int) -> Found | None:
    """ "exited without any errors"."""
    while _word(tokens, here) in ("any", "an", "a"):
        here += 1
    fine = _word(tokens, here) in _TROUBLES
    return ((Condition("exited", "0"),), here + 1) if fine else None


def _follows_noun_of_speech(tokens: Sequence[Token], at: int) -> bool:
    """Whether "failed" tells of something else than a container: "failed requests", "failed login"."""
    following = _word(tokens, at + 1)
    return bool(following) and following not in lexicon.SILENT | lexicon.NOUNS | lexicon.PLURAL_NOUNS | {",", ".", "?"}


def negated_at(tokens: Sequence[Token], at: int) -> Found | None:
    """ "not running", "not healthy"."""
    if tokens[at].word != "not":
        return None
    here = at + 1
    while _word(tokens, here) in ("currently", "actually", "even", "yet"):
        here += 1
    word = _word(tokens, here)
    if word in ("running", "active", "up", "alive", "live", "started"):
        return tuple(Condition("status", state) for state in NOT_RUNNING), here + 1
    return ((Condition("health", "unhealthy"),), here + 1) if word == "healthy" else None


def state_at(tokens: Sequence[Token], at: int) -> Found | None:
    """ "running", "stopped", "in status paused"."""
    word = tokens[at].word
    if word in ("status", "state"):
        return _named_state(tokens, at)
    states = _STATES.get(word) or (_AFTER_BE.get(word) if _word(tokens, at - 1) in _BE and at else None)
    if states is None:
        return None
    if word == "restarting" and not _describes(tokens, at):
        return None
    if word == "created" and _word(tokens, at + 1) in _CREATED_HOW:
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


def health_at(tokens: Sequence[Token], at: int) -> Found | None:
    """ "unhealthy", "failing their health checks", "health status of healthy"."""
    word = tokens[at].word
    if word in _HEALTH:
        here = at + 1
        while _word(tokens, here) in ("state", "status", "health"):
            here += 1
        return (Condition("health", _HEALTH[word]),), here
    if word in ("failing", "fail", "failed"):
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


def _word(tokens: Sequence[Token], at: int) -> str:
    return tokens[at].word if 0 <= at < len(tokens) else ""
