"""`/metriques`: for the machine itself or whoever has the token, in Prometheus' text format."""

import datetime as dt
import multiprocessing
import re

import pytest

import workflows as w
from models import Courriel, Demande, Tache, db, write_transaction
from portail import affluence, clock, mesures
from portail.domain import courriels, taches
from tests.conftest import config_de_test
from tests.formulaires import poster
from tests.monde import MAINTENANT

JETON = "un-jeton-de-mesure-Zk3v9QpLr7Xw2BnTy5Ghs8Jd"
AILLEURS = {"REMOTE_ADDR": "192.0.2.7"}
LIGNE = re.compile(r'^portail_\w+(\{\w+="[^"\n]*"(,\w+="[^"\n]*")*\})? -?[\d.]+$')


@pytest.fixture
def compteurs(monkeypatch):
    neufs = mesures.Compteurs()
    monkeypatch.setattr(mesures, "COMPTEURS", neufs)
    return neufs


def lire(client, **plus) -> dict[str, float]:
    reponse = client.get("/metriques", **plus)
    assert reponse.status_code == 200
    lignes = [ligne for ligne in reponse.text.splitlines() if not ligne.startswith("#")]
    assert all(LIGNE.match(ligne) for ligne in lignes)
    return {nom: float(valeur) for nom, _, valeur in (ligne.rpartition(" ") for ligne in lignes)}


# ——— who ———


def test_the_machine_itself_reads_them(client, monde):
    reponse = client.get("/metriques")
    assert reponse.status_code == 200
    assert reponse.content_type == "text/plain; version=0.0.4; charset=utf-8"
    assert reponse.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in reponse.headers


@pytest.mark.parametrize("entete", ["X-Forwarded-For", "Forwarded", "X-Real-IP"])
def test_what_a_proxy_of_the_machine_hands_on_is_not_the_machine(client, monde, entete):
    assert client.get("/metriques", headers={entete: "127.0.0.1"}).status_code == 404


def test_from_elsewhere_without_a_token_there_is_nothing_there(client, monde, connexion):
    voulu = client.get("/rien-du-tout", environ_overrides=AILLEURS)
    reponse = client.get("/metriques", environ_overrides=AILLEURS)
    assert (reponse.status_code, reponse.text) == (404, voulu.text)
    gestionnaire = connexion(monde.gestionnaire)
    assert gestionnaire.get("/metriques", environ_overrides=AILLEURS).status_code == 404


@pytest.mark.parametrize("donne", ["", "Bearer", "Bearer ", "Bearer autre", "Bearer é", f"Bearer {JETON}x"])
@pytest.mark.parametrize("regle", ["", JETON])
def test_a_wrong_token_opens_nothing_nor_does_the_empty_one(app, client, monde, url_de_base, regle, donne):
    app.extensions["portail"] = config_de_test(url_de_base, jeton_de_mesure=regle)
    entetes = {"Authorization": donne}
    assert client.get("/metriques", headers=entetes, environ_overrides=AILLEURS).status_code == 404


def test_the_token_opens_them_from_elsewhere_and_through_a_proxy(app, client, monde, url_de_base):
    app.extensions["portail"] = config_de_test(url_de_base, jeton_de_mesure=JETON)
    entetes = {"Authorization": f"Bearer {JETON}", "X-Forwarded-For": "192.0.2.7"}
    assert client.get("/metriques", headers=entetes, environ_overrides=AILLEURS).status_code == 200


# ——— what ———


def test_each_request_is_counted_by_who_may_make_it_how_and_with_what_answer(
    connexion, client, monde, compteurs
):
    famille, agent = connexion(monde.claire), connexion(monde.sophie)
    famille.get("/famille/demandes")
    famille.get("/famille/demandes")
    famille.get("/agents")
    agent.get("/agents")
    client.get("/nulle-part")
    lues = lire(client)
    vues = {
        nom: nombre
        for nom, nombre in lues.items()
        if nom.startswith("portail_requetes_total") and "public" not in nom
    }
    assert vues == {
        'portail_requetes_total{classe="famille",methode="lecture",statut="200"}': 2,
        'portail_requetes_total{classe="personnel",methode="lecture",statut="200"}': 1,
        'portail_requetes_total{classe="personnel",methode="lecture",statut="403"}': 1,
        'portail_requetes_total{classe="inconnue",methode="lecture",statut="404"}': 1,
    }
    poster(client, "/connexion", {"email": "personne@example.org", "mot_de_passe": "x"})
    assert lire(client)['portail_requetes_total{classe="public",methode="ecriture",statut="422"}'] == 1


