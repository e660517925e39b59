"""Whatever is sent, to any route, in any field: a sentence in French, the right status, no error of ours."""

from collections.abc import Iterable, Iterator
from itertools import chain

import pytest
from flask import has_request_context, request
from flask.wrappers import Request
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import ImmutableMultiDict

import models
from models import Evenement, Ligne
from tests.garanties.attaquant import Attaquant
from tests.garanties.carte import Carte
from tests.garanties.empreinte import Contenu, contenu, difference, sans_les_essais
from tests.garanties.gens import CHANGENT_DE_PERSONNE, CHANGENT_LEUR_COMPTE, HTMX
from tests.garanties.hostiles import (
    EN_TROP,
    ENTETES,
    SUR_LES_DEUX_MOTEURS,
    VALEURS,
    Valeur,
    coder,
    remettre_en_attente,
    remettre_l_agenda,
    remettre_les_contacts,
)
from tests.garanties.route import Route
from tests.garanties.routes import JETON
from tests.repetitions import EN_ENTIER

SQLITE = pytest.mark.parametrize("url_de_base", ["sqlite"], indirect=True)


@pytest.fixture
def attaquant(carte, connexion):
    return Attaquant(carte, connexion)


def les_routes(carte: Carte) -> list[Route]:
    return carte.routes(methodes=("GET", "POST"))


def plat(champs: dict[str, list[str]], sauf: str = "") -> list[tuple[str, Valeur]]:
    return [(nom, valeur) for nom, valeurs in champs.items() if nom != sauf for valeur in valeurs]


def mauvais(sains: dict[str, list[str]], nom: str, valeurs, partout: bool) -> Iterator[str]:
    """The sound fields, with this one spoilt in every way: another value, said twice, missing.

    What brings no value of its own into a query is sent on one engine; by day, not `partout`.
    """
    autres, sain = plat(sains, nom), plat({nom: sains[nom]})
    for valeur in valeurs:
        yield coder([*autres, (nom, valeur)])
    if models.moteur() == "sqlite" and partout:  # refused, left out or read as one before any query
        yield coder([*autres, *sain, (nom, "x")])
        yield coder([*autres, (f"{nom}[]", "1"), (nom.upper(), "1")])
        yield coder([*autres, (nom, b"\xff"), *sain])
        yield coder([*autres, *sain, *sain])


class Partage:
    """What to put in a field. Every value there is on SQLite, all that could reach a query on PostgreSQL:
    once for each name, dealt out among the routes that read a field of that name. By night PostgreSQL is
    sent all of them on each of these routes.
    """

    def __init__(self, lectures: Iterable[tuple[Route, str]]) -> None:
        self.routes: dict[str, list[str]] = {}
        for route, nom in lectures:
            self.routes.setdefault(nom, []).append(str(route))

    def valeurs(self, route: Route, nom: str) -> list[Valeur]:
        postgresql, siennes = models.moteur() == "postgresql", self.routes[nom]
        if postgresql and EN_ENTIER:
            return list(SUR_LES_DEUX_MOTEURS.values())
        valeurs = SUR_LES_DEUX_MOTEURS if postgresql else VALEURS
        return list(valeurs.values())[siennes.index(str(route)) :: len(siennes)]

    def premiere(self, route: Route, nom: str) -> bool:
        """Whether it is the first of the routes that read a field of that name, or the night."""
        return EN_ENTIER or self.routes[nom][0] == str(route)


def champs_d_adresse(carte: Carte) -> list[tuple[Route, str]]:
    return [(route, nom) for route in carte.routes(methodes=["GET"]) for nom in route.fiche.requete]


def champs_de_corps(carte: Carte) -> list[tuple[Route, str]]:
    return [(route, nom) for route in carte.routes(methodes=["POST"]) for nom in carte.corps(route)[0]]


# ——— every field, every value ———


@pytest.mark.deux_moteurs
def test_a_field_of_an_address_may_hold_anything(carte, attaquant):
    avant, partage = contenu(), Partage(champs_d_adresse(carte))
    for route, nom in champs_d_adresse(carte):
        sains = carte.sains(route.fiche.requete)
        for requete in mauvais(sains, nom, partage.valeurs(route, nom), partage.premiere(route, nom)):
            attaquant.envoyer(route, requete)
    assert not difference(avant, contenu())


