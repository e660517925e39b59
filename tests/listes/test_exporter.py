"""A list taken away: the file, and the line of the journal that says which, by whom, how many rows."""

import csv
import io

import pytest
from python_calamine import CalamineWorkbook

import workflows as w
from models import Enfant, Evenement, Responsable
from portail.domain import choix_de_liste as c
from portail.domain import listes, tableaux
from portail.domain.choix_de_liste import Choix
from portail.domain.refus import Refus
from tests.formulaires import poster
from tests.html import lire, mots
from tests.monde import JEUDI, LUNDI

ANNEE = Choix(LUNDI, LUNDI, JEUDI, coordonnees=True)


def rangees(fichier) -> list[list[str]]:
    texte = fichier.flux.read().decode("utf-8-sig")
    fichier.flux.close()
    return list(csv.reader(io.StringIO(texte, newline=""), delimiter=";"))


def exports() -> list[Evenement]:
    return list(Evenement.select().where(Evenement.acte == listes.EXPORTEE))


def test_what_a_family_typed_is_text_in_the_file_and_telephones_are_read(monde):
    Enfant.update(nom="=HYPERLINK(1)").where(Enfant.id == monde.lea.id).execute()
    Responsable.update(telephone="+33 6 39 98 12 40").where(Responsable.prenom == "Claire").execute()
    lues = rangees(listes.exporter(monde.sophie, c.INSCRIPTIONS, ANNEE, "csv"))
    assert lues[0][:3] == ["Lieu", "Activité", "Nom"]
    lea = next(rangee for rangee in lues if rangee[3] == "Léa")
    assert lea[2] == "'=HYPERLINK(1)" and "00 33 6 39 98 12 40" in lea
    (ligne,) = exports()
    assert (ligne.objet, ligne.objet_id, ligne.auteur_id) == ("compte", monde.sophie.id, monde.sophie.id)
    assert ligne.detail == ("Inscriptions, du 7 au 10 décembre 2026, tous les lieux : 14 lignes, en CSV")


def test_the_file_of_a_day_has_health_only_when_it_is_asked_for(monde, soigner):
    monde.poser(monde.lea, monde.seance(monde.cantine, LUNDI), w.RESERVE)
    soigner(monde.lea, regime="sans_viande", allergies="Arachide")
    sans = rangees(listes.exporter(monde.animateur, c.JOUR, ANNEE, "csv"))
    assert sans[0][-1] == "État" and not Evenement.select().where(Evenement.acte == listes.SANTE_EXPORTEE)
    fichier = listes.exporter(monde.animateur, c.JOUR, ANNEE, "xlsx", avec_la_sante=True)
    feuille = CalamineWorkbook.from_filelike(io.BytesIO(fichier.flux.read())).get_sheet_by_index(0)
    fichier.flux.close()
    lues = feuille.to_python()
    assert lues[0][-2:] == ["Régime", "Alertes"] and lues[1][-2:] == ["Sans viande", "allergie"]
    (dite,) = Evenement.select().where(Evenement.acte == listes.SANTE_EXPORTEE)
    assert dite.famille_id == monde.moreau.id


@pytest.mark.parametrize("code", [code for code in c.LISTES if code != c.REPAS])
def test_a_list_too_long_for_a_file_is_refused_and_nothing_is_journalled(monde, monkeypatch, code):
    monkeypatch.setattr(tableaux, "RANGEES_MAX", {"csv": 1, "xlsx": 0})
    for enfant in (monde.lea, monde.tomas):
        monde.poser(enfant, monde.seance(monde.matin, LUNDI), w.RESERVE)
        monde.poser(enfant, monde.seance(monde.soir, LUNDI), w.LISTE_ATTENTE)
    with pytest.raises(Refus, match="trop longue"):
        listes.exporter(monde.sophie, code, ANNEE, "csv")
    with pytest.raises(Refus, match="ou emportez-la en CSV"):
        listes.exporter(monde.sophie, code, ANNEE, "xlsx")
    assert exports() == []


# ——— the address: the same on both engines ———


@pytest.mark.parametrize("url_de_base", ["sqlite"], indirect=True)
def test_the_file_comes_as_a_file_that_nobody_keeps(monde, connexion):
    client = connexion(monde.sophie)
    reponse = poster(client, "/agents/listes/dossiers/fichier", {"genre": "csv"})
    assert reponse.status_code == 200 and reponse.mimetype == "text/csv"
    assert reponse.headers["Content-Disposition"] == "attachment; filename=dossiers-incomplets-2026-12-01.csv"
    assert reponse.headers["Cache-Control"] == "no-store"
    assert "sandbox" in reponse.headers["Content-Security-Policy"]
    assert len(reponse.data.splitlines()) == 5
    refuse = poster(client, "/agents/listes/dossiers/fichier", {"genre": "exe"})
    assert refuse.status_code == 422
    assert "Choisissez un fichier" in mots(lire(refuse.text).select_one("[role=alert]"))
    assert client.get("/agents/listes/dossiers/fichier").status_code == 405
    assert len(exports()) == 1
