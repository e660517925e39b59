"""Two agents, or an agent and the family, at one contestation: one avoir or none; two clicks, one demande."""

import threading

import pytest
from peewee import OperationalError

import workflows as w
from models import Contestation, Demande, Facture, Responsable, db, moteur
from portail.domain import avoirs, contestations, demandes, moderation
from portail.domain.refus import DejaChange, Refus
from portail.domain.reponse import DejaRepondu
from tests.actes import statut
from tests.courses.coureurs import PATIENCE, ensemble, manches, peupler
from tests.factures import facture, reste
from tests.invariants import fautes
from tests.monde import HIER

DUELS = 40


@pytest.fixture
def contestees(monde) -> list[tuple]:
    """So many families, each with an invoice of one line, that it contests."""
    seance = monde.seance(monde.cantine, HIER)
    trouvees = []
    for foyer in peupler(monde.cantine, DUELS):
        emise = facture(Responsable.get(famille=foyer.famille), [(foyer.enfant, seance, 345)])
        ligne = emise.lignes.get()
        demande = contestations.contester(foyer.compte, foyer.famille, ligne.id, [], "Absente ce jour-là.")
        trouvees.append((foyer, emise, ligne, demande))
    return trouvees


def accepter_tout(agent, contestees) -> list:
    return [lambda d=d: moderation.accepter(agent, d.id) for *_, d in contestees]


def les_avoirs(emise: Facture) -> int:
    return Facture.select().where(Facture.origine == emise).count()


def sans_trou() -> bool:
    """Every number is there, once."""
    rangs = sorted(rang for (rang,) in Facture.select(Facture.rang).tuples())
    return rangs == list(range(1, len(rangs) + 1))


def test_of_two_agents_who_accept_one_issues_the_avoir(monde, contestees):
    sophie, marc = monde.sophie, monde.marc
    issues = manches([accepter_tout(sophie, contestees), accepter_tout(marc, contestees)])
    for (_, emise, _, demande), *siennes in zip(contestees, *issues, strict=True):
        assert sorted(type(i).__name__ for i in siennes) == ["DejaRepondu", "Demande"], siennes
        assert (statut(demande), les_avoirs(emise), reste(emise)) == (w.ACCEPTEE, 1, 0)
    assert fautes() == [] and sans_trou()


def test_a_family_that_withdraws_and_an_agent_who_accepts_one_avoir_or_none(monde, contestees):
    sophie = monde.sophie
    issues = manches(
        [
            [
                lambda f=f, d=d: demandes.annuler_demande(f.compte, f.famille, d.id)
                for f, _, _, d in contestees
            ],
            accepter_tout(sophie, contestees),
        ]
    )
    for (_, emise, _, demande), retrait, reponse in zip(contestees, *issues, strict=True):
        if isinstance(reponse, Demande):
            assert isinstance(retrait, DejaChange), retrait
            assert (statut(demande), les_avoirs(emise)) == (w.ACCEPTEE, 1)
        else:
            assert isinstance(reponse, DejaRepondu), reponse
            assert (statut(demande), les_avoirs(emise), reste(emise)) == (w.ANNULEE, 0, 345)
    assert fautes() == [] and sans_trou()


def test_an_avoir_made_by_hand_and_an_answer_never_give_back_more_than_the_line(monde, contestees):
    sophie, marc = monde.sophie, monde.marc
    issues = manches(
        [
            [
                lambda e=e, li=li: avoirs.emettre(marc, e.id, {li.id: 200}, "Erreur de pointage")
                for _, e, li, _ in contestees
            ],
            accepter_tout(sophie, contestees),
        ]
    )
    for (_, emise, _, demande), a_la_main, reponse in zip(contestees, *issues, strict=True):
        assert isinstance(reponse, Demande), reponse
        assert isinstance(a_la_main, Facture | Refus), a_la_main
        assert (statut(demande), reste(emise)) == (w.ACCEPTEE, 0)
    assert fautes() == [] and sans_trou()


def test_two_selections_that_cross_end_without_waiting_for_each_other(monde, contestees):
    sophie, marc = monde.sophie, monde.marc
    ids = [d.id for *_, d in contestees]
    bilans = ensemble(
        lambda: moderation.repondre_a_la_selection(sophie, ids, w.ACCEPTER),
        lambda: moderation.repondre_a_la_selection(marc, list(reversed(ids)), w.ACCEPTER),
    )
    assert sum(len(b.repondues) for b in bilans) == len(ids), bilans
    assert all(les_avoirs(emise) == 1 for _, emise, _, _ in contestees)
    assert fautes() == [] and sans_trou()


def test_the_same_click_twenty_times_at_once_is_one_demande(monde):
    emise = facture(monde.adulte_claire, [(monde.lea, monde.seance(monde.cantine, HIER), 345)])
    claire, moreau, ligne = monde.claire, monde.moreau, emise.lignes.get().id
    issues = ensemble(*[lambda: contestations.contester(claire, moreau, ligne, [], "Absente.")] * 20)
    assert {type(i) for i in issues} == {Demande}, issues
    assert len({i.id for i in issues}) == Demande.select().count() == 1


def contester_ensemble(monde) -> tuple[int, list]:
    """The same line contested at once in several tabs, in other words: how many wait, and what each got."""
    emise = facture(monde.adulte_claire, [(monde.lea, monde.seance(monde.cantine, HIER), 345)])
    claire, moreau, ligne = monde.claire, monde.moreau, emise.lignes.get().id
    issues = ensemble(
        *[
            lambda dit=dit: contestations.contester(claire, moreau, ligne, [], dit)
            for dit in ("Absente.", "Malade.", "En sortie.", "Chez sa grand-mère.")
        ]
    )
    return Contestation.select().count(), issues


def test_of_a_line_one_contestation_waits(monde):
    nombre, issues = contester_ensemble(monde)
    assert nombre == 1
    assert sorted(type(i).__name__ for i in issues) == ["DejaChange"] * 3 + ["Demande"]
    assert fautes() == []


# ——— the same without the lock: it must lose, or the race above proves nothing ———


def test_without_the_lock_two_wait_or_people_get_errors(monde, monkeypatch):
    def sans_verrou(modele, ids):
        return {}

    def lentement(lignes):
        ouvertes = en_cours(lignes)
        tous_ont_lu.wait(PATIENCE)
        return ouvertes

    en_cours, tous_ont_lu = contestations.en_cours, threading.Barrier(4)
    monkeypatch.setattr(contestations, "verrouiller", sans_verrou)
    monkeypatch.setattr(contestations, "en_cours", lentement)
    if moteur() == "sqlite":
        monkeypatch.setattr(db.obj, "_lock_type", "DEFERRED")
    nombre, issues = contester_ensemble(monde)
    assert nombre > 1 or any(isinstance(i, OperationalError) for i in issues), issues
