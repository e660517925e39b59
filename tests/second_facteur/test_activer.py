"""Setting the application of codes up, at the first sign-in: it works once it is proven, and only then."""

import base64
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from models import CodeDeSecours, Evenement, SecondFacteur, SessionOuverte
from portail.domain import coffre
from tests.courrier import recus
from tests.formulaires import poster
from tests.html import lire, mots
from tests.monde import MAINTENANT, MOT_DE_PASSE
from tests.second_facteur.conftest import ACTIVATION, PAGE, apres, cle_de, code_de, est_entre


def test_after_the_password_the_first_sign_in_leads_to_the_installation(client, monde):
    entree = poster(
        client,
        "/connexion",
        {"email": monde.sophie.email, "mot_de_passe": MOT_DE_PASSE, "next": "/agents?etat=retard"},
    )
    assert entree.headers["Location"] == f"{PAGE}?next=/agents?etat%3Dretard"
    page = lire(client.get(entree.headers["Location"]).text)
    assert page.h1.text == "Installez votre application de codes"
    assert page.select_one("main input[name=next]")["value"] == "/agents?etat=retard"
    champ = page.find(id="code")
    assert (champ["autocomplete"], champ["inputmode"]) == ("one-time-code", "numeric")
    assert mots(page.find("label", {"for": "code"})) == "Code à 6 chiffres"
    assert [b.text for b in page.select("main .bouton[type=submit]")] == ["Activer", "Se déconnecter"]


def test_the_page_says_the_same_key_in_a_drawing_in_an_address_and_in_groups_of_four(connexion, monde):
    client = connexion(monde.sophie)
    page = lire(client.get(PAGE).text)
    groupes = mots(page.select_one(".cle")).split()
    assert [len(groupe) for groupe in groupes] == [4] * 8
    adresse = urlsplit(page.find("a", string="L’ouvrir avec cette clé")["href"])
    assert (adresse.scheme, adresse.netloc) == ("otpauth", "totp")
    assert unquote(adresse.path) == "/Saint-Alban-sur-Loire:agent@example.org"
    dits = parse_qs(adresse.query)
    assert dits["secret"] == ["".join(groupes)]
    assert dits["issuer"] == ["Saint-Alban-sur-Loire"]
    assert len(base64.b32decode(dits["secret"][0])) == 20  # 160 bits: RFC 4226, §4
    dessin = page.select_one("svg.qr")
    assert dessin["aria-label"].startswith("QR code")
    assert dessin.path["d"].startswith("M4 4h7v1h-7z")  # the corner that readers look for, after the margin


def test_the_page_asked_again_shows_the_same_key_and_writes_nothing(connexion, monde):
    client = connexion(monde.sophie)
    assert cle_de(client) == cle_de(client)
    assert not SecondFacteur.select().exists()


def test_whoever_looked_before_with_the_password_alone_does_not_hold_the_key_set_up_later(
    connexion, donner, monde
):
    voleur, sophie = connexion(monde.sophie), connexion(monde.sophie)
    volee, sienne = cle_de(voleur), cle_de(sophie)
    assert volee != sienne
    assert poster(sophie, ACTIVATION, {"code": code_de(sienne)}).status_code == 200
    with apres(minutes=1):
        assert donner(voleur, code_de(volee)).status_code == 422
        assert not est_entre(voleur)


def test_the_first_right_code_opens_everything_and_gives_ten_codes_once(muni, monde):
    sophie = muni(monde.sophie)
    assert est_entre(sophie.client)
    assert sophie.client.get("/agents").status_code == 200
    assert len(set(sophie.codes)) == 10
    assert all(len(code) == 14 and code[4] == code[9] == "-" for code in sophie.codes)
    assert sophie.client.get(PAGE).headers["Location"] == "/"


def test_the_page_of_the_codes_shows_who_is_in_and_leads_on(connexion, monde):
    client = connexion(monde.sophie)
    code = code_de(cle_de(client))
    page = lire(poster(client, ACTIVATION, {"code": code, "next": "/agents?etat=traitees"}).text)
    assert page.h1.text == "Vos codes de secours"
    assert page.find("a", string="C’est noté, continuer")["href"] == "/agents?etat=traitees"
    assert "Sophie Garnier" in mots(page.header)


def test_a_hostile_next_leads_home(connexion, monde):
    client = connexion(monde.sophie)
    code = code_de(cle_de(client))
    page = lire(poster(client, ACTIVATION, {"code": code, "next": "//evil.test"}).text)
    assert page.find("a", string="C’est noté, continuer")["href"] == "/"


