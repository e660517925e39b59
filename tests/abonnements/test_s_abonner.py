"""Subscribing to a family file: the code of a letter or a short number, then signing in again."""

import datetime as dt
import json

import pytest

import workflows as w
from models import Abonnement, CodeAbonne, Courriel, Evenement, Responsable
from portail.domain import abonnements, codes, coffre
from portail.domain.abonnements import DejaAbonne
from portail.domain.refus import Refus
from portail.domain.verification import verifier
from tests.abonnements.conftest import ADRESSE, SECRETS, abonnement_de, lettre, nouveau_compte, plus_tard
from tests.courrier import recus
from tests.formulaires import csrf, poster
from tests.html import lire, mots
from tests.htmx import Page, assert_comme_rechargee
from tests.monde import MAINTENANT

NAISSANCE = dt.date(2018, 3, 14)
"""Léa's."""


# ——— it works ———


def test_the_code_of_a_letter_subscribes_and_the_next_sign_in_makes_it_active(
    connexion, saisir, chez_nadege, nadege, monde
):
    claire = Responsable.get(famille=monde.moreau)
    code = lettre(monde.moreau, responsable=claire)
    reponse = saisir(code)
    assert (reponse.status_code, reponse.headers["Location"]) == (303, ADRESSE)
    page = mots(lire(chez_nadege.get(ADRESSE).text).main)
    assert "Demande du mardi 1er décembre à 10 h En attente de reconnexion" in page
    abonnement = abonnement_de(nadege)
    assert (abonnement.statut, abonnement.famille_id) == (w.ATTENTE_RECONNEXION, monde.moreau.id)
    assert abonnement.responsable_id == claire.id
    assert CodeAbonne.get().abonnement_id == abonnement.id

    suite = connexion(nadege)
    page = mots(lire(suite.get(ADRESSE).text).main)
    assert "Famille Moreau Actif Code abonné 104582, abonnement du 1er décembre 2026." in page
    assert "Léa" in suite.get("/famille/planning?vue=mois&date=2026-12-01").text


@pytest.mark.parametrize("naissance", ["2018-03-14", " 14/03/2018 ", "14 3 2018", "14032018", "9-5-2022"])
def test_a_short_number_subscribes_with_the_date_of_birth_of_any_child(saisir, nadege, monde, naissance):
    assert saisir(" 104 582 ", naissance).status_code == 303
    assert abonnement_de(nadege).famille_id == monde.moreau.id


def test_a_short_number_serves_again(monde, nadege):
    autre = nouveau_compte(monde, "Karim", "karim@example.org")
    for compte in (nadege, autre):
        abonnements.s_abonner(compte, "104582", NAISSANCE)
    assert Abonnement.select().where(Abonnement.famille == monde.moreau).count() == 3


def test_the_journal_tells_its_birth_and_the_invariants_hold(monde, nadege, connexion):
    avant = list(verifier())
    abonnements.s_abonner(nadege, lettre(monde.moreau))
    CodeAbonne.update(scelle=coffre.sceller("code")).execute()
    ident = abonnement_de(nadege).id
    connexion(nadege)
    lignes = Evenement.select().where(Evenement.objet == "abonnement", Evenement.objet_id == ident)
    dites = [(e.acte, e.de, e.vers, e.auteur_id, e.famille_id) for e in lignes.order_by(Evenement.id)]
    qui = (nadege.id, monde.moreau.id)
    assert dites == [
        ("s_abonner", "", w.ATTENTE_RECONNEXION, *qui),
        (w.ACTIVER, w.ATTENTE_RECONNEXION, w.ACTIF, *qui),
    ]
    assert list(verifier()) == avant


def test_the_account_and_every_adult_of_the_file_are_told_by_mail(monde, nadege):
    for prenom, email in (("Julien", "julien@example.org"), ("Nadège", "NADEGE@example.org"), ("Sans", "")):
        Responsable.create(famille=monde.moreau, prenom=prenom, nom="Moreau", email=email, rang=2)
    abonnements.s_abonner(nadege, lettre(monde.moreau))
    assert sorted(c.destinataire for c in Courriel.select()) == [
        "famille@example.org",
        "julien@example.org",
        "nadege@example.org",
    ]
    for email, prenom in (("famille@example.org", "Claire"), ("julien@example.org", "Julien")):
        (courriel,) = recus(email)
        assert courriel.corps.startswith(f"Bonjour {prenom},")
        assert "Nadège Petit vient de s’abonner à votre dossier" in courriel.corps
        assert "Ce n’est pas normal ? Appelez le Guichet Familles, 02 61 91 40 40" in courriel.corps
    (courriel,) = recus("nadege@example.org")
    assert courriel.sujet == "Votre abonnement est enregistré"
    assert f"http://localhost{ADRESSE}" in courriel.corps
    assert not [mot for mot in SECRETS if mot in courriel.corps]


