# Debian's packages: which are missing, and installing them.

apt_knows() { [[ -n $(apt-cache --quiet=2 show "$1" 2>/dev/null) ]]; }

apt_update_once() {
    [[ -z ${apt_is_fresh-} ]] || return 0
    has apt-get || fail "This machine has no apt-get: install Python 3.11 or newer and a Docker Engine, then try again."
    need_root "Fetching Debian's package lists"
    quietly as_root apt-get update
    apt_is_fresh=yes
}

# Installs packages, with package lists that are new enough to know and to fetch them.
apt_install() {
    local package
    say "Installing from Debian's packages: $*"
    need_root "That"
    for package in "$@"; do
        apt_knows "$package" || apt_update_once
    done
    local install=(as_root env DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends "$@")
    "${install[@]}" >>"$setup_log" 2>&1 && return
    apt_update_once
    quietly "${install[@]}"
}