def test_neither_the_key_nor_the_recovery_codes_can_be_read_in_the_database(muni, monde):
    sophie = muni(monde.sophie)
    facteur = SecondFacteur.get()
    assert (facteur.compte_id, facteur.actif_depuis) == (monde.sophie.id, MAINTENANT)
    assert sophie.secret not in facteur.scelle
    assert coffre.desceller(facteur.scelle) == sophie.secret
    lignes = list(CodeDeSecours.select())
    assert {(ligne.compte_id, len(ligne.empreinte), ligne.utilise_le) for ligne in lignes} == {
        (monde.sophie.id, 64, None)
    }
    assert len(lignes) == 10


def test_it_is_told_by_mail_and_in_the_journal(muni, monde):
    muni(monde.sophie)
    (message,) = recus(monde.sophie.email)
    assert message.sujet == "Une application de codes protège votre compte"
    ligne = Evenement.get(Evenement.acte == "second_facteur_active")
    assert (ligne.objet, ligne.objet_id, ligne.auteur_id) == ("compte", monde.sophie.id, monde.sophie.id)


@pytest.mark.parametrize(
    ("code", "phrase"),
    [
        ("", "Indiquez le code."),
        ("12345", "Recopiez les 6 chiffres"),
        ("1234567", "Recopiez les 6 chiffres"),
        ("१२३४५६", "Recopiez les 6 chiffres"),
        ("K7QM-4RTX-9WPH", "Recopiez les 6 chiffres"),
        ("x" * 101, "Ce code est trop long."),
    ],
)
def test_what_is_no_code_is_told_beside_the_field_and_is_no_failed_try(connexion, monde, code, phrase):
    client = connexion(monde.sophie)
    cle = cle_de(client)
    for _ in range(6):
        reponse = poster(client, ACTIVATION, {"code": code, "next": "/agents"})
    assert reponse.status_code == 422
    page = lire(reponse.text)
    assert phrase in mots(page.find(id="code-message"))
    assert mots(page.select_one(".cle")).replace(" ", "") == cle
    assert page.select_one("main input[name=next]")["value"] == "/agents"
    assert poster(client, ACTIVATION, {"code": code_de(cle)}).status_code == 200


def test_a_wrong_code_sets_nothing_up_and_shows_the_same_key_again(connexion, monde):
    client = connexion(monde.sophie)
    cle = cle_de(client)
    reponse = poster(client, ACTIVATION, {"code": code_de(cle, 5)})
    assert reponse.status_code == 422
    assert "Ce code n’est pas le bon, ou il a déjà servi." in reponse.text
    assert mots(lire(reponse.text).select_one(".cle")).replace(" ", "") == cle
    assert not SecondFacteur.select().exists() and not CodeDeSecours.select().exists()
    assert not est_entre(client)
    assert Evenement.get(Evenement.acte == "second_facteur_refuse").objet_id == monde.sophie.id


def test_the_code_that_proved_the_device_opens_nothing_a_second_time(muni, connexion, donner, monde):
    sophie = muni(monde.sophie)
    autre = connexion(monde.sophie)
    assert donner(autre, sophie.code()).status_code == 422
    with apres(seconds=30):
        assert donner(autre, sophie.code()).status_code == 303


def test_a_second_device_cannot_be_set_up_beside_the_first(connexion, monde):
    une, autre = connexion(monde.sophie), connexion(monde.sophie)
    cles = cle_de(une), cle_de(autre)
    assert poster(une, ACTIVATION, {"code": code_de(cles[0])}).status_code == 200
    reponse = poster(autre, ACTIVATION, {"code": code_de(cles[1])})
    assert reponse.status_code == 409
    assert "vient d’être installée pour ce compte" in reponse.text
    assert not est_entre(autre)
    assert lire(autre.get(PAGE).text).h1.text == "Votre code de connexion"
    assert SecondFacteur.select().count() == 1


def test_the_session_takes_another_token_and_the_one_before_opens_nothing(connexion, app, monde):
    client = connexion(monde.sophie)
    vole = app.test_client()
    vole.set_cookie("session", client.get_cookie("session").value)
    avant = SessionOuverte.get().jeton
    assert poster(client, ACTIVATION, {"code": code_de(cle_de(client))}).status_code == 200
    assert SessionOuverte.get().jeton != avant
    assert est_entre(client)
    assert vole.get(PAGE).headers["Location"].startswith("/connexion?")
    assert not est_entre(vole)
