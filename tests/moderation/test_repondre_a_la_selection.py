"""Answering a selection from the screen: several demandes at once, with one reason when they are refused."""

import pytest
from peewee import IntegrityError

import workflows as w
from models import Abonnement, Calendrier, Demande, Modification
from portail import clock
from portail.domain import apercu_du_lot, lot, moderation, planning
from tests import invariants
from tests.actes import demander, empreinte, lignes, lire_le_scelle, modifier, places, statut
from tests.formulaires import poster
from tests.html import mots
from tests.htmx import Page
from tests.monde import JEUDI, LUNDI

ACCEPTER, REFUSER = ".lot button[value=accepter]", ".lot button[value=refuser]"
CONFIRMER = ".confirmation button"
MOTIF = "Activité complète"


@pytest.fixture
def file(monde):
    lundi = monde.seance(monde.cantine, LUNDI)
    return [demander(monde, (enfant, lundi)) for enfant in (monde.lea, monde.noe, monde.ines)]


@pytest.fixture
def agent(monde, connexion):
    return connexion(monde.sophie)


def rangs(page: Page) -> list[int]:
    return [int(rang["id"].removeprefix("d-")) for rang in page.tous(".file > li")]


def repondre(page: Page, bouton: str, **champs) -> Page:
    """From the queue to the preview, that writes nothing, then to the queue once more."""
    avant = empreinte()
    apercu = page.suivre(bouton, **champs)
    assert apercu.url.startswith("/agents/selection/apercu") and empreinte() == avant
    return apercu.suivre(CONFIRMER)


def test_the_demandes_that_were_ticked_are_accepted_and_leave_the_queue(agent, file):
    page = repondre(Page(agent, "/agents"), ACCEPTER, demande=[file[0].id, file[2].id])

    assert [statut(demande) for demande in file] == [w.ACCEPTEE, w.EN_ATTENTE, w.ACCEPTEE]
    assert rangs(page) == [file[1].id]
    assert "2 demandes acceptées." in page.texte("#bandeau")
    assert page.texte(".onglets [aria-current]") == "À traiter 1"


def test_the_preview_names_who_would_be_answered_so_that_a_wrong_tick_is_seen(agent, file):
    apercu = Page(agent, "/agents").suivre(ACCEPTER, demande=[file[0].id, file[2].id])
    nommees = [mots(ligne) for ligne in apercu.tous(".retenues > li")]
    assert nommees == [f"n o {file[rang].numero}, Moreau réservation" for rang in (0, 2)]


def test_they_are_refused_with_one_reason(agent, file):
    page = Page(agent, "/agents?q=moreau")
    page = repondre(page, REFUSER, demande=[d.id for d in file], motif="autre", precision="Sortie scolaire")
    assert {lignes(demande)[0].motif for demande in file} == {"Sortie scolaire"}
    assert "3 demandes refusées." in page.texte("#bandeau")
    assert page.url == "/agents?q=moreau"


def test_all_that_the_filter_keeps_is_answered_whatever_is_ticked(monde, agent, file):
    corps = {"acte": w.ACCEPTER, "filtre": "1"}
    page = poster(agent, "/agents/selection/apercu?q=moreau", corps)
    assert "Accepter 3 demandes" in page.text
    assert poster(agent, "/agents/selection/apercu?q=personne", corps).status_code == 422


def test_no_two_boxes_have_the_same_name(monde, agent, file):
    demander(monde, (monde.lea, monde.seance(monde.cantine, JEUDI)))
    noms = [case["aria-label"] for case in Page(agent, "/agents").tous(".file input")]
    assert len(set(noms)) == len(noms) == 4
    assert noms[0] == f"Sélectionner Moreau, Léa, demande n° {file[0].numero}"


def test_everything_on_the_page_may_be_ticked_at_once_and_unticked(agent, file):
    page = Page(agent, "/agents?q=moreau")
    tout = page.suivre(".tete > a")
    assert len(tout.tous(".file input[checked]")) == 3
    assert not tout.suivre(".lot a").tous(".file input[checked]")
    assert "3 demandes acceptées." in repondre(tout, ACCEPTER).texte("#bandeau")


