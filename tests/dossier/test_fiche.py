"""The sheets: by parts, what waits in yellow, what was refused with its reason; a stranger sees nothing."""

import datetime as dt

import pytest
from playhouse.test_utils import count_queries

import workflows as w
from models import Demande, LienParental, Modification, Responsable
from portail import clock
from portail.domain import dossier
from portail.domain.transitions import Acteur, franchir
from tests.actes import session_de
from tests.dossier.conftest import poser
from tests.formulaires import csrf
from tests.htmx import Page
from tests.monde import MAINTENANT


@pytest.fixture
def lea(monde):
    return f"/famille/enfants/{monde.lea.id}"


@pytest.fixture
def moi(monde):
    return f"/famille/dossier/responsables/{monde.adulte_claire.id}"


def valeurs(page: Page, rubrique: str) -> dict[str, str]:
    return {
        div.dt.get_text(): " ".join(div.dd.get_text(" ").split())
        for div in page.tous(f"#{rubrique} dl > div")
    }


def refuser(monde, demande: Demande, motif: str) -> None:
    """As the town does it."""
    with dossier.write_transaction():
        for modification in Modification.select().where(Modification.demande == demande):
            franchir(modification, w.REFUSER, Acteur(monde.sophie, w.AGENT), motif=motif)
        Demande.update(repondue_le=clock.maintenant(), statut=w.REFUSEE).where(
            Demande.id == demande.id
        ).execute()


def test_the_sheet_of_a_child_by_parts(monde, claire, lea):
    poser(monde.lea, classe="CE2", baignade="oui", image="non", allergies="Arachide", regime="sans_porc")
    page = Page(claire, lea)
    assert [h2.get_text() for h2 in page.tous("main section h2")] == [
        "Informations générales",
        "Autorisations",
        "Données sanitaires",
        "Contacts habilités",
        "Photo",
    ]
    assert valeurs(page, "general") == {
        "Nom": "Moreau",
        "Prénom": "Léa",
        "Date de naissance": "14 mars 2018",
        "Classe": "CE2",
    }
    assert valeurs(page, "autorisations")["Peut se baigner, encadré"] == "Oui"
    assert valeurs(page, "autorisations")["Peut rentrer seul"] == "pas encore de réponse"
    assert valeurs(page, "sante")["Allergies"] == "Arachide"
    assert valeurs(page, "sante")["Régime alimentaire"] == "Sans porc"
    assert "Toute modification est soumise à une validation par la collectivité" in page.texte("#tete")
    assert page.un(".onglets [aria-current]").get_text() == "Léa Moreau"


def test_the_sheet_of_an_adult_the_bank_masked_the_taxes_read_only(monde, claire, moi):
    poser(monde.adulte_claire, iban="FR7630006000011234567890189", quotient="87500", parts="350")
    page = Page(claire, moi)
    assert valeurs(page, "banque")["IBAN"] == "FR76 •••• •••• 0189"
    assert "30006" not in page.reponse.text
    assert valeurs(page, "fiscal")["Quotient familial"] == "875,00 €"
    assert valeurs(page, "fiscal")["Nombre de parts"] == "3,5"
    assert "doivent s’adresser à leur collectivité pour tout changement" in page.texte("#fiscal header")
    assert not page.tous("#fiscal a, #fiscal form")
    assert not Page(claire, f"{moi}?modifier=fiscal").tous("main section form")


def test_what_waits_is_the_value_in_yellow_with_words_and_the_present_one_under_it(monde, claire, lea):
    poser(monde.lea, classe="CE2")
    dossier.demander_des_modifications(monde.claire, monde.moreau, "enfant", monde.lea.id, {"classe": "CM1"})
    page = Page(claire, lea)
    jaune = page.un("#general .modif")
    assert jaune.ins.get_text() == "CM1"
    assert jaune.select_one(".note svg use")
    texte = page.texte("#general .modif")
    for dit in (
        "Modification en attente de validation",
        "Valeur actuelle : CE2",
        "Demandée le mardi 1er décembre à 10 h par Claire Moreau",
        "Annuler ma demande",
    ):
        assert dit in texte


def test_an_iban_that_waits_is_masked_too(monde, claire, moi):
    dossier.demander_des_modifications(
        *(monde.claire, monde.moreau, "responsable", monde.adulte_claire.id),
        {"iban": "FR7630006000011234567890189"},
        session_de(monde.claire),
    )
    page = Page(claire, moi)
    assert page.texte("#banque .modif ins") == "FR76 •••• •••• 0189"
    assert "30006" not in page.reponse.text
    assert "30006" not in Page(claire, f"{moi}?modifier=banque").reponse.text


def test_a_refusal_is_told_with_its_reason_for_thirty_days_and_not_once_asked_again(monde, claire, lea):
    demander = {"classe": "CM1"}, {"classe": "CM2"}
    demande = dossier.demander_des_modifications(
        monde.claire, monde.moreau, "enfant", monde.lea.id, demander[0]
    )
    refuser(monde, demande, "Pièce manquante : le certificat de scolarité")
    texte = Page(claire, lea).texte("#general")
    assert "Modification refusée mardi 1er décembre à 10 h : « CM1 »" in texte
    assert "Motif : Pièce manquante : le certificat de scolarité." in texte
    assert "Corrigez et demandez à nouveau, ou appelez la mairie." in texte
    Demande.update(repondue_le=MAINTENANT - dt.timedelta(days=31)).execute()
    assert "refusée" not in Page(claire, lea).texte("#general")
    Demande.update(repondue_le=MAINTENANT).execute()
    dossier.demander_des_modifications(monde.claire, monde.moreau, "enfant", monde.lea.id, demander[1])
    texte = Page(claire, lea).texte("#general")
    assert "refusée" not in texte and "Modification en attente" in texte


