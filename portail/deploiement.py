"""What a deployment must be: its settings, its files, the machine. `verifier --deploiement` tells the rest.

The portal refuses to start on a wrong setting (`config.py`). What is here starts, and is not safe for a town.
"""

import hashlib
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from flask import Flask
from zxcvbn import zxcvbn

from models import db, moteur
from portail.config import Config
from portail.domain import deploiement as de_la_base
from portail.facteur import Facteur

DEVINETTES = 28
"""Power of ten of the guesses that a secret must resist, as zxcvbn counts them: over ninety bits."""
PUBLIEES = frozenset(
    {
        "1559c8443423463ad5d28e682810a1f3584ffc20ba086ae47d4dc83395913332",
        "6a8c87423b1de38ab6df4612573aef0a8101f752c3a5bd80c88170c06f6ce555",
    }
)
"""SHA-256 of the keys that stand in the sources, and that anybody may read there."""
EN_RESEAU = frozenset(
    {
        *(
            "nfs",
            "nfs4",
            "cifs",
            "smb3",
            "smbfs",
            "9p",
            "afs",
            "ceph",
            "glusterfs",
            "lustre",
            "gfs2",
            "ocfs2",
        ),
        *("fuse.sshfs", "fuse.glusterfs", "fuse.s3fs", "fuse.rclone", "fuse.gcsfuse"),
    }
)
EN_MEMOIRE = frozenset({"tmpfs", "ramfs"})
MONTAGES = Path("/proc/self/mountinfo")
AUX_AUTRES = 0o007
"""What a file's mode gives to those who are neither its owner nor of its group."""


@dataclass(frozen=True)
class Constat:
    """What is not safe, where, and what to do about it."""

    nom: str
    phrase: str


@dataclass(frozen=True)
class Installation:
    app: Flask
    config: Config
    fichier: Path
    """The file of the settings, if there is one."""


def verifier(installation: Installation) -> Iterator[Constat]:
    for nom, controle in CONTROLES:
        yield from (Constat(nom, phrase) for phrase in controle(installation))
    for nom, controle_de_la_base in de_la_base.CONTROLES:
        yield from (Constat(nom, phrase) for phrase in controle_de_la_base())


# ——— the settings ———


def de_la_demonstration(ici: Installation) -> Iterator[str]:
    if ici.config.demo:
        yield (
            "PORTAIL_DEMO=1 : les comptes ont un mot de passe public et tout le monde lit les courriels ; "
            "retirez-le des réglages."
        )


def du_debogage(ici: Installation) -> Iterator[str]:
    if ici.app.debug:
        yield "Le débogage est allumé, il exécute ce qu’on lui envoie : retirez FLASK_DEBUG des réglages."


def des_cles(ici: Installation) -> Iterator[str]:
    secret, cles = ici.config.cle_secrete, ici.config.cles
    if _publiee(secret):
        yield "PORTAIL_SECRET_KEY est une clé publiée dans les sources : tirez-en une au hasard."
    elif zxcvbn(secret[:72], max_length=72)["guesses_log10"] < DEVINETTES:
        yield "PORTAIL_SECRET_KEY se devine : tirez-la au hasard, comme le dit docs/installation.md."
    for rang, cle in enumerate(cles, 1):
        if _publiee(cle):
            yield (
                f"PORTAIL_CLES, clé {rang} : elle est publiée dans les sources ; "
                "mettez-en une autre devant, puis « resceller »."
            )
    if secret in cles:
        yield "PORTAIL_SECRET_KEY est aussi dans PORTAIL_CLES : tirez deux secrets différents."


def du_fichier(ici: Installation) -> Iterator[str]:
    """Whoever reads it opens all that the database seals."""
    if ici.fichier.exists() and ici.fichier.stat().st_mode & AUX_AUTRES:
        yield (
            f"{ici.fichier} contient PORTAIL_CLES et tout compte de la machine le lit : "
            f"chmod 640 {ici.fichier}, propriétaire root:portail."
        )


