"""The demande that is open beside the queue: its lines, where accepting leads, the family's history."""

import datetime as dt

import workflows as w
from portail import clock
from portail.domain import lecture_demande, moderation
from tests.actes import abonner, absenter, demander, places
from tests.html import lire, mots
from tests.htmx import Page
from tests.monde import JEUDI, LUNDI


def ouvrir(connexion, monde, url="/agents", attendu=200) -> Page:
    """The page, as Sophie sees it."""
    return Page(connexion(monde.sophie), url, attendu)


def test_the_open_demande_shows_each_line_and_where_accepting_leads(monde, connexion):
    pleine = places(monde.seance(monde.cantine, JEUDI), 1)
    monde.poser(monde.tomas, pleine, w.RESERVE)
    demande = demander(monde, (monde.lea, monde.seance(monde.cantine, LUNDI)), (monde.lea, pleine))

    page = ouvrir(connexion, monde, f"/agents/demandes/{demande.id}")

    assert page.texte(".demande h2") == "Réservation pour Léa Moreau"
    assert [mots(cellule) for cellule in page.tous(".passage")] == [
        "Non réservé devient Réservé",
        "Non réservé devient Liste d’attente",
    ]
    assert [mots(cellule) for cellule in page.tous(".places")] == [
        "0 sur 60 60 restantes sur 60",
        "1 sur 1 complet",
    ]
    texte = page.texte(".demande")
    assert f"Demande n o {demande.numero}, déposée mardi 1er décembre à 10 h par Claire Moreau" in texte
    assert "À traiter avant le jeudi 3 décembre à 12 h." in texte
    assert page.texte(".reponse .toutes") == "Accepter les 2 lignes"


def test_of_two_siblings_for_the_last_place_the_second_one_would_wait(monde):
    seance = places(monde.seance(monde.cantine, LUNDI), 1)
    demande = demander(monde, (monde.lea, seance), (monde.noe, seance))
    vue = lecture_demande.lire(demande.id, monde.sophie)
    assert [ligne.vers.code for ligne in vue.lignes] == [w.RESERVE, w.LISTE_ATTENTE]
    moderation.accepter(monde.sophie, demande.id)
    assert [monde.statut(enfant, seance) for enfant in (monde.lea, monde.noe)] == [w.RESERVE, w.LISTE_ATTENTE]


def test_an_absence_says_who_waits_for_the_place(monde):
    seance = places(monde.seance(monde.cantine, LUNDI), 1)
    demande = absenter(monde, (monde.lea, seance))
    monde.poser(monde.tomas, seance, w.LISTE_ATTENTE)
    (ligne,) = lecture_demande.lire(demande.id, monde.sophie).lignes
    assert (ligne.de.code, ligne.vers.code) == (w.RESERVE, w.ABSENT)
    assert ligne.places_en_mots == "complet, 1 en liste d’attente"


def test_a_seance_that_has_begun_can_only_be_refused(monde, connexion):
    demande = demander(
        monde,
        (monde.lea, monde.seance(monde.cantine, LUNDI)),
        (monde.lea, monde.seance(monde.cantine, JEUDI)),
    )
    entre = clock.instant(LUNDI + dt.timedelta(1), dt.time(8))
    with clock.figer(entre):
        vue = lecture_demande.lire(demande.id, monde.sophie)
        assert vue.proposees == {vue.lignes[1].id}
        assert vue.actes >= {w.ACCEPTER, w.REFUSER}
        page = ouvrir(connexion, monde, f"/agents/demandes/{demande.id}")
        assert "séance passée" in mots(page.tous(".passage")[0])
        assert page.texte(".demande .retard").startswith("En retard : à traiter avant le jeudi 3 décembre")
    with clock.figer(clock.instant(JEUDI, dt.time(23))):
        assert lecture_demande.lire(demande.id, monde.sophie).actes == {w.REFUSER}
        page = ouvrir(connexion, monde, f"/agents/demandes/{demande.id}")
        assert [mots(bouton) for bouton in page.tous(".reponse .bouton")] == ["Refuser"]


def test_an_answered_demande_says_who_when_and_why_and_has_no_button(monde, connexion):
    demande = demander(monde, (monde.lea, monde.seance(monde.cantine, LUNDI)))
    moderation.refuser(monde.marc, demande.id, "Pièce manquante au dossier")

    page = ouvrir(connexion, monde, f"/agents/demandes/{demande.id}")

    assert "Refusée par Marc Tessier, mardi 1er décembre à 10 h." in page.texte(".demande")
    assert "Pièce manquante au dossier" in page.texte(".passage")
    assert not page.tous(".reponse button, .ouverture button")


def test_the_history_tells_what_the_family_asked_before_for_this_activity_and_what_came_of_it(monde):
    ailleurs = demander(monde, (monde.noe, monde.seance(monde.soir, LUNDI)))
    ancienne = demander(
        monde,
        (monde.lea, monde.seance(monde.cantine, LUNDI)),
        (monde.noe, monde.seance(monde.cantine, JEUDI)),
    )
    moderation.accepter(monde.marc, ancienne.id)
    demande = absenter(monde, (monde.lea, monde.seance(monde.cantine, LUNDI)))

    faits = lecture_demande.lire(demande.id, monde.sophie).historique

    assert [fait.phrase for fait in faits] == [
        "Claire Moreau demande 2 réservations, 7 – 10 déc. : acceptée par Marc Tessier"
    ]
    assert lecture_demande.lire(ailleurs.id, monde.sophie).historique == []


def test_about_the_own_family_there_is_no_button(monde, connexion):
    demande = demander(monde, (monde.lea, monde.seance(monde.cantine, LUNDI)))
    soi = abonner(monde.moreau, "agent-et-parent@example.org", role="agent")
    vue = lecture_demande.lire(demande.id, soi)
    assert (vue.a_moi, vue.actes) == (True, frozenset())
    assert not lecture_demande.lire(demande.id, monde.sophie).a_moi


def test_the_address_may_name_the_open_demande_and_an_unknown_one_is_a_404(monde, connexion):
    demander(monde, (monde.lea, monde.seance(monde.cantine, LUNDI)))
    seconde = demander(monde, (monde.noe, monde.seance(monde.cantine, LUNDI)))
    client = connexion(monde.sophie)
    assert Page(client, f"/agents?demande={seconde.id}").un("li.choisie")["id"] == f"d-{seconde.id}"
    for adresse in ("/agents?demande=999999", "/agents/demandes/999999", "/agents/demandes/abc"):
        reponse = client.get(adresse)
        assert reponse.status_code == 404
        assert lire(reponse.text).h1
    assert client.get("/agents/demandes/99999999999999999999").status_code == 404