def test_the_durations_fall_into_their_slices_that_add_up(client, monde, compteurs):
    for secondes in (0.001, 0.02, 0.02, 0.3, 60):
        compteurs.compter("famille", "lecture", 200, secondes)
    compteurs.compter("famille", "lecture", 418, 0.001)
    lues, noms = lire(client), 'classe="famille",methode="lecture"'
    tranches = {
        b: lues[f'portail_duree_secondes_bucket{{{noms},le="{b}"}}'] for b in (*mesures.BORNES, "+Inf")
    }
    assert tranches[0.005] == 2 and tranches[0.01] == 2 and tranches[0.025] == 4
    assert tranches[0.2] == 4 and tranches[0.5] == 5 and tranches[5.0] == 5 and tranches["+Inf"] == 6
    assert lues[f"portail_duree_secondes_count{{{noms}}}"] == 6
    assert lues[f"portail_duree_secondes_sum{{{noms}}}"] == pytest.approx(60.342)
    assert lues[f'portail_requetes_total{{{noms},statut="autre"}}'] == 1


def _compter(compteurs, rang: int) -> None:
    compteurs.prendre_la_ligne(rang)
    for _ in range(1000):
        compteurs.compter("public", "lecture", 200, 0)


def test_the_processes_of_a_service_are_counted_together(compteurs):
    fourche = multiprocessing.get_context("fork")
    enfants = [fourche.Process(target=_compter, args=(compteurs, rang)) for rang in (1, 2, 65)]
    for enfant in enfants[:2]:
        enfant.start()
    for enfant in enfants[:2]:
        enfant.join()
    enfants[2].start()  # the line of the first one, which is dead
    enfants[2].join()
    assert compteurs.lire("public", "lecture")[0] == 3000


def test_what_waits_in_the_base_is_told_with_its_age(client, monde):
    vide = lire(client)
    assert vide["portail_courriels_en_attente"] == 0 and vide["portail_courriel_plus_ancien_secondes"] == 0
    for heures, cle in ((3, "a"), (1, "b"), (9, "parti")):
        with clock.figer(MAINTENANT - dt.timedelta(hours=heures)), write_transaction():
            courriels.ecrire(cle=cle, destinataire="x@example.org", sujet="Bonjour", corps="Bonjour")
    Courriel.update(statut="envoye").where(Courriel.cle == "parti").execute()
    for statut, jours in ((w.EN_ATTENTE, 2), (w.ACCEPTEE, 8)):
        Demande.create(
            famille=monde.moreau,
            auteur=monde.claire,
            nature=w.NATURE_RESERVATION,
            statut=statut,
            deposee_le=MAINTENANT - dt.timedelta(days=jours),
        )
    lues = lire(client)
    assert lues["portail_courriels_en_attente"] == 2
    assert lues["portail_courriel_plus_ancien_secondes"] == 3 * 3600
    assert lues["portail_demandes_en_attente"] == vide["portail_demandes_en_attente"] + 1
    assert lues["portail_demande_plus_ancienne_secondes"] == 2 * 86_400
    assert lues["portail_base_octets"] > 100_000


def test_what_the_portal_does_by_itself_is_told_with_its_last_time(client, monde):
    assert not [nom for nom in lire(client) if "tache" in nom]
    taches.noter(taches.SAUVEGARDE)
    lues = lire(client)
    assert lues['portail_tache_faite_le_secondes{tache="sauvegarde"}'] == MAINTENANT.timestamp()


def test_reading_them_takes_as_many_queries_whatever_waits(client, monde, monkeypatch):
    def requetes() -> int:
        lues = []

        def compte(*mots, **plus):
            lues.append(mots)
            return vraie(*mots, **plus)

        monkeypatch.setattr(db.obj, "execute_sql", compte)
        lire(client)
        monkeypatch.setattr(db.obj, "execute_sql", vraie)
        return len(lues)

    vraie = db.obj.execute_sql
    avant = requetes()
    for rang in range(30):
        with write_transaction():
            courriels.ecrire(cle=f"c{rang}", destinataire="x@example.org", sujet="Bonjour", corps="Bonjour")
    taches.noter(taches.MENAGE)
    assert requetes() == avant <= 4


def test_whoever_finds_the_line_full_is_counted_too(app, monde, compteurs):
    porte = affluence.Porte(app)
    for demande in (b"GET / HTTP/1.1\r\n", b"POST /connexion HTTP/1.1\r\n"):
        assert porte.refuser(demande).startswith(b"HTTP/1.1 503")
    assert compteurs.lire("porte", "lecture")[mesures.STATUTS.index(503)] == 1
    assert compteurs.lire("porte", "ecriture")[mesures.STATUTS.index(503)] == 1


# ——— the rounds ———


def test_a_round_is_noted_once_a_minute_at_most_and_follows_a_clock_put_right(monde):
    def a(secondes: int) -> None:
        with clock.figer(MAINTENANT + dt.timedelta(seconds=secondes)):
            taches.noter(taches.COURRIELS)

    for secondes, voulues in ((0, 0), (3, 0), (59, 0), (60, 60), (90, 60)):
        a(secondes)
        assert taches.derniere_fois(taches.COURRIELS) == MAINTENANT + dt.timedelta(seconds=voulues)
    a(-3600)  # the clock was wrong, and is put right
    assert taches.derniere_fois(taches.COURRIELS) == MAINTENANT - dt.timedelta(hours=1)
    assert Tache.select().count() == 1
    assert taches.derniere_fois(taches.SAUVEGARDE) is None
