"""The page « Équipe »: an administrator opens the accounts of the staff, gives roles and places, closes."""

import datetime as dt

import pytest

from models import Affectation, Compte, Lieu, SecondFacteur, SessionOuverte
from portail.domain import coffre, personnel, verification
from portail.domain.courriels import en_clair
from portail.domain.refus import Interdit, Introuvable, Refus
from tests.actes import empreinte, session_de
from tests.courrier import recus
from tests.formulaires import poster
from tests.html import lire
from tests.htmx import Page
from tests.invariants import fautes
from tests.monde import MAINTENANT, MOT_DE_PASSE
from tests.personnel.conftest import actes

EQUIPE = "/agents/mise-en-place/equipe"
EMAIL = "anne.leroy@mairie.example"
ANNE = {"prenom": "Anne", "nom": "Le Roy", "email": EMAIL, "service": "", "role": "agent", "limite": "tous"}


@pytest.fixture
def chef(monde) -> Compte:
    """Nadia is the administrator of these tests."""
    Compte.update(role="administrateur").where(Compte.id == monde.gestionnaire.id).execute()
    return monde.gestionnaire


@pytest.fixture
def par(chef) -> SessionOuverte:
    """A session of hers, in which the password was given of late."""
    return session_de(chef)


@pytest.fixture
def centre(monde) -> Lieu:
    return Lieu.create(nom="Centre Prévert")


def lieux_de(compte: Compte) -> list[str]:
    return [a.lieu.nom for a in Affectation.select().where(Affectation.compte == compte)]


# ——— to open ———


def test_an_account_is_opened_limited_to_a_place_and_its_link_is_mailed(chef, centre, connexion, client):
    navigateur = connexion(chef)
    corps = ANNE | {"limite": "certains", "lieux": [centre.id], "remise": "courriel"}
    assert poster(navigateur, EQUIPE, corps).status_code == 303
    compte = Compte.get(Compte.email == EMAIL)
    assert (compte.role, lieux_de(compte)) == ("agent", ["Centre Prévert"])
    assert actes(compte) == [("compte_cree", chef.id, "", "agent")]
    (courriel,) = recus(EMAIL)
    assert courriel.sujet == "Votre compte de la mairie est ouvert" and "« Agent »" in en_clair(courriel)
    assert "/mot-de-passe/" in en_clair(courriel)
    assert fautes() == []


def test_the_link_is_shown_once_when_it_is_not_mailed_and_it_opens(chef, connexion, client):
    page = poster(connexion(chef), EQUIPE, ANNE | {"remise": "ecran"})
    assert page.status_code == 200
    lien = lire(page.text).find("code").text
    assert recus(EMAIL) == []
    assert poster(client, lien, {"mot_de_passe": "brouette vert lundi matin"}).status_code == 303
    entree = {"email": EMAIL, "mot_de_passe": "brouette vert lundi matin"}
    assert poster(client, "/connexion", entree).status_code == 303


@pytest.mark.parametrize("url_de_base", ["sqlite"], indirect=True)  # the form is the same on both
def test_what_is_wrong_is_said_beside_its_field_and_nothing_typed_is_lost(chef, connexion, centre):
    navigateur = connexion(chef)
    for faute, champ in (
        ({"email": "agent@example.org"}, "email"),
        ({"role": "maire"}, "role"),
        ({"limite": "certains"}, "lieux"),
        ({"limite": "tous", "lieux": [str(centre.id)]}, "lieux"),
        ({"limite": ""}, "lieux"),
        ({"role": "administrateur", "limite": "certains", "lieux": [str(centre.id)]}, "lieux"),
        ({"prenom": ""}, "prenom"),
    ):
        avant = Compte.select().count()
        reponse = poster(navigateur, EQUIPE, ANNE | faute)
        page = lire(reponse.text)
        assert (reponse.status_code, Compte.select().count()) == (422, avant), faute
        assert page.find(id=f"{champ}-message"), faute
        assert page.find(id="nom")["value"] == "Le Roy"


# ——— role and places ———


