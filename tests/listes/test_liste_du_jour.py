"""The list of the day: who is expected, and by an act alone what is sealed of it."""

import datetime as dt

import pytest
from playhouse.test_utils import assert_query_count

import workflows as w
from models import Abonnement, Affectation, Enfant, Evenement, Famille, normaliser
from portail import clock
from portail.domain import choix_de_liste as c
from portail.domain import journal, listes, perimetre
from portail.domain.choix_de_liste import Choix
from portail.domain.perimetre import LA_VILLE
from portail.domain.refus import DejaChange, Interdit, Introuvable, Refus
from tests.formulaires import poster
from tests.html import lire, mots
from tests.monde import LUNDI, MERCREDI


def choix(jour=LUNDI, **autres) -> Choix:
    return Choix(jour, jour, jour, **autres)


def noms(lecture) -> dict[str, list[str]]:
    """By séance, the first names."""
    return {s.titre: [rangee[1] for rangee in s.rangees] for s in lecture.tableau.sections}


@pytest.fixture
def attendus(monde):
    """Léa, Noé and Tomás eat on Monday; Inès waits for a place, Noé's morning is not answered."""
    for enfant in (monde.noe, monde.tomas, monde.lea):
        monde.poser(enfant, monde.seance(monde.cantine, LUNDI), w.RESERVE)
    monde.poser(monde.ines, monde.seance(monde.cantine, LUNDI), w.LISTE_ATTENTE)
    monde.poser(monde.noe, monde.seance(monde.matin, LUNDI), w.RESERVATION_ATTENTE)
    monde.poser(monde.lea, monde.seance(monde.centre, MERCREDI), w.RESERVE)


def test_it_holds_who_is_expected_seance_by_seance_in_the_order_of_names(monde, attendus):
    lue = listes.consulter(c.JOUR, choix(), LA_VILLE)
    assert noms(lue) == {"Cantine": ["Tomás", "Léa", "Noé"]}
    assert lue.tableau.sections[0].precision == (
        "Groupe scolaire Jean-Zay, 11 h 30 – 13 h 30 : 3 enfants attendus"
    )
    assert lue.tableau.sections[0].rangees[0] == (
        "Da Silva", "Tomás", "", "Groupe scolaire Jean-Zay", 7, "Réservé",
    )  # fmt: skip
    tous = listes.consulter(c.JOUR, choix(montrer=c.TOUS), LA_VILLE)
    assert noms(tous) == {"Accueil du matin": ["Noé"], "Cantine": ["Tomás", "Inès", "Léa", "Noé"]}
    assert tous.tableau.sections[1].precision.endswith("3 enfants attendus")
    assert noms(listes.consulter(c.JOUR, choix(activite=monde.matin.id), LA_VILLE)) == {}


def test_it_reads_three_queries_whatever_the_children(monde, attendus):
    for rang in range(30):
        enfant = Enfant.create(
            famille=monde.moreau,
            prenom=f"Enfant {rang}",
            nom="É",
            naissance=dt.date(2019, 1, 1),
            recherche="e",
        )
        monde.poser(enfant, monde.seance(monde.cantine, LUNDI), w.RESERVE)
    with assert_query_count(3):
        lue = listes.consulter(c.JOUR, choix(), LA_VILLE)
    assert lue.tableau.combien == 33


def test_a_long_list_is_cut_on_the_screen_and_says_so(monde, attendus, monkeypatch):
    monkeypatch.setattr(listes, "A_L_ECRAN", 2)
    lue = listes.consulter(c.JOUR, choix(), LA_VILLE)
    assert (lue.tableau.combien, lue.tableau.coupee) == (2, True)


# ——— health ———


