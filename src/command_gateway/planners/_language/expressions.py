"""Spellings and fixed expressions, each with the one form that the rest of the planner knows."""

_VARIANTS = """
please: pls plz plse plaese
you: u yuo
your: ur
thanks: thx ty
information: info infos
labelled: labeled
and: & adn nad
before: b4
with: w/
without: w/o
messages: msgs
seconds: secs
minutes: mins
hours: hrs
process: proc
processes: procs
command: cmd
configuration: config configs conf
output: stdout
memory: mem
image: img
images: imgs
filesystem: fs
stats: stat
the: teh hte
what: waht
which: wich whcih
is: si
of: fo
about: abt
now: rn
because: cuz coz
though: tho
docker: dockers
container: containter containr contianer
nonzero: non-zero
stopped: non-running
restart: re-start
unpause: un-pause
start: start-up
uptime: up-time
live: real-time
"""

_EXPRESSIONS = """
off-and-on: off and on | off then on
untruncated: not truncate | without truncating | without truncation | no truncation | without omission
untruncated: in its entirety | in their entirety
running: up and running
healthcheck: health check
healthchecks: health checks
filesystem: file system
timestamps: time stamps
except: apart from | other than | save for | but not | aside from | with the exception of | except for | leaving out
all-but: all but
everything-but: everything but
ensure: make sure | make certain
and: as well as | along with | together with
nonzero: non zero
logs: log file | log files
restart: re start
unpause: un pause
start: start up
workload: work load
all: every one
asap: as soon as possible
now: at once | right away | without delay | without further ado | in one go
timeout: time out
not: no longer
last: no more than
latest: most recent | most recently
live: real time
container: one or more containers | one or more running containers
please: do not forget to | it is time to | do the needful | without fail | if possible | when possible | when convenient
please: if you can | if you could | if you please | if you do not mind | when you can | whenever you can
please: when you get a chance | when you have time
check: check if | check out if | check to see if | to see if | find out if | figure out if | wondering if
see: see if
verify: verify if
confirm: confirm if
determine: determine if
ensure: ensure if
know: know if
tell: tell if | tell me if | let me know if
"""


def _table(text: str, separator: str | None) -> dict[tuple[str, ...], str]:
    """Lines of "meant: said <separator> said" as said -> meant, the words of each taken apart."""
    found: dict[tuple[str, ...], str] = {}
    for line in text.strip().splitlines():
        meant, _, said = line.partition(": ")
        found |= {tuple(each.split()): meant for each in said.split(separator)}
    return found


VARIANTS = {words[0]: meant for words, meant in _table(_VARIANTS, None).items()}
"""Another spelling of one word -> the word."""

EXPRESSIONS = _table(_EXPRESSIONS, "|")
"""Words side by side -> the one word that they stand for."""

FIRST_WORDS = frozenset(words[0] for words in EXPRESSIONS)
LONGEST_EXPRESSION = max(map(len, EXPRESSIONS))
