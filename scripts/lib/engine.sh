# The Docker Engine: found, or installed and started as a private one.

private_folder=$state/engine
private_name=$(echo "$PWD" | cksum | cut -d ' ' -f 1)
if ((${#private_folder} > 90)); then # a socket's path has room for 107 characters
    private_folder=/var/lib/gateway-engine-$private_name
fi
private_socket=$private_folder/docker.sock

answers() { "$venv/bin/python" scripts/ping.py "$1"; }

# What a private engine needs and this machine lacks.
install_engine() {
    local wanted=()
    has dockerd || wanted+=(docker.io)
    has ip || wanted+=(iproute2)
    has ps || wanted+=(procps) # the engine runs it for `docker top`
    if [[ $(cat /sys/module/apparmor/parameters/enabled 2>/dev/null) == Y ]] && ! has apparmor_parser; then
        wanted+=(apparmor)
    fi
    ((${#wanted[@]} == 0)) || apt_install "${wanted[@]}"
}

# Debian 13 has the command line in a package of its own, earlier ones in docker.io.
install_docker_cli() {
    has docker || apt_install docker.io
    has docker || apt_install docker-cli
}

# A static busybox in .state, taken out of Debian's package: installing that could replace a busybox that is in use.
prepare_busybox() {
    "$venv/bin/python" -m scripts.busybox_image && return
    local unpacked
    say "Fetching Debian's busybox-static into .state"
    unpacked=$(mktemp -d)
    apt_knows busybox-static || apt_update_once
    (cd "$unpacked" && { apt-get download busybox-static || { apt_update_once && apt-get download busybox-static; }; }) \
        >>"$setup_log" 2>&1 || fail "Debian's busybox-static cannot be fetched: see $setup_log"
    dpkg-deb --extract "$unpacked"/busybox-static_*.deb "$unpacked"
    find "$unpacked" -type f -name busybox -perm /111 -exec cp {} "$state/busybox" \;
    rm -rf "$unpacked"
    "$venv/bin/python" -m scripts.busybox_image || fail "Debian's busybox-static holds no static busybox"
}

# Prints the first of the usual sockets that answers.
usual_engine() {
    local each
    for each in /run/docker.sock /var/run/docker.sock "${XDG_RUNTIME_DIR:-/nowhere}/docker.sock" \
        "${HOME:-/nowhere}/.docker/run/docker.sock"; do
        if [[ -S $each ]]; then
            if answers "$each"; then
                echo "unix://$each"
                return
            fi
            [[ -w $each ]] || say "$each is there, but $(id -un) may not use it (group docker may)."
        fi
    done
    return 1
}

start_private_engine() {
    local _
    say "Starting a private Docker Engine in $private_folder; \`make engine-down\` stops it."
    need_root "That"
    as_root mkdir -p "$private_folder"
    as_root setsid --fork "$PWD/scripts/private-engine" --bridge "gw-${private_name:0:8}" "$private_folder" \
        --group "$(id -g)" >"$state/engine.log" 2>&1 </dev/null
    for _ in {1..150}; do
        answers "$private_socket" && return
        sleep 0.2
    done
    tail -n 20 "$state/engine.log" >&2
    fail "The private engine does not answer; its log is $state/engine.log"
}

# Prints the address of an engine that answers; $1 is the one that the settings name, if they do.
find_engine() {
    if [[ -n $1 ]]; then
        [[ $1 != unix://* ]] || answers "${1#unix://}" || fail "DOCKER_HOST=$1: no engine answers there."
        echo "$1"
        return
    fi
    usual_engine && return
    if ! answers "$private_socket"; then
        install_engine
        if usual_engine; then return; fi # a system with services has started what it installed
        start_private_engine
    fi
    echo "unix://$private_socket"
}

stop_private_engine() {
    local pid
    need_root "Stopping the private engine"
    pid=$(as_root cat "$private_folder/pid" 2>/dev/null || true)
    if [[ -z $pid ]] || ! grep -q private-engine "/proc/$pid/cmdline" 2>/dev/null; then
        say "The private engine is not running."
        return
    fi
    as_root kill -TERM "$pid"
    while [[ -d /proc/$pid ]]; do sleep 0.1; done
    say "The private engine is stopped; its images and containers stay in $private_folder"
}