def test_once_applied_the_value_is_the_value_and_nothing_else(monde, claire, lea):
    dossier.demander_des_modifications(monde.claire, monde.moreau, "enfant", monde.lea.id, {"classe": "CM1"})
    poser(monde.lea, classe="CM1")
    Modification.update(statut=w.APPLIQUEE).execute()
    assert valeurs(Page(claire, lea), "general")["Classe"] == "CM1"


# ——— rights ———

SECRETS = {
    "telephone": "06 39 98 77 03",
    "voie": "3 quai secret",
    "profession": "Menuisier",
    "quotient": "12345",
}


def test_of_another_adult_the_name_only_and_why(monde, claire):
    poser(monde.adulte_julien, iban="FR7630006000011234567890189", **SECRETS)
    julien = f"/famille/dossier/responsables/{monde.adulte_julien.id}"
    for url in (julien, f"{julien}?modifier=adresse", f"{julien}?modifier=banque"):
        page = Page(claire, url)
        assert page.texte("h1") == "Julien Moreau"
        assert "ne sont montrés qu’à lui" in page.texte(".avis")
        assert not page.tous("main section")
        for secret in (*SECRETS.values(), "julien@", "0189", "123,45"):
            assert secret not in page.reponse.text


def test_kept_informed_one_reads_and_changes_nothing(monde, claire, lea):
    LienParental.update(droit="information").where(LienParental.responsable == monde.adulte_claire).execute()
    poser(monde.lea, allergies="Arachide")
    dossier_de_lea = Page(claire, f"{lea}?modifier=sante")
    assert "Arachide" in dossier_de_lea.texte("#sante")
    assert not dossier_de_lea.tous("main section form, main section a")
    assert "sans pouvoir demander de la modifier" in dossier_de_lea.texte(".avis")


@pytest.mark.parametrize("droit", ["retrait", "aucun"])
def test_without_a_right_on_the_child_the_name_only_and_why(monde, claire, lea, droit):
    LienParental.update(droit=droit).where(LienParental.responsable == monde.adulte_claire).execute()
    poser(monde.lea, classe="CE2", allergies="Arachide")
    page = Page(claire, lea)
    assert page.texte("h1") == "Léa Moreau"
    assert "Cette fiche ne vous est pas montrée" in page.texte(".avis")
    for secret in ("Arachide", "CE2", "14 mars 2018", "8 ans"):
        assert secret not in page.texte("main")
    assert "8 ans" not in Page(claire, "/famille/dossier").texte("#enfants")


def test_an_account_tied_to_no_adult_reads_no_adults_sheet(monde, claire, moi):
    Responsable.update(email="").execute()
    page = Page(claire, moi)
    assert "pas encore relié à un adulte" in page.texte(".avis")
    assert not page.tous("main section")


def test_another_familys_sheets_do_not_exist(monde, connexion, lea, moi):
    paulo = connexion(monde.paulo)
    for url in (lea, moi):
        assert paulo.get(url).status_code == 404


@pytest.mark.parametrize("qui", ["sophie", "animateur"])
def test_staff_do_not_come_in_by_the_familys_door(monde, connexion, lea, moi, qui):
    client = connexion(getattr(monde, qui))
    assert [client.get(url).status_code for url in (lea, moi)] == [403, 403]


def test_a_sheet_costs_the_same_empty_or_full(monde, claire, lea, moi):
    def mesurer() -> list[int]:
        comptes = []
        for url in (lea, moi):
            claire.get(url)
            with count_queries() as vues:
                claire.get(url)
            comptes.append(vues.count)
        return comptes

    avant = mesurer()
    poser(monde.lea, allergies="Arachide", classe="CE2")
    for fiche in (monde.lea, monde.adulte_claire):
        voulues = {"nom": "Moreau-Petit", "prenom": "Camille"}
        objet = fiche._meta.table_name
        dossier.demander_des_modifications(monde.claire, monde.moreau, objet, fiche.id, voulues)
    apres = mesurer()
    assert avant == apres
    assert max(apres) <= 11, apres


def test_saving_a_field_reads_nothing_twice(monde, claire, lea):
    """Beside the session, the family and the token's own page: the act's nine, and what the answer shows."""

    def envoyer(classe: str, entetes: dict) -> int:
        champs = {"rubrique": "general", "nom": "Moreau", "prenom": "Léa", "naissance": "2018-03-14"}
        corps = champs | {"classe": classe, "csrf_token": csrf(claire)}
        with count_queries() as vues:
            reponse = claire.post(f"{lea}/modifications", data=corps, headers=entetes)
        assert reponse.status_code == (200 if entetes else 303)
        return vues.count

    claire.get(lea)
    assert envoyer("CM1", {}) <= 14
    Modification.delete().execute()
    assert envoyer("CM1", {"HX-Request": "true", "HX-Current-URL": f"http://localhost{lea}"}) <= 19