# ——— nothing of the family before ———


def test_no_page_says_a_word_of_the_family_before_the_subscription_is_active(saisir, chez_nadege, monde):
    saisir(lettre(monde.moreau))
    fin = f"{ADRESSE}/{Abonnement.select().order_by(Abonnement.id.desc()).get().id}/fin"
    for adresse in ("/", ADRESSE, f"{ADRESSE}/nouveau", fin, "/famille", "/famille/planning", "/facturation"):
        for entetes in ({}, {"HX-Request": "true"}):
            page = chez_nadege.get(adresse, headers=entetes, follow_redirects=True).text
            assert not [mot for mot in SECRETS if mot in page], adresse


# ——— once, and not for ever ———


def test_an_expired_code_opens_nothing_and_serves_till_its_last_second(saisir, chez_nadege, monde):
    code = lettre(monde.moreau, expire_le=MAINTENANT + dt.timedelta(minutes=10))
    with plus_tard(minutes=10):
        assert saisir(code).status_code == 422
    with plus_tard(minutes=10, seconds=-1):
        assert saisir(code).status_code == 303


def test_a_second_account_cannot_use_a_code_that_has_served(saisir, monde):
    code = lettre(monde.moreau)
    abonnements.s_abonner(nouveau_compte(monde, "Karim", "karim@example.org"), code)
    assert saisir(code).status_code == 422
    assert Abonnement.select().where(Abonnement.famille == monde.moreau).count() == 2


# ——— already done ———


@pytest.mark.parametrize("actif", [True, False], ids=["active", "waiting"])
def test_whoever_is_subscribed_already_is_told_kindly_and_the_code_is_kept(monde, nadege, connexion, actif):
    abonnements.s_abonner(nadege, lettre(monde.moreau))
    client = connexion(nadege) if actif else None
    code = lettre(monde.moreau)
    with pytest.raises(DejaAbonne) as deja:
        abonnements.s_abonner(nadege, code)
    assert ("Vous êtes déjà abonné" in deja.value.phrase) == actif
    assert CodeAbonne.get(CodeAbonne.empreinte == codes.empreinte(codes.lire(code))).abonnement_id is None
    with pytest.raises(DejaAbonne):
        abonnements.s_abonner(nadege, "104582", NAISSANCE)
    if client:
        reponse = poster(client, ADRESSE, {"code": code})
        assert reponse.status_code == 422 and "Vous êtes déjà abonné à ce dossier" in reponse.text


def test_the_same_code_sent_twice_by_the_same_person_is_no_failure(saisir, monde):
    code = lettre(monde.moreau)
    assert saisir(code).status_code == 303
    reponse = saisir(code)
    assert reponse.status_code == 422 and "Vous avez déjà demandé cet abonnement" in reponse.text
    assert not Evenement.select().where(Evenement.acte == "code_refuse").exists()


def test_who_is_subscribed_learns_nothing_of_a_code_that_opens_nothing(monde):
    abonne, code = monde.claire, lettre(monde.moreau, remplace_le=MAINTENANT)
    with pytest.raises(Refus) as refus:
        abonnements.s_abonner(abonne, code)
    assert not isinstance(refus.value, DejaAbonne)


def test_a_subscription_that_ended_may_begin_again(monde, nadege):
    abonnements.s_abonner(nadege, lettre(monde.moreau))
    abonnements.resilier(nadege, abonnement_de(nadege).id)
    abonnements.s_abonner(nadege, lettre(monde.moreau))
    siens = Abonnement.select().where(Abonnement.compte == nadege).order_by(Abonnement.id)
    assert [a.statut for a in siens] == [w.RESILIE, w.ATTENTE_RECONNEXION]


# ——— slips of the pen ———


def faute(code: str) -> str:
    """One wrong symbol."""
    return code[:-1] + ("A" if code[-1] != "A" else "B")


