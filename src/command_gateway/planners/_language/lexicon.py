"""The plain English around operations: words that say nothing, words that ask to see, words for "the thing meant".

What is particular to an operation (bounce, freeze, scroll back) is declared in that operation's phrases.
"""

from functools import lru_cache

from command_gateway.targets.names import singular


def word_set(text: str) -> frozenset[str]:
    """The words of a text, as a set to look them up in."""
    return frozenset(text.split())


SILENT = word_set("""
    required needed necessary requested
    a an the of for to in on at by from with into onto about as and me us you your my our its their his her i we it
    they them this that these those he she one ones 's is are was were be been being am do does did done has have
    had having can could would will shall should may might must please kindly thanks thank hey hi hello yo ok okay
    so well now right away currently current just simply only also too again really quickly quick promptly swiftly
    immediately instantly soon asap carefully safely gently nicely possible possibly if-possible like
    want wants wanted need needs needed wish let lets there here some any such very pretty still already yet
    actually basically kind sure go ahead proceed task action operation request command job work goal docker engine
    there's up-to-date dear friend sir team guys folks mate buddy man dude today moment time both each every
    everything all thing things guy item via through per regarding concerning respectively present existing exist
    exists available got going take taken named called have-a it's himself itself itself's respective corresponding
    along try attempt urge ask asking beg demand advise instruct requesting help assist appreciate grateful mind
    love able interested i'd we'd whose then first finally next after before-that hold-on um uh er hmm ah oh alright
    great cool nice good morning evening afternoon much whether between wondering host machine server's server-side
    local locally daemon
""")
"""Words that neither choose an operation nor change what it does."""

CONDITIONAL = word_set("if unless when whenever while until otherwise else")
"""Words that make what is asked depend on something."""

HEAVY = word_set("""
    if unless when whenever while until or otherwise else instead why except without never not no cannot nor neither
    only-if every-time always schedule scheduled cron hourly daily nightly weekly tomorrow tonight later twice times
    who whom where
""")
"""Words that change a request's meaning: where no rule has read them, the request is not understood."""

SHOW = word_set("""
    show display list print give get fetch retrieve present provide tell see view output bring enumerate report
    check look read dump grab find reveal unveil inform know watch what which how describe detail query lookup
    collect return obtain gather shows listing monitor review share verify confirm determine analyse analyze render
    demonstrate identify point track hand access let-me-see examine explain
""")
"""Words that ask to see something; each operation says what."""

SHOW_VERBS = SHOW - word_set("what which how let-me-see point")

NOUNS = word_set("""
    container service app application instance box pod program workload microservice backend-service component
    replica server
""")
"""Words for the one thing that a request is about."""

PLURAL_NOUNS = word_set("""
    containers services apps applications instances boxes pods programs workloads microservices components replicas
    servers
""")
ANY_OF = word_set("which what any every each")  # before one container they speak of all of them
SOME = word_set("anything anyone")
ENGINE = word_set("docker dockerd daemon engine host machine computer vm hypervisor")
"""Words for what containers run on, which no operation on containers may be taken to mean."""

PRONOUNS = word_set("it this that itself them these those they its their")
IMAGE_NOUNS = word_set("image images")

REMARKABLE = word_set("""
    detected observed noticed alert alerts warning issue issues problem problems stuck slow unresponsive hung
    hanging crashing crashed failing broken degraded degradation leak leaking spiking spike spiked exceeded high
    failure failures hangs misbehaving weird odd strange flapping incident outage triggered fired reported anomaly
    threshold elevated critical urgent emergency sluggish stalled frozen unstable
""")
"""Words of those who tell what they saw before they say what to do."""

STATIVE = word_set("""
    is are was were looks look seems seem appears appear keeps keep has have had got gets went goes feels became
    becomes does did do can could needs-no isn't aren't stopped started crashed died hangs hung fails failed failing
    behaves acts refuses eats consumes uses leaks reports shows throws returns responds stays sits runs
""")

PURPOSES = word_set("""
    investigate debug diagnose understand troubleshoot find fix free apply pick clear resolve help make see check
    verify ensure analyse analyze identify determine recover restore reclaim release reduce improve get learn know
    confirm inspect look solve figure address mitigate avoid prevent let allow start keep review examine track trace
    reproduce reload refresh rule explain prepare bring save test measure compare spot catch monitor have be do
    decide assess
""")
"""Verbs that begin the reason after "to": "to investigate errors"."""

