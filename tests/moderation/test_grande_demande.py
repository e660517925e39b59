"""A demande of a school year before an agent: one row, a recap, its lines on demand, one act for them all."""

import datetime as dt

import pytest
from playhouse.test_utils import count_queries

import workflows as w
from models import Calendrier, Demande, Ligne, Preinscription, Reservation, Seance
from portail.domain import lecture_demande, lecture_moderation, moderation
from portail.domain.lecture_moderation import Filtres
from portail.domain.parties_de_rangees import lire_les_parties
from tests.actes import demander, places, prises, statut
from tests.formulaires import poster
from tests.html import mots
from tests.htmx import Page, assert_comme_rechargee
from tests.invariants import fautes
from tests.moderation.annee import ouvrir, tout_demander
from tests.monde import LUNDI


@pytest.fixture
def grande(monde):
    """Léa, Noé and Inès, at the canteen and in the evening, ten weeks: 240 créneaux."""
    seances = [*ouvrir(monde.cantine, 10), *ouvrir(monde.soir, 10)]
    return tout_demander(monde, [monde.lea, monde.noe, monde.ines], seances)


def page_de(connexion, monde, demande, suite="") -> Page:
    return Page(connexion(monde.sophie), f"/agents/demandes/{demande.id}{suite}")


# ——— the queue ———


def test_it_is_one_line_in_the_queue(monde, grande):
    places(Seance.select().where(Seance.activite == monde.soir, Seance.jour > LUNDI).get(), 0)
    (rangee,) = lecture_moderation.file(Filtres()).rangees
    assert rangee.personnes == ["Léa, 8 ans", "Noé, 6 ans", "Inès, 4 ans"]
    assert rangee.sujet == "Réservation : Cantine et Accueil du soir, 240 créneaux, 4 janv. – 12 mars"


def test_the_row_tells_how_many_are_full_and_reads_a_few_rows_however_many_lines_there_are(monde, grande):
    pleine = Seance.select().where(Seance.activite == monde.soir, Seance.jour == dt.date(2027, 1, 4)).get()
    places(pleine, 0)
    with count_queries() as compteur:
        parties = lire_les_parties([grande.id])
    assert (compteur.count, len(parties)) == (1, 6)
    assert sum(p.creneaux for p in parties) == 240
    assert lecture_moderation.file(Filtres()).rangees[0].reste == "3 créneaux complets"


# ——— open ———


def test_it_opens_on_a_recap_by_child_activity_and_month_and_no_line_is_drawn(monde, grande, connexion):
    cantine = (
        Seance.select().where(Seance.activite == monde.cantine, Seance.jour == dt.date(2027, 2, 4)).get()
    )
    places(cantine, 2)

    page = page_de(connexion, monde, grande)

    assert "240 créneaux : 239 ont des places, 1 complet." in page.texte(".bilan")
    assert [mots(th.b) for th in page.tous(".par-mois .volet th")] == [
        f"{prenom}, {activite}"
        for prenom in ("Léa", "Noé", "Inès")
        for activite in ("Cantine", "Accueil du soir")
    ]
    fevrier = next(r for r in page.tous(".par-mois tr") if "Choisir Inès, Cantine, février 2027" in str(r))
    assert [mots(case) for case in fevrier.select("th, td")][:3] == [
        "Février 2027",
        "16 créneaux : Inès, Cantine, février 2027",
        "15 Réservé 1 Liste d’attente",
    ]
    assert not page.tous("input[name=ligne]")
    assert len(page.tous("input[name=groupe]")) == 18
    assert len(str(page.un(".demande"))) < 60_000