def test_once_the_seance_is_full_those_who_wait_are_told_before_and_after(monde, agent, file):
    places(monde.seance(monde.cantine, LUNDI), 1)
    apercu = Page(agent, "/agents").suivre(ACCEPTER, demande=[demande.id for demande in file])
    assert [td.get_text(strip=True) for td in apercu.tous(".effet tbody td")] == ["1", "complet", "1", "2"]
    assert "2 créneaux sans place" in apercu.texte(".fiche")
    page = apercu.suivre(CONFIRMER)
    assert "3 demandes acceptées, dont 2 créneaux en liste d’attente." in page.texte("#bandeau")


def test_places_taken_since_the_preview_are_told(monde, agent, file):
    lundi = places(monde.seance(monde.cantine, LUNDI), 1)
    apercu = Page(agent, "/agents").suivre(ACCEPTER, demande=[file[0].id])
    monde.poser(monde.tomas, lundi, w.RESERVE)
    dit = apercu.suivre(CONFIRMER).texte("#bandeau")
    assert "dont 1 créneau en liste d’attente. Des places ont été prises depuis l’aperçu." in dit


def test_what_somebody_else_answered_is_told_one_by_one_with_who(monde, agent, file):
    page = Page(agent, "/agents")
    moderation.refuser(monde.marc, file[0].id, MOTIF)
    apercu = page.suivre(ACCEPTER, demande=[demande.id for demande in file])
    assert f"{file[0].numero}, Moreau Marc Tessier l’a refusée" in apercu.texte(".ecartees")
    moderation.refuser(monde.marc, file[1].id, MOTIF)

    page = apercu.suivre(CONFIRMER)

    assert [statut(demande) for demande in file] == [w.REFUSEE, w.REFUSEE, w.ACCEPTEE]
    dit = page.texte("#bandeau")
    assert dit.startswith("1 demande acceptée. 2 laissées de côté :")
    assert f"{file[0].numero} Marc Tessier l’a refusée, mardi 1er décembre à 10 h." in dit
    assert page.suivre("#bandeau li:first-child a").texte(".demande h2").startswith("Réservation pour Léa")


def test_when_all_of_them_were_answered_nothing_changes_and_it_is_said(monde, agent, file):
    apercu = Page(agent, "/agents").suivre(REFUSER, demande=[d.id for d in file], motif=MOTIF)
    for demande in file:
        moderation.accepter(monde.marc, demande.id)
    avant = empreinte()
    dit = apercu.suivre(CONFIRMER).texte("#bandeau")
    assert dit.startswith("Aucune demande refusée.")
    assert dit.count("Marc Tessier l’a acceptée") == 3
    assert empreinte() == avant


def test_one_that_fails_fails_alone_and_the_preview_says_what_the_act_does(monde, file):
    """Of the agent's own family, on a closed day, without a place: each with its reason, in both."""
    couple = (monde.tomas.id, monde.seance(monde.cantine, LUNDI).id)
    sienne = planning.demander_reservation(monde.paulo, monde.dasilva, [couple]).demande
    Abonnement.create(compte=monde.sophie, famille=monde.dasilva, statut=w.ACTIF, cree_le=clock.maintenant())
    fermee = demander(monde, (monde.lea, monde.seance(monde.cantine, JEUDI)))
    Calendrier.create(genre="fermeture", nom="Grève", debut=JEUDI, fin=JEUDI)
    places(monde.seance(monde.cantine, LUNDI), 2)

    apercu = apercu_du_lot.prevoir(monde.sophie, [sienne.id, fermee.id, *(d.id for d in file)], w.ACCEPTER)

    dites = {d.id: phrase for d, phrase in apercu.ecartees}
    assert dites[sienne.id] == lot.A_SA_FAMILLE
    assert "Grève" in dites[fermee.id]
    assert (apercu.repondues, apercu.en_liste) == (3, 1)
    bilan = moderation.repondre_a_la_selection(monde.sophie, apercu.demandes, w.ACCEPTER)
    assert {d.id: phrase for d, phrase in bilan.ecartees} == dites
    lundi = monde.seance(monde.cantine, LUNDI)
    statuts = [monde.statut(e, lundi) for e in (monde.lea, monde.noe, monde.ines)]
    assert statuts == [w.RESERVE, w.RESERVE, w.LISTE_ATTENTE]
    assert invariants.fautes() == []


