"""The forms of the sheets: in place or as a page, nothing typed lost, each error beside its field."""

import pytest

import workflows as w
from models import Demande, Enfant, LienParental, Modification, SessionOuverte
from portail.domain import champs, dossier
from tests.dossier.conftest import poser
from tests.formulaires import csrf
from tests.htmx import Page, assert_comme_rechargee
from tests.monde import MOT_DE_PASSE

IBAN = "FR76 3000 6000 0112 3456 7890 189"


@pytest.fixture
def lea(monde):
    return f"/famille/enfants/{monde.lea.id}"


@pytest.fixture
def moi(monde):
    return f"/famille/dossier/responsables/{monde.adulte_claire.id}"


def demandees() -> dict[str, str]:
    attente = Modification.select().where(Modification.statut == w.EN_ATTENTE)
    return {m.champ: dossier.clair(champs.champ(m.objet, m.champ), m.apres) for m in attente}


def test_a_part_opens_as_a_form_in_place_is_sent_and_waits(monde, claire, lea):
    page = Page(claire, lea)
    page.cliquer("#general .actions a")
    assert page.un("#nom").has_attr("autofocus")
    assert_comme_rechargee(page)
    page.cliquer("#general form button", classe="CM1")
    assert page.texte("#annonce") == "Votre demande est envoyée : la mairie doit la valider."
    assert page.texte("#general .modif ins") == "CM1"
    assert page.url == lea
    assert_comme_rechargee(page)
    assert Enfant.get_by_id(monde.lea.id).classe == ""


def test_without_javascript_the_same_by_pages(claire, lea):
    page = Page(claire, lea).suivre("#general .actions a")
    suite = page.suivre("#general form button", classe="CM1")
    assert suite.texte("#general .modif ins") == "CM1"
    assert "Votre demande est envoyée" in suite.texte("#bandeau")
    jeton = csrf(claire)
    reponse = claire.post(
        f"{lea}/modifications", data={"csrf_token": jeton, "rubrique": "general", "classe": "CM2"}
    )
    assert (reponse.status_code, reponse.location) == (303, f"{lea}#general")


def test_the_form_begins_with_what_waits_and_can_ask_otherwise(claire, lea):
    page = Page(claire, f"{lea}?modifier=general")
    page.cliquer("#general form button", classe="CM1")
    page.cliquer("#general .actions a")
    assert page.un("#classe")["value"] == "CM1"
    page.cliquer("#general form button", classe="CM2")
    assert demandees() == {"classe": "CM2"}


def test_nothing_changed_is_no_demande_and_giving_up_shows_the_sheet_again(claire, lea):
    page = Page(claire, f"{lea}?modifier=general")
    page.cliquer("#general form .actions a")
    assert_comme_rechargee(page)
    page.cliquer("#general .actions a")
    page.cliquer("#general form button")
    assert page.texte("#annonce") == "Rien n’a changé : il n’y a rien à demander."
    assert not Demande.select().exists()


@pytest.mark.parametrize("javascript", [True, False])
def test_errors_are_beside_their_fields_summed_up_and_nothing_typed_is_lost(claire, lea, javascript):
    page = Page(claire, f"{lea}?modifier=sante")
    saisie = {"allergies": "Arachide\nLait", "medecin_telephone": "02 61 91 40", "rappel_dtp": "2027-09-12"}
    if javascript:
        page.cliquer("#sante form button", attendu=422, **saisie)
    else:
        page = page.suivre("#sante form button", attendu=422, **saisie)
    assert (
        page.texte("#sante-resume") == "Données sanitaires : 2 réponses sont à corriger, rien n’a été envoyé"
    )
    assert page.un("#sante-resume").has_attr("autofocus") and page.un("#sante-resume")["tabindex"] == "-1"
    liens = [a["href"] for a in page.tous("#sante .avis a")]
    assert liens == ["#medecin_telephone", "#rappel_dtp"]
    assert "Il manque 2 chiffres." in page.texte("#medecin_telephone-message")
    assert "dans le futur" in page.texte("#rappel_dtp-message")
    assert page.un("#rappel_dtp")["aria-invalid"] == "true"
    assert page.un("#allergies").get_text().strip() == "Arachide\nLait"
    assert page.un("#medecin_telephone")["value"] == "02 61 91 40"
    assert not Demande.select().exists()
    if not javascript:
        assert page.soupe.title.get_text().startswith("Erreur : ")


