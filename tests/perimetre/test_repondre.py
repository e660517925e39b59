"""Of a demande about several places an agent answers the lines in sight; the others wait for other agents."""

import pytest

import workflows as w
from models import Activite, Demande, Enfant, Ligne, Preinscription, Reservation
from portail.domain import lecture_demande, lecture_moderation, liste_attente, moderation, perimetre
from portail.domain.lecture_moderation import Filtres
from portail.domain.refus import DejaChange, Introuvable, Refus
from tests.actes import demander, empreinte, places, statut
from tests.html import mots
from tests.htmx import Page
from tests.invariants import fautes
from tests.monde import LUNDI, MERCREDI
from tests.preinscriptions.actes import deposer


@pytest.fixture
def melee(monde, ailleurs) -> Demande:
    """A demande of Claire's: the canteen on Monday, and the Wednesday centre, that is Marc's alone."""
    return demander(
        monde,
        (monde.lea, monde.seance(monde.cantine, LUNDI)),
        (monde.lea, monde.seance(monde.centre, MERCREDI)),
    )


def lignes(demande: Demande) -> dict[str, str]:
    """By activity, what each line has become."""
    siennes = Ligne.select().where(Ligne.demande == demande).order_by(Ligne.id)
    return {ligne.reservation.seance.activite.nom: ligne.statut for ligne in siennes}


def file_de(compte, etat: str = "a-traiter") -> list[int]:
    file = lecture_moderation.file(Filtres(etat=etat), perimetre.du_compte(compte))
    assert file.comptes[etat] == len(file.rangees)
    return [rangee.id for rangee in file.rangees]


def test_to_accept_all_answers_what_is_in_sight_and_the_demande_goes_on_waiting(monde, melee):
    moderation.accepter(monde.marc, melee.id)
    assert lignes(melee) == {"Cantine": w.EN_ATTENTE, "Centre de loisirs": w.ACCEPTEE}
    assert Demande.get_by_id(melee.id).statut == w.EN_ATTENTE
    assert (file_de(monde.marc), file_de(monde.sophie)) == ([], [melee.id])

    with pytest.raises(DejaChange, match="Marc Tessier a accepté"):
        moderation.accepter(monde.marc, melee.id)
    moderation.refuser(monde.sophie, melee.id, "Activité complète", [Ligne.get(statut=w.EN_ATTENTE).id])
    assert Demande.get_by_id(melee.id).statut == w.ACCEPTEE_EN_PARTIE
    assert file_de(monde.marc, "traitees") == [melee.id]
    assert fautes() == []


def test_a_line_out_of_sight_slipped_in_is_left_alone(monde, melee):
    cantine, centre = Ligne.select().where(Ligne.demande == melee).order_by(Ligne.id)
    with pytest.raises(Refus, match="Choisissez au moins une ligne"):
        moderation.accepter(monde.marc, melee.id, [cantine.id])
    moderation.refuser(monde.marc, melee.id, "Activité complète", [cantine.id, centre.id])
    assert lignes(melee) == {"Cantine": w.EN_ATTENTE, "Centre de loisirs": w.REFUSEE}


def test_a_demande_of_elsewhere_does_not_exist_to_be_answered_nor_in_a_selection(monde, ailleurs):
    demande = demander(monde, (monde.lea, monde.seance(monde.cantine, LUNDI)))
    avant = empreinte()
    for acte in (
        lambda: moderation.accepter(monde.marc, demande.id),
        lambda: moderation.refuser(monde.marc, demande.id, "Activité complète"),
        lambda: moderation.mettre_en_attente(monde.marc, demande.id),
        lambda: lecture_demande.lire(demande.id, monde.marc),
    ):
        with pytest.raises(Introuvable):
            acte()
    with pytest.raises(Refus, match="Sélectionnez au moins une demande"):
        moderation.repondre_a_la_selection(monde.marc, [demande.id], w.ACCEPTER)
    assert (file_de(monde.marc), empreinte()) == ([], avant)


