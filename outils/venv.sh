#!/bin/sh
# Makes .venv (or the folder named second) if need be, then installs the given requirements in it: with uv where
# there is uv, else with pip.
set -eu

requirements=$1
env=${2:-.venv}
python=${PYTHON:-python3}

echouer() {
    printf '\n%s\n' "$*" >&2
    exit 1
}

if command -v uv >/dev/null 2>&1; then
    "$env/bin/python" -c '' 2>/dev/null || uv venv --seed --clear --python '>=3.11' "$env"
    exec uv pip install --python "$env/bin/python" -r "$requirements"
fi

if ! "$env/bin/python" -m pip --version >/dev/null 2>&1; then
    "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null ||
        echouer "Il faut Python 3.11 ou plus récent. Pour en désigner un autre : make PYTHON=python3.12 …"

    # Debian keeps half of venv in a package of its own.
    if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
        [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null 2>&1 ||
            echouer "Le module venv de Python manque. Sous Debian ou Ubuntu : sudo apt install python3-venv"
        apt-get update -q
        apt-get install -y -q --no-install-recommends python3-venv
    fi
    "$python" -m venv --clear "$env"
fi

exec "$env/bin/python" -m pip install --disable-pip-version-check -q -r "$requirements"
