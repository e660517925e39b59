"""Taking an answer back against the mail that leaves, the family, another agent: one of them wins."""

import datetime as dt

import pytest

import workflows as w
from models import Courriel, Demande, Reponse, Seance
from portail import clock
from portail.domain import envoi, moderation, planning, reprise, retour
from portail.domain.refus import DejaChange, Introuvable
from tests.actes import absenter, places, prises, statut
from tests.courses.coureurs import ensemble, manches, peupler
from tests.invariants import fautes
from tests.monde import LUNDI

DUELS = 40


@pytest.fixture
def seance(monde) -> Seance:
    Seance.update(places=DUELS).where(Seance.activite == monde.cantine).execute()
    return monde.seance(monde.cantine, LUNDI)


def acceptees(monde, seance, nombre):
    """So many families, each with a demande that Sophie has just accepted, and the gesture."""
    foyers = peupler(monde.cantine, nombre)
    faites = []
    for foyer in foyers:
        voeux = [(foyer.enfant.id, seance.id)]
        demande = planning.demander_reservation(foyer.compte, foyer.famille, voeux).demande
        moderation.accepter(monde.sophie, demande.id)
        faites.append((foyer, demande, Reponse.get(Reponse.demande == demande).lot))
    return faites


def courriers(demande: Demande) -> list[str]:
    return [c.statut for c in Courriel.select().where(Courriel.cle.startswith(f"reponse:{demande.id}:"))]


def faire_partir(demande: Demande) -> int:
    """As if its minute had just ended: this mail is due, and the round takes it."""
    du = Courriel.get(Courriel.cle.startswith(f"reponse:{demande.id}:"))
    return envoi._envoyer(du.id, 0, lambda message: None)


def test_the_mail_leaves_or_the_answer_is_taken_back_never_both(monde, seance):
    sophie, duels = monde.sophie, acceptees(monde, seance, DUELS)
    with clock.figer(clock.maintenant() + dt.timedelta(seconds=59)):
        issues = manches(
            [
                [lambda lot=lot: retour.revenir(sophie, lot) for _, _, lot in duels],
                [lambda d=d: faire_partir(d) for _, d, _ in duels],
            ]
        )
    for (foyer, demande, _), repris, _parti in zip(duels, *issues, strict=True):
        if isinstance(repris, DejaChange):
            etat = (w.ACCEPTEE, w.RESERVE, ["envoye"])
        else:
            etat = (w.EN_ATTENTE, w.RESERVATION_ATTENTE, [])
        assert (statut(demande), monde.statut(foyer.enfant, seance), courriers(demande)) == etat
    assert fautes() == []


def test_without_the_count_of_the_mails_one_may_leave_that_tells_what_is_no_more(monde, seance, monkeypatch):
    """The negative control: taken back without asking whether the mail has begun to leave."""
    ((_, demande, lot),) = acceptees(monde, seance, 1)
    faire_partir(demande)
    with pytest.raises(DejaChange):
        retour.revenir(monde.sophie, lot)
    monkeypatch.setattr(reprise, "_rien_n_est_parti", lambda reprises: None)
    monkeypatch.setattr(reprise, "_jeter_les_courriels", lambda reprises: None)
    retour.revenir(monde.sophie, lot)
    assert (statut(demande), courriers(demande)) == (w.EN_ATTENTE, ["envoye"])


def test_the_family_that_declares_an_absence_or_the_agent_who_takes_back_wins(monde, seance):
    sophie, duels = monde.sophie, acceptees(monde, seance, DUELS)
    issues = manches(
        [
            [lambda lot=lot: retour.revenir(sophie, lot) for _, _, lot in duels],
            [
                lambda f=f: planning.declarer_absence(f.compte, f.famille, [(f.enfant.id, seance.id)])
                for f, _, _ in duels
            ],
        ]
    )
    for (foyer, demande, _), repris, _ in zip(duels, *issues, strict=True):
        attendu = w.ABSENCE_ATTENTE if isinstance(repris, DejaChange) else w.RESERVATION_ATTENTE
        assert monde.statut(foyer.enfant, seance) == attendu, repris
        assert statut(demande) == (w.ACCEPTEE if isinstance(repris, DejaChange) else w.EN_ATTENTE)
    assert fautes() == []


def test_the_same_taking_back_ten_times_at_once_is_one(monde, seance):
    sophie = monde.sophie
    ((_, demande, lot),) = acceptees(monde, seance, 1)
    issues = ensemble(*[lambda: retour.revenir(sophie, lot)] * 10)
    faits = [issue for issue in issues if not isinstance(issue, Exception)]
    assert len(faits) == 1
    assert {type(i) for i in issues if isinstance(i, Exception)} <= {DejaChange, Introuvable}
    assert (statut(demande), prises(seance), fautes()) == (w.EN_ATTENTE, 0, [])


def test_the_place_that_an_absence_freed_goes_to_one_child_alone(monde):
    """Sophie takes the absence back while Marc gives the place to another child."""
    lundi = places(monde.seance(monde.cantine, LUNDI), 1)
    demande = absenter(monde, (monde.lea, lundi))
    moderation.accepter(monde.sophie, demande.id)
    couple = [(monde.tomas.id, lundi.id)]
    autre = planning.demander_reservation(monde.paulo, monde.dasilva, couple).demande
    sophie, marc, lot = monde.sophie, monde.marc, Reponse.get().lot
    repris, _ = ensemble(lambda: retour.revenir(sophie, lot), lambda: moderation.accepter(marc, autre.id))
    etats = (monde.statut(monde.lea, lundi), monde.statut(monde.tomas, lundi))
    if isinstance(repris, DejaChange):
        assert etats == (w.ABSENT, w.RESERVE)
    else:
        assert etats == (w.ABSENCE_ATTENTE, w.LISTE_ATTENTE)
    assert (prises(lundi), fautes()) == (1, [])


def test_two_agents_who_answer_large_selections_in_opposite_orders_never_lock_each_other(monde, seance):
    foyers = peupler(monde.cantine, 30)
    ids = [
        planning.demander_reservation(f.compte, f.famille, [(f.enfant.id, seance.id)]).demande.id
        for f in foyers
    ]
    sophie, marc = monde.sophie, monde.marc
    bilans = ensemble(
        lambda: moderation.repondre_a_la_selection(sophie, ids, w.ACCEPTER),
        lambda: moderation.repondre_a_la_selection(marc, ids[::-1], w.REFUSER, "Activité complète"),
    )
    repondues = [{d.id for d in bilan.repondues} for bilan in bilans]
    assert repondues[0] | repondues[1] == set(ids) and not repondues[0] & repondues[1]
    assert all("l’a" in phrase for bilan in bilans for _, phrase in bilan.ecartees)
    assert fautes() == []