def test_children_of_one_pre_registration_in_two_places_are_answered_by_each(monde, ailleurs):
    Preinscription.delete().execute()
    demande = deposer(monde, monde.cantine, monde.lea, monde.noe)
    inscription = Preinscription.get(Preinscription.enfant == monde.noe)
    Preinscription.update(activite=monde.centre).where(Preinscription.id == inscription.id).execute()
    vue = lecture_demande.lire(demande.id, monde.marc)
    assert [(e.prenom, e.attendue) for e in vue.lignes] == [("Léa", False), ("Noé", True)]
    moderation.accepter(monde.marc, demande.id)
    statuts = dict(Preinscription.select(Enfant.prenom, Preinscription.statut).join(Enfant).tuples())
    assert statuts == {"Léa": w.DEMANDE_EN_COURS, "Noé": w.RESERVATION_POSSIBLE}
    assert Demande.get_by_id(demande.id).statut == w.EN_ATTENTE


def test_brothers_tied_in_two_places_are_left_to_who_has_both(monde, melee):
    creneaux = [ligne.reservation_id for ligne in Ligne.select().where(Ligne.demande == melee)]
    Reservation.update(fratrie=min(creneaux)).where(Reservation.id.in_(creneaux)).execute()
    avant = empreinte()
    with pytest.raises(Refus, match="un agent qui les a tous doit répondre"):
        moderation.accepter(monde.marc, melee.id)
    assert empreinte() == avant
    moderation.accepter(monde.sophie, melee.id)
    assert set(lignes(melee).values()) == {w.ACCEPTEE}


def test_a_place_of_elsewhere_is_not_theirs_to_give(monde, ailleurs):
    soir = places(monde.seance(monde.soir, LUNDI), 0)
    attendue = monde.poser(monde.tomas, soir, w.LISTE_ATTENTE)
    places(soir, 1)
    with pytest.raises(Introuvable):
        liste_attente.donner_la_place(monde.marc, attendue.id)
    Activite.update(lieu=ailleurs).where(Activite.id == monde.soir.id).execute()
    liste_attente.donner_la_place(monde.marc, attendue.id)
    assert statut(attendue) == w.RESERVE


def test_the_place_of_who_waits_with_a_brother_elsewhere_is_given_by_who_has_both(monde, ailleurs):
    centre = monde.seance(monde.centre, MERCREDI)
    soir = monde.seance(monde.soir, LUNDI)
    lies = [monde.poser(e, s, w.LISTE_ATTENTE) for e, s in ((monde.lea, centre), (monde.noe, soir))]
    Reservation.update(fratrie=lies[0].id).where(Reservation.id.in_([r.id for r in lies])).execute()
    avant = empreinte()
    with pytest.raises(Refus, match="un agent qui a les deux"):
        liste_attente.donner_la_place(monde.marc, lies[0].id)
    assert empreinte() == avant


# ——— on the screen ———


@pytest.mark.parametrize("url_de_base", ["sqlite"], indirect=True)  # what is drawn is the same on both
def test_the_screen_says_what_others_answer_and_offers_nothing_of_it(monde, melee, connexion):
    page = Page(connexion(monde.marc), f"/agents/demandes/{melee.id}")
    dite = "1 ligne est d’un lieu dont d’autres agents ont la charge : la demande attend aussi leur réponse."
    assert page.texte(".aux-autres") == dite
    assert "d’autres agents répondent" in [mots(c) for c in page.tous(".passage")][0]
    assert page.texte(".reponse .rang:not(.raison) .bouton:not(.second)") == "Accepter"
    assert not page.tous("input[type=checkbox][name=ligne]")

    suite = page.suivre(".reponse .rang:not(.raison) .bouton:not(.second)")
    assert dite in suite.texte("#bandeau")
    assert not suite.tous(".reponse"), "nothing is left to them"

    entiere = Page(connexion(monde.sophie), f"/agents/demandes/{melee.id}")
    assert not entiere.tous(".aux-autres")


@pytest.mark.parametrize("url_de_base", ["sqlite"], indirect=True)  # what is drawn is the same on both
def test_at_the_counter_the_activities_in_sight_alone_are_offered(monde, ailleurs, connexion):
    client = connexion(monde.marc)
    fiche = client.get(f"/agents/familles/{monde.moreau.id}").text
    assert "Centre de loisirs, Centre Prévert" in fiche and "Cantine, Groupe" not in fiche
    planning = f"/agents/familles/{monde.moreau.id}/planning"
    assert "Cantine" not in client.get(planning).text
    assert client.get(f"{planning}?activites={monde.cantine.id}&vers=apercu").status_code == 404
    # Marc sees Tomás, whose school is there: his registrations are of elsewhere
    inscription = Preinscription.get(enfant=monde.tomas).id
    assert (
        client.get(f"/agents/familles/{monde.dasilva.id}/inscriptions/{inscription}/fin").status_code == 404
    )