def test_the_address_of_an_act_too(carte, attaquant):
    for route in carte.routes(methodes=["POST"]):
        corps = coder(plat(carte.corps(route)[0]))
        for nom in route.fiche.requete:
            for valeur in ("", "' OR 1=1--", b"\xed\xa0\x80", "\0", str(2**63)):
                attaquant.envoyer(route, coder([(nom, valeur), (nom, "x")]), corps)


@pytest.mark.deux_moteurs
def test_a_field_of_a_body_may_hold_anything(carte, attaquant):
    avant: Contenu | None = None
    partage = Partage(champs_de_corps(carte))
    for route in carte.routes(methodes=["POST"]):
        sains = carte.corps(route)[0]
        for nom in sains:
            remettre_en_attente(int(carte.champs["demande"][0][0]))
            if "contact_id" in route.parametres:
                remettre_les_contacts(carte.la_mienne(route)["contact_id"])
                avant = None
            if route.endpoint.startswith("agenda."):
                remettre_l_agenda(carte.parametres["agenda_id"][0][0])
                avant = None
            if route.endpoint in CHANGENT_LEUR_COMPTE:  # Rachid is put back by us, not by what is sent
                attaquant.qui(route)
                avant = None
            avant, statuts = avant or contenu(), set()
            premiere = partage.premiere(route, nom)
            for corps in mauvais(sains, nom, partage.valeurs(route, nom), premiere):
                statuts.add(attaquant.envoyer(route, "", corps).status_code)
            apres = None if statuts & {200, 204, 303} else contenu()
            if apres:
                assert not difference(sans_les_entrees(avant), sans_les_entrees(apres)), (route, nom)
            avant = apres


def sans_les_entrees(donnees: Contenu) -> Contenu:
    """Without what is left by those who come in afresh for each call, either."""
    restes = sans_les_essais(donnees)
    return restes | {Evenement.__name__: [r for r in restes[Evenement.__name__] if "connexion" not in r]}


@SQLITE
def test_for_htmx_too_a_spoilt_field_is_told_in_french(carte, attaquant):
    """On one engine: the very same values are sent to both just above, and here only the page is another."""
    for route in les_routes(carte):
        for nom in route.fiche.requete if route.lit else route.fiche.corps:
            sains = carte.sains(route.fiche.requete) if route.lit else carte.corps(route)[0]
            for valeur in ("x", b"\xff"):
                champs = coder([*plat(sains, nom), (nom, valeur)])
                envoi = (champs, None) if route.lit else ("", champs)
                attaquant.envoyer(route, *envoi, headers=HTMX)


def test_a_reason_keeps_no_character_that_nobody_sees(carte, attaquant):
    refuser = carte.route("moderation.refuser")
    champs = carte.sains(refuser.fiche.corps) | {
        "motif": ["autre"],
        "precision": [" Dossier\u202e \x1b\u200b arrive\u0301\n"],
    }
    attaquant.envoyer(refuser, "", coder(plat(champs)))
    lignes = Ligne.select().where(Ligne.demande == carte.la_mienne(refuser)["demande_id"])
    assert {ligne.motif for ligne in lignes} == {"Dossier arrivé"}
    rien = coder(plat(champs | {"precision": ["\u202e\u200b\ufeff"]}))
    assert attaquant.envoyer(refuser, "", rien).status_code == 422


# ——— bodies that are no form of ours ———

