"""Signing in: it works, it says no in one way only, it starts a session of its own."""

import pytest

import workflows as w
from models import Abonnement, Compte, Evenement, SessionOuverte
from portail.domain import comptes
from tests.conftest import BON_MARCHE
from tests.formulaires import csrf, poster
from tests.monde import MOT_DE_PASSE

INCORRECT = "Adresse e-mail ou mot de passe incorrect."


def essayer(client, email: str, mot_de_passe: str, **champs):
    return poster(client, "/connexion", {"email": email, "mot_de_passe": mot_de_passe, **champs})


def entrer(client, compte) -> None:
    assert essayer(client, compte.email, MOT_DE_PASSE).status_code == 303


def test_une_famille_entre_et_arrive_chez_elle(client, monde):
    reponse = essayer(client, "famille@example.org", MOT_DE_PASSE)
    assert (reponse.status_code, reponse.headers["Location"]) == (303, "/")
    assert client.get("/").headers["Location"] == "/famille"


def test_un_agent_entre_et_arrive_a_la_file(client, monde):
    entrer(client, monde.sophie)
    assert client.get("/").headers["Location"] == "/agents"


def test_un_animateur_lit_ce_qu_il_peut_faire_aujourd_hui(client, monde):
    entrer(client, monde.animateur)
    page = client.get("/")
    assert page.status_code == 200
    assert "Bonjour Yann" in page.text


@pytest.mark.parametrize("email", ["Famille@Example.ORG", "  famille@example.org ", "FAMILLE@EXAMPLE.ORG"])
def test_la_casse_et_les_espaces_de_l_adresse_ne_comptent_pas(client, monde, email):
    assert essayer(client, email, MOT_DE_PASSE).status_code == 303


def test_un_mauvais_mot_de_passe_est_dit_pres_du_champ_et_l_adresse_reste(client, monde):
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
def test_un_champ_vide_ou_trop_long_est_dit_en_francais(client, monde, email, mot_de_passe, phrase):
    page = essayer(client, email, mot_de_passe)
    assert page.status_code == 422
    assert phrase in page.text


def test_inconnu_ferme_ou_mauvais_mot_de_passe_se_ressemblent_en_tout(client, monde):
    Compte.update(actif=False).where(Compte.id == monde.paulo.id).execute()
    jeton = csrf(client)

    def reponse(email, mot_de_passe):
        recue = client.post(
            "/connexion", data={"csrf_token": jeton, "email": email, "mot_de_passe": mot_de_passe}
        )
        return recue.status_code, sorted(recue.headers.keys()), recue.text.replace(email, "…")

    inconnu = reponse("personne@example.org", MOT_DE_PASSE)
    assert inconnu[0] == 422
    assert reponse("paulo@example.org", MOT_DE_PASSE) == inconnu
    assert reponse("famille@example.org", "mauvais") == inconnu


def test_un_compte_inconnu_coute_le_meme_hachage(client, monde, monkeypatch):
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


def test_chaque_connexion_ouvre_sa_session_dont_la_table_ne_permet_rien(client, app, monde):
    entrer(client, monde.claire)
    entrer(app.test_client(), monde.claire)
    une, autre = SessionOuverte.select().order_by(SessionOuverte.id)
    assert une.jeton != autre.jeton
    with client.session_transaction() as session:
        jeton = session["_user_id"]
    assert une.jeton == comptes.empreinte(jeton)
    assert len(jeton) >= 43  # 256 bits
    assert comptes.session_ouverte(une.jeton) is None


def test_la_session_du_navigateur_repart_de_zero(client, monde):
    avant = csrf(client)
    with client.session_transaction() as session:
        session["reste"] = "d’avant"
    entrer(client, monde.claire)
    with client.session_transaction() as session:
        assert "reste" not in session
    assert client.post("/deconnexion", data={"csrf_token": avant}).status_code == 400


def test_le_hachage_suit_les_reglages_sans_que_personne_ne_fasse_rien(client, monde, monkeypatch):
    from argon2 import PasswordHasher

    plus_fort = PasswordHasher(time_cost=2, memory_cost=8, parallelism=1)
    monkeypatch.setattr(comptes, "_hacheur", lambda: plus_fort)
    avant = monde.claire.mot_de_passe
    entrer(client, monde.claire)
    assert monde.claire.mot_de_passe != avant
    assert not plus_fort.check_needs_rehash(monde.claire.mot_de_passe)
    entrer(client, monde.claire)


def test_le_journal_dit_les_entrees_les_refus_et_les_sorties(client, monde):
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


def test_un_abonnement_en_attente_devient_actif_a_la_reconnexion(client, monde):
    abonnement = Abonnement.create(
        compte=monde.paulo, famille=monde.moreau, statut=w.ATTENTE_RECONNEXION, cree_le=monde.moreau.cree_le
    )
    entrer(client, monde.paulo)
    assert Abonnement.get_by_id(abonnement.id).statut == w.ACTIF
    ligne = Evenement.get(Evenement.objet == "abonnement")
    assert (ligne.acte, ligne.auteur_id, ligne.famille_id) == (w.ACTIVER, monde.paulo.id, monde.moreau.id)


def test_un_compte_a_deux_dossiers_choisit_celui_qu_il_regarde(client, monde):
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
def test_un_dossier_qui_n_est_pas_le_sien_ne_se_choisit_pas(client, monde, choix):
    entrer(client, monde.claire)
    assert poster(client, "/famille/choix", {"famille": choix}).status_code == 404
    assert poster(client, "/famille/choix", {"famille": monde.dasilva.id}).status_code == 404
    assert SessionOuverte.get().famille_id is None


def test_sans_dossier_famille_les_pages_de_famille_disent_quoi_faire(client, monde):
    Abonnement.update(statut=w.RESILIE).where(Abonnement.compte == monde.claire).execute()
    entrer(client, monde.claire)
    page = client.get("/famille")
    assert page.status_code == 403
    assert "code abonné" in page.text
    assert client.get("/").status_code == 200


def test_qui_est_deja_entre_ne_revoit_pas_le_formulaire(client, monde):
    entrer(client, monde.claire)
    assert client.get("/connexion?next=/famille/planning").headers["Location"] == "/famille/planning"
