"""The agents' queue knows contestations as it knows the other demandes: its line, its filters, its page."""

import datetime as dt

import pytest

import workflows as w
from models import Affectation, Contestation, Presence
from portail.domain import avoirs, chiffres, lecture_demande, lecture_moderation, moderation
from portail.domain.choix_de_liste import Choix
from portail.domain.filtres_moderation import PAR_ACTIVITE, PAR_FAMILLE, TRAITEES, Filtres
from portail.domain.perimetre import LA_VILLE, du_compte
from portail.domain.refus import Introuvable
from tests.actes import demander, lignes, statut
from tests.formulaires import poster
from tests.html import lire, mots
from tests.htmx import Page
from tests.monde import HIER, LUNDI, MAINTENANT

MOTIF = "Le prix est celui de la délibération"


def sujets(**filtres) -> list[str]:
    rangees = lecture_moderation.file(Filtres(**filtres)).rangees
    return [rangee.sujet.replace("\N{NO-BREAK SPACE}", " ") for rangee in rangees]


def test_its_row_says_what_is_contested_and_how_much(monde, contester):
    contester(0)
    contester(1, 2)
    assert sujets() == [
        "Contestation : Cantine, lun. 30 nov., 3,45 €",
        "Contestation : Accueil du soir et Cantine, 2 lignes, lun. 30 nov., 3,96 €",
    ]
    (une, _) = lecture_moderation.file(Filtres()).rangees
    assert (une.famille, une.personnes, une.reste, une.a_traiter_avant) == (
        "Moreau",
        ["Léa, 8 ans"],
        "",
        None,
    )


def test_it_is_counted_and_found_by_nature_activity_and_name(monde, contester):
    contester(0)
    contester(2)
    demander(monde, (monde.lea, monde.seance(monde.cantine, LUNDI)))
    file = lecture_moderation.file(Filtres())
    (natures,) = [f for f in file.compte.facettes if f.nom == "Nature"]
    assert {c.nom: c.combien for c in natures.choix} == {"Réservation": 1, "Contestation": 2}
    assert len(sujets(nature=w.NATURE_CONTESTATION)) == 2
    assert len(sujets(nature=w.NATURE_CONTESTATION, activite=monde.soir.id)) == 1
    assert len(sujets(nature=w.NATURE_CONTESTATION, q="léa")) == 2
    assert len(sujets(nature=w.NATURE_CONTESTATION, q="noé")) == 0
    assert len(sujets(nature=w.NATURE_CONTESTATION, q="moreau")) == 2


def test_contestations_are_put_together(monde, contester):
    contester(0)
    contester(1)
    for par, titre in ((PAR_ACTIVITE, "Contestations de factures"), (PAR_FAMILLE, "Famille Moreau")):
        (lot,) = lecture_moderation.file(Filtres(par=par)).lots
        assert (lot.titre, len(lot.rangees)) == (titre, 2)


def test_answered_it_is_under_the_other_tab(monde, contester):
    moderation.accepter(monde.sophie, contester().id)
    assert sujets() == []
    assert sujets(etat=TRAITEES) == ["Contestation : Cantine, lun. 30 nov., 3,45 €"]


def test_who_is_limited_to_places_has_none(monde, contester):
    demande = contester()
    Affectation.create(compte=monde.sophie, lieu=monde.cantine.lieu)
    vu = du_compte(monde.sophie)
    assert lecture_moderation.file(Filtres(), vu).comptes["a-traiter"] == 0
    with pytest.raises(Introuvable):
        lecture_demande.lire(demande.id, monde.sophie)


def test_the_figures_count_it(monde, contester):
    moderation.refuser(monde.sophie, contester().id, MOTIF)
    contester()
    for activite, combien in ((0, 2), (monde.cantine.id, 2), (monde.soir.id, 0)):
        choix = Choix(LUNDI, HIER, LUNDI, activite=activite)
        figures = {f.code: f for f in chiffres.compter(choix, LA_VILLE).figures}
        (section,) = figures["demandes"].tableau.sections
        rang = 1 + list(w.NATURES).index(w.NATURE_CONTESTATION)
        assert sum(rangee[rang] for rangee in section.rangees) == combien


# ——— the open demande ———


def pointer(monde, etat: str) -> None:
    Presence.create(
        seance=monde.seance(monde.cantine, HIER),
        enfant=monde.lea,
        etat=etat,
        pointe_le=MAINTENANT - dt.timedelta(days=1),
        pointe_par=monde.animateur,
    )


def test_it_is_read_with_the_price_the_roll_call_the_booking_and_similar_lines(monde, contester):
    demande = contester(0)
    monde.poser(monde.lea, monde.seance(monde.cantine, HIER), w.RESERVE)
    pointer(monde, "present")
    vue = lecture_demande.lire(demande.id, monde.sophie)
    (ligne,) = vue.lignes
    assert (ligne.montant, ligne.explication, ligne.reste, ligne.propose) == (
        345,
        "Tarif unique.",
        345,
        "3,45",
    )
    assert ligne.pointage == "Présent, pointé par Yann Le Goff le lundi 30 novembre à 10 h."
    assert [fait.phrase for fait in ligne.histoire] == ["Repris à l’ouverture du portail : réservé"]
    assert [s.montant for s in ligne.semblables] == []
    assert (vue.dit, vue.actes) == ("Léa n’était pas là.", {w.ACCEPTER, w.REFUSER})


def test_nobody_pointed_is_said(monde, contester):
    (ligne,) = lecture_demande.lire(contester(0).id, monde.sophie).lignes
    assert (ligne.pointage, list(ligne.histoire)) == ("Personne n’a pointé cet enfant ce jour-là.", [])


