"""Places that free themselves while others book: the list is served first, and in its order."""

import itertools

import workflows as w
from models import Demande, Evenement, Reservation, Seance
from portail.domain import moderation, planning
from tests.courses.coureurs import ensemble, peupler
from tests.invariants import fautes
from tests.monde import JEUDI, LUNDI

PARTANTS, EN_LISTE, NOUVEAUX = 10, 15, 15


def test_absences_accepted_while_families_book_serve_the_list_in_its_order(monde):
    sophie, marc, cantine = monde.sophie, monde.marc, monde.cantine
    seance = monde.seance(cantine, LUNDI)
    Seance.update(places=PARTANTS).where(Seance.id == seance.id).execute()
    foyers = peupler(cantine, PARTANTS + EN_LISTE + NOUVEAUX)
    partants, en_liste, nouveaux = (
        foyers[:PARTANTS],
        foyers[PARTANTS : PARTANTS + EN_LISTE],
        foyers[PARTANTS + EN_LISTE :],
    )
    ouvertes = []
    for foyer in foyers:
        voeu = [(foyer.enfant.id, seance.id)]
        demande = planning.demander_reservation(foyer.compte, foyer.famille, voeu).demande
        if foyer in nouveaux:
            ouvertes.append(demande)
            continue
        moderation.accepter(sophie, demande.id)
        if foyer in partants:
            ouvertes.append(planning.declarer_absence(foyer.compte, foyer.famille, voeu).demande)

    issues = ensemble(
        *(
            lambda agent=agent, d=d: moderation.accepter(agent, d.id)
            for agent, d in zip(itertools.cycle((sophie, marc)), ouvertes, strict=False)
        )
    )

    assert [issue for issue in issues if isinstance(issue, Exception)] == []
    assert Seance.get_by_id(seance.id).prises == PARTANTS
    promus = [
        Reservation.get_by_id(e.objet_id).enfant
        for e in Evenement.select().where(Evenement.acte == w.PROMOUVOIR).order_by(Evenement.id)
    ]
    assert promus == [foyer.enfant for foyer in en_liste[:PARTANTS]]
    assert {monde.statut(foyer.enfant, seance) for foyer in nouveaux} == {w.LISTE_ATTENTE}
    assert fautes() == []


def test_demandes_over_the_same_days_in_opposite_orders_never_block_each_other(monde):
    """Rows are locked in id order whatever the order of the wishes: no deadlock, everybody gets through."""
    lundi, jeudi = monde.seance(monde.matin, LUNDI), monde.seance(monde.matin, JEUDI)
    foyers = peupler(monde.matin, 20)
    voeux = [
        [(foyer.enfant.id, seance.id) for seance in ((lundi, jeudi) if n % 2 else (jeudi, lundi))]
        for n, foyer in enumerate(foyers)
    ]

    issues = ensemble(
        *(
            lambda f=f, v=v: planning.demander_reservation(f.compte, f.famille, v)
            for f, v in zip(foyers, voeux, strict=True)
        )
    )

    assert [issue for issue in issues if isinstance(issue, Exception)] == []
    assert Demande.select().where(Demande.statut == w.ACCEPTEE).count() == 20
    assert {Seance.get_by_id(s.id).prises for s in (lundi, jeudi)} == {20}
    assert fautes() == []
