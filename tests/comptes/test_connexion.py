"""Signing in: it works, it says no in one way only, it starts a session of its own."""

from pathlib import Path

import pytest

import portail
import workflows as w
from models import Abonnement, Compte, Evenement, SessionOuverte
from portail.domain import comptes
from tests.conftest import BON_MARCHE
from tests.formulaires import csrf, poster, sans_jeton
from tests.html import lire
from tests.monde import MOT_DE_PASSE

INCORRECT = "Adresse e-mail ou mot de passe incorrect."


def essayer(client, email: str, mot_de_passe: str, **champs):
    return poster(client, "/connexion", {"email": email, "mot_de_passe": mot_de_passe, **champs})


def entrer(client, compte) -> None:
    assert essayer(client, compte.email, MOT_DE_PASSE).status_code == 303


def test_a_family_signs_in_and_lands_at_home(client, monde):
    reponse = essayer(client, "famille@example.org", MOT_DE_PASSE)
    assert (reponse.status_code, reponse.headers["Location"]) == (303, "/")
    assert client.get("/").headers["Location"] == "/famille"


def test_an_agent_signs_in_and_lands_on_the_queue(client, monde):
    entrer(client, monde.sophie)
    assert client.get("/").headers["Location"] == "/agents"


def test_an_animateur_comes_to_the_roll_call(client, monde):
    entrer(client, monde.animateur)
    assert client.get("/").location == "/agents/pointage"
    assert client.get("/agents/pointage").status_code == 200


@pytest.mark.parametrize("email", ["Famille@Example.ORG", "  famille@example.org ", "FAMILLE@EXAMPLE.ORG"])
def test_case_and_spaces_of_the_address_do_not_count(client, monde, email):
    assert essayer(client, email, MOT_DE_PASSE).status_code == 303


def test_an_accent_typed_in_one_key_or_two_is_the_same_address(client, monde):
    Compte.update(email="zoé@example.org").where(Compte.id == monde.claire.id).execute()
    assert essayer(client, "ZOE\u0301@example.org", MOT_DE_PASSE).status_code == 303


def test_the_form_helps_password_managers_and_forbids_no_paste(client, monde):
    soupe = lire(client.get("/connexion").text)
    saisie = soupe.find(id="mot_de_passe")
    assert (saisie["type"], saisie["autocomplete"]) == ("password", "current-password")
    assert soupe.find(id="email")["autocomplete"] == "username"
    assert not {"maxlength", "pattern", "onpaste", "readonly"} & set(saisie.attrs)


def test_no_page_and_no_script_of_ours_looks_at_what_is_pasted():
    dossier = Path(portail.__file__).parent
    sources = [*dossier.glob("templates/**/*.html"), dossier / "static/app.js"]
    assert len(sources) > 30
    assert [str(source) for source in sources if "paste" in source.read_text(encoding="utf-8")] == []


def test_the_log_knows_no_password_no_token_no_address(client, monde, caplog):
    caplog.set_level("INFO")
    essayer(client, "famille@example.org", "canari-mauvais")
    entrer(client, monde.claire)
    client.get("/famille")
    with client.session_transaction() as session:
        jeton = session["_user_id"]
    for canari in ("canari-mauvais", MOT_DE_PASSE, jeton, "famille@example.org"):
        assert canari not in caplog.text


def test_a_wrong_password_is_told_beside_the_field_and_the_address_stays(client, monde):
    page = essayer(client, "famille@example.org", "mauvais")
    assert page.status_code == 422
    assert INCORRECT in page.text
    assert 'value="famille@example.org"' in page.text
    assert "mauvais" not in page.text
    assert 'aria-describedby="mot_de_passe-message"' in page.text
    assert 'aria-invalid="true"' in page.text


@pytest.mark.parametrize(
    ("email", "mot_de_passe", "phrase"),
    [
        ("", "x", "Indiquez votre adresse e-mail."),
        ("a@b.fr", "", "Indiquez votre mot de passe."),
        ("a" * 255, "x", "Cette adresse est trop longue."),
        ("a@b.fr", "x" * 257, "Ce mot de passe est trop long."),
    ],
)
def test_an_empty_or_too_long_field_is_told_in_french(client, monde, email, mot_de_passe, phrase):
    page = essayer(client, email, mot_de_passe)
    assert page.status_code == 422
    assert phrase in page.text


def test_unknown_closed_and_wrong_password_look_the_same_in_everything(client, monde):
    Compte.update(actif=False).where(Compte.id == monde.paulo.id).execute()
    jeton = csrf(client)

    def reponse(email, mot_de_passe):
        recue = client.post(
            "/connexion", data={"csrf_token": jeton, "email": email, "mot_de_passe": mot_de_passe}
        )
        return recue.status_code, sorted(recue.headers.keys()), sans_jeton(recue.text).replace(email, "…")

    inconnu = reponse("personne@example.org", MOT_DE_PASSE)
    assert inconnu[0] == 422
    assert reponse("paulo@example.org", MOT_DE_PASSE) == inconnu
    assert reponse("famille@example.org", "mauvais") == inconnu