@pytest.mark.parametrize(
    ("code", "naissance", "champ", "phrase"),
    [
        ("", "", "code", "Indiquez votre code abonné."),
        ("K7QM", "", "code", "vous en avez saisi 4"),
        ("K7QM-4RTX-9WP0", "", "code", "ne contient jamais « 0 »"),
        ("faute", "", "code", "Ce code contient une faute de frappe"),
        ("104582", "", "naissance", "indiquez aussi la date de naissance"),
        ("104582", "14 mars", "naissance", "Écrivez la date ainsi : 14/03/2018."),
        ("104582", "30/02/2018", "naissance", "Ce jour n’existe pas : vérifiez la date."),
        ("104582", "31022018", "naissance", "Ce jour n’existe pas : vérifiez la date."),
        ("104582", "2018-13-01", "naissance", "Ce jour n’existe pas : vérifiez la date."),
    ],
)
def test_a_slip_of_the_pen_is_told_beside_its_field_and_never_counted(
    saisir, monde, code, naissance, champ, phrase
):
    for _ in range(7):
        reponse = saisir(faute(lettre(monde.moreau)) if code == "faute" else code, naissance)
    assert reponse.status_code == 422
    soupe = lire(reponse.text)
    assert phrase in mots(soupe.find(id=f"{champ}-message"))
    assert soupe.find(id=champ).has_attr("autofocus")
    assert len(soupe.select("[autofocus]")) == 1
    if champ == "naissance":
        assert soupe.find(id="code")["value"] == code
    assert not Evenement.select().where(Evenement.acte == "code_refuse").exists()
    assert saisir(lettre(monde.moreau)).status_code == 303


def test_the_date_of_birth_is_asked_only_once_a_short_number_was_typed(saisir, chez_nadege, monde):
    assert lire(chez_nadege.get(f"{ADRESSE}/nouveau").text).find(id="naissance") is None
    assert lire(saisir("K7QM").text).find(id="naissance") is None
    assert lire(saisir("104582").text).find(id="naissance")


# ——— on the screen ———


def test_the_form_opens_in_place_and_the_refusal_comes_back_in_it(chez_nadege, monde):
    page = Page(chez_nadege, ADRESSE)
    page.cliquer(page.soupe.find("a", string="M’abonner"))
    assert page.url == f"{ADRESSE}/nouveau"
    assert_comme_rechargee(page)
    assert page.un("label[for=code]").text == "Code Abonné"
    assert page.un("#code").has_attr("autofocus")
    page.cliquer("#abonnements form button", 422, code="K7QM")
    assert "vous en avez saisi 4" in page.texte("#annonce")
    assert page.un("#code").has_attr("autofocus") and page.un("#code")["value"] == "K7QM"
    page.cliquer("#abonnements form button", code=lettre(monde.moreau))
    assert page.url == ADRESSE
    assert "Votre abonnement est enregistré." in page.texte("#bandeau")
    assert "En attente de reconnexion" in page.texte("#abonnements")


def test_the_button_signs_out_and_the_sign_in_page_brings_back(chez_nadege, saisir, nadege, monde):
    saisir(lettre(monde.moreau))
    connexion = Page(chez_nadege, ADRESSE).suivre("#abonnements form button")
    assert connexion.url == f"/connexion?next={ADRESSE}"
    assert "Vous êtes déconnecté. Reconnectez-vous pour continuer." in connexion.texte("#bandeau")
    assert connexion.un("main form [name=next]")["value"] == ADRESSE


@pytest.mark.parametrize("suite", ["//evil.test", "https://evil.test", "/\\evil.test", "", "/nulle-part"])
def test_signing_out_leads_nowhere_else(chez_nadege, suite):
    reponse = poster(chez_nadege, "/deconnexion", {"next": suite})
    assert reponse.headers["Location"] == "/"


# ——— others ———


@pytest.mark.parametrize("role", ["sophie", "gestionnaire", "animateur"])
def test_the_staff_has_no_subscription_of_its_own(connexion, monde, role):
    client = connexion(getattr(monde, role))
    jeton = csrf(client)
    for adresse in (ADRESSE, f"{ADRESSE}/nouveau"):
        assert client.get(adresse).status_code == 403
    code = lettre(monde.moreau)
    assert client.post(ADRESSE, data={"csrf_token": jeton, "code": code}).status_code == 403
    assert CodeAbonne.get().abonnement_id is None


def test_nobody_subscribes_without_signing_in_nor_without_a_token(client, chez_nadege, monde):
    code = lettre(monde.moreau)
    assert poster(client, ADRESSE, {"code": code}).headers["Location"].startswith("/connexion")
    assert chez_nadege.post(ADRESSE, data={"code": code}).status_code == 400
    assert CodeAbonne.get().abonnement_id is None


def test_no_row_holds_a_code_in_clear(monde, nadege):
    code = codes.lire(lettre(monde.moreau))
    abonnements.s_abonner(nadege, code)
    for table in (CodeAbonne, Evenement, Courriel):
        assert code not in json.dumps(list(table.select().dicts()), default=str)
