"""A copy taken while families book, put back elsewhere: sound, with all that was acknowledged before."""

import shutil
import subprocess
from pathlib import Path

import pytest
from peewee import DatabaseError

import models
from models import db
from portail.domain.ville import oublier_la_ville
from tests.conftest import fermer
from tests.fautes.charge import FAIT, Charge, Journal
from tests.fautes.constat import PERDU, confronter
from tests.processus import RACINE, commande
from tests.repetitions import manches

MANCHES = manches(1, 10)


@pytest.fixture
def outils(request, monkeypatch, ville) -> None:
    if models.moteur() == "postgresql":
        monkeypatch.setenv("PATH", f"{request.getfixturevalue('postgres').binaires}", prepend=":")


@pytest.fixture
def base_neuve_vide(request, ville, tmp_path):
    """`base_neuve_vide(n)`: the URL of an empty database of the same engine."""
    faites = []

    def creer(rang: int) -> str:
        if models.moteur() == "sqlite":
            return f"sqlite:///{tmp_path / f'restauree{rang}.sqlite3'}"
        faites.append(f"fautes_restauree{rang}")
        return request.getfixturevalue("postgres").create(faites[-1])

    yield creer
    fermer()
    for nom in faites:
        request.getfixturevalue("postgres").drop(nom)


def lancer(service, url: str, *mots: str | Path) -> str:
    env = service.environnement | {"PORTAIL_DATABASE_URL": url}
    fait = subprocess.run(
        commande(*map(str, mots)), cwd=RACINE, env=env, capture_output=True, text=True, timeout=120
    )
    assert fait.returncode == 0, fait.stdout + fait.stderr
    return fait.stdout


def ouvrir(url: str) -> None:
    fermer()
    db.initialize(models.ouvrir(url))
    oublier_la_ville()


def test_a_copy_under_writes_holds_all_that_was_acknowledged_before_it(
    outils, ville, service, voeux, base_neuve_vide, tmp_path
):
    pendant = 0
    with service.en_marche():
        for rang in range(MANCHES):
            ouvrir(ville)
            fichier, vide = tmp_path / f"copie{rang}", base_neuve_vide(rang)
            with Charge(service.port, voeux) as charge:
                charge.attendre_encore(10)
                avant = Journal(dict.fromkeys(charge.journal.de(FAIT), FAIT))
                lancer(service, ville, "sauvegarder", fichier)
                pendant += charge.faits - len(avant.issues)
            assert confronter(charge.journal) == []
            assert "Rien à signaler." in lancer(service, vide, "restaurer", fichier)
            ouvrir(vide)
            assert confronter(avant) == []
    assert pendant > 0, "families booked while the copy was made"
    print(f"backup under writes × {MANCHES}: {pendant} bookings meanwhile, every copy whole")


@pytest.mark.parametrize("url_de_base", ["sqlite"], indirect=True)
def test_a_plain_copy_of_the_file_is_seen_to_lose(ville, service, voeux, tmp_path):
    fichier = tmp_path / "copie.sqlite3"
    with service.en_marche(), Charge(service.port, voeux) as charge:
        charge.attendre_encore(10)
        avant = Journal(dict.fromkeys(charge.journal.de(FAIT), FAIT))
        shutil.copyfile(ville.removeprefix("sqlite:///"), fichier)
    ouvrir(f"sqlite:///{fichier}")
    try:
        perdus = [f for f in confronter(avant) if f.startswith(PERDU)]
    except DatabaseError:
        return  # it does not even open
    assert perdus