def test_the_lines_of_a_month_of_an_activity_or_all_of_them_are_shown_on_demand(monde, grande, connexion):
    page = page_de(connexion, monde, grande)

    mois = page.suivre(page.tous(".par-mois td a")[0])
    assert len(mois.tous("input[name=ligne]")) == 16
    assert mois.texte(".detail-voulu") == "Créneau par créneau : Léa, Cantine, janvier 2027"
    assert len(mois.tous("input[name=groupe]")) == 17, "that month is answered line by line"
    activite = page.suivre(page.tous(".par-mois .volet a")[1])
    assert (len(activite.tous("input[name=ligne]")), activite.texte(".detail-voulu")) == (
        40,
        "Créneau par créneau : Léa, Accueil du soir",
    )
    toutes = page.suivre(".bilan a")
    assert (len(toutes.tous("input[name=ligne]")), len(toutes.tous("input[name=groupe]"))) == (240, 0)


def test_with_htmx_the_lines_come_in_place_and_the_page_is_the_same_when_loaded_afresh(
    monde, grande, connexion
):
    page = page_de(connexion, monde, grande)
    page.cliquer(page.tous(".par-mois td a")[2])
    assert len(page.tous("input[name=ligne]")) == 8
    assert_comme_rechargee(page)


@pytest.mark.parametrize(
    "voulues", ["zzz", "1-2-3", "9999-9999", "toutes-", "1-1-9999-99", "é" * 5000, "%00x"]
)
def test_what_the_address_asks_for_and_is_not_there_shows_the_recap_alone(monde, grande, connexion, voulues):
    reponse = connexion(monde.sophie).get(f"/agents/demandes/{grande.id}", query_string={"lignes": voulues})
    assert reponse.status_code == 200
    assert 'name="ligne"' not in reponse.text
    assert 'class="tableau se-plie par-mois"' in reponse.text


def test_a_small_demande_is_shown_line_by_line_whatever_the_address_says(monde, connexion):
    demande = demander(monde, (monde.lea, monde.seance(monde.cantine, LUNDI)))
    page = page_de(connexion, monde, demande, "?lignes=toutes")
    assert len(page.tous(".passage")) == 1
    assert not page.tous(".par-mois")


# ——— answered ———


def test_the_whole_is_accepted_by_one_act(monde, grande, connexion):
    page = page_de(connexion, monde, grande)
    assert [mots(e) for e in page.tous(".reponse .toutes")] == ["Accepter les 240 lignes", "les 240 lignes"]

    suite = page.suivre(page.tous(".reponse .bouton")[0])

    assert statut(grande) == w.ACCEPTEE
    assert Reservation.select().where(Reservation.statut == w.RESERVE).count() == 240
    assert "Demande acceptée : réservation pour Léa, Noé et Inès Moreau" in suite.texte("#bandeau")
    assert fautes() == []
    reponses = page_de(connexion, monde, grande).tous(".par-mois [data-titre=Réponse]")
    assert mots(reponses[0]) == "16 Acceptée"


def test_a_part_is_answered_by_its_months_and_by_its_lines(monde, grande, connexion):
    client = connexion(monde.sophie)
    vue = lecture_demande.lire(grande.id, monde.sophie)
    janvier = vue.volets[0].groupes[0]
    mars = vue.volets[0].groupes[2]
    une = mars.lignes[0].id
    corps = {"groupe": janvier.cle, "ligne": str(une)}

    assert poster(client, f"/agents/demandes/{grande.id}/acceptation", corps).status_code == 303
    acceptees = {li.id for li in Ligne.select().where(Ligne.statut == w.ACCEPTEE)}
    assert acceptees == {ligne.id for ligne in janvier.lignes} | {une}
    refus = {"groupe": mars.cle, "motif": "Activité complète"}
    assert poster(client, f"/agents/demandes/{grande.id}/refus", refus).status_code == 303
    refusees = {li.id for li in Ligne.select().where(Ligne.statut == w.REFUSEE)}
    assert refusees == {ligne.id for ligne in mars.lignes} - {une}
    assert Demande.get_by_id(grande.id).statut == w.EN_ATTENTE


