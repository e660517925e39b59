"""Creating an account: it works, it tells nobody who has one, and what is wrong is said beside its field."""

import datetime as dt
import threading
import unicodedata

import pytest

from models import TABLES, Compte, Courriel, Jeton, db
from portail import clock
from portail.domain import comptes, courriels, inscription
from tests.conftest import BON_MARCHE
from tests.courrier import lien_recu, recus
from tests.formulaires import poster
from tests.html import lire, mots
from tests.inscription.conftest import CHOISI, EMAIL, NADEGE
from tests.monde import MAINTENANT, MOT_DE_PASSE

INCORRECT = "Adresse e-mail ou mot de passe incorrect."


def test_an_account_is_created_and_its_link_goes_by_mail(client, creer):
    reponse = creer()
    assert (reponse.status_code, reponse.headers["Location"]) == (303, "/compte/courriel")
    page = mots(lire(client.get("/compte/courriel").text).main)
    assert f"Un e-mail de confirmation part pour l’adresse {EMAIL}" in page
    compte = Compte.get(email=EMAIL)
    assert (compte.nom, compte.prenom, compte.role, compte.active_le) == ("Petit", "Nadège", "famille", None)
    (courriel,) = recus(EMAIL)
    assert courriel.sujet == "Activez votre compte"
    assert lien_recu(EMAIL).startswith("/compte/activer/")
    assert "Bonjour Nadège," in courriel.corps


def test_the_page_after_stands_alone_for_whoever_comes_back_to_it(client, monde):
    assert "l’adresse que vous avez indiquée" in client.get("/compte/courriel").text


def test_until_it_is_activated_the_account_answers_as_a_wrong_password_does(creer, entrer):
    creer()
    bon, mauvais, inconnu = entrer(), entrer(mot_de_passe="autre chose"), entrer(email="qui@example.org")
    assert [r.status_code for r in (bon, mauvais, inconnu)] == [422] * 3
    textes = [lire(r.text.replace("qui@example.org", EMAIL)).main for r in (bon, mauvais, inconnu)]
    for champ in (c for texte in textes for c in texte.select("[name=csrf_token]")):
        champ.decompose()
    assert textes[0] == textes[1] == textes[2]
    assert INCORRECT in bon.text
    assert 'href="/compte/activation"' in bon.text