def test_an_unknown_account_costs_the_same_hash(client, monde, monkeypatch):
    verifies = []

    class Espion:
        def __getattr__(self, nom):
            return getattr(BON_MARCHE, nom)

        def verify(self, hache, mot_de_passe):
            verifies.append(hache)
            return BON_MARCHE.verify(hache, mot_de_passe)

    espion = Espion()
    monkeypatch.setattr(comptes, "_hacheur", lambda: espion)
    essayer(client, "personne@example.org", "x")
    essayer(client, "famille@example.org", "x")
    assert len(verifies) == 2
    assert BON_MARCHE.check_needs_rehash(verifies[0]) is False


def test_each_sign_in_opens_its_own_session_and_its_row_opens_nothing(client, app, monde):
    entrer(client, monde.claire)
    entrer(app.test_client(), monde.claire)
    une, autre = SessionOuverte.select().order_by(SessionOuverte.id)
    assert une.jeton != autre.jeton
    with client.session_transaction() as session:
        jeton = session["_user_id"]
    assert une.jeton == comptes.empreinte(jeton)
    assert len(jeton) >= 43  # 256 bits
    assert comptes.ouverte(une.jeton) is None


def test_the_browsers_session_starts_afresh(client, monde):
    avant = csrf(client)
    with client.session_transaction() as session:
        session["reste"] = "d’avant"
    entrer(client, monde.claire)
    with client.session_transaction() as session:
        assert "reste" not in session
    assert client.post("/deconnexion", data={"csrf_token": avant}).status_code == 400


def test_the_hash_follows_the_settings_by_itself(client, monde, monkeypatch):
    from argon2 import PasswordHasher

    plus_fort = PasswordHasher(time_cost=2, memory_cost=8, parallelism=1)
    monkeypatch.setattr(comptes, "_hacheur", lambda: plus_fort)
    avant = monde.claire.mot_de_passe
    entrer(client, monde.claire)
    assert monde.claire.mot_de_passe != avant
    assert not plus_fort.check_needs_rehash(monde.claire.mot_de_passe)
    entrer(client, monde.claire)


def test_the_journal_tells_who_came_in_was_refused_and_left(client, monde):
    essayer(client, "famille@example.org", "mauvais")
    essayer(client, "personne@example.org", "mauvais")
    entrer(client, monde.claire)
    poster(client, "/deconnexion")
    lignes = Evenement.select().where(Evenement.objet == "compte").order_by(Evenement.id)
    assert [(e.acte, e.auteur_id, e.objet_id) for e in lignes] == [
        ("connexion_refusee", None, monde.claire.id),
        ("connexion", monde.claire.id, monde.claire.id),
        ("deconnexion", monde.claire.id, monde.claire.id),
    ]


def test_a_waiting_abonnement_becomes_active_at_the_next_sign_in(client, monde):
    abonnement = Abonnement.create(
        compte=monde.paulo, famille=monde.moreau, statut=w.ATTENTE_RECONNEXION, cree_le=monde.moreau.cree_le
    )
    entrer(client, monde.paulo)
    assert Abonnement.get_by_id(abonnement.id).statut == w.ACTIF
    ligne = Evenement.get(Evenement.objet == "abonnement")
    assert (ligne.acte, ligne.auteur_id, ligne.famille_id) == (w.ACTIVER, monde.paulo.id, monde.moreau.id)


def test_an_account_with_two_family_files_chooses_the_one_on_screen(client, monde):
    Abonnement.create(
        compte=monde.claire, famille=monde.dasilva, statut=w.ACTIF, cree_le=monde.moreau.cree_le
    )
    entrer(client, monde.claire)
    page = client.get("/rien")
    assert "Famille Da Silva" in page.text  # the first by name, until one is chosen
    reponse = poster(client, "/famille/choix", {"famille": monde.moreau.id})
    assert (reponse.status_code, reponse.headers["Location"]) == (303, "/famille")
    assert "Famille Moreau" in client.get("/rien").text
    assert "104582" in client.get("/rien").text


@pytest.mark.parametrize("choix", ["", "0", "999999", "x", "1 OR 1=1"])
def test_a_family_file_that_is_not_theirs_cannot_be_chosen(client, monde, choix):
    entrer(client, monde.claire)
    assert poster(client, "/famille/choix", {"famille": choix}).status_code == 404
    assert poster(client, "/famille/choix", {"famille": monde.dasilva.id}).status_code == 404
    assert SessionOuverte.get().famille_id is None


def test_without_a_family_file_the_family_pages_say_what_to_do(client, monde):
    Abonnement.update(statut=w.RESILIE).where(Abonnement.compte == monde.claire).execute()
    entrer(client, monde.claire)
    page = client.get("/famille")
    assert page.status_code == 200
    assert "code abonné" in page.text
    assert client.get("/").headers["Location"] == "/famille"


def test_whoever_is_already_in_does_not_see_the_form_again(client, monde):
    entrer(client, monde.claire)
    assert client.get("/connexion?next=/famille/planning").headers["Location"] == "/famille/planning"
