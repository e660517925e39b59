"""The acts on what a child does, for each right over the child: ask, absence, cancel, give up, withdraw."""

import pytest

import workflows as w
from models import Courriel, LienParental
from portail.domain import demandes, liste_attente, moderation, planning
from portail.domain.refus import DejaChange, Interdit, Introuvable, Refus
from tests.actes import demander, empreinte, lignes, places, statut
from tests.droits.table import HTMX, SEMAINE, SUIVI, TOUS, code, creneau, decide, lier, lit
from tests.formulaires import poster
from tests.html import lire
from tests.htmx import Page, assert_comme_rechargee
from tests.monde import LUNDI


@TOUS
@pytest.mark.parametrize("entetes", [{}, HTMX], ids=["page", "htmx"])
def test_asking_through_the_screen(monde, connexion, julien, droit, entetes):
    lier(monde, droit, monde.lea)
    seance = monde.seance(monde.cantine, LUNDI)
    client, url = connexion(julien), creneau(monde.lea, seance) + "/demande"
    avant = empreinte()
    reponse = poster(client, url, {"voulu": "reserve"}, headers=entetes)
    assert reponse.status_code == code(droit, 200 if entetes else 303)
    present = monde.statut(monde.lea, seance)
    assert present == (w.RESERVATION_ATTENTE if decide(droit) else w.NON_RESERVE)
    assert (SUIVI in reponse.text) == (droit == "information")
    assert (empreinte() == avant) != decide(droit)


ACTES = {
    "demande": (w.NON_RESERVE, {"voulu": "reserve"}, w.RESERVATION_ATTENTE),
    "absence": (w.RESERVE, {"voulu": "absent"}, w.ABSENCE_ATTENTE),
    "annulation": (w.RESERVATION_ATTENTE, {}, w.NON_RESERVE),
    "renoncement": (w.LISTE_ATTENTE, {}, w.NON_RESERVE),
}


@TOUS
@pytest.mark.parametrize("acte", ACTES)
def test_an_act_refuses_whatever_is_posted(monde, connexion, julien, droit, acte):
    avant, corps, apres = ACTES[acte]
    seance = monde.seance(monde.soir, LUNDI)
    if avant == w.RESERVATION_ATTENTE:
        (ligne,) = lignes(demander(monde, (monde.lea, seance)))
        corps = {"ligne": str(ligne.id)}
    elif avant != w.NON_RESERVE:
        monde.poser(monde.lea, seance, avant)
    lier(monde, droit, monde.lea)
    chemin = "demande" if acte == "absence" else acte
    reponse = poster(connexion(julien), f"{creneau(monde.lea, seance)}/{chemin}", corps, headers=HTMX)
    assert reponse.status_code == code(droit)
    assert monde.statut(monde.lea, seance) == (apres if decide(droit) else avant)


@TOUS
@pytest.mark.parametrize("acte", ACTES)
def test_an_act_called_without_a_screen_refuses_as_well(monde, julien, droit, acte):
    avant, _, apres = ACTES[acte]
    seance = monde.seance(monde.soir, LUNDI)
    ligne = None
    if avant == w.RESERVATION_ATTENTE:
        (ligne,) = lignes(demander(monde, (monde.lea, seance)))
    elif avant != w.NON_RESERVE:
        monde.poser(monde.lea, seance, avant)
    lier(monde, droit, monde.lea)
    voeu, ecrit = (monde.lea.id, seance.id), empreinte()
    appels = {
        "demande": lambda: planning.demander_reservation(julien, monde.moreau, [voeu]),
        "absence": lambda: planning.declarer_absence(julien, monde.moreau, [voeu]),
        "annulation": lambda: planning.annuler(julien, monde.moreau, ligne.id),
        "renoncement": lambda: liste_attente.renoncer(julien, monde.moreau, voeu),
    }
    if decide(droit):
        appels[acte]()
        assert monde.statut(monde.lea, seance) == apres
        return
    with pytest.raises(Refus) as refus:
        appels[acte]()
    if lit(droit):
        assert (type(refus.value), refus.value.phrase) == (Interdit, SUIVI)
    elif acte in ("annulation", "renoncement"):
        assert type(refus.value) is Introuvable
    else:
        assert "n’est pas inscrit" in refus.value.phrase, "as of a child of another family"
    assert (monde.statut(monde.lea, seance), empreinte()) == (avant, ecrit)


def test_a_line_of_another_child_is_not_cancelled_through_ones_own_slot(monde, connexion, julien):
    """The address names Noé, the body a line of Léa."""
    seance = monde.seance(monde.soir, LUNDI)
    de_lea, _ = lignes(demander(monde, (monde.lea, seance), (monde.noe, seance)))
    client = connexion(julien)
    for droit, attendu in (("aucun", 404), ("information", 403)):
        lier(monde, droit, monde.lea)
        url = creneau(monde.noe, seance) + "/annulation"
        assert poster(client, url, {"ligne": str(de_lea.id)}, headers=HTMX).status_code == attendu
        assert statut(de_lea) == w.EN_ATTENTE


