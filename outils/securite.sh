#!/bin/sh
# wapiti and sqlmap, in an environment of their own, against a small town on the loopback; one table (docs/securite.md).
set -eu

fait=.venv-securite/.fait
if [ ! -e "$fait" ] || [ requirements-securite.txt -nt "$fait" ]; then
    sh outils/venv.sh requirements-securite.txt .venv-securite
    touch "$fait"
fi
exec .venv/bin/python -m tests.securite.balayage