def test_another_role_and_other_places_close_the_sessions_and_are_told(chef, centre, connexion, monde):
    marc, navigateur = connexion(monde.marc), connexion(chef)
    corps = {"role": "gestionnaire", "limite": "certains", "lieux": [centre.id]}
    assert poster(navigateur, f"{EQUIPE}/{monde.marc.id}/role", corps).status_code == 303
    assert (monde.marc.role, lieux_de(monde.marc)) == ("gestionnaire", ["Centre Prévert"])
    assert marc.get("/agents").status_code == 303, "signed out"
    (courriel,) = recus(monde.marc.email)
    assert "« Gestionnaire », pour Centre Prévert" in " ".join(en_clair(courriel).split())
    assert [a for a in actes(monde.marc) if a[1] == chef.id] == [
        ("role_change", chef.id, "agent", "gestionnaire"),
        ("lieux_changes", chef.id, "", ""),
    ]
    avant = empreinte()
    assert poster(navigateur, f"{EQUIPE}/{monde.marc.id}/role", corps).status_code == 303
    assert empreinte() == avant, "the same again changes nothing"
    corps = {"role": "administrateur", "limite": "tous"}
    assert poster(navigateur, f"{EQUIPE}/{monde.marc.id}/role", corps).status_code == 303
    assert lieux_de(monde.marc) == []
    assert "Comptes limités à des lieux" not in {r.invariant for r in verification.verifier()}


def test_nobody_changes_their_own_account_and_the_last_administrator_stays(chef, par, monde, centre):
    avant = empreinte()
    for acte in (
        lambda: personnel.changer_le_role(chef.email, "agent", (), par=par),
        lambda: personnel.fermer(chef.email, par=par),
    ):
        with pytest.raises(Refus, match="votre propre compte"):
            acte()
    for acte in (
        lambda: personnel.changer_le_role(chef.email, "agent", ()),
        lambda: personnel.fermer(chef.email),
    ):
        with pytest.raises(Refus, match="dernier compte administrateur"):
            acte()
    with pytest.raises(Refus, match="tous les lieux"):
        personnel.changer_le_role(chef.email, "administrateur", [centre.id])
    assert empreinte() == avant


def test_verifier_tells_of_a_limit_on_an_account_that_has_none(chef, monde, centre):
    Affectation.create(compte=monde.marc, lieu=centre)
    assert "Comptes limités à des lieux" not in {rupture.invariant for rupture in verification.verifier()}
    for compte in (chef, monde.claire):
        Affectation.create(compte=compte, lieu=centre)
    phrases = [r.phrase for r in verification.verifier() if r.invariant == "Comptes limités à des lieux"]
    assert len(phrases) == 2 and "administrateur" in phrases[0] + phrases[1]


# ——— the rest ———


def test_close_open_again_forget_the_codes_and_sign_out(chef, connexion, monde):
    SecondFacteur.create(compte=monde.marc, scelle=coffre.sceller("JBSWY3DP"), actif_depuis=MAINTENANT)
    navigateur, ici = connexion(chef), f"{EQUIPE}/{monde.marc.id}"
    for chemin in ("fermeture", "ouverture", "second-facteur/oubli", "sessions/fermeture", "lien"):
        marc = connexion(monde.marc) if chemin != "ouverture" else None
        assert poster(navigateur, f"{ici}/{chemin}").status_code == 303, chemin
        if marc and chemin != "lien":
            assert marc.get("/agents").status_code == 303, chemin
    assert monde.marc.actif and not SecondFacteur.select().exists()
    assert [acte for acte, auteur, *_ in actes(monde.marc) if auteur == chef.id] == [
        "compte_ferme",
        "compte_rouvert",
        "second_facteur_oublie",
        "sessions_fermees",
        "lien_donne",
    ]
    assert [courriel.sujet for courriel in recus(monde.marc.email)] == [
        "Votre compte est fermé",
        "Votre compte est rouvert",
        "Votre application de codes n’est plus demandée",
        "Vos appareils ont été déconnectés",
        "Choisissez votre mot de passe",
    ]


