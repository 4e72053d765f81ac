"""What a clause only tells, and why it asks: statements, alarms, reasons, wishes in the passive, questions of how."""

from collections.abc import Sequence
from itertools import pairwise

from command_gateway.planners._language import lexicon
from command_gateway.planners._language.boundaries import is_imperative, is_told
from command_gateway.planners._language.index import Index
from command_gateway.planners._language.lexicon import word_set
from command_gateway.planners._language.patterns import after, match, patterns
from command_gateway.planners._language.text import Token

QUESTIONS = word_set(
    "is are was were does do did has have had can could will would should which what who how where any whether"
)
_REASONS = patterns(
    "because", "due to", "owing to", "so that", "so we", "so i", "so it", "in order to", "on account of", "given",
    "considering", "in response to", "as part of", "caused by", "triggered by", "detected by", "for debugging",
    "for troubleshooting", "for investigation", "for further", "for analysis", "for maintenance", "for diagnosis",
    "for diagnostics", "for inspection", "following", "thanks to", "as a result", "as there", "after seeing",
    "after noticing",
)  # fmt: skip
_EVENTS = word_set("""
    deploy deployment release update upgrade change changes rollout incident outage crash merge migration alert alerts
    failure failover maintenance patch hotfix
""")
_TELLS = word_set("because due since as given fyi note")
_NEEDS = word_set("needs need should must want wants require requires deserves get gets have has like")
_ASKERS = word_set("i you we please which what that and")
_HOW = word_set("do can could would to should might")
_BEFORE_PURPOSE = word_set("how want like need you able")
_LATEST_STATIVE = 9  # tokens within which a statement has shown its verb


def is_remark(tokens: Sequence[Token], index: Index) -> bool:
    """Whether a stretch tells something rather than asks: a statement, or an alarm without a verb."""
    if tokens[0].word in _TELLS:
        return not any(each.word in ("ago", "log", "logs") for each in tokens)
    conditional = any(each.word in lexicon.CONDITIONAL for each in tokens)
    if conditional or tokens[0].word in QUESTIONS or is_imperative(tokens, 0, index):
        return False
    for at, (before, each) in enumerate(pairwise(tokens[:_LATEST_STATIVE])):
        if each.word in lexicon.STATIVE and before.word not in _ASKERS:
            return not any(token.word in lexicon.SHOW_VERBS or token.word in ("which", "what") for token in tokens[:at])
    alarmed = any(each.word in lexicon.REMARKABLE for each in tokens)
    return alarmed and not any(each.word in index.verbs or each.word in lexicon.SHOW for each in tokens)


def without_reason(tokens: Sequence[Token], index: Index) -> list[Token]:
    """The clause up to where it begins to say why."""
    spoken = False
    for at, token in enumerate(tokens):
        if spoken and _is_reason(tokens, at) and not any(each.word in lexicon.EXCEPT for each in tokens[at:]):
            kept = list(tokens[:at])
            while kept and kept[-1].mark:
                kept.pop()
            return kept
        spoken = spoken or index.knows(token.word)
    return list(tokens)


def active(tokens: Sequence[Token], index: Index) -> list[Token]:
    """A wish in the passive as the command that it is: "web needs to be restarted", "i want it stopped"."""
    if tokens[0].word in QUESTIONS:
        return list(tokens)
    for at, token in enumerate(tokens[1:], 1):
        verb = index.verb(token.word)
        if verb is None or verb == token.word:
            continue
        before = [each.word for each in tokens[:at]]
        form = before[-1] in ("be", "being", "needs", "getting") or token.word.endswith("ed")
        if form and not _NEEDS.isdisjoint(before) and "which" not in before and "that" not in before[-3:]:
            rest = [each for each in (*tokens[:at], *tokens[at + 1 :]) if each.word not in _NEEDS | {"be", "to"}]
            return [Token(verb, verb, token.start, token.end), *rest]
    return list(tokens)


def is_how_to(tokens: Sequence[Token]) -> bool:
    """Whether it asks how something is done: "how do i ...", "which command ..."."""
    words = [each.word for each in tokens[:8]]
    if any(first == "how" and second in _HOW for first, second in pairwise(words)):
        return True
    return "command" in words and words[:1] in (["what"], ["which"])


def _is_reason(tokens: Sequence[Token], at: int) -> bool:
    if tokens[at].quoted:
        return False
    if match(_REASONS, tokens, at):
        return True
    word, following = tokens[at].word, after(tokens, at)
    if word == "after":
        return any(each.word in _EVENTS for each in tokens[at + 1 : at + 4])
    if word in ("since", "as"):
        return following in ("it", "they", "we", "this", "that", "users", "i") or is_told(tokens, at + 1)
    return word == "to" and following in lexicon.PURPOSES and tokens[at - 1].word not in _BEFORE_PURPOSE
