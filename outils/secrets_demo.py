"""Writes the settings of the demonstration, with secrets of its own, once: never over an existing file."""

import base64
import os
import secrets
import shlex
import sys
from pathlib import Path


def reglages(dossier: Path) -> dict[str, str]:
    return {
        "PORTAIL_SECRET_KEY": secrets.token_urlsafe(48),
        "PORTAIL_CLES": base64.urlsafe_b64encode(os.urandom(32)).decode(),  # the form of a Fernet key
        "PORTAIL_URL": "http://127.0.0.1:8000",
        "PORTAIL_DATABASE_URL": f"sqlite:///{dossier / 'demo.sqlite3'}",
        "PORTAIL_DEMO": "1",
    }


def ecrire(fichier: Path) -> None:
    fichier.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    lignes = [f"{nom}={shlex.quote(valeur)}\n" for nom, valeur in reglages(fichier.parent.resolve()).items()]
    try:
        acces = os.open(fichier, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with open(acces, "w", encoding="utf-8") as f:
        f.writelines(lignes)


if __name__ == "__main__":
    ecrire(Path(sys.argv[1]))
