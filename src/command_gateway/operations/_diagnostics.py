"""The short list of commands that only look: each with exactly the arguments that keep it harmless."""

import re
from collections.abc import Callable, Sequence

Check = Callable[[Sequence[str]], bool]

_PLAIN_PATH = re.compile(r"/?[\w@%+=:,.-]+(/[\w@%+=:,.-]+)*/?|/")
_PRIVATE = ("/proc", "/sys", "/run/secrets", "/var/run/secrets", "/root", "/home", "/dev")
_PS = frozenset({(), ("aux",), ("ax",), ("auxw",), ("auxww",), ("-ef",), ("-e",), ("-A",), ("-eF",)})
_PS_COLUMNS = frozenset({("-o",), ("-eo",), ("-e", "-o"), ("-A", "-o")})
_COLUMNS = frozenset(
    "pid ppid pgid user uid group gid comm cmd args command stat state time etime start lstart tty nice ni pri "
    "%cpu pcpu %mem pmem rss vsz nlwp wchan".split()
)
_READABLE = frozenset(
    {f"/etc/{name}" for name in ("os-release", "hostname", "hosts", "resolv.conf", "debian_version", "alpine-release")}
    | {f"/proc/{name}" for name in ("meminfo", "loadavg", "cpuinfo", "uptime", "version", "mounts")}
    | {f"/sys/fs/cgroup/{name}" for name in ("memory.max", "memory.current", "cpu.max", "cpu.stat", "pids.current")}
)


def is_diagnostic(command: Sequence[str]) -> bool:
    """Whether running `command` inside a container reads nothing private and changes nothing."""
    name, arguments = command[0].removeprefix("/usr").removeprefix("/bin/"), command[1:]
    return name in _CHECKS and _CHECKS[name](arguments)


def shows_processes(options: Sequence[str]) -> bool:
    """Whether ps with these options shows processes and nothing of their environment."""
    if tuple(options) in _PS:
        return True
    columns = options[-1].split(",") if len(options) > 1 else []
    return tuple(options[:-1]) in _PS_COLUMNS and bool(columns) and _COLUMNS.issuperset(columns)


def _nothing(arguments: Sequence[str]) -> bool:
    return not arguments


def _flags(letters: str, *, paths: bool = False, words: frozenset[str] = frozenset()) -> Check:
    """Single-letter options out of `letters`, whole `words`, and plain paths where those are allowed."""
    flag = re.compile(rf"-[{letters}]+")

    def check(arguments: Sequence[str]) -> bool:
        return all(flag.fullmatch(each) or each in words or (paths and _is_path(each)) for each in arguments)

    return check


def _one_of(*lines: str) -> Check:
    admitted = {tuple(line.split()) for line in lines}
    return lambda arguments: tuple(arguments) in admitted


def _is_path(text: str) -> bool:
    """A path without tricks that leads to nothing private."""
    if text.startswith("-") or not _PLAIN_PATH.fullmatch(text) or ".." in text.split("/"):
        return False
    return not any(text == each or text.startswith(f"{each}/") for each in _PRIVATE)


def _readable(arguments: Sequence[str]) -> bool:
    return bool(arguments) and all(each in _READABLE for each in arguments)


def _date(arguments: Sequence[str]) -> bool:
    return all(each in ("-u", "-R", "-I") or re.fullmatch(r"\+[%\w :./-]{1,40}", each) for each in arguments)


def _du(arguments: Sequence[str]) -> bool:
    depth = re.compile(r"-d\d|--max-depth=\d")
    return all(depth.fullmatch(each) or re.fullmatch(r"-[shkmxc]+", each) or _is_path(each) for each in arguments)


_CHECKS: dict[str, Check] = {
    "arch": _nothing,
    "cat": _readable,
    "date": _date,
    "df": _flags("hkmiTaHP", paths=True),
    "du": _du,
    "free": _flags("hmgkbwt"),
    "hostname": _one_of("", "-i", "-f", "-I"),
    "id": _nothing,
    "ifconfig": _one_of("", "-a"),
    "ip": _one_of("a", "addr", "addr show", "address", "route", "route show", "r", "link", "link show", "-br a"),
    "ls": _flags("alhtrS1Rd", paths=True),
    "mount": _nothing,
    "netstat": _flags("tulpanrsi46"),
    "nginx": _one_of("-t", "-v", "-V"),
    "nproc": _nothing,
    "pg_isready": _nothing,
    "ps": shows_processes,
    "pwd": _nothing,
    "redis-cli": _one_of("ping"),
    "route": _one_of("", "-n"),
    "ss": _flags("tulpanrs46"),
    "stat": _flags("tf", paths=True),
    "top": _one_of("-b -n 1", "-bn1", "-b -n1", "-n 1 -b"),
    "uname": _flags("asnrvmo"),
    "uptime": _one_of("", "-p", "-s"),
    "whoami": _nothing,
}