def test_months_that_somebody_else_has_answered_meanwhile_are_a_409(monde, grande, connexion):
    client = connexion(monde.sophie)
    groupe = lecture_demande.lire(grande.id, monde.sophie).volets[0].groupes[0]
    moderation.accepter(monde.marc, grande.id, [ligne.id for ligne in groupe.lignes])
    reponse = poster(client, f"/agents/demandes/{grande.id}/acceptation", {"groupe": groupe.cle})
    assert reponse.status_code == 409
    assert "Marc Tessier a accepté cette ligne" in reponse.text


def test_nothing_ticked_or_what_is_not_there_is_a_422_and_what_was_ticked_stays_so(monde, grande, connexion):
    client = connexion(monde.sophie)
    for corps in ({}, {"groupe": "zzz"}, {"groupe": "999-999-2027-01"}):
        reponse = poster(client, f"/agents/demandes/{grande.id}/acceptation", corps)
        assert reponse.status_code == 422
        assert "Choisissez au moins une ligne" in reponse.text
    groupe = lecture_demande.lire(grande.id, monde.sophie).volets[1].groupes[0]
    sans_motif = poster(client, f"/agents/demandes/{grande.id}/refus", {"groupe": groupe.cle})
    assert sans_motif.status_code == 422
    assert sans_motif.text.count(" checked") == 1
    assert statut(grande) == w.EN_ATTENTE


def test_what_can_only_be_refused_is_told_is_left_out_of_a_yes_and_remains(monde, grande, connexion):
    jour = dt.date(2027, 1, 7)
    Calendrier.create(genre="fermeture", nom="Grève", debut=jour, fin=jour)
    Preinscription.update(fin=dt.date(2027, 2, 28)).where(
        Preinscription.enfant == monde.noe, Preinscription.activite == monde.soir
    ).execute()
    page = page_de(connexion, monde, grande)
    assert "1 impossible : grève" in page.texte(".par-mois")
    assert "8 impossibles : non inscrit ce jour-là" in page.texte(".par-mois")

    suite = page.suivre(page.tous(".reponse .bouton")[0])

    assert "il reste 14 lignes à traiter" in suite.texte("#bandeau")
    assert Ligne.select().where(Ligne.statut == w.ACCEPTEE).count() == 226
    reste = lecture_demande.lire(grande.id, monde.sophie)
    assert reste.actes == {w.REFUSER}


def test_the_statements_of_an_answer_do_not_grow_with_its_lines(monde):
    """But for the inserts, five hundred rows at a time."""
    mesures = []
    for semaines, enfants in ((2, [monde.lea, monde.noe]), (14, [monde.lea, monde.noe, monde.ines])):
        seances = [*ouvrir(monde.cantine, semaines), *ouvrir(monde.soir, semaines)]
        demande = tout_demander(monde, enfants, seances)
        with count_queries() as compteur:
            vue = lecture_demande.lire(demande.id, monde.sophie)
        with count_queries() as acte:
            moderation.accepter(monde.sophie, demande.id)
        mesures.append((len(vue.lignes), compteur.count, acte.count))
        assert statut(demande) == w.ACCEPTEE
        Ligne.delete().execute()
        Reservation.delete().execute()
        Seance.delete().where(Seance.jour > dt.date(2026, 12, 31)).execute()
    (peu, lu, repondu), (beaucoup, lu_tout, repondu_a_tout) = mesures
    assert (peu, beaucoup) == (32, 336)
    assert lu == lu_tout <= 8
    assert repondu_a_tout <= repondu


def test_the_places_of_a_month_are_those_that_the_act_gives(monde, connexion):
    """More children than places: the last ones wait, as the recap says."""
    seances = ouvrir(monde.soir, 4, places=2)
    demande = tout_demander(monde, [monde.lea, monde.noe, monde.ines], seances)
    avant = lecture_demande.lire(demande.id, monde.sophie)
    assert avant.combien == "48 créneaux : 32 ont des places, 16 complets"
    moderation.accepter(monde.sophie, demande.id)
    assert {prises(seance) for seance in seances} == {2}
    assert Reservation.select().where(Reservation.statut == w.LISTE_ATTENTE).count() == 16