def de_l_adresse(ici: Installation) -> Iterator[str]:
    if not ici.config.https:
        yield (
            "PORTAIL_URL n’est pas en https:// : mots de passe et dossiers passent en clair ; "
            "mettez nginx et un certificat devant."
        )
    elif not ici.config.proxys:
        yield (
            "PORTAIL_PROXYS ne dit pas combien de mandataires sont devant : tous les essais de mot de passe "
            "comptent pour une seule adresse ; mettez 1 derrière nginx."
        )


def des_temoins(ici: Installation) -> Iterator[str]:
    if not ici.app.config["SESSION_COOKIE_SECURE"]:
        yield "Le témoin de session part aussi en http:// : donnez une PORTAIL_URL en https://."


def des_courriels(ici: Installation) -> Iterator[str]:
    """The server is called as for a mail: TLS and the password are asked of it, not read in the setting."""
    if ici.config.smtp and (raison := Facteur(ici.config.smtp).essayer()):
        yield (
            f"PORTAIL_SMTP ne mène pas à un envoi chiffré ({raison}) : donnez un serveur qui "
            "accepte smtps:// ou STARTTLS, avec un certificat valable."
        )


# ——— the machine ———


def du_fichier_de_la_base(ici: Installation) -> Iterator[str]:
    if moteur() != "sqlite":
        return
    base = Path(db.obj.database).resolve()
    ouverts = [str(f) for f in (base, Path(f"{base}-wal"), Path(f"{base}-shm")) if _lisible_par_tous(f)]
    if ouverts:
        yield f"Tout compte de la machine lit la base : chmod 600 {' '.join(ouverts)}."
    genre = systeme_de_fichiers(base)
    if genre in EN_RESEAU:
        yield (
            f"La base SQLite est sur un disque du réseau ({genre}), qui la corromprait : mettez-la sur un "
            "disque de la machine, ou prenez PostgreSQL."
        )
    elif genre in EN_MEMOIRE:
        yield f"La base SQLite est en mémoire ({genre}) : un redémarrage l’efface ; mettez-la sur un disque."


def _lisible_par_tous(fichier: Path) -> bool:
    return fichier.exists() and bool(fichier.stat().st_mode & AUX_AUTRES)


def systeme_de_fichiers(chemin: Path) -> str:
    """The kind of the file system that holds this path; empty where the system does not tell (Linux does)."""
    trouve = (0, "")
    for ligne in MONTAGES.read_text(encoding="utf-8").splitlines() if MONTAGES.exists() else []:
        avant, _, apres = ligne.partition(" - ")
        point = Path(avant.split()[4].replace(r"\040", " "))
        if chemin.is_relative_to(point) and len(point.parts) >= trouve[0]:
            trouve = (len(point.parts), apres.split()[0])
    return trouve[1]


def de_l_horloge(ici: Installation) -> Iterator[str]:
    if _synchronisee() == "no":
        yield (
            "L’heure de la machine n’est réglée sur rien : les dates limites et les codes à six chiffres en "
            "dépendent ; timedatectl set-ntp true."
        )


def _synchronisee() -> str:
    """`yes`, `no`, or nothing where it is not known."""
    ordre = ["timedatectl", "show", "--property=NTPSynchronized", "--value"]
    try:
        return subprocess.run(ordre, capture_output=True, text=True, timeout=5, check=False).stdout.strip()
    except (OSError, subprocess.TimeoutExpired):
        return ""


def _publiee(cle: str) -> bool:
    return hashlib.sha256(cle.encode()).hexdigest() in PUBLIEES


CONTROLES = (
    ("Démonstration", de_la_demonstration),
    ("Débogage", du_debogage),
    ("Secrets", des_cles),
    ("Fichier des réglages", du_fichier),
    ("Adresse", de_l_adresse),
    ("Témoins", des_temoins),
    ("Courriels", des_courriels),
    ("Fichier de la base", du_fichier_de_la_base),
    ("Horloge", de_l_horloge),
)
