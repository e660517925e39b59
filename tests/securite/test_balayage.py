"""What `make securite` relies on: each route read has an account to attack it, and what is found is told."""

from collections import Counter

import pytest

from tests.garanties.route import A_COMPLETER
from tests.garanties.routes import ROUTES
from tests.securite.balayage import attaquants
from tests.securite.balayage.__main__ import Passage, montrer
from tests.securite.balayage.attaquants import Bilan
from tests.securite.balayage.ville import COMPTES, Adresse, Servie

CONNUES = {"accueil.page", "famille.espace"}


@pytest.fixture
def passage():
    """`passage(bilan, …)`: an attack of the family that came to this."""

    def faire(bilan: Bilan, lues=CONNUES, pannes=(), connecte: bool = True) -> Passage:
        return Passage(
            *("wapiti", COMPTES[1], bilan, 2, frozenset(lues), 10, 5, Counter(pannes), 1.0, connecte)
        )

    return faire


def trouve(*trouvailles: tuple[str, str, str, str]) -> Bilan:
    return Bilan(Counter(trouvailles), "tout")


def test_every_route_is_attacked_by_an_account_that_may_take_it():
    qui = {fiche.qui for fiche in ROUTES.values()} - {A_COMPLETER}  # a demonstration asks no second factor
    assert {qui for compte in COMPTES for qui in compte.siennes} == qui


def test_nothing_found_and_all_read_is_told_as_such(passage, capsys):
    assert montrer([passage(Bilan())], CONNUES)
    assert "2 sur 2, soit 100.0 %" in capsys.readouterr().out


def test_what_is_light_is_told_and_fails_nothing(passage, capsys):
    assert montrer([passage(trouve(("faible", "un en-tête", "GET /", "")))], CONNUES)
    assert "faible : un en-tête, GET /" in capsys.readouterr().out


@pytest.mark.parametrize("gravite", attaquants.GRAVITES[2:])
def test_what_is_of_medium_severity_or_more_fails(passage, capsys, gravite):
    assert not montrer([passage(trouve((gravite, "XSS", "GET /famille", "q")))], CONNUES)
    assert f"À VOIR : wapiti, famille – {gravite} : XSS, GET /famille q" in capsys.readouterr().out


def test_an_error_of_the_server_a_session_lost_and_too_little_read_fail(passage, capsys):
    assert not montrer([passage(Bilan(), pannes={"famille.espace": 3})], CONNUES)
    assert "erreur du serveur : famille.espace (3 fois)" in capsys.readouterr().out
    assert not montrer([passage(Bilan(), connecte=False)], CONNUES)
    assert not montrer([passage(Bilan(), lues={"accueil.page"})], CONNUES)
    assert "non lue : famille.espace" in capsys.readouterr().out


def test_the_report_of_wapiti_is_read_with_its_severities():
    une = {"method": "GET", "path": "/famille", "parameter": "q", "level": 3}
    bilan = attaquants.lire_le_rapport(
        {"vulnerabilities": {"XSS": [une, une], "CSRF": []}, "anomalies": {"5xx": [une | {"level": 0}]}}
    )
    assert bilan.trouvailles == {
        ("élevée", "XSS", "GET /famille", "q"): 2,
        ("information", "5xx", "GET /famille", "q"): 1,
    }


def test_an_injection_told_by_sqlmap_is_critical_and_what_was_cut_short_is_not_counted(tmp_path, monkeypatch):
    dits = iter(["…\nParameter: q (GET)\n    Type: boolean-based blind\n", f"[ERROR] {attaquants.RIEN}", "…"])
    monkeypatch.setattr(attaquants, "lancer", lambda *_: next(dits))
    adresses = [Adresse("agents.file", f"/agents?q={n}", ("q",)) for n in range(3)]
    bilan = attaquants.sqlmap(Servie("https://127.0.0.1", tmp_path / "r", []), adresses, 30, tmp_path / "s")
    assert bilan.trouvailles == {("critique", "injection SQL", "/agents?q=0", "q (GET)"): 1}
    assert bilan.acheve == "1 sur 3 adresses"
