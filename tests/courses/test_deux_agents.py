"""Two agents, or an agent and the family, answer the same demande at the same moment: one of them wins."""

import pytest

import workflows as w
from models import Courriel, Demande, Seance
from portail.domain import moderation, planning
from portail.domain.refus import DejaChange
from portail.domain.reponse import DejaRepondu
from tests.actes import lignes, statut
from tests.courses.coureurs import ensemble, manches, peupler
from tests.invariants import fautes
from tests.monde import LUNDI
from tests.repetitions import exemples

DUELS, RETRAITS = exemples(50, 200), 50


@pytest.fixture
def seance(monde) -> Seance:
    Seance.update(places=DUELS).where(Seance.activite == monde.cantine).execute()
    return monde.seance(monde.cantine, LUNDI)


def fraiches(monde, seance, nombre):
    """So many families, each with its pending demande."""
    foyers = peupler(monde.cantine, nombre)
    voeux = [(foyer, [(foyer.enfant.id, seance.id)]) for foyer in foyers]
    return [(f, planning.demander_reservation(f.compte, f.famille, v).demande) for f, v in voeux]


def reponses(demande: Demande) -> list[Courriel]:
    return list(Courriel.select().where(Courriel.cle.startswith(f"reponse:{demande.id}:")))


def test_in_each_duel_of_two_agents_one_wins_and_the_other_is_told_who(monde, seance):
    sophie, marc = monde.sophie, monde.marc
    duels = fraiches(monde, seance, DUELS)

    issues = manches(
        [
            [lambda d=d: moderation.accepter(sophie, d.id) for _, d in duels],
            [lambda d=d: moderation.refuser(marc, d.id, "Activité complète") for _, d in duels],
        ]
    )

    for (foyer, demande), accepte, refuse in zip(duels, *issues, strict=True):
        gagne, perdu = (accepte, refuse) if isinstance(accepte, Demande) else (refuse, accepte)
        assert isinstance(gagne, Demande), gagne
        assert isinstance(perdu, DejaRepondu), perdu
        fin = Demande.get_by_id(demande.id)
        if gagne is accepte:
            attendus = (w.ACCEPTEE, sophie, w.RESERVE, "Sophie Garnier l’a acceptée")
        else:
            attendus = (w.REFUSEE, marc, w.NON_RESERVE, "Marc Tessier l’a refusée")
        dit = perdu.phrase.split(",")[0]
        assert (fin.statut, fin.agent, monde.statut(foyer.enfant, seance), dit) == attendus
        (courriel,) = reponses(demande)
        assert ("refusé" in courriel.corps) == (gagne is refuse)
    assert fautes() == []


def test_in_fifty_races_of_a_family_that_withdraws_and_an_agent_who_answers_one_wins(monde, seance):
    sophie = monde.sophie
    duels = fraiches(monde, seance, RETRAITS)
    lignes_de = [lignes(demande)[0].id for _, demande in duels]

    issues = manches(
        [
            [
                lambda f=f, n=n: planning.annuler(f.compte, f.famille, lignes_de[n])
                for n, (f, _) in enumerate(duels)
            ],
            [lambda d=d: moderation.accepter(sophie, d.id) for _, d in duels],
        ]
    )

    for (foyer, demande), retrait, reponse in zip(duels, *issues, strict=True):
        etat = (statut(demande), monde.statut(foyer.enfant, seance), len(reponses(demande)))
        if retrait is None:
            assert isinstance(reponse, DejaRepondu), reponse
            assert reponse.phrase.startswith("La famille l’a annulée")
            assert etat == (w.ANNULEE, w.NON_RESERVE, 0)
        else:
            assert isinstance(retrait, DejaChange), retrait
            assert retrait.phrase.startswith("La mairie a déjà répondu")
            assert isinstance(reponse, Demande), reponse
            assert etat == (w.ACCEPTEE, w.RESERVE, 1)
    assert fautes() == []


def test_the_same_click_twenty_times_at_once_makes_one_demande(monde):
    lea, seance = monde.lea, monde.seance(monde.cantine, LUNDI)
    claire, moreau = monde.claire, monde.moreau

    depots = ensemble(*[lambda: planning.demander_reservation(claire, moreau, [(lea.id, seance.id)])] * 20)

    assert [depot for depot in depots if isinstance(depot, Exception)] == []
    assert sorted(depot.demande is not None for depot in depots) == [False] * 19 + [True]
    assert {tuple(d.deja) for d in depots if d.demande is None} == {((lea.id, seance.id),)}
    assert (Demande.select().count(), Courriel.select().count()) == (1, 1)
    assert fautes() == []


def test_the_same_withdrawal_twenty_times_at_once_is_one_withdrawal(monde, seance):
    ((foyer, demande),) = fraiches(monde, seance, 1)
    (ligne,) = lignes(demande)
    issues = ensemble(*[lambda: planning.annuler(foyer.compte, foyer.famille, ligne.id)] * 20)
    assert issues == [None] * 20
    assert statut(demande) == w.ANNULEE
    assert fautes() == []


def test_the_same_answer_twenty_times_at_once_is_one_answer(monde, seance):
    sophie = monde.sophie
    ((_, demande),) = fraiches(monde, seance, 1)
    issues = ensemble(*[lambda: moderation.accepter(sophie, demande.id)] * 20)
    assert [isinstance(i, Demande) for i in issues].count(True) == 1
    assert [isinstance(i, DejaRepondu) for i in issues].count(True) == 19
    assert len(reponses(demande)) == 1
    assert fautes() == []
