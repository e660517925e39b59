"""`compte role`, `fermer`, `rouvrir`, `second-facteur`, `sessions`, `lister`: what a running town needs."""

import pytest

from models import CodeDeSecours, Compte, SecondFacteur, SessionOuverte
from portail.domain import coffre, personnel
from tests.conftest import config_de_test
from tests.courrier import recus
from tests.formulaires import poster
from tests.monde import MAINTENANT, MOT_DE_PASSE
from tests.personnel.conftest import actes, lien_dit

SOPHIE = "agent@example.org"


def dehors(client) -> bool:
    return "Se déconnecter" not in client.get("/rien").text


# ——— role ———


def test_another_role_closes_the_sessions_and_opens_other_pages(taper, connexion, monde):
    client = connexion(monde.animateur)
    assert client.get("/agents").status_code == 403
    fait = taper("role", "Animateur@example.org", "agent")
    assert (fait.exit_code, fait.output) == (0, "animateur@example.org : agent.\n")
    assert dehors(client)
    assert connexion(monde.animateur).get("/agents").status_code == 200
    assert actes(monde.animateur)[1] == ("role_change", None, "animateur", "agent")


def test_the_same_role_again_is_no_error_and_changes_nothing(taper, connexion, monde):
    client = connexion(monde.sophie)
    assert taper("role", SOPHIE, "agent").exit_code == 0
    assert not dehors(client)
    assert [acte for acte, *_ in actes(monde.sophie)] == ["connexion"]


def test_whoever_comes_from_a_family_chooses_a_longer_password(taper, client, connexion, monde):
    fait = taper("role", "famille@example.org", "agent")
    assert fait.exit_code == 0 and "Son mot de passe ne sert plus" in fait.output
    entree = {"email": "famille@example.org", "mot_de_passe": MOT_DE_PASSE}
    assert poster(client, "/connexion", entree).status_code == 422
    lien = lien_dit(fait.output)
    assert poster(client, lien, {"mot_de_passe": "tasseverteaunord"}).status_code == 422
    assert poster(client, lien, {"mot_de_passe": "brouette vert lundi"}).status_code == 303


@pytest.mark.parametrize("commande", [("role", SOPHIE, "agent"), ("fermer", SOPHIE)])
def test_the_last_open_administrator_is_neither_demoted_nor_closed(taper, connexion, monde, commande):
    for compte, valeurs in (
        (monde.sophie, {"role": "administrateur"}),
        (monde.marc, {"role": "administrateur", "actif": False}),
    ):
        Compte.update(valeurs).where(Compte.id == compte.id).execute()
    client = connexion(monde.sophie)
    fait = taper(*commande)
    assert fait.exit_code == 1 and "C’est le dernier compte administrateur ouvert" in fait.output
    assert (monde.sophie.role, monde.sophie.actif) == ("administrateur", True)
    assert not dehors(client)
    assert taper("rouvrir", monde.marc.email).exit_code == 0
    assert taper(*commande).exit_code == 0
    assert dehors(client)


def test_the_domain_knows_the_roles_and_no_other(app, monde):
    from portail.domain.refus import Refus

    with pytest.raises(Refus, match="n’existe pas"):
        personnel.changer_le_role(SOPHIE, "maire")
    assert personnel.ROLES == ("agent", "animateur", "gestionnaire", "administrateur")


# ——— closing, opening again ———


def test_a_closed_account_is_out_at_once_and_comes_in_no_more(taper, client, connexion, monde):
    sophie = connexion(monde.sophie)
    assert taper("fermer", SOPHIE).output == "Compte fermé.\n"
    assert dehors(sophie)
    assert SessionOuverte.get().fermee_le == MAINTENANT
    entree = {"email": SOPHIE, "mot_de_passe": MOT_DE_PASSE}
    assert poster(client, "/connexion", entree).status_code == 422
    assert taper("fermer", SOPHIE).output == "Ce compte est déjà fermé.\n"
    assert taper("rouvrir", SOPHIE).output == "Compte rouvert.\n"
    assert taper("rouvrir", SOPHIE).output == "Ce compte est déjà ouvert.\n"
    assert poster(client, "/connexion", entree).status_code == 303
    assert dehors(sophie), "what was closed stays closed"
    assert [acte for acte, *_ in actes(monde.sophie)] == [
        "connexion",
        "compte_ferme",
        "connexion_refusee",
        "compte_rouvert",
        "connexion",
    ]