@TOUS
def test_of_several_children_the_act_keeps_those_for_whom_one_decides(monde, julien, droit):
    lier(monde, droit, monde.lea)
    seance = monde.seance(monde.soir, LUNDI)
    voeux = [(monde.lea.id, seance.id), (monde.noe.id, seance.id)]
    depot = planning.demander_reservation(julien, monde.moreau, voeux)
    assert depot.retenus == (voeux if decide(droit) else voeux[1:])
    assert [voeu for voeu, _ in depot.refuses] == ([] if decide(droit) else voeux[:1])
    assert monde.statut(monde.noe, seance) == w.RESERVATION_ATTENTE


def test_asking_for_what_stands_already_is_refused_too(monde, julien):
    seance = monde.seance(monde.soir, LUNDI)
    monde.poser(monde.lea, seance, w.RESERVE)
    lier(monde, "information", monde.lea)
    with pytest.raises(Interdit):
        planning.demander_reservation(julien, monde.moreau, [(monde.lea.id, seance.id)])


@TOUS
def test_withdrawing_a_demande_withdraws_the_lines_for_which_one_decides(monde, connexion, julien, droit):
    lier(monde, droit, monde.lea)
    seance = monde.seance(monde.soir, LUNDI)
    demande = demander(monde, (monde.lea, seance), (monde.noe, seance))
    page = Page(connexion(julien), f"/famille/demandes/{demande.id}")
    page.cliquer("main form button")
    assert_comme_rechargee(page)
    de_lea, de_noe = (statut(ligne) for ligne in lignes(demande))
    assert (de_lea, de_noe) == (w.ANNULEE if decide(droit) else w.EN_ATTENTE, w.ANNULEE)
    assert statut(demande) == (w.ANNULEE if decide(droit) else w.EN_ATTENTE)
    demandes.annuler_demande(monde.claire, monde.moreau, demande.id)
    assert statut(demande) == w.ANNULEE


@TOUS
def test_a_demande_of_one_child_is_withdrawn_by_who_decides(monde, connexion, julien, droit):
    lier(monde, droit, monde.lea)
    seance = monde.seance(monde.soir, LUNDI)
    demande = demander(monde, (monde.lea, seance))
    client, avant = connexion(julien), empreinte()
    url = f"/famille/demandes/{demande.id}"
    if lit(droit):
        assert bool(lire(client.get(url).text).select("main form")) == decide(droit)
    reponse = poster(client, f"{url}/annulation", headers=HTMX)
    assert reponse.status_code == code(droit)
    assert (SUIVI in reponse.text) == (droit == "information")
    assert statut(demande) == (w.ANNULEE if decide(droit) else w.EN_ATTENTE)
    assert empreinte()[0] == avant[0]


def test_a_right_taken_away_while_the_panel_is_open_is_told_in_its_place(monde, connexion, julien):
    lier(monde, "plein", monde.lea)
    seance = monde.seance(monde.cantine, LUNDI)
    page = Page(connexion(julien), SEMAINE)
    page.cliquer(f"#c-{monde.lea.id}-{seance.id}-a")
    lier(monde, "information", monde.lea)
    page.cliquer(".panneau form button", attendu=403)
    assert page.texte(".panneau .message") == SUIVI
    assert not page.tous(".panneau form")
    assert monde.statut(monde.lea, seance) == w.NON_RESERVE


def test_the_town_gives_a_place_to_a_child_whatever_the_rights(monde, julien):
    """The waiting list is served by family: who may read is asked only of the mail."""
    seance = places(monde.seance(monde.matin, LUNDI), 1)
    monde.poser(monde.noe, seance, w.RESERVE)
    monde.poser(monde.ines, seance, w.LISTE_ATTENTE)
    LienParental.update(droit="aucun").where(LienParental.enfant == monde.ines).execute()
    planning.declarer_absence(monde.claire, monde.moreau, [(monde.noe.id, seance.id)])
    assert monde.statut(monde.ines, seance) == w.RESERVE
    assert not Courriel.select().where(Courriel.sujet == "Une place s’est libérée").exists()


def test_an_answer_already_given_is_still_said_to_who_decides(monde, julien):
    demande = demander(monde, (monde.noe, monde.seance(monde.soir, LUNDI)))
    moderation.accepter(monde.sophie, demande.id)
    with pytest.raises(DejaChange):
        demandes.annuler_demande(julien, monde.moreau, demande.id)
