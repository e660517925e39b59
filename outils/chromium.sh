#!/bin/sh
# A Chromium for the browser tests: Debian's without windows (the quickest) when there is one or we are root,
# else the one on the PATH, else playwright's own.
set -u

marche() {
    command -v "$1" >/dev/null 2>&1 && "$1" --version >/dev/null 2>&1
}

marche chromium-headless-shell && exit 0

if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "Chromium sans fenêtre manque : installation du paquet du système…"
    apt-get update -q
    DEBIAN_FRONTEND=noninteractive apt-get install -y -q chromium-headless-shell fonts-liberation &&
        marche chromium-headless-shell && exit 0
fi

for nom in chromium chromium-browser google-chrome; do
    marche "$nom" && exit 0
done

if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "Chromium manque : installation du paquet du système…"
    DEBIAN_FRONTEND=noninteractive apt-get install -y -q chromium fonts-liberation &&
        marche chromium && exit 0
fi

echo "Chromium manque : essai de celui de playwright…"
.venv/bin/python -m playwright install chromium && exit 0

cat >&2 <<'FIN'

Pas de Chromium : les tests dans le navigateur ne peuvent pas tourner.
  Sous Debian :   sudo apt install chromium fonts-liberation
  Sans le navigateur :   make test-rapide
FIN
exit 1
