"""`flask --app portail facturer 2026-11`: shown, or issued; taken up again where it was."""

import pytest

from models import Campagne, Facture
from portail.domain import campagnes
from tests.campagnes.conftest import apercu
from tests.factures import NOVEMBRE


@pytest.fixture
def facturer(app, novembre):
    return lambda *mots: app.test_cli_runner().invoke(args=["facturer", *mots])


def test_it_only_shows_what_it_is_asked_to_show(facturer):
    fait = facturer("2026-11", "--apercu")
    assert fait.exit_code == 0 and "2 factures, 13,80\N{NO-BREAK SPACE}€." in fait.output
    assert not Facture.select().exists()


def test_it_issues_as_nobody_and_nothing_the_second_time(facturer):
    fait = facturer("2026-11")
    assert (fait.exit_code, fait.output.splitlines()[-1]) == (
        0,
        "Émises : 2 factures, 13,80\N{NO-BREAK SPACE}€.",
    )
    assert Campagne.get().lancee_par_id is None
    assert facturer("2026-11").output.splitlines()[-1] == "Émises : 0 facture, 0,00\N{NO-BREAK SPACE}€."
    assert Facture.select().count() == 2


def test_a_run_that_was_cut_is_taken_up_again(facturer, novembre, monkeypatch):
    monkeypatch.setattr(campagnes, "TRANCHE", 1)
    campagnes.lancer(None, NOVEMBRE, apercu(None).marque)
    campagnes.servir(pendant=0)
    assert facturer("2026-11").exit_code == 0
    assert Campagne.select().count() == 1 and Facture.select().count() == 2


def test_a_month_to_come_is_refused_in_words(facturer):
    refus = facturer("2027-01")
    assert refus.exit_code == 1 and "Janvier 2027 n’a pas commencé" in refus.output
