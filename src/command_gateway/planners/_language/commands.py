"""Finds the command line inside "run df -h in the api container"."""

import re
import shlex
from collections.abc import Sequence

from command_gateway.planners._language import lexicon
from command_gateway.planners._language.lexicon import word_set
from command_gateway.planners._language.slots import Slot, SlotKind
from command_gateway.planners._language.text import Token

_RUNS = word_set("execute run exec invoke issue do launch")
_INTO = word_set("in inside within on into from against at")
_BEFORE = word_set("the a this following command shell program tool docker cmd just :")
_SHELL = re.compile(r"[;|&<>$`\n\\]")
PROGRAMS = word_set("""
    awk arp ash base64 bash blkid bundle cat composer crontab curl cut date df dig dmesg dpkg du echo env fdisk file
    find free gem git go gosu grep groups gunicorn head host hostname htop id ifconfig iostat ip iptables java jcmd
    jmap jps jstack kill locale ls lsblk lscpu lsof make md5sum mkdir mongo mongosh mount mysql mysqladmin mysqldump
    nc netstat nginx nice node npm npx nproc nslookup openssl passwd pg_dump pg_isready pgrep php ping pip pip3
    pkill printenv ps psql pstree pwd python python3 rabbitmqctl rails rake redis-cli route ruby sed sh sha256sum
    sort ss stat strace sync sysctl systemctl tail tar telnet timeout top touch traceroute tty ulimit umask uname
    uptime vmstat w wc wget which who whoami yarn zcat
""")


def command_at(text: str, tokens: Sequence[Token]) -> Slot | None:
    """The words to run inside a container, as a slot over the tokens that spell them; None where none are."""
    verb = next((at for at, each in enumerate(tokens) if each.word in _RUNS and not each.quoted), None)
    if verb is None:
        return None
    start = verb + 1
    while start < len(tokens) and not tokens[start].quoted and tokens[start].word in _BEFORE:
        start += 1
    if start >= len(tokens):
        return None
    if tokens[start].quoted:
        words = _words(tokens[start].text)
        return Slot(SlotKind.COMMAND, words, start, _past_noun(tokens, start + 1)) if words else None
    end = _end(tokens, start)
    words = _words(text[tokens[start].start : tokens[end - 1].end]) if end > start else None
    if not words or not _is_program(words):
        return None
    return Slot(SlotKind.COMMAND, words, start, end)


def _is_colon(tokens: Sequence[Token], at: int) -> bool:
    return at < len(tokens) and tokens[at].mark and tokens[at].word == ":"


def _past_noun(tokens: Sequence[Token], at: int) -> int:
    return at + (at < len(tokens) and tokens[at].word == "command")


def _end(tokens: Sequence[Token], start: int) -> int:
    """Where the command ends: at the last "in <container>", or with the clause."""
    for at in range(len(tokens) - 1, start, -1):
        if tokens[at].word in _INTO and not tokens[at].quoted and _names_place(tokens, at + 1):
            end = at
            while end > start and tokens[end - 1].mark:
                end -= 1
            return end - (tokens[end - 1].word == "command" and end - 1 > start)
    end = len(tokens)
    while end > start and (tokens[end - 1].mark or tokens[end - 1].word in ("please", "there", "now")):
        end -= 1
    return end


def _names_place(tokens: Sequence[Token], at: int) -> bool:
    """Whether what follows can be a container: a few words, none of them a path or an option."""
    rest = [each for each in tokens[at:] if not each.mark]
    if not rest or len(rest) > 6:
        return False
    return not any(each.text.startswith(("-", "/")) for each in rest)


def _words(text: str) -> tuple[str, ...] | None:
    if _SHELL.search(text):
        return None
    try:
        return tuple(shlex.split(text)) or None
    except ValueError:
        return None


def _is_program(words: Sequence[str]) -> bool:
    """Whether this reads as a command line rather than as English."""
    first = words[0]
    if first.startswith(("/", "./")) and len(first) > 2:
        return True
    if first not in PROGRAMS:
        return any(each.startswith("-") for each in words[1:]) and first not in lexicon.SILENT
    return not any(each.lower() in ("the", "a", "it", "container", "service", "of", "for") for each in words[1:])