def test_one_whose_sealed_words_no_key_opens_fails_alone(monde, file):
    """A key was lost: the others are answered, whatever they are about."""
    perdue = modifier(monde, monde.lea, allergies="Arachide")
    lire_le_scelle(monde.sophie, perdue)
    classe = modifier(monde, monde.noe, classe="CM1")
    Modification.update(apres="gAAAAABn").where(Modification.demande == perdue).execute()
    ids = [perdue.id, classe.id, *(d.id for d in file)]
    for acte in (w.ACCEPTER, w.REFUSER):
        apercu = apercu_du_lot.prevoir(monde.sophie, ids, acte, MOTIF)
        assert [(d.id, phrase) for d, phrase in apercu.ecartees] == [(perdue.id, lot.ILLISIBLE)]
    bilan = moderation.repondre_a_la_selection(monde.sophie, ids, w.ACCEPTER)
    assert [(d.id, phrase) for d, phrase in bilan.ecartees] == [(perdue.id, lot.ILLISIBLE)]
    assert [statut(d) for d in (perdue, classe, *file)] == [w.EN_ATTENTE, *[w.ACCEPTEE] * 4]


def test_what_the_database_refuses_of_one_does_not_hold_back_the_others(monde, file, monkeypatch):
    ecrire = moderation.ecrire

    def heurter(le_lot, geste):
        ecrire(le_lot, geste)
        if file[1].id in {v.demande.id for v in le_lot.possibles}:
            raise IntegrityError("somebody was first")

    monkeypatch.setattr(moderation, "ecrire", heurter)
    bilan = moderation.repondre_a_la_selection(monde.sophie, [d.id for d in file], w.ACCEPTER)
    assert [(d.id, phrase) for d, phrase in bilan.ecartees] == [(file[1].id, moderation.BOUGE)]
    assert [statut(d) for d in file] == [w.ACCEPTEE, w.EN_ATTENTE, w.ACCEPTEE]


@pytest.mark.parametrize(
    ("bouton", "champs", "phrase"),
    [
        (ACCEPTER, {"demande": []}, "Sélectionnez au moins une demande."),
        (ACCEPTER, {"demande": ["abc"]}, "Sélectionnez au moins une demande."),
        (ACCEPTER, {"demande": ["999999"]}, "Sélectionnez au moins une demande."),
        (ACCEPTER, {"demande": ["1"], "acte": "supprimer"}, "Choisissez d’accepter ou de refuser"),
        (REFUSER, {"demande": ["1"]}, "Choisissez le motif du refus"),
        (REFUSER, {"demande": ["1"], "motif": "autre"}, "Précisez le motif"),
    ],
)
def test_an_incomplete_selection_is_told_and_keeps_what_was_ticked(agent, file, bouton, champs, phrase):
    avant = empreinte()

    page = Page(agent, "/agents").suivre(bouton, 422, **champs)

    assert phrase in page.texte(".lot.en-erreur")
    assert len(page.tous("[autofocus]")) == 1
    assert len(page.tous(".file input[checked]")) == (champs["demande"] == ["1"])
    assert empreinte() == avant


def test_only_agents_answer(monde, connexion, client, file):
    corps = {"demande": str(file[0].id), "acte": "accepter"}
    for compte in (monde.claire, monde.animateur):
        for adresse in ("/agents/selection", "/agents/selection/apercu"):
            assert poster(connexion(compte), adresse, corps).status_code == 403
    assert poster(client, "/agents/selection", corps).headers["Location"].startswith("/connexion")
    agent = connexion(monde.sophie)
    assert agent.post("/agents/selection", data=corps).status_code == 400, "no token, no act"
    assert agent.get("/agents/selection").status_code == 405
    assert poster(agent, "/agents/selection?demande=999999", corps | {"acte": "zzz"}).status_code == 404
    assert Demande.select().where(Demande.statut == w.EN_ATTENTE).count() == 3
    assert poster(agent, "/agents/selection", corps).status_code == 303
    assert statut(file[0]) == w.ACCEPTEE