@pytest.mark.parametrize(
    ("champ", "valeur", "phrase"),
    [
        ("nom", "", "Indiquez votre nom."),
        ("prenom", "   ", "Indiquez votre prénom."),
        ("nom", "Petit 2", "Écrivez-le avec des lettres seulement"),
        ("prenom", "gagnez.sur evil.test", "Écrivez-le avec des lettres seulement"),
        ("prenom", "https://evil.test", "Écrivez-le avec des lettres seulement"),
        ("prenom", "Nad\u202eège", "Écrivez-le avec des lettres seulement"),
        ("nom", "Pe\u200btit", "Écrivez-le avec des lettres seulement"),
        ("nom", "- ’", "Écrivez-le avec des lettres seulement"),
        ("nom", "a" * 81, "80 caractères au plus."),
        ("email", "", "Indiquez votre adresse e-mail."),
        ("email", "nadege", "Écrivez l’adresse en entier"),
        ("email", "nadege@", "Écrivez l’adresse en entier"),
        ("email", "a@b@example.org", "Écrivez l’adresse en entier"),
        ("email", "zoé@example.org", "sans accent"),
        ("email", "zoe@exämple.org", "sans accent"),
        ("email", "a@example.org\r\nBcc: b@example.org", "Écrivez l’adresse en entier"),
        ("email", "a@example.org, b@example.org", "Écrivez l’adresse en entier"),
        ("email", "Nadège <a@example.org>", "Écrivez l’adresse en entier"),
        ("email", "a" * 250 + "@example.org", "Cette adresse est trop longue."),
        ("mot_de_passe", "", "Choisissez un mot de passe."),
        ("mot_de_passe", "court", "Il manque 7 caractères : il en faut 12 au moins."),
        ("mot_de_passe", "motdepasse2026", "Ce mot de passe est parmi les premiers que l’on essaie"),
        ("mot_de_passe", "chez nadege et petit", "Évitez « nadege »"),
        ("mot_de_passe", "vive saint-alban", "Évitez « alban »"),
        ("mot_de_passe", "x y z " * 50, "Ce mot de passe est trop long."),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(creer, champ, valeur, phrase):
    reponse = creer(**{champ: valeur})
    assert reponse.status_code == 422
    soupe = lire(reponse.text)
    assert phrase in mots(soupe.find(id=f"{champ}-message"))
    saisie = soupe.find(id=champ)
    assert saisie["aria-invalid"] == "true"
    assert f"{champ}-message" in saisie["aria-describedby"]
    assert saisie.has_attr("autofocus")
    assert soupe.title.text.startswith("Erreur : ")
    assert soupe.find(id="mot_de_passe").get("value", "") == ""
    assert Compte.select().where(Compte.active_le.is_null()).count() == 0
    assert Courriel.select().count() == 0


def test_the_first_field_to_mend_has_the_focus_alone_and_the_password_is_said_to_be_typed_again(creer):
    soupe = lire(creer(email="nadege", code="104592", naissance="31/02/2018").text)
    assert [champ["id"] for champ in soupe.select("form [autofocus]")] == ["email"]
    assert mots(soupe.find(id="naissance-message")) == "Ce jour n’existe pas : vérifiez la date."
    assert mots(soupe.find(id="mot_de_passe-aide")).startswith("Tapez-le de nouveau")


def test_a_form_not_yet_sent_says_nothing_of_typing_again(client, monde):
    soupe = lire(client.get("/compte/creer").text)
    assert "de nouveau" not in mots(soupe.find(id="mot_de_passe-aide"))


def test_what_was_well_typed_stays(creer):
    soupe = lire(creer(mot_de_passe="court").text)
    assert [soupe.find(id=nom)["value"] for nom in ("nom", "prenom", "email")] == ["Petit", "Nadège", EMAIL]


@pytest.mark.parametrize("nom", ["O’Brien", "D'Almeida", "Le  Goff ", "Nguyễn-Trần", "Петрова", "Lö"])
def test_names_from_everywhere_are_kept_as_they_are_written(creer, nom):
    assert creer(nom=unicodedata.normalize("NFD", nom)).status_code == 303
    assert Compte.get(email=EMAIL).nom == " ".join(nom.split())


def test_the_form_helps_password_managers_and_forbids_no_paste(client, monde):
    soupe = lire(client.get("/compte/creer").text)
    saisie = soupe.find(id="mot_de_passe")
    assert (saisie["type"], saisie["autocomplete"]) == ("password", "new-password")
    assert soupe.find(id="email")["autocomplete"] == "username"
    assert not {"maxlength", "pattern", "onpaste"} & set(saisie.attrs)


@pytest.mark.parametrize(
    "mot_de_passe",
    [
        *(("Le facteur passe à dix heures, " * 9)[:longueur] for longueur in (64, 128, 256)),
        "🐈‍⬛ dort, 🦊 veille 🌙",
        "🦊🌙🌵🎈🚲🍒🧦🪁🥨🐢🦔🌻",
    ],
)
def test_a_long_or_odd_password_opens_the_account(client, creer, entrer, mot_de_passe):
    assert creer(mot_de_passe=mot_de_passe).status_code == 303
    poster(client, lien_recu(EMAIL))
    assert entrer(mot_de_passe=unicodedata.normalize("NFD", mot_de_passe)).status_code == 303


# ——— nobody learns who has an account ———


def reponses(client, creer, email: str):
    """All that the browser receives, but for the address that was typed."""
    envoi = creer(email=email)
    page = client.get(envoi.headers["Location"])
    return [
        (
            r.status_code,
            sorted(r.headers.keys()),
            r.headers.get("Location"),
            _corps(r.text.replace(email, "…")),
        )
        for r in (envoi, page)
    ]


def _corps(html: str):
    soupe = lire(html)
    for champ in soupe.select("[name=csrf_token]"):
        champ.decompose()
    return str(soupe)


def test_a_known_a_closed_and_a_new_address_look_the_same_in_everything(client, creer, monde):
    Compte.update(actif=False).where(Compte.id == monde.paulo.id).execute()
    nouvelle = reponses(client, creer, EMAIL)
    assert reponses(client, creer, "famille@example.org") == nouvelle
    assert reponses(client, creer, "paulo@example.org") == nouvelle


def test_a_known_address_is_told_by_mail_and_its_account_does_not_change(client, creer, monde):
    avant = Compte.select().where(Compte.id == monde.claire.id).dicts().get()
    assert creer(email=" FAMILLE@example.org").status_code == 303
    assert Compte.select().where(Compte.id == monde.claire.id).dicts().get() == avant
    (courriel,) = recus("famille@example.org")
    assert courriel.sujet == "Vous avez déjà un compte"
    assert "Bonjour Claire," in courriel.corps
    assert "Nadège" not in courriel.corps
    assert Jeton.select().count() == 0


def test_a_closed_address_learns_by_mail_who_can_open_it_again(creer, monde):
    Compte.update(actif=False).where(Compte.id == monde.paulo.id).execute()
    creer(email="paulo@example.org")
    (courriel,) = recus("paulo@example.org")
    assert courriel.sujet == "Votre compte est fermé"
    assert Jeton.select().count() == 0


def test_a_known_and_a_new_address_cost_the_same_hash(creer, monde, monkeypatch):
    haches = []

    class Espion:
        def __getattr__(self, nom):
            return getattr(BON_MARCHE, nom)

        def hash(self, mot_de_passe):
            assert not db.in_transaction()
            haches.append(mot_de_passe)
            return BON_MARCHE.hash(mot_de_passe)

    espion = Espion()
    monkeypatch.setattr(comptes, "_hacheur", lambda: espion)
    creer()
    creer(email="famille@example.org")
    assert haches == [CHOISI, CHOISI]


# ——— the same address twice ———


def test_whoever_signs_up_again_before_activating_is_taken_at_their_last_word(client, creer, entrer):
    creer(prenom="Nadia", mot_de_passe="premier essai de phrase")
    premier = lien_recu(EMAIL)
    creer()
    dernier = lien_recu(EMAIL)
    assert Compte.get(email=EMAIL).prenom == "Nadège"
    assert poster(client, premier).status_code == 404
    assert poster(client, dernier).status_code == 303
    assert entrer(mot_de_passe="premier essai de phrase").status_code == 422
    assert entrer().status_code == 303


def test_twenty_sign_ups_at_once_make_one_account(base, monde):
    fautes: list[Exception] = []
    depart = threading.Barrier(8)

    def essai(numero: int):
        depart.wait()
        try:
            inscription.creer_compte("Nadège", "Petit", EMAIL, CHOISI, f"192.0.2.{numero}")
        except Exception as exc:
            fautes.append(exc)
        finally:
            db.close()

    fils = [threading.Thread(target=essai, args=(n,)) for n in range(8)]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join()
    assert Compte.select().where(Compte.email == EMAIL).count() == 1
    assert {getattr(faute, "statut", faute) for faute in fautes} <= {429}
    assert len(recus(EMAIL)) == 8 - len(fautes) == 3


# ——— patience ———


@pytest.mark.parametrize("email", [EMAIL, "famille@example.org"])
def test_after_three_mails_one_waits_and_then_may_again(creer, email):
    for _ in range(3):
        assert creer(email=email).status_code == 303
    reponse = creer(email=email)
    assert (reponse.status_code, reponse.headers["Retry-After"]) == (429, "61")
    assert "Trop de demandes. Vous pourrez réessayer à partir de 10 h 01." in reponse.text
    assert len(recus(email)) == 3
    with clock.figer(MAINTENANT + dt.timedelta(minutes=1)):
        assert creer(email=email).status_code == 303


def test_a_refused_password_does_not_count(creer):
    for _ in range(5):
        assert creer(mot_de_passe="court").status_code == 422
    assert creer().status_code == 303


def test_one_address_does_not_fill_the_letter_boxes_of_a_town(client, monde):
    statuts = [
        poster(client, "/compte/activation", {"email": f"foyer{n}@example.org"}).status_code
        for n in range(101)
    ]
    assert statuts == [303] * 100 + [429]
    with clock.figer(MAINTENANT + dt.timedelta(minutes=1)):
        assert poster(client, "/compte/activation", {"email": EMAIL}).status_code == 303


# ——— what is kept ———


def test_no_table_holds_a_link_that_opens_anything(creer):
    creer()
    jeton = lien_recu(EMAIL).rpartition("/")[2]
    for table in TABLES:
        assert jeton not in str(list(table.select().tuples())), table
    assert "{jeton}" in recus(EMAIL)[0].corps


def test_the_log_knows_neither_the_password_nor_the_address_nor_the_link(creer, caplog):
    caplog.set_level("INFO")
    creer()
    for canari in (CHOISI, EMAIL, lien_recu(EMAIL), NADEGE["nom"]):
        assert canari not in caplog.text


def test_links_lead_to_the_configured_host_whatever_the_request_says(client, monde):
    for entetes in ({"X-Forwarded-Host": "evil.test"}, {"Forwarded": "host=evil.test"}):
        poster(client, "/compte/creer", NADEGE, headers=entetes)
        assert "evil.test" not in courriels.en_clair(recus(EMAIL)[-1])
    assert poster(client, "/compte/creer", NADEGE, headers={"Host": "evil.test"}).status_code == 400


def test_whoever_is_in_has_no_account_to_create(connexion, monde):
    assert connexion(monde.claire).get("/compte/creer").headers["Location"] == "/"


def test_the_welcome_and_sign_in_pages_lead_here(client, monde):
    for page in ("/", "/connexion"):
        assert lire(client.get(page).text).find("a", string="Créer un compte")["href"] == "/compte/creer"
    assert MOT_DE_PASSE not in client.get("/").text
