"""The sums of the accounts agree, to the cent, whatever happened and in whatever order."""

import datetime as dt
from contextlib import suppress
from itertools import islice, product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models import Facture, LigneDeFacture, Reglement, Seance, Solde, write_transaction
from portail.domain import avoirs, caisse, encaissement, exports
from portail.domain.exports import Periode
from portail.domain.refus import Refus
from tests.factures import encaisser, facture

TOUT = Periode(dt.date(2026, 1, 1), dt.date(2026, 12, 31))
CENTS = st.integers(1, 20_000)
GESTES = st.lists(
    st.one_of(
        st.tuples(st.just("facturer"), st.booleans(), CENTS),
        st.tuples(st.just("encaisser"), st.booleans(), CENTS),
        st.tuples(st.just("contrepasser"), st.integers(0, 30), st.just(0)),
        st.tuples(st.just("reprendre"), st.integers(0, 30), CENTS),
        st.tuples(st.just("imputer"), st.booleans(), st.just(0)),
    ),
    min_size=1,
    max_size=12,
)


class Histoire:
    """What happens to the accounts of two families, one gesture at a time."""

    def __init__(self, monde) -> None:
        self.monde = monde
        self.lignes = product(list(Seance.select().order_by(Seance.id)), (monde.lea, monde.noe, monde.tomas))

    def adulte(self, premier: bool):
        return self.monde.adulte_claire if premier else self.monde.adulte_paulo

    def facturer(self, premier: bool, montant: int) -> None:
        ((seance, enfant),) = islice(self.lignes, 1)
        facture(self.adulte(premier), [(enfant, seance, montant)])

    def encaisser(self, premier: bool, montant: int) -> None:
        encaisser(self.adulte(premier), montant)

    def contrepasser(self, rang: int, _: int) -> None:
        recus = list(Reglement.select().where(Reglement.contrepartie_de.is_null()).order_by(Reglement.id))
        if recus:
            caisse.contrepasser(self.monde.sophie, recus[rang % len(recus)].id, "Sans provision")

    def reprendre(self, rang: int, montant: int) -> None:
        emises = list(Facture.select().where(Facture.total > 0).order_by(Facture.id))
        if emises:
            emise = emises[rang % len(emises)]
            avoirs.emettre(
                self.monde.sophie, emise.id, {LigneDeFacture.get(facture=emise).id: montant}, "Séance annulée"
            )

    def imputer(self, premier: bool, _: int) -> None:
        with write_transaction():
            encaissement.imputer_les_credits(self.adulte(premier).id)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(gestes=GESTES)
def test_issued_less_received_is_owed_less_in_advance(monde, gestes):
    # the same town goes on from one story to the next: nothing of money is ever erased
    histoire = monde.__dict__.setdefault("histoire", Histoire(monde))
    for nom, quoi, montant in gestes:
        with suppress(Refus):  # an avoir of more than is left, a receipt undone twice: nothing changes
            getattr(histoire, nom)(quoi, montant)
    t = exports.totaux(monde.gestionnaire, TOUT)
    assert t.emis - t.recus == t.reste - t.avance
    assert t.factures - t.regle - t.repris == t.reste
    assert t.reste >= 0 and t.avance >= 0
    assert t.reste == sum(solde.reste for solde in Solde.select())
    credits_ = encaissement.credits_de([monde.adulte_claire.id, monde.adulte_paulo.id])
    assert t.avance == sum(credit.reste for siens in credits_.values() for credit in siens)
    listes = {quoi: lire(TOUT, 10_000) for quoi, lire in exports.LECTURES.items()}
    assert sum(r[-4] for r in listes[exports.EMISES]) == t.emis
    assert sum(r[-3] for r in listes[exports.RECUS]) == t.recus
    assert sum(r[-1] for r in listes[exports.RESTES]) == t.reste
    for total, regle, repris, reste in (r[-4:] for r in listes[exports.EMISES]):
        assert total - regle - repris == reste
    for montant, impute, avance in (r[-3:] for r in listes[exports.RECUS]):
        assert montant - impute == avance


def test_a_period_holds_its_days_and_no_other(monde, octobre, novembre):
    encaisser(monde.adulte_claire, 1_000, octobre)
    ce_jour = Periode(dt.date(2026, 12, 1), dt.date(2026, 12, 1))
    t = exports.totaux(monde.gestionnaire, ce_jour)
    assert (t.emis, t.recus, t.reste) == (14_820, 1_000, 13_820)
    hier = Periode(dt.date(2026, 11, 1), dt.date(2026, 11, 30))
    assert exports.totaux(monde.gestionnaire, hier).emis == 0


@pytest.mark.parametrize("heure, compte", [((22, 59), True), ((23, 0), False)])
def test_a_day_is_that_of_paris(monde, heure, compte):
    ligne = (monde.lea, monde.seance(monde.cantine, dt.date(2026, 11, 30)), 345)
    facture(monde.adulte_claire, [ligne], emise_le=dt.datetime(2026, 12, 1, *heure, tzinfo=dt.UTC))
    jour = Periode(dt.date(2026, 12, 1), dt.date(2026, 12, 1))
    assert exports.totaux(monde.gestionnaire, jour).emis == (345 if compte else 0)
