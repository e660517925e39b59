"""Whatever an exporter makes of a town, in whatever spelling, imports to that town; and twice is once."""

import random

import pytest

from models import Enfant, Famille, LienParental, Preinscription, Reservation, Responsable, Seance
from outils.exemples_import import colonnes, en_csv, ville
from portail.domain.verification import verifier
from tests.importation.conftest import importer, rapport

ENCODAGES = ("utf-8", "utf-8-sig", "cp1252", "utf-16")


def exporter(tables: dict, alea: random.Random) -> dict[str, bytes]:
    """The same town as other software would write it: columns in any order, dates, capitals, spaces."""
    fichiers = {}
    for table, rangees in tables.items():
        entetes = colonnes(rangees, table)
        alea.shuffle(entetes)
        autrement = {nom: alea.choice((nom, nom.upper(), f" {nom.replace('_', ' ')} *")) for nom in entetes}
        dates = alea.choice(("/", "-", ".", "iso"))
        ecrites = [
            {autrement[nom]: _ecrire(nom, rangee.get(nom, ""), dates, alea) for nom in entetes}
            for rangee in alea.sample(rangees, len(rangees))
        ]
        encodage = alea.choice(ENCODAGES)
        fichiers[f"{table}.csv"] = en_csv(ecrites, list(autrement.values()), alea.choice(";,\t"), encodage)
    return fichiers


def _ecrire(nom: str, valeur: str, dates: str, alea: random.Random) -> str:
    if nom in ("naissance", "jour", "fiscal_le") and valeur:
        jour, mois, annee = valeur.split("/")
        return f"{annee}-{mois}-{jour}" if dates == "iso" else dates.join((jour, mois, annee))
    if nom == "telephone":
        return alea.choice((valeur, valeur.replace(" ", ""), valeur.replace(" ", ".")))
    if nom in ("activite", "lieu", "regime"):
        return alea.choice((valeur, valeur.upper(), f"  {valeur} "))
    return valeur


def etat() -> dict[str, list]:
    """The town that stands, by what names its people: the ids say in which order the files were."""
    familles = {f.id: f.code_abonne for f in Famille.select()}
    enfants = {e.id: (familles[e.famille_id], e.prenom, e.naissance, e.ecole_id) for e in Enfant.select()}
    adultes = {
        a.id: (familles[a.famille_id], a.prenom, a.telephone, a.quotient) for a in Responsable.select()
    }
    return {
        "familles": sorted(familles.values()),
        "enfants": sorted(map(str, enfants.values())),
        "adultes": sorted(map(str, adultes.values())),
        "liens": sorted(
            str((adultes[i.responsable_id], enfants[i.enfant_id], i.droit)) for i in LienParental.select()
        ),
        "inscriptions": sorted(
            str((enfants[p.enfant_id], p.activite_id, p.debut, p.fin, p.statut))
            for p in Preinscription.select()
        ),
        "reservations": sorted(
            str((enfants[r.enfant_id], r.seance_id, r.statut)) for r in Reservation.select()
        ),
        "places": list(Seance.select(Seance.id, Seance.prises).order_by(Seance.id).tuples()),
    }


@pytest.mark.parametrize("graine", range(3))
def test_any_spelling_of_a_town_imports_to_it_and_twice_is_once(monde, ecoles, graine):
    alea, ruptures = random.Random(graine), list(verifier(1_000))
    tables = ville(6, graine)
    importer(monde.gestionnaire, exporter(tables, alea))
    premier = etat()
    assert len(premier["reservations"]) == len(tables["reservations"])
    assert set(premier["familles"]) >= {f["code_abonne"] for f in tables["familles"]}
    assert list(verifier(1_000)) == ruptures
    encore = importer(monde.gestionnaire, exporter(tables, alea))
    assert not rapport(encore).ecrit
    assert etat() == premier
