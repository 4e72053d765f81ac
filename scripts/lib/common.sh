# Words for the person, root, and quiet commands.

state=$PWD/.state
setup_log=$state/setup.log
export PATH=$PATH:/usr/sbin:/sbin # where Debian puts dockerd and ip, also for people who are not root
unset PYTHONDONTWRITEBYTECODE     # compiled modules make every start two to four times as fast
mkdir -p "$state"

say() { printf '%s\n' "$*" >&2; }

fail() {
    say "$@"
    exit 1
}

has() { command -v "$1" >/dev/null 2>&1; }

# Stops here, in words, where a step that needs root could not be done.
need_root() {
    [[ $EUID -eq 0 ]] || { has sudo && sudo -n true 2>/dev/null; } || fail "$1 needs root, or sudo without a password."
}

as_root() { if [[ $EUID -eq 0 ]]; then "$@"; else sudo -n "$@"; fi; }

# Runs a command quietly; when it fails, the end of what it said is shown.
quietly() {
    "$@" >>"$setup_log" 2>&1 && return
    local code=$?
    tail -n 20 "$setup_log" >&2
    say "This failed: $*"
    return "$code"
}