REFUSEES = {
    ("responsable", "base"): [
        ({"nom": " \u200b "}, "À remplir"),
        ({"prenom": "<b>Claire</b>"}, "avec des lettres seulement"),
        ({"nom": "x" * 81}, "80 caractères au plus"),
        ({"email": "claire@"}, "Écrivez l’adresse en entier"),
        ({"telephone": "0639"}, "Il manque 6 chiffres"),
        ({"telephone": "bonjour"}, "Ce n’est pas un numéro"),
        ({"profession": "é" * 5000}, "80 caractères au plus"),
    ],
    ("responsable", "adresse"): [
        ({"code_postal": "4932"}, "5 chiffres"),
        ({"code_postal": "٤٩٣٢٠"}, "5 chiffres"),
        ({"voie": "x" * 121}, "120 caractères"),
    ],
    ("responsable", "banque"): [
        ({"iban": "FR76 3000 6000 0112 3456 7890 188"}, "erreur de frappe"),
        ({"iban": "FR76 3000"}, "bon nombre de caractères"),
        ({"bic": "AGRI"}, "8 ou 11 caractères"),
    ],
    ("enfant", "general"): [
        ({"naissance": ""}, "À remplir"),
        ({"naissance": "2026-12-02"}, "dans le futur"),
        ({"naissance": "2026-02-30"}, "n’existe pas"),
        ({"naissance": "0018-03-14"}, "Vérifiez l’année"),
    ],
    ("enfant", "autorisations"): [({"image": "peut-être"}, "l’une des réponses proposées")],
    ("enfant", "sante"): [
        ({"regime": "halal"}, "l’une des réponses proposées"),
        ({"pai_debut": "2026-09-01", "pai_fin": "2026-08-31"}, "vient après sa signature"),
        ({"pai_debut": "2026-12-24"}, "dans le futur"),
        ({"allergies": "x" * 501}, "500 caractères"),
    ],
}


@pytest.mark.parametrize(("objet", "rubrique"), REFUSEES, ids=lambda x: x)
def test_what_cannot_be_is_refused_with_a_sentence(monde, claire, lea, moi, objet, rubrique):
    url = lea if objet == "enfant" else moi
    for saisie, phrase in REFUSEES[objet, rubrique]:
        reponse = claire.post(
            f"{url}/modifications", data={"csrf_token": csrf(claire), "rubrique": rubrique} | saisie
        )
        assert reponse.status_code == 422, saisie
        assert phrase in reponse.text, (saisie, phrase)
    assert not Demande.select().exists()


def test_values_are_kept_in_one_readable_form(monde, claire, moi, lea):
    def envoyer(url, rubrique, **saisie):
        donnees = {"csrf_token": csrf(claire), "rubrique": rubrique} | saisie
        assert claire.post(f"{url}/modifications", data=donnees).status_code == 303

    envoyer(
        moi,
        "base",
        telephone="+33 (0)6.39.98.12.40",
        telephone_travail="+32 2 123 45 67",
        profession="Infir\u200bmière de\tnuit",
        employeur="Cafe\u0301 du Pont",
    )
    envoyer(moi, "adresse", code_postal="49 320")
    envoyer(moi, "banque", iban=IBAN.lower(), bic="agrifrpp", mot_de_passe_actuel=MOT_DE_PASSE)
    envoyer(lea, "autorisations", image="non", baignade="oui")
    envoyer(lea, "sante", pai_consignes="Stylo \u202edans le sac\r\n\r\nAppeler le 15  ")
    assert demandees() == {
        "telephone": "06 39 98 12 40",
        "telephone_travail": "+32 2 123 45 67",
        "profession": "Infirmière de nuit",
        "employeur": "Café du Pont",
        "code_postal": "49320",
        "iban": "FR7630006000011234567890189",
        "bic": "AGRIFRPP",
        "image": "non",
        "baignade": "oui",
        "pai_consignes": "Stylo dans le sac\n\nAppeler le 15",
    }