# ——— the second factor, the sessions ———


def test_a_lost_authenticator_is_forgotten_and_the_person_told(taper, connexion, monde):
    client = connexion(monde.sophie)
    SecondFacteur.create(
        compte=monde.sophie, scelle=coffre.sceller("JBSWY3DPEHPK3PXP"), actif_depuis=MAINTENANT
    )
    CodeDeSecours.create(compte=monde.sophie, empreinte="0" * 64)
    fait = taper("second-facteur", SOPHIE)
    assert (fait.exit_code, fait.output) == (0, "Application de codes retirée, sessions fermées.\n")
    assert dehors(client)
    assert not SecondFacteur.select().exists() and not CodeDeSecours.select().exists()
    assert recus(SOPHIE)[-1].sujet == "Votre application de codes n’est plus demandée"
    assert actes(monde.sophie)[-1] == ("second_facteur_oublie", None, "", "")
    fait = taper("second-facteur", SOPHIE)
    assert fait.exit_code == 0 and "Aucune application de codes n’était installée" in fait.output
    assert len(recus(SOPHIE)) == 1


def test_all_the_sessions_of_one_account_are_closed_and_no_other(taper, connexion, monde):
    une, autre, marc = connexion(monde.sophie), connexion(monde.sophie), connexion(monde.marc)
    assert taper("sessions", SOPHIE).output == "Sessions fermées.\n"
    assert [dehors(client) for client in (une, autre, marc)] == [True, True, False]
    assert actes(monde.sophie)[-1] == ("sessions_fermees", None, "", "")


@pytest.mark.parametrize("commande", ["fermer", "rouvrir", "second-facteur", "sessions"])
def test_an_unknown_address_is_told_in_a_sentence(taper, monde, commande):
    fait = taper(commande, "personne@example.org")
    assert (fait.exit_code, fait.output) == (1, "Error: Aucun compte à l’adresse personne@example.org.\n")


# ——— the list ———


def test_the_list_shows_the_staff_and_no_family_unless_asked(taper, monde):
    SecondFacteur.create(compte=monde.marc, scelle="-", actif_depuis=MAINTENANT)
    Compte.update(actif=False, service="").where(Compte.id == monde.animateur.id).execute()
    assert taper("lister").output.splitlines() == [
        "agent2@example.org · Marc Tessier · agent · service Enfance · second facteur installé",
        "agent@example.org · Sophie Garnier · agent · service Enfance · sans second facteur",
        "animateur@example.org · Yann Le Goff · animateur · fermé · sans second facteur",
        "gestionnaire@example.org · Nadia Benali · gestionnaire · service Enfance · sans second facteur",
    ]
    assert taper("lister", "--role", "famille").output.splitlines() == [
        "famille@example.org · Claire Moreau · famille",
        "paulo@example.org · Paulo Da Silva · famille",
    ]
    assert taper("lister", "--role", "administrateur").output == "Aucun compte.\n"


def test_without_a_database_the_commands_say_so(app, monde, tmp_path):
    from portail import create_app

    vide = create_app(config_de_test(f"sqlite:///{tmp_path / 'autre.sqlite3'}"))
    creer = ["creer", "a@mairie.fr", "--prenom=A", "--nom=B", "--role=agent"]
    for mots in (["lister"], ["fermer", SOPHIE], creer):
        fait = vide.test_cli_runner().invoke(args=["compte", *mots])
        assert fait.exit_code == 1 and "lancez d’abord « flask --app portail initialiser »" in fait.output
