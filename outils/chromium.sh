#!/bin/sh
# A Chromium for the browser tests: the one on the PATH, else Debian's when we are root, else playwright's own.
set -u

for nom in chromium chromium-browser google-chrome; do
    if command -v "$nom" >/dev/null 2>&1 && "$nom" --version >/dev/null 2>&1; then
        exit 0
    fi
done

if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "Chromium manque : installation du paquet du système…"
    apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -y -q chromium fonts-liberation &&
        chromium --version && exit 0
fi

echo "Chromium manque : essai de celui de playwright…"
.venv/bin/python -m playwright install chromium && exit 0

cat >&2 <<'FIN'

Pas de Chromium : les tests dans le navigateur ne peuvent pas tourner.
  Sous Debian :   sudo apt install chromium fonts-liberation
  Sans le navigateur :   make test-rapide
FIN
exit 1
