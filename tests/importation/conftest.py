"""Fixtures: two schools ready to receive the sample files, and an import in one call."""

import datetime as dt
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import pytest

from models import Activite, Delai, Horaire, Importation, Lieu, db
from outils.exemples_import import CANTINE, ECOLES, MATIN, SOIR
from portail.domain import importation
from portail.domain.calendrier import creer_seances
from portail.domain.importation_fichiers import Fichier
from portail.domain.importation_rapport import Rapport


@pytest.fixture
def ecoles(monde) -> list[Lieu]:
    """The two schools of the samples, with their activities and the séances of January."""
    return poser_les_ecoles()


def poser_les_ecoles(places: int = 200, dernier: dt.date = dt.date(2027, 1, 15)) -> list[Lieu]:
    veille = Delai("jours", 1, dt.time(12))
    lieux = []
    for nom in ECOLES:
        lieu = Lieu.create(nom=nom)
        lieux.append(lieu)
        for activite_nom, debut, fin in (
            (CANTINE, dt.time(11, 30), dt.time(13, 30)),
            (MATIN, dt.time(7, 30), dt.time(8, 30)),
            (SOIR, dt.time(16, 30), dt.time(18, 30)),
        ):
            activite = Activite.create(
                nom=activite_nom,
                lieu=lieu,
                debut=dt.date(2026, 9, 1),
                fin=dt.date(2027, 7, 2),
                delai_reservation=veille,
                delai_absence=veille,
            )
            for jour in (0, 1, 3, 4):
                Horaire.create(
                    activite=activite, jour=jour, debut=debut, fin=fin, places=places, periode="toujours"
                )
            creer_seances(activite, dt.date(2027, 1, 4), dernier)
    return lieux


def envoyer(auteur, textes: Mapping[str, str | bytes], ecraser: bool = False) -> Importation:
    """These files, sent and looked at."""
    fichiers = [
        Fichier(nom, contenu.encode() if isinstance(contenu, str) else contenu)
        for nom, contenu in textes.items()
    ]
    deposee = importation.deposer(auteur, fichiers, ecraser=ecraser)
    assert importation.servir()
    return Importation.get_by_id(deposee.id)


def importer(auteur, textes: Mapping[str, str | bytes], ecraser: bool = False) -> Importation:
    """The same, and written: all of it must be sound."""
    prete = envoyer(auteur, textes, ecraser)
    assert prete.statut == "prete", dits(prete)
    importation.lancer(auteur, prete.id, prete.marque)
    assert importation.servir()
    faite = Importation.get_by_id(prete.id)
    assert faite.statut == "importee", (faite.statut, dits(faite))
    return faite


@contextmanager
def requetes(monkeypatch) -> Iterator[list[str]]:
    """The statements that are made meanwhile."""
    faites: list[str] = []
    executer = db.obj.execute_sql

    def noter(sql, *mots, **options):
        faites.append(sql)
        return executer(sql, *mots, **options)

    with monkeypatch.context() as pendant:
        pendant.setattr(db.obj, "execute_sql", noter)
        yield faites


def rapport(faite: Importation) -> Rapport:
    lu = importation.rapport_de(faite)
    assert lu is not None
    return lu


def dits(faite: Importation, *genres: str) -> list[str]:
    """What the report says: of these kinds, or of all that is not plain."""
    voulus = genres or ("erreur", "avertissement")
    return [dit.phrase for dit in rapport(faite).dits if dit.genre in voulus]