def test_opening_it_shows_diets_and_alerts_never_their_texts_and_each_family_is_told(
    monde, attendus, soigner
):
    soigner(monde.lea, regime="sans_porc", allergies="Arachide", medecin="Docteur Petit")
    soigner(monde.noe, pai_debut="2026-09-01", pai_fin="2027-07-01", pai_consignes="Stylo")
    soigner(monde.tomas, pai_debut="2025-09-01", pai_fin="2026-07-01")
    lue = listes.ouvrir(monde.animateur, c.JOUR, choix())
    assert {r[1]: r[-2:] for r in lue.tableau.sections[0].rangees} == {
        "Léa": ("Sans porc", "allergie"),
        "Noé": ("", "PAI"),
        "Tomás": ("", ""),
    }
    assert "Arachide" not in str(lue) and "Stylo" not in str(lue)
    lignes = Evenement.select().where(Evenement.acte == listes.SANTE_AFFICHEE)
    assert {(e.objet, e.famille_id, e.auteur_id) for e in lignes} == {
        ("famille", monde.moreau.id, monde.animateur.id),
        ("famille", monde.dasilva.id, monde.animateur.id),
    }
    (ligne,) = Evenement.select().where(Evenement.acte == listes.OUVERTE)
    assert ligne.detail == "Liste du jour, lundi 7 décembre 2026, tous les lieux : 3 lignes"
    (fait,) = journal.lire(monde.claire).faits[:1]
    assert fait.phrase == "Le régime alimentaire et les alertes de santé ont été affichés sur une liste."
    assert fait.par == "Yann Le Goff, accueil périscolaire"


def test_of_the_agents_own_family_another_one_reads_it(monde, attendus, soigner):
    soigner(monde.tomas, regime="sans_viande")
    soigner(monde.lea, regime="sans_porc")
    Abonnement.create(compte=monde.marc, famille=monde.dasilva, statut=w.RESILIE, cree_le=clock.maintenant())
    lue = listes.ouvrir(monde.marc, c.JOUR, choix())
    assert {r[1]: r[-2] for r in lue.tableau.sections[0].rangees} == {
        "Tomás": "voir avec un collègue", "Léa": "Sans porc", "Noé": "",
    }  # fmt: skip
    familles = Evenement.select(Evenement.famille).where(Evenement.acte == listes.SANTE_AFFICHEE).tuples()
    assert list(familles) == [(monde.moreau.id,)]


def test_the_list_of_many_families_is_opened_by_ten_statements(monde, soigner):
    seance = monde.seance(monde.cantine, LUNDI)
    type(seance).update(places=600).execute()
    familles = []
    for rang in range(120):
        famille = Famille.create(
            nom=f"F{rang}", code_abonne=f"9{rang}", recherche="f", cree_le=clock.maintenant()
        )
        enfant = Enfant.create(
            famille=famille, prenom="A", nom=f"F{rang}", naissance=dt.date(2019, 1, 1),
            recherche=normaliser(f"a f{rang}"),
        )  # fmt: skip
        soigner(enfant, regime="sans_porc")
        monde.poser(enfant, seance, w.RESERVE)
        familles.append(famille.id)
    with assert_query_count(10):
        lue = listes.ouvrir(monde.sophie, c.JOUR, choix())
    assert lue.tableau.combien == 120 and set(lue.familles) == set(familles)


def test_a_list_that_holds_nothing_sealed_is_not_opened(monde):
    with pytest.raises(Refus, match="ne contient pas de données sanitaires"):
        listes.ouvrir(monde.sophie, c.ATTENTE, choix())
    assert not Evenement.select().where(Evenement.acte == listes.OUVERTE).exists()


# ——— who ———


def test_limited_to_a_place_one_reads_and_opens_that_place_alone(monde, attendus, ailleurs):
    sien = perimetre.du_compte(monde.marc)
    assert noms(listes.consulter(c.JOUR, choix(), sien)) == {}
    assert noms(listes.consulter(c.JOUR, choix(MERCREDI), sien)) == {"Centre de loisirs": ["Léa"]}
    for voulu in ({"lieu": monde.cantine.lieu_id}, {"activite": monde.cantine.id}, {"lieu": 999_999}):
        with pytest.raises(Introuvable):
            listes.consulter(c.JOUR, choix(**voulu), sien)
        with pytest.raises(Introuvable):
            listes.ouvrir(monde.animateur, c.JOUR, choix(**voulu))
        with pytest.raises(Introuvable):
            listes.exporter(monde.animateur, c.JOUR, choix(**voulu), "csv")
    assert listes.ouvrir(monde.animateur, c.JOUR, choix()).tableau.combien == 0
    assert not Evenement.select().where(Evenement.acte == listes.SANTE_AFFICHEE).exists()


