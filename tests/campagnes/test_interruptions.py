"""A run that is cut anywhere, resumed, run by two at once, ends as one that nobody disturbed."""

import datetime as dt

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import workflows as w
from models import Campagne, Courriel, Facture, LigneDeFacture, Solde, db
from portail import clock
from portail.domain import campagnes, ecriture_de_factures
from tests.campagnes.conftest import apercu, peupler_de_presents
from tests.factures import NOVEMBRE
from tests.monde import MAINTENANT


@pytest.fixture
def treize(novembre):
    """Thirteen families to bill."""
    peupler_de_presents(novembre, 11)
    return novembre


class Coupure(Exception):
    """The process dies there."""


def couper(monkeypatch, coups: set[int]) -> None:
    """The process dies at these statements of the writing, counted from the first one."""
    compte = [0]
    inserer = ecriture_de_factures.inserer

    def inserer_ou_mourir(*a, **k):
        compte[0] += 1
        if compte[0] in coups:
            raise Coupure
        inserer(*a, **k)

    monkeypatch.setattr(ecriture_de_factures, "inserer", inserer_ou_mourir)


def aller_au_bout(tours: int = 40) -> None:
    """As often as it is killed, somebody takes over once the lease has run out."""
    instant = MAINTENANT
    for _ in range(tours):
        instant += campagnes.BAIL + dt.timedelta(seconds=1)
        with clock.figer(instant):
            try:
                if not campagnes.servir():
                    return
            except Coupure:
                continue
    raise AssertionError("it never ends")


def emises() -> list[tuple]:
    lignes = LigneDeFacture.select().join(Facture).order_by(Facture.rang, LigneDeFacture.rang)
    return [(li.facture.rang, li.facture.payeur_id, li.cle, li.montant) for li in lignes]


def vider() -> None:
    """As before the run: the tests alone may take away what the triggers keep."""
    for table in (Courriel, Solde):
        table.delete().execute()
    for table in ("ligne_de_facture", "facture"):
        if db.obj.for_update:
            db.execute_sql(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            db.execute_sql(f"DELETE FROM {table}")
            db.execute_sql(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        else:
            (ordre,) = db.execute_sql(
                f"SELECT sql FROM sqlite_master WHERE name = '{table}_sans_delete'"
            ).fetchone()
            db.execute_sql(f"DROP TRIGGER {table}_sans_delete")
            db.execute_sql(f"DELETE FROM {table}")
            db.execute_sql(ordre)
    Campagne.delete().execute()


@settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(coups=st.sets(st.integers(1, 30), max_size=8), tranche=st.integers(1, 12))
def test_wherever_it_is_killed_the_invoices_are_the_same(treize, coups, tranche):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(campagnes, "TRANCHE", tranche)
        lancee = campagnes.lancer(treize.gestionnaire, NOVEMBRE, apercu(treize.gestionnaire).marque)
        couper(patch, coups)
        aller_au_bout()
    finie = Campagne.get_by_id(lancee.id)
    trouvees = emises()
    cles = [cle for _, _, cle, _ in trouvees]
    assert (finie.statut, finie.faites, finie.factures) == (w.EMISE, 13, 13)
    assert len(cles) == len(set(cles)) == 15
    assert finie.montant == sum(montant for *_, montant in trouvees) == 15 * 345
    assert list(dict.fromkeys(rang for rang, *_ in trouvees)) == list(range(1, 14))
    assert {f.total for f in Facture.select()} == {345, 1_035}
    dits = Courriel.select().where(Courriel.cle.startswith("facture:")).count()
    assert dits == Facture.select().count()
    vider()


def test_a_process_whose_lease_ran_out_stops_when_another_has_gone_on(novembre, monkeypatch):
    monkeypatch.setattr(campagnes, "TRANCHE", 1)
    campagnes.lancer(novembre.gestionnaire, NOVEMBRE, apercu(novembre.gestionnaire).marque)
    lente = campagnes.prendre_un_tour(Campagne)
    with clock.figer(MAINTENANT + campagnes.BAIL + dt.timedelta(seconds=1)):
        assert campagnes.servir()
        mois = campagnes.lecture.ouvrir(NOVEMBRE, MAINTENANT)
        assert not campagnes._avancer(lente, mois)
    assert Facture.select().count() == 2


def test_while_one_is_at_it_another_does_nothing(novembre):
    campagnes.lancer(novembre.gestionnaire, NOVEMBRE, apercu(novembre.gestionnaire).marque)
    assert campagnes.prendre_un_tour(Campagne) is not None
    assert not campagnes.servir()


def test_a_long_run_leaves_the_mail_its_turn_and_goes_on(novembre, monkeypatch):
    monkeypatch.setattr(campagnes, "TRANCHE", 1)
    campagnes.lancer(novembre.gestionnaire, NOVEMBRE, apercu(novembre.gestionnaire).marque)
    assert campagnes.servir(pendant=0)
    assert Facture.select().count() == 1
    assert campagnes.servir(pendant=0)
    assert Facture.select().count() == 2