CORPS = (
    ("text/plain", b"voulu=reserve"),
    ("application/xml", b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"),
    ("application/x-www-form-urlencoded; charset=utf-16", b"\xff\xfev\x00o\x00"),
    ("application/x-www-form-urlencoded", b"&&&===&%&%zz=%zz&=x"),
    ("multipart/form-data", b"without a boundary"),
    ("multipart/form-data; boundary=b", b"--b\r\nContent-Disposition: form-data\r\n\r\nno name\r\n--b--"),
    ("multipart/form-data; boundary=b", b"--b\r\nthat never ends"),
    ("", b"\x00\x01\x02"),
)


@pytest.mark.parametrize(
    ("jeton", "url_de_base"),
    [(True, "postgresql"), (False, "sqlite"), *[(True, "sqlite")] * EN_ENTIER],
    ids=["token-postgresql", "no token-sqlite", *["token-sqlite"] * EN_ENTIER],
    indirect=["url_de_base"],
)
def test_a_body_that_is_no_form_is_refused_or_does_what_the_address_says(carte, attaquant, jeton):
    for route in carte.routes(methodes=["POST"]):
        for genre, corps in CORPS:
            entetes = {"X-CSRFToken": attaquant.qui(route)[1]} if jeton else {}
            if route.endpoint in CHANGENT_DE_PERSONNE and jeton:
                continue  # their token is of another browser each time: see the next test
            reponse = attaquant.envoyer(route, data=corps, content_type=genre, headers=entetes)
            if route.endpoint != "paiements.retour":  # PayFiP leads back there: no token, nothing is read
                assert jeton or reponse.status_code in (400, 415), (route, genre)
            assert (reponse.status_code == 415) == (genre in ("text/plain", "application/xml")), (
                route,
                genre,
            )


@SQLITE
def test_json_is_no_form_of_ours(carte, attaquant):
    """On one engine, like the next: refused before the view is called."""
    for route in carte.routes(methodes=["POST"]):
        if route.endpoint not in CHANGENT_DE_PERSONNE:
            entetes = {"X-CSRFToken": attaquant.qui(route)[1]}
            champs = {nom: valeurs[0] for nom, valeurs in carte.corps(route)[0].items()}
            for corps in (champs, [champs], "x", [], 5):
                assert attaquant.envoyer(route, json=corps, headers=entetes).status_code == 415


@SQLITE
def test_three_hundred_parts_or_a_megabyte_are_too_much_everywhere(carte, attaquant):
    """Or more than a thousand, where a field stands for each day of a year."""
    for route in carte.routes(methodes=["POST"]):
        _, jeton = attaquant.qui(route)
        permises = getattr(carte.app.view_functions[route.endpoint], "champs_max", None) or 200
        parties = {f"champ{n}": "x" for n in range(permises + 100)} | {"csrf_token": jeton}
        reponse = attaquant.envoyer(route, data=parties, content_type="multipart/form-data")
        assert reponse.status_code == 413, route
        reponse = attaquant.envoyer(route, corps="x=" + "y" * 1_000_000)
        assert reponse.status_code == 413, route


@pytest.mark.deux_moteurs
def test_a_field_sent_forty_thousand_times_is_no_trouble(carte, attaquant):
    """One that names a row, on PostgreSQL, by night on SQLite too; any other reaches no query. By day, once
    for each name.
    """
    partage = Partage(champs_de_corps(carte))
    for route in carte.routes(methodes=["POST"]):
        sains = carte.corps(route)[0]
        for nom in sains:
            nomme, ici = bool(carte.ids_d_autrui(nom)), models.moteur()
            ailleurs = ici != ("postgresql" if nomme else "sqlite") and not (nomme and EN_ENTIER)
            if ailleurs or not partage.premiere(route, nom):
                continue
            repetes = "&".join(f"{nom}={n}" for n in range(1, 470_000 // (len(nom) + 7)))
            attaquant.envoyer(route, "", coder(plat(sains, nom)) + "&" + repetes)


# ——— headers and cookies ———

LUS = (
    "HX-Current-URL",
    "Referer",
    "User-Agent",
    "Accept-Encoding",
    "If-None-Match",
    "Range",
    "HX-Request-Type",
)


@pytest.mark.parametrize("entete", [*LUS, "session", "apparence"])
def test_a_header_or_a_cookie_may_hold_anything(app, carte, attaquant, entete):
    espace, apparence = carte.route("famille.espace"), carte.route("accueil.apparence")
    for valeur in VALEURS.values():
        ligne = (valeur if isinstance(valeur, bytes) else valeur.encode()).decode("latin-1")
        if "\n" in ligne or len(ligne) > 100_000:
            continue  # no server lets these through
        for route in (espace, apparence):
            if entete in LUS:
                genre = {"HX-Request": "true"} if entete.startswith("HX-") else {}
                reponse = attaquant.envoyer(route, headers=genre | {entete: ligne})
            else:
                etranger = app.test_client()
                temoin = {"HTTP_COOKIE": f"{entete}={ligne}"}
                reponse = etranger.get(espace.url({}), environ_overrides=temoin)
                assert reponse.status_code == 303, ligne
            assert (reponse.location or "/").startswith("/"), (entete, ligne)
            assert not (reponse.location or "/").startswith("//"), (entete, ligne)


# ——— fields that no form of ours has ———


def tout_envoyer(carte: Carte, connexion, en_trop: bool) -> list[dict]:
    """Every POST, sound, one after the other; what the tables hold after each."""
    attaquant, etats = Attaquant(carte, connexion), []
    for route in carte.routes(methodes=["POST"]):
        plus = {nom: [v] for nom, v in EN_TROP.items() if nom not in route.fiche.corps} if en_trop else {}
        requete = (
            {nom: [v] for nom, v in EN_TROP.items() if nom not in route.fiche.requete} if en_trop else {}
        )
        corps = coder(plat(carte.corps(route)[0] | plus))
        entetes = ENTETES if en_trop else {}
        reponse = attaquant.envoyer(route, coder(plat(requete)), corps, headers=entetes)
        assert reponse.status_code in (200, 303, 409, 422), route
        etats.append({"route": str(route), "statut": reponse.status_code, "rangees": contenu((), False)})
    return etats


def test_fields_that_no_form_has_change_nothing(carte, connexion, renaitre):
    avant = contenu((), False)
    sans = tout_envoyer(carte, connexion, en_trop=False)
    renaitre()
    assert not difference(avant, contenu((), False)), "the world is what it was"
    avec = tout_envoyer(carte, connexion, en_trop=True)
    assert difference(avant, sans[-1]["rangees"]), "the sound calls do write"
    for etat_sans, etat_avec in zip(sans, avec, strict=True):
        assert etat_sans["statut"] == etat_avec["statut"], etat_sans["route"]
        ecart = difference(etat_sans["rangees"], etat_avec["rangees"])
        assert not ecart, f"{etat_sans['route']}\n{ecart}"


# ——— the map tells all that is read ———


class Ecoute(ImmutableMultiDict):
    """Fields that tell who asks for them."""

    lus: set[tuple[str, str]] = set()

    def _noter(self, nom: str) -> None:
        if has_request_context() and request.endpoint:
            self.lus.add((request.endpoint, nom))

    def __getitem__(self, nom):
        self._noter(nom)
        return super().__getitem__(nom)

    def __contains__(self, nom) -> bool:
        self._noter(nom)
        return super().__contains__(nom)

    def get(self, nom, *reste, **autres):
        self._noter(nom)
        return super().get(nom, *reste, **autres)

    def getlist(self, nom, *reste, **autres):
        self._noter(nom)
        return super().getlist(nom, *reste, **autres)


class Requete(Request):
    parameter_storage_class = Ecoute


@SQLITE  # which fields a view reads does not hang on the engine
def test_every_field_that_a_view_reads_is_on_the_map(app, carte, attaquant):
    app.request_class = Requete
    Ecoute.lus = set()
    for route in les_routes(carte):
        requete, corps = carte.sains(route.fiche.requete), carte.corps(route)
        spoilt = {nom: ["x"] for nom in corps[0]}
        for champs in (spoilt, *corps):
            attaquant.envoyer(route, coder(plat(requete)), coder(plat(champs)))
    dits = {
        (route.endpoint, nom)
        for route in les_routes(carte)
        for nom in chain(route.fiche.requete, route.fiche.corps)
    }
    lus = {(endpoint, nom) for endpoint, nom in Ecoute.lus if nom not in JETON}
    assert not lus - dits, f"{sorted(lus - dits)} read by a view, and not on the map"
    assert not dits - lus, f"{sorted(dits - lus)} on the map, and no longer read by any view"


# ——— words drawn at random in the filters ———

TEXTES = st.one_of(st.text(max_size=40), st.binary(max_size=20), st.integers().map(str))


@settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_any_text_in_the_filters_is_read_or_refused(carte, attaquant, data):
    routes = [route for route in carte.routes(methodes=["GET"]) if route.fiche.requete]
    route = data.draw(st.sampled_from(routes), label="route")
    noms = st.sampled_from(route.fiche.requete)
    champs = data.draw(st.lists(st.tuples(noms, TEXTES), max_size=6), label="champs")
    attaquant.envoyer(route, coder(champs))