def test_whoever_loses_a_place_meanwhile_reads_nothing_of_it(monde, attendus, ailleurs, monkeypatch):
    """The rows are read before the act: what changed since is seen in its transaction."""
    lire_le_jour = listes.lecture.lire_le_jour

    def puis_perdre(*args):
        lues = lire_le_jour(*args)
        Affectation.delete().where(Affectation.compte == monde.marc).execute()
        return lues

    monkeypatch.setattr(listes.lecture, "lire_le_jour", puis_perdre)
    with pytest.raises(DejaChange):
        listes.ouvrir(monde.marc, c.JOUR, choix(MERCREDI))
    assert not Evenement.select().where(Evenement.acte == listes.SANTE_AFFICHEE).exists()


def test_a_family_is_refused_by_the_act_itself(monde, attendus):
    for acte in (
        lambda: listes.ouvrir(monde.claire, c.JOUR, choix()),
        lambda: listes.exporter(monde.animateur, c.INSCRIPTIONS, choix(), "csv"),
    ):
        with pytest.raises(Interdit):
            acte()
    assert not Evenement.select().where(Evenement.acte.in_((listes.OUVERTE, listes.EXPORTEE))).exists()


def test_an_animateur_has_the_list_of_the_day_and_no_other(monde, connexion):
    client = connexion(monde.animateur)
    page = lire(client.get("/agents/listes").text)
    assert [mots(h) for h in page.select("main h2")] == ["Liste du jour"]
    assert client.get("/agents/listes/jour").status_code == 200
    for autre in ("repas", "attente", "inscriptions", "sans-reservation", "dossiers"):
        assert client.get(f"/agents/listes/{autre}").status_code == 403
        assert poster(client, f"/agents/listes/{autre}/fichier", {"genre": "csv"}).status_code == 403


# ——— the screen: what is drawn is the same on both engines ———

UN_MOTEUR = pytest.mark.parametrize("url_de_base", ["sqlite"], indirect=True)


@UN_MOTEUR
def test_the_page_shows_no_health_until_it_is_asked_and_then_carries_it_away(
    monde, connexion, attendus, soigner
):
    soigner(monde.lea, regime="sans_porc")
    client = connexion(monde.sophie)
    adresse = f"/agents/listes/jour?jour={LUNDI}"
    fermee = client.get(adresse)
    assert "Sans porc" not in fermee.text and "Régime" not in fermee.text
    formulaire = lire(fermee.text).find("form", action="/agents/listes/jour/sante")
    champs = {i["name"]: i["value"] for i in formulaire.find_all("input") if i["name"] != "csrf_token"}
    assert champs == {"jour": str(LUNDI), "montrer": "attendus"}
    ouverte = poster(client, "/agents/listes/jour/sante", champs)
    assert ouverte.status_code == 200 and ouverte.headers["Cache-Control"] == "no-store"
    page = lire(ouverte.text)
    assert "Sans porc" in mots(page.find("table"))
    assert page.find("form", action="/agents/listes/jour/fichier").find("input", {"name": "sante"})
    assert "Imprimé le mardi 1er décembre 2026 à 10 h par Sophie Garnier" in mots(page.main)
    assert client.get("/agents/listes/jour/sante").status_code == 405, "never by reading an address"


@UN_MOTEUR
def test_what_the_address_cannot_mean_is_said_and_left_out(monde, connexion, attendus):
    client = connexion(monde.sophie)
    for requete in ("jour=2026-02-30", "lieu=x", "montrer=tout", f"jour={LUNDI}&jour=2026-12-08"):
        reponse = client.get(f"/agents/listes/jour?{requete}")
        assert reponse.status_code == 422 and lire(reponse.text).select_one("[role=alert]"), requete
    assert client.get("/agents/listes/jour?lieu=999999").status_code == 404
    page = lire(client.get("/agents/listes/jour?jour=2026-12-12").text)
    assert "Aucun enfant n’est attendu ce jour-là." in mots(page.select_one(".vide"))
    refusee = poster(client, "/agents/listes/jour/fichier", {"jour": "x", "genre": "csv"})
    assert refusee.status_code == 422
    assert not Evenement.select().where(Evenement.acte == listes.EXPORTEE).exists()
