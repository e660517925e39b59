"""Dossier Famille: the household at a glance, what is missing, what waits, each a link."""

import pytest
from playhouse.test_utils import count_queries

from models import Abonnement, Enfant, LienParental, Responsable
from portail.domain import champs, dossier
from tests.dossier.conftest import poser
from tests.htmx import Page

ADRESSE = "/famille/dossier"


def test_the_household_is_there_each_member_a_link_to_their_sheet(monde, claire):
    page = Page(claire, ADRESSE)
    assert page.texte("h1") == "Dossier Famille"
    liens = {a.b.get_text(): a["href"] for a in page.tous(".blocs a")}
    assert list(liens) == ["Claire Moreau", "Julien Moreau", "Léa Moreau", "Noé Moreau", "Inès Moreau"]
    for nom, url in liens.items():
        assert Page(claire, url).texte("h1") == nom


def test_the_home_leads_to_it(claire):
    assert ADRESSE in {a["href"] for a in Page(claire, "/famille").tous(".blocs a")}


def test_what_is_missing_is_told_and_leads_to_its_form(monde, claire):
    poser(monde.adulte_claire, telephone="06 39 98 12 40", voie="21 rue de la Levée", commune="Saint-Alban")
    poser(monde.lea, **dict.fromkeys(("rentre_seul", "transport", "image", "baignade"), "oui"))
    page = Page(claire, ADRESSE)
    lignes = {li.a.get_text(): li.p.get_text() for li in page.tous("#a-completer li")}
    assert lignes["Claire Moreau : adresse"] == "Il manque : code postal."
    assert "Claire Moreau : informations de base" not in lignes
    assert lignes["Léa Moreau : autorisations"] == "Il manque : peut recevoir des soins d’urgence."
    assert lignes["Léa Moreau : données sanitaires"] == "Il manque : médecin, téléphone du médecin."
    assert lignes["Noé Moreau : autorisations"] == "Il manque 5 réponses."
    assert not any("Julien" in ligne for ligne in lignes), "what misses on another's sheet is theirs to know"
    lien = next(a for a in page.tous("#a-completer a") if "Claire Moreau : adresse" in a.get_text())
    assert Page(claire, lien["href"]).un("#adresse form")


def test_what_is_asked_is_missing_no_more_and_waits(monde, claire):
    dossier.demander_des_modifications(
        monde.claire, monde.moreau, "enfant", monde.lea.id, {"medecin": "Dr Roy", "classe": "CE2"}
    )
    page = Page(claire, ADRESSE)
    assert "2 modifications en attente de validation" in page.texte("#en-attente .modif")
    assert "Léa Moreau : classe, médecin" in page.texte("#en-attente .modif")
    lignes = {li.a.get_text(): li.p.get_text() for li in page.tous("#a-completer li")}
    assert lignes["Léa Moreau : données sanitaires"] == "Il manque : téléphone du médecin."


def test_a_complete_file_asks_for_nothing(monde, claire):
    Enfant.delete().where(Enfant.id == 0).execute()
    for fiche, objet in (
        (monde.adulte_claire, "responsable"),
        *((e, "enfant") for e in monde.moreau.enfants),
    ):
        utiles = [c for c in champs.FICHES[objet][1] if c.utile and c.nom != "email"]
        poser(fiche, **{c.nom: "oui" if c.genre == champs.OUI_NON else "x" for c in utiles})
    page = Page(claire, ADRESSE)
    assert not page.tous("#a-completer") and not page.tous("#en-attente")


def test_the_other_adults_name_and_nothing_else(monde, claire):
    poser(monde.adulte_julien, telephone="06 39 98 77 03", voie="3 quai secret", profession="Menuisier")
    dossier.demander_des_modifications(monde.claire, monde.moreau, "enfant", monde.lea.id, {"classe": "CE2"})
    texte = Page(claire, ADRESSE).texte("main")
    assert "Julien Moreau" in texte
    for secret in ("06 39 98 77 03", "quai secret", "Menuisier", "julien@"):
        assert secret not in texte


def test_an_account_tied_to_no_adult_is_told_what_to_do(monde, claire):
    Responsable.update(email="").execute()
    page = Page(claire, ADRESSE)
    assert "Votre compte n’est pas encore relié à un adulte du dossier" in page.texte(".avis")
    assert monde.claire.email in page.texte(".avis") and "02 61 91 40 40" in page.texte(".avis")
    assert "Votre fiche" not in page.texte("main")


def test_an_account_tied_by_its_code_needs_no_address(monde, claire):
    Responsable.update(email="").execute()
    Abonnement.update(responsable=monde.adulte_claire).where(Abonnement.compte == monde.claire).execute()
    assert "Votre fiche" in Page(claire, ADRESSE).texte("#responsables")


def test_the_household_costs_the_same_whatever_its_size(monde, claire):
    claire.get(ADRESSE)
    with count_queries() as avant:
        claire.get(ADRESSE)
    for rang in range(4, 12):
        enfant = Enfant.create(
            famille=monde.moreau,
            prenom="Alma",
            nom="Moreau",
            naissance="2021-01-01",
            rang=rang,
            recherche="alma",
        )
        LienParental.create(responsable=monde.adulte_claire, enfant=enfant, droit="plein")
        dossier.demander_des_modifications(monde.claire, monde.moreau, "enfant", enfant.id, {"classe": "PS"})
    with count_queries() as apres:
        claire.get(ADRESSE)
    assert avant.count == apres.count <= 7


@pytest.mark.parametrize("qui", ["sophie", "animateur", "gestionnaire"])
def test_staff_have_no_family_file(monde, connexion, qui):
    assert connexion(getattr(monde, qui)).get(ADRESSE).status_code == 403
