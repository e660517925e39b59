#!/bin/sh
# What WeasyPrint draws with: Pango and a typeface, of the system. There already, else Debian's when we are root.
# Without them the portal works, and offers pages to print instead of PDF.
set -u

py=.venv/bin/python
sait() {
    "$py" -I portail/presse.py </dev/null >/dev/null 2>&1
}

sait && exit 0

if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "Pango manque : installation des paquets du système…"
    apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends \
        libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-liberation && sait && exit 0
fi

cat >&2 <<'FIN'

Pas de Pango : les PDF ne peuvent pas être faits, le portail donne à la place une page à imprimer.
  Sous Debian :   sudo apt install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-liberation
FIN
exit 1