def test_the_page_shows_the_amount_before_the_button(monde, connexion, contester):
    demande = contester(0)
    page = Page(connexion(monde.sophie), f"/agents/demandes/{demande.id}")
    assert page.texte(".demande h2").startswith("Contestation de la facture n° 2026-")
    assert page.un("input[name=montant]")["value"] == "3,45"
    assert page.texte(".reponse .bouton:not(.refus)") == "Accepter et émettre l’avoir"
    assert "cela ne s’annule pas" in page.texte(".reponse")
    motifs = [mots(o) for o in page.tous(".reponse select option")]
    assert MOTIF in motifs and "Activité complète" not in motifs


def test_accepted_for_less_the_page_says_the_avoir(monde, connexion, contester):
    demande = contester(0)
    (ligne,) = lignes(demande)
    client = connexion(monde.sophie)
    reponse = poster(
        client,
        f"/agents/demandes/{demande.id}/acceptation",
        {"ligne": ligne.id, "contestee": ligne.id, "montant": "1,5"},
        follow_redirects=True,
    )
    dite = mots(lire(reponse.text).select_one(".bandeau"))
    avoir = Contestation.get().rendue.facture
    assert f"avoir n° {avoir.numero} de 1,50 €" in dite and "Annuler ma réponse" not in dite
    assert (statut(demande), avoir.total) == (w.ACCEPTEE, -150)
    page = Page(client, f"/agents/demandes/{demande.id}")
    assert f"Avoir 1,50 € , n o {avoir.numero}" in page.texte(".demande .fiche")


@pytest.mark.parametrize("tape", ["3,46", "0", "beaucoup", ""])
def test_a_wrong_amount_is_said_beside_its_field_and_kept(monde, connexion, contester, tape):
    demande = contester(0)
    (ligne,) = lignes(demande)
    reponse = poster(
        connexion(monde.sophie),
        f"/agents/demandes/{demande.id}/acceptation",
        {"ligne": ligne.id, "contestee": ligne.id, "montant": tape},
    )
    page = lire(reponse.text)
    assert (reponse.status_code, statut(demande)) == (422, w.EN_ATTENTE)
    assert "L’avoir va de 0,01 € à 3,45 €." in mots(page.select_one(f"#montant-{ligne.id}-message"))
    assert page.select_one(f"#montant-{ligne.id}")["value"] == tape
    assert not page.select_one(".reponse .message")


def test_of_a_line_taken_back_meanwhile_only_a_refusal_is_offered(
    monde, connexion, emise, facturees, contester
):
    demande = contester(0)
    avoirs.emettre(monde.marc, emise.id, {facturees[0].id: 345}, "Erreur")
    page = Page(connexion(monde.sophie), f"/agents/demandes/{demande.id}")
    assert not page.tous("input[name=montant]")
    assert "elle ne peut être que refusée" in page.texte(".demande .conflit")
    assert [mots(b) for b in page.tous(".reponse button:not([hidden])")] == ["Refuser"]


def test_the_history_tells_what_was_contested_before(monde, contester):
    moderation.refuser(monde.marc, contester(0).id, MOTIF)
    (fait,) = lecture_demande.lire(contester(1, 2).id, monde.sophie).historique
    dit = fait.phrase.replace("\N{NO-BREAK SPACE}", " ")
    assert dit.startswith("Claire Moreau conteste 1 ligne, 3,45 €, facture n° 2026-")
    assert dit.endswith(" : refusée par Marc Tessier")


def test_the_preview_of_a_selection_counts_avoirs_and_says_that_they_stand(monde, connexion, contester):
    ids = [contester(0).id, contester(1).id]
    autre = demander(monde, (monde.lea, monde.seance(monde.cantine, LUNDI)))
    client = connexion(monde.sophie)
    reponse = poster(client, "/agents/selection/apercu", {"demande": [*ids, autre.id], "acte": w.ACCEPTER})
    texte = mots(lire(reponse.text).main)
    assert "2 avoirs, 6,21 € en tout" in texte
    assert "Vous aurez une minute pour annuler, sauf les avoirs" in texte
    reponse = poster(client, "/agents/selection/apercu", {"demande": ids, "acte": w.ACCEPTER})
    texte = mots(lire(reponse.text).main)
    assert "Un avoir est numéroté et envoyé aussitôt : il ne s’annule pas." in texte
    assert "une minute" not in texte and "Aucune place" not in texte


def test_the_banner_of_a_selection_says_its_avoirs_and_takes_back_the_rest_only(monde, connexion, contester):
    ids = [contester(0).id, contester(1).id]
    autre = demander(monde, (monde.lea, monde.seance(monde.cantine, LUNDI)))
    client = connexion(monde.sophie)
    donnees = {"demande": [*ids, autre.id], "acte": w.ACCEPTER}
    reponse = poster(client, "/agents/selection", donnees, follow_redirects=True)
    dite = mots(lire(reponse.text).select_one(".bandeau"))
    assert dite.startswith("3 demandes acceptées. 2 avoirs émis.")
    assert "Annuler ma réponse" in dite


def test_notes_and_who_looks_after_it_are_as_of_any_demande(monde, connexion, contester):
    demande = contester(0)
    client = connexion(monde.sophie)
    for adresse, donnees in (
        ("prise-en-charge", {}),
        ("notes", {"note": "Vérifié avec l’école."}),
        ("liberation", {}),
    ):
        assert poster(client, f"/agents/demandes/{demande.id}/{adresse}", donnees).status_code == 303
    texte = Page(client, f"/agents/demandes/{demande.id}").texte(".demande")
    assert "Vérifié avec l’école." in texte and "Demander une pièce" not in texte