def test_what_changed_meanwhile_is_shown_again_with_what_was_typed(monde, claire, lea):
    page = Page(claire, f"{lea}?modifier=general")
    poser(monde.lea, classe="CM2")
    page.cliquer("#general form button", attendu=409, prenom="Léa-Lou")
    assert "a changé pendant que vous la remplissiez" in page.texte("#general .avis")
    assert page.un("#prenom")["value"] == "Léa-Lou"
    assert "Valeur actuelle : CM2" in page.texte("#general")
    page.cliquer("#general form button", classe="CM2")
    assert demandees() == {"prenom": "Léa-Lou"}


# ——— bank details ———


def test_bank_details_ask_for_the_password_again_after_ten_minutes(monde, claire, moi):
    page = Page(claire, f"{moi}?modifier=banque")
    assert not page.tous("#mot_de_passe_actuel"), "just signed in"
    SessionOuverte.update(confirmee_le=None).execute()
    page.cliquer("#banque form button", attendu=422, iban=IBAN)
    assert page.un("#iban")["value"] == IBAN.replace(" ", ""), "kept, as it was read"
    page.cliquer("#banque form button", attendu=422, mot_de_passe_actuel="ce n’est pas lui")
    assert "Ce n’est pas votre mot de passe." in page.texte("#mot_de_passe_actuel-message")
    assert not Demande.select().exists()
    page.cliquer("#banque form button", mot_de_passe_actuel=MOT_DE_PASSE)
    assert page.texte("#banque .modif ins") == "FR76 •••• •••• 0189"
    assert demandees() == {"iban": IBAN.replace(" ", "")}


def test_an_iban_left_empty_stays_as_it_is(monde, claire, moi):
    poser(monde.adulte_claire, iban="DE89370400440532013000", titulaire="C. Moreau")
    page = Page(claire, f"{moi}?modifier=banque")
    assert page.un("#iban").get("value", "") == ""
    page.cliquer("#banque form button", titulaire="Claire Moreau")
    assert demandees() == {"titulaire": "Claire Moreau"}


# ——— who may not ———


@pytest.mark.parametrize("rubrique", ["fiscal", "", "sante", "contacts", "x' OR 1=1--"])
def test_a_part_that_is_not_to_be_changed_there_does_not_exist(claire, moi, rubrique):
    reponse = claire.post(
        f"{moi}/modifications", data={"csrf_token": csrf(claire), "rubrique": rubrique, "quotient": "1"}
    )
    assert reponse.status_code == 404
    assert not Demande.select().exists()


def test_the_sheet_of_another_adult_or_without_the_right_is_not_to_be_changed(monde, claire, lea):
    julien = f"/famille/dossier/responsables/{monde.adulte_julien.id}/modifications"
    donnees = {"csrf_token": csrf(claire), "rubrique": "base", "telephone": "06 39 98 00 00"}
    assert claire.post(julien, data=donnees).status_code == 404
    LienParental.update(droit="information").execute()
    donnees = {"csrf_token": csrf(claire), "rubrique": "general", "classe": "CM1"}
    assert claire.post(f"{lea}/modifications", data=donnees).status_code == 404
    assert not Demande.select().exists()


def test_a_stranger_changes_nothing_and_staff_neither(monde, connexion, lea, moi):
    for qui, attendu in ((monde.paulo, 404), (monde.sophie, 403)):
        client = connexion(qui)
        for url, rubrique in ((lea, "general"), (moi, "base")):
            donnees = {"csrf_token": csrf(client), "rubrique": rubrique, "classe": "CM1"}
            assert client.post(f"{url}/modifications", data=donnees).status_code == attendu
    assert not Demande.select().exists()
