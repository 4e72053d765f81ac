"""The plain English around operations: words that say nothing, words that ask to see, words for "the thing meant".

What is particular to an operation (bounce, freeze, scroll back) is declared in that operation's phrases.
"""

from functools import lru_cache

from command_gateway.targets.names import singular


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


SILENT = _words("""
    a an the of for to in on at by from with into onto about as and me us you your my our its their his her i we
    it they them this that these those he she one ones 's is are was were be been being am do does did done has have
    had having can could would will shall should may might must please kindly thanks thank hey hi hello yo ok okay so
    well now right away currently current just simply only also too again really quickly quick promptly swiftly
    immediately instantly soon asap carefully safely gently nicely possible possibly maybe perhaps if-possible like
    want wants wanted need needs needed wish let lets there here some any such very pretty still already yet actually
    basically kind sure go ahead proceed task action operation request command job work goal docker engine
    there's up-to-date dear friend sir team guys folks mate buddy man dude today moment time being both each every
    everything all thing things guy item via through per regarding concerning respectively
    present existing exist exists available got going take taken named called have-a
    it's himself itself itself's respective corresponding along
    try attempt urge ask asking beg demand advise instruct request requesting help assist appreciate grateful mind love able order interested
    i'd we'd whose then first finally next after before-that
    hold-on um uh er hmm ah oh alright great cool nice good morning evening afternoon
    much whether between wondering host machine server's server-side local locally daemon
""")
"""Words that neither choose an operation nor change what it does."""

HEAVY = _words("""
    if unless when whenever while until or otherwise else instead why except without never not no cannot nor neither
    only-if every-time always schedule scheduled cron hourly daily nightly weekly tomorrow tonight later twice times who whom where
""")
"""Words that change a request's meaning: where no rule has read them, the request is not understood."""

SHOW = _words("""
    show display list print give get fetch retrieve present provide tell see view output bring enumerate report check
    look read dump grab find reveal unveil inform know watch what which how describe detail query lookup collect
    return obtain gather shows listing monitor review share verify confirm determine analyse analyze
    render demonstrate identify point track hand access let-me-see examine explain
""")
"""Words that ask to see something; each operation says what."""

SHOW_VERBS = SHOW - _words("what which how let-me-see point")

NOUNS = _words("""
    container service app application instance box pod program workload microservice backend-service component
    replica server node unit
""")
"""Words for the one thing that a request is about."""

PLURAL_NOUNS = _words("""
    containers services apps applications instances boxes pods programs workloads microservices components replicas
    servers units
""")
PRONOUNS = _words("it this that itself them these those they its their")
IMAGE_NOUNS = _words("image images")

REMARKABLE = _words("""
    detected observed noticed alert alerts warning issue issues problem problems stuck slow unresponsive hung hanging
    crashing crashed failing broken degraded degradation leak leaking spiking spike spiked exceeded high failure
    failures hangs misbehaving weird odd strange flapping incident outage triggered fired reported anomaly threshold
    elevated critical urgent emergency sluggish stalled frozen unstable
""")
"""Words of those who tell what they saw before they say what to do."""

STATIVE = _words("""
    is are was were looks look seems seem appears appear keeps keep has have had got gets went goes feels became becomes
    does did do can could needs-no isn't aren't stopped started crashed died hangs hung fails failed failing behaves
    acts refuses eats consumes uses leaks reports shows throws returns responds stays sits runs
""")

PURPOSES = _words("""
    investigate debug diagnose understand troubleshoot find fix free apply pick clear resolve help make see check verify
    ensure analyse analyze identify determine recover restore reclaim release reduce improve get learn know confirm
    inspect look solve figure address mitigate avoid prevent let allow start keep review examine track trace reproduce
    reload refresh rule explain prepare bring save test measure compare spot catch monitor have be do decide assess
""")
"""Verbs that begin the reason after "to": "to investigate errors"."""

# Real words one letter away from a command's: never taken for a typing error of it.
NEIGHBOURS = _words("""
    shop step stoop stomp state stare stark stack stock star stay smart skill bill fill hill mill pill till will kilt
    kiln kills lugs bogs dogs lobs lags legs lots post pork part pore sort fort pots ports pose cause clause paste
    house mouse noise poise resist restore resort rest test text tests nest exist exits list lost last lust lift lint
    fist mist past pass stars starts starve started stirs step steps slot slots spot tops tip tap ton tow toy hop pop
    mop chance charge chair cop wait want wart bait gait waist walk ball call fall hall tall image mirage imagine renamed remand rename
    event even evens exec execs excel expect inspect version vision health wealth heath diff cliff stiff staff stuff
    lock lack look pick puts port info into pairs pair stage stale
""")


LIGHT = _words("execute run perform issue carry trigger initiate conduct invoke do make fulfil process")
"""Verbs that lend themselves to a noun: "perform a restart"."""

EXCEPT = _words("except excluding besides")
"""Words that begin what is left out of a selection; clauses.py knows the longer forms."""

_SAME = {
    "usage": "use", "utilization": "use", "utilisation": "use", "consumption": "use", "consuming": "use",
    "consume": "use", "consumes": "use", "using": "use", "used": "use", "statistics": "stat", "statistic": "stat",
    "ram": "memory", "processor": "cpu", "processors": "cpu", "cpus": "cpu", "newest": "latest", "logfile": "log",
    "logfiles": "log", "listing": "list", "configured": "configuration", "settings": "setting", "consumed": "use",
}  # fmt: skip


PRESENTATION = _words("""
    table tabular form format list information info detail details detailed data overview summary output include includes
    including included contain contains containing column columns value values field fields entry entries id ids name names
    repository repositories tag tags digest digests size sizes status image-name limit organize organizing organized
    regarding associated format result results view showcasing
""")
"""Words for how an answer shall look, where an operation only shows something."""

COLUMNS = _words("repository tag digest status name size")

MEASURES = _words("""
    half quarter hour hours minute minutes second seconds day days week weeks month months noon midnight morning today
    yesterday monday tuesday wednesday thursday friday saturday sunday zero two three four five six seven eight nine ten
    eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy
    eighty ninety hundred thousand million dozen couple
""")

OF_CONDITIONS = _words("""
    publish publishes published publishing expose exposes exposed exposing mount mounts mounted mounting created attached
    connected based built uses use using running listening label labels labelled status state exit exited code codes
    commit creation where health network volume image port name names marked started joined belonging project stack failing
""")
"""Words that stand around a condition on containers, and say no more than it does."""

EVERYDAY = _words("show display list print check status please container containers service services image images")
"""Words that people mistype as well, although no phrase needs them."""


def is_known(word: str) -> bool:
    """Whether it is plain English that this file lists."""
    return any(word in each for each in (SILENT, HEAVY, SHOW, NOUNS, PLURAL_NOUNS, LIGHT, REMARKABLE, STATIVE, PURPOSES, MEASURES))


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