def test_the_password_given_long_ago_is_asked_for_again_and_nothing_is_done(chef, connexion, monde):
    navigateur = connexion(chef)
    SessionOuverte.update(confirmee_le=MAINTENANT - dt.timedelta(hours=1)).execute()
    reponse = poster(navigateur, f"{EQUIPE}/{monde.marc.id}/fermeture")
    assert reponse.status_code == 303 and "/mon-espace/confirmation" in reponse.location
    manque = poster(navigateur, f"{EQUIPE}/{monde.marc.id}/role", {"role": "animateur", "limite": "tous"})
    assert manque.status_code == 422 and lire(manque.text).find(id="mot_de_passe_actuel")
    assert (monde.marc.actif, monde.marc.role) == (True, "agent")
    corps = {"role": "animateur", "limite": "tous", "mot_de_passe_actuel": MOT_DE_PASSE}
    assert poster(navigateur, f"{EQUIPE}/{monde.marc.id}/role", corps).status_code == 303
    assert monde.marc.role == "animateur"


def test_who_is_no_administrator_any_more_does_nothing_even_in_a_session_left_open(par, chef, monde):
    Compte.update(role="agent").where(Compte.id == chef.id).execute()
    avant = empreinte()
    for acte in (
        lambda: personnel.fermer(monde.marc.email, par=par),
        lambda: personnel.creer(EMAIL, "Anne", "Le Roy", "agent", par=par),
        lambda: personnel.changer_le_role(monde.marc.email, "animateur", (), par=par),
    ):
        with pytest.raises(Interdit):
            acte()
    assert empreinte() == avant


def test_the_account_of_a_family_is_not_of_the_staff(par, monde, chef, connexion):
    with pytest.raises(Introuvable):
        personnel.fermer(monde.claire.email, par=par)
    assert connexion(chef).get(f"{EQUIPE}/{monde.claire.id}").status_code == 404


@pytest.mark.parametrize("url_de_base", ["sqlite"], indirect=True)  # what is drawn is the same on both
def test_the_pages_show_who_works_for_the_town_and_where(chef, centre, connexion, monde):
    Affectation.create(compte=monde.marc, lieu=centre)
    navigateur = connexion(chef)
    assert "Équipe" in navigateur.get("/agents/mise-en-place").text
    page = Page(navigateur, EQUIPE)
    (rangee,) = [r for r in page.tous("tbody tr") if "Marc Tessier" in r.text]
    assert "Centre Prévert" in rangee.text and "Claire Moreau" not in page.texte("table")
    fiche = Page(navigateur, f"{EQUIPE}/{monde.marc.id}")
    assert [case["value"] for case in fiche.tous("[name=lieux][checked]")] == [str(centre.id)]
    assert "votre propre compte" in navigateur.get(f"{EQUIPE}/{chef.id}").text
    for compte in (monde.sophie, monde.animateur):
        assert connexion(compte).get(EQUIPE).status_code == 403


# ——— at the command line ———


def test_the_command_limits_an_account_to_places_and_takes_the_limit_away(taper, centre, monde):
    creee = taper("creer", EMAIL, "--prenom=A", "--nom=B", "--role=animateur", "--lieu=Centre Prévert")
    assert creee.exit_code == 0
    assert lieux_de(Compte.get(Compte.email == EMAIL)) == ["Centre Prévert"]
    assert "Centre Prévert" in taper("lister", "--role", "animateur").output
    assert taper("role", EMAIL, "agent").exit_code == 0
    assert lieux_de(Compte.get(Compte.email == EMAIL)) == ["Centre Prévert"], "left as they are"
    assert taper("role", EMAIL, "agent", "--tous-les-lieux").exit_code == 0
    assert lieux_de(Compte.get(Compte.email == EMAIL)) == []
    inconnu = taper("role", EMAIL, "agent", "--lieu=Nulle part")
    assert inconnu.exit_code == 1 and "Aucun lieu ne s’appelle « Nulle part »" in inconnu.output