# Real words one letter away from a command's: never taken for a typing error of it.
NEIGHBOURS = word_set("""
    shop step stoop stomp state stare stark stack stock star stay smart skill bill fill hill mill pill till will
    kilt kiln kills lugs bogs dogs lobs lags legs lots post pork part pore sort fort pots ports pose cause clause
    paste house mouse noise poise resist restore resort rest test text tests nest exist exits list lost last lust
    lift lint fist mist past pass stars starts starve started stirs steps slot slots spot tops tip tap ton tow toy
    hop pop mop chance charge chair cop wait want wart bait gait waist walk ball call fall hall tall image mirage
    imagine renamed remand rename event even evens exec execs excel expect inspect version vision health wealth
    heath diff cliff stiff staff stuff lock lack look pick puts port info into pairs pair stage stale
""")


LIGHT = word_set("execute run perform issue carry trigger initiate conduct invoke do make fulfil process")
"""Verbs that lend themselves to a noun: "perform a restart"."""

EXCEPT = word_set("except excluding besides")
"""Words that begin what is left out of a selection; clauses.py knows the longer forms."""

_SAME = {
    "usage": "use", "utilization": "use", "utilisation": "use", "consumption": "use", "consuming": "use",
    "consume": "use", "consumes": "use", "using": "use", "used": "use", "statistics": "stat", "statistic": "stat",
    "ram": "memory", "processor": "cpu", "processors": "cpu", "cpus": "cpu", "newest": "latest", "logfile": "log",
    "logfiles": "log", "listing": "list", "configured": "configuration", "settings": "setting", "consumed": "use",
}  # fmt: skip


PRESENTATION = word_set("""
    table tabular form format list information detail details detailed data overview summary output include includes
    including included contain contains containing column columns value values field fields entry entries limit
    organize organizing organized regarding associated result results view showcasing
""")
"""Words for how an answer shall look, where an operation only shows something."""

COLUMNS = word_set("repository tag digest status name size")
"""What a list says of each row; "id" is another, but may be asked for alone."""

MEASURES = word_set("""
    half quarter hour hours minute minutes second seconds day days week weeks month months noon midnight morning
    today yesterday monday tuesday wednesday thursday friday saturday sunday zero two three four five six seven
    eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty thirty forty
    fifty sixty seventy eighty ninety hundred thousand million dozen couple
""")

OF_CONDITIONS = word_set("""
    publish publishes published publishing expose exposes exposed exposing mount mounts mounted mounting created
    attached connected based built uses use using running listening label labels labelled status state exit exited
    code codes commit creation where health network volume image port name names marked started joined belonging
    project stack failing
""")
"""Words that stand around a condition on containers, and say no more than it does."""

EVERYDAY = word_set("show display list print check status please container containers service services image images")
"""Words that people mistype as well, although no phrase needs them."""


_KNOWN = SILENT | HEAVY | SHOW | NOUNS | PLURAL_NOUNS | LIGHT | REMARKABLE | STATIVE | PURPOSES | MEASURES


def is_known(word: str) -> bool:
    """Whether it is plain English that this file lists."""
    return word in _KNOWN


@lru_cache(maxsize=8192)
def base(word: str) -> str:
    """The word without plural and possessive endings, of words for the same thing the same one."""
    return word if word in PLURAL_NOUNS else _SAME.get(word) or singular(word.removesuffix("'"))


@lru_cache(maxsize=8192)
def forms(word: str) -> frozenset[str]:
    """What a word can be matched as: itself without endings, and the ideas that it stands for."""
    found = {base(word)}
    if word in SHOW or any(word.endswith(end) and word.removesuffix(end) in SHOW for end in ("ing", "ed")):
        found.add("#show")
    if word in PLURAL_NOUNS:
        found.add("#containers")
    if word in NOUNS:
        found.add("#container")
    return frozenset(found)


def is_presentation(word: str, *, listed: bool) -> bool:
    """Whether the word only says how something shall be shown; `listed` when that is a list with columns."""
    return word in PRESENTATION or (listed and is_column(word))


def is_column(word: str) -> bool:
    """Whether it names what a list says of each row."""
    return base(word) in COLUMNS or base(word) == "id"
