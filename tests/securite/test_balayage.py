"""What `make securite` relies on: each route read has an account to attack it, and what is found is told."""

import math
import sqlite3
from collections import Counter
from contextlib import closing
from types import SimpleNamespace
from urllib.parse import parse_qsl, urlsplit

import pytest

from tests.garanties.routes import ROUTES
from tests.securite.balayage import attaquants
from tests.securite.balayage.__main__ import Passage, montrer
from tests.securite.balayage.attaquants import Attaque, Bilan
from tests.securite.balayage.tri import trier, une_fois_par_salle
from tests.securite.balayage.ville import COMPTES, VISITEUR, Adresse, batir, lever_le_plan

CONNUES = {"accueil.page", "famille.espace"}
LA_FAMILLE = next(compte for compte in COMPTES if compte.nom == "famille")


@pytest.fixture
def passage():
    """`passage(bilan, …)`: an attack of the family that came to this."""

    def faire(bilan: Bilan, lues=CONNUES, pannes=(), connecte: bool = True, outil="wapiti") -> Passage:
        quoi = (frozenset(lues), 10, 5, frozenset(), Counter(pannes), 1.0, connecte)
        return Passage(outil, LA_FAMILLE, bilan, 2, *quoi)

    return faire


def trouve(*trouvailles: tuple[str, str, str, str]) -> Bilan:
    return Bilan(Counter(trouvailles), "tout")


def test_every_route_is_attacked_by_an_account_that_may_take_it():
    assert {endpoint for endpoint in ROUTES if any(compte.a(endpoint) for compte in COMPTES)} == set(ROUTES)


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


def test_what_wapiti_alone_has_not_read_is_not_counted_as_read(passage, capsys):
    assert not montrer([passage(Bilan(), outil="sqlmap")], CONNUES)
    assert "0 sur 2, soit 0.0 %" in capsys.readouterr().out


def test_an_attack_cut_short_fails(passage, capsys):
    assert not montrer([passage(Bilan(acheve="8 sur 15 modules", entier=False))], CONNUES)
    assert "n’est pas allé au bout : 8 sur 15 modules" in capsys.readouterr().out


def test_a_module_cut_short_is_not_told_as_gone_through():
    dit = "[*] Launching module csp\n[*] Launching module sql\n"
    assert attaquants.menes_au_bout(dit + "A report has been generated in the file r.json") == 2
    assert attaquants.menes_au_bout(dit) == 1
    coupe = dit + "Max attack time was reached for module sql, stopping.\nA report has been generated"
    assert attaquants.menes_au_bout(coupe) == 1
    assert attaquants.menes_au_bout("") == 0


def test_an_injection_told_by_sqlmap_is_critical_and_what_was_cut_short_is_not_counted(tmp_path, monkeypatch):
    dits = iter(["…\nParameter: q (GET)\n    Type: boolean-based blind\n", f"[ERROR] {attaquants.RIEN}", "…"])
    monkeypatch.setattr(attaquants, "lancer", lambda *_: next(dits))
    adresses = [Adresse("agents.file", f"/agents?q={n}", ("q",)) for n in range(3)]
    ville = SimpleNamespace(url="https://127.0.0.1", temoins=[])
    bilan = attaquants.sqlmap(
        ville, Attaque(adresses, 30, math.inf, tmp_path / "s", lambda *_: "agents.file")
    )
    assert bilan.trouvailles == {("critique", "injection SQL", "/agents?q=0", "q (GET)"): 1}
    assert (bilan.acheve, bilan.entier) == ("1 sur 3 adresses", False)


def test_sqlmap_is_given_each_field_of_a_room_once_the_richest_addresses_first():
    adresses = [
        Adresse("agents.demande", "/agents/1?q=a&page=2", ("q", "page")),
        Adresse("agents.file", "/agents?q=a&nature=b&page=1", ("q", "nature", "page")),
        Adresse("familles.liste", "/familles?q=a", ("q",)),
        Adresse("agents.nue", "/agents/1", ()),
    ]
    assert [(a.endpoint, a.champs) for a in une_fois_par_salle(adresses)] == [
        ("agents.file", ("q", "nature", "page")),
        ("familles.liste", ("q",)),
    ]


@pytest.fixture
def session(tmp_path):
    """`session(*requetes)`: what wapiti has stored of what it read; then `.restent()`."""

    def faire(*requetes: tuple[str, str]) -> SimpleNamespace:
        with closing(sqlite3.connect(tmp_path / "lue.db")) as base:
            base.execute("CREATE TABLE paths (path_id INTEGER, method TEXT, path TEXT, evil BOOLEAN)")
            base.execute("CREATE TABLE params (path_id INTEGER, type TEXT, name TEXT)")
            for ident, (methode, url) in enumerate(requetes):
                base.execute("INSERT INTO paths VALUES (?, ?, ?, 0)", (ident, methode, urlsplit(url).path))
                champs = [(ident, methode, nom) for nom, _ in parse_qsl(urlsplit(url).query)]
                base.executemany("INSERT INTO params VALUES (?, ?, ?)", champs)
            base.commit()
        return SimpleNamespace(dossier=tmp_path, restent=restent)

    def restent() -> list[int]:
        with closing(sqlite3.connect(tmp_path / "lue.db")) as base:
            assert not base.execute(
                "SELECT 1 FROM params WHERE path_id NOT IN (SELECT path_id FROM paths)"
            ).fetchall()
            return [ident for (ident,) in base.execute("SELECT path_id FROM paths ORDER BY path_id")]

    return faire


def test_a_form_is_attacked_once_and_again_for_the_field_that_it_alone_carries(session):
    lue = session(
        ("GET", "/creneaux/1?date=a"),
        ("GET", "/creneaux/2?date=a"),
        ("GET", "/creneaux/3?vue=a"),
        ("POST", "/creneaux/1?date=a&csrf_token=x"),
        ("POST", "/creneaux/2?csrf_token=x"),
        ("POST", "/creneaux/3?csrf_token=x"),
        ("GET", "/deconnexion"),
    )
    lieu = lambda _, url: "planning.creneau" if "creneaux" in url else ""  # noqa: E731
    assert trier(lue.dossier, lieu) == (4, 3)
    assert lue.restent() == [0, 2, 3, 4]


def test_the_plan_has_what_is_to_be_read_with_its_fields_and_knows_where_an_address_leads(tmp_path):
    plan = lever_le_plan(batir(tmp_path))
    lues = {adresse.endpoint for siennes in plan.adresses.values() for adresse in siennes}
    assert lues == plan.endpoints("GET")
    assert plan.quelle("GET", "https://127.0.0.1:1/famille/planning") == "planning.page"
    assert plan.quelle("GET", "/nulle-part") == ""
    assert plan.lieu(LA_FAMILLE)("GET", "/famille/planning") == "planning.page"
    assert plan.lieu(VISITEUR)("GET", "/famille/planning") == ""
