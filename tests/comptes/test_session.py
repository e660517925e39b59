"""The open session: it ends by itself, it is closed for good, and it costs little."""

import datetime as dt

import pytest
from playhouse.test_utils import count_queries

from models import Compte, SessionOuverte
from portail import clock
from tests.formulaires import csrf, poster
from tests.monde import MAINTENANT


def apres(**duree):
    return clock.figer(MAINTENANT + dt.timedelta(**duree))


def est_entre(client) -> bool:
    return "Se déconnecter" in client.get("/rien").text


@pytest.mark.parametrize(("qui", "minutes"), [("claire", 30), ("sophie", 15), ("animateur", 15)])
def test_sans_usage_la_session_s_arrete_plus_tot_pour_un_agent(connexion, monde, qui, minutes):
    client = connexion(getattr(monde, qui))
    with apres(minutes=minutes, seconds=-1):
        assert est_entre(client)
    client = connexion(getattr(monde, qui))
    with apres(minutes=minutes):
        assert not est_entre(client)


def test_une_page_lue_repousse_la_fin_et_n_ecrit_qu_une_fois_par_minute(connexion, monde):
    client = connexion(monde.claire)
    vues = []
    for secondes in (10, 59, 60, 90, 119, 120, 1900):
        with apres(seconds=secondes):
            assert est_entre(client)
        vues.append(int((SessionOuverte.get().vue_le - MAINTENANT).total_seconds()))
    assert vues == [0, 0, 60, 60, 60, 120, 1900]


def test_ce_que_la_page_demande_seule_ne_garde_pas_la_session_ouverte(connexion, monde):
    client = connexion(monde.claire)
    with apres(minutes=20):
        veille = client.get("/famille/planning/nouvelles?depuis=0", headers={"HX-Request": "true"})
        assert veille.status_code in (200, 204)
    assert SessionOuverte.get().vue_le == MAINTENANT
    with apres(minutes=31):
        assert not est_entre(client)


def test_apres_douze_heures_il_faut_revenir_meme_en_lisant_toujours(connexion, monde):
    client = connexion(monde.claire)
    for minutes in range(20, 12 * 60, 20):
        with apres(minutes=minutes):
            assert est_entre(client)
    with apres(hours=12):
        assert not est_entre(client)


def test_se_deconnecter_ferme_la_session_partout_ou_son_temoin_fut_copie(connexion, app, monde):
    client = connexion(monde.claire)
    copie = app.test_client()
    copie.set_cookie("session", client.get_cookie("session").value)
    assert est_entre(copie)
    reponse = poster(client, "/deconnexion")
    assert (reponse.status_code, reponse.headers["Location"]) == (303, "/")
    assert reponse.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert "Vous êtes déconnecté." in client.get("/").text
    assert not est_entre(client)
    assert not est_entre(copie)
    assert SessionOuverte.get().fermee_le == MAINTENANT


def test_se_deconnecter_deux_fois_ne_derange_personne(connexion, monde):
    client = connexion(monde.claire)
    jeton = csrf(client)
    assert poster(client, "/deconnexion").status_code == 303
    assert poster(client, "/deconnexion").status_code == 303
    assert client.post("/deconnexion", data={"csrf_token": jeton}).status_code == 400


def test_une_simple_visite_ne_deconnecte_pas(connexion, monde):
    client = connexion(monde.claire)
    assert client.get("/deconnexion").status_code == 405
    assert est_entre(client)


def test_un_compte_ferme_sort_a_la_page_suivante(connexion, monde):
    client = connexion(monde.sophie)
    Compte.update(actif=False).where(Compte.id == monde.sophie.id).execute()
    reponse = client.get("/agents", headers={"HX-Request": "true"})
    assert reponse.status_code == 401
    assert not est_entre(client)


def test_un_temoin_d_avant_la_connexion_n_ouvre_rien_apres(app, monde):
    client = app.test_client()
    client.get("/connexion")
    avant = client.get_cookie("session").value
    poster(client, "/connexion", {"email": "famille@example.org", "mot_de_passe": "portail-de-demonstration"})
    assert est_entre(client)
    victime = app.test_client()
    victime.set_cookie("session", avant)
    assert not est_entre(victime)


@pytest.mark.parametrize("jeton", ["", "x" * 43, "é", None])
def test_un_jeton_invente_n_ouvre_rien(client, monde, jeton):
    with client.session_transaction() as session:
        session["_user_id"] = jeton
    assert not est_entre(client)


def test_la_session_le_compte_et_les_familles_coutent_deux_requetes(connexion, monde):
    client = connexion(monde.claire)
    client.get("/rien")
    with count_queries() as vues:
        assert est_entre(client)
    assert vues.count == 2


def test_un_anonyme_ne_coute_rien_a_la_base(client, monde):
    client.get("/rien")
    with count_queries() as vues:
        client.get("/rien")
        client.get("/ville.css")
        client.get("/static/app.js").close()
    assert vues.count == 0
