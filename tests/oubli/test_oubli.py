"""A password forgotten: a link by mail, a new password, the account closed everywhere else."""

import datetime as dt
import re
import threading

import pytest

from models import TABLES, Compte, Evenement, Jeton, SessionOuverte, db
from portail import clock
from portail.domain import comptes, jetons, oubli
from tests.courrier import lien_recu, recus
from tests.formulaires import poster
from tests.html import lire, mots
from tests.htmx import Page
from tests.monde import MAINTENANT, MOT_DE_PASSE

CLAIRE = "famille@example.org"
NOUVEAU = "brouette vert lundi"


def demander(client, email: str = CLAIRE):
    reponse = poster(client, "/mot-de-passe/oublie", {"email": email})
    assert reponse.status_code == 303
    return reponse


def changer(client, lien: str, mot_de_passe: str = NOUVEAU):
    return poster(client, lien, {"mot_de_passe": mot_de_passe})


def entrer(client, mot_de_passe: str, email: str = CLAIRE) -> int:
    return poster(client, "/connexion", {"email": email, "mot_de_passe": mot_de_passe}).status_code


def est_entre(client) -> bool:
    return "Se déconnecter" in client.get("/rien").text


def test_a_new_password_opens_the_account_and_the_old_one_no_more(client, monde):
    demander(client)
    lien = lien_recu(CLAIRE)
    page = lire(client.get(lien).text)
    assert page.find(id="email")["value"] == CLAIRE
    assert page.find(id="mot_de_passe")["autocomplete"] == "new-password"
    reponse = changer(client, lien)
    assert (reponse.status_code, reponse.headers["Location"]) == (303, "/connexion")
    assert "Votre mot de passe est changé." in client.get("/connexion").text
    assert entrer(client, MOT_DE_PASSE) == 422
    assert entrer(client, NOUVEAU) == 303


def test_every_browser_of_the_account_is_closed_and_the_others_are_not(client, connexion, monde):
    une, autre, paulo = connexion(monde.claire), connexion(monde.claire), connexion(monde.paulo)
    demander(client)
    changer(client, lien_recu(CLAIRE))
    assert [est_entre(navigateur) for navigateur in (une, autre, paulo)] == [False, False, True]
    assert SessionOuverte.select().where(SessionOuverte.fermee_le == MAINTENANT).count() == 2


def test_the_change_is_told_by_mail_and_in_the_journal(client, monde):
    demander(client)
    changer(client, lien_recu(CLAIRE))
    demande, annonce = recus(CLAIRE)
    assert demande.sujet == "Choisissez un nouveau mot de passe"
    assert annonce.sujet == "Votre mot de passe a changé"
    assert "http://localhost/mot-de-passe/oublie" in annonce.corps
    ligne = Evenement.get(Evenement.acte == "mot_de_passe_change")
    assert (ligne.objet, ligne.objet_id, ligne.auteur_id) == ("compte", monde.claire.id, monde.claire.id)


def test_letter_boxes_that_open_links_by_themselves_change_nothing(client, monde):
    demander(client)
    lien = lien_recu(CLAIRE)
    for methode in ("GET", "HEAD", "GET", "OPTIONS", "GET"):
        assert client.open(lien, method=methode).status_code == 200
    assert entrer(client, MOT_DE_PASSE) == 303
    assert changer(client, lien).status_code == 303


@pytest.mark.parametrize(
    ("mot_de_passe", "phrase"),
    [
        ("", "Choisissez un mot de passe."),
        ("court", "Il manque 7 caractères"),
        ("claire et les autres", "Évitez « claire »"),
        ("motdepasse2026", "parmi les premiers"),
        ("x" * 257, "Ce mot de passe est trop long."),
    ],
)
def test_a_refused_password_uses_nothing_up(client, monde, mot_de_passe, phrase):
    demander(client)
    lien = lien_recu(CLAIRE)
    reponse = changer(client, lien, mot_de_passe)
    assert reponse.status_code == 422
    assert phrase in mots(lire(reponse.text).find(id="mot_de_passe-message"))
    assert lire(reponse.text).find(id="email")["value"] == CLAIRE
    assert entrer(client, MOT_DE_PASSE) == 303
    assert changer(client, lien).status_code == 303


# ——— links that serve no more ———


def verifier_perime(client, lien: str) -> None:
    for reponse in (
        client.get(lien),
        changer(client, lien, "une autre phrase neuve"),
        changer(client, lien, ""),
    ):
        assert reponse.status_code == 404
        page = lire(reponse.text)
        assert page.h1.text == "Ce lien ne sert plus"
        assert page.find("a", string="Recevoir un nouveau lien")["href"] == "/mot-de-passe/oublie"
        assert CLAIRE not in reponse.text


def test_a_link_serves_once(client, monde):
    demander(client)
    lien = lien_recu(CLAIRE)
    changer(client, lien)
    verifier_perime(client, lien)
    assert entrer(client, NOUVEAU) == 303


def test_a_link_serves_for_thirty_minutes(client, monde):
    demander(client)
    lien = lien_recu(CLAIRE)
    with clock.figer(MAINTENANT + dt.timedelta(minutes=30, seconds=-1)):
        assert client.get(lien).status_code == 200
    with clock.figer(MAINTENANT + dt.timedelta(minutes=30)):
        verifier_perime(client, lien)
    assert entrer(client, MOT_DE_PASSE) == 303


def test_once_the_password_has_changed_the_other_links_are_dead(client, monde):
    demander(client)
    premier = lien_recu(CLAIRE)
    demander(client)
    assert changer(client, lien_recu(CLAIRE)).status_code == 303
    verifier_perime(client, premier)


def test_the_link_of_one_account_changes_no_other(client, monde):
    demander(client)
    avant = monde.paulo.mot_de_passe
    poster(client, lien_recu(CLAIRE), {"mot_de_passe": NOUVEAU, "email": monde.paulo.email})
    assert monde.paulo.mot_de_passe == avant
    assert entrer(client, NOUVEAU) == 303


def test_a_link_asked_for_before_the_password_changed_by_another_way_is_dead(client, monde):
    demander(client)
    lien = lien_recu(CLAIRE)
    Compte.update(mot_de_passe=comptes.hacher("un autre encore, bleu")).where(
        Compte.email == CLAIRE
    ).execute()
    verifier_perime(client, lien)
    assert entrer(client, "un autre encore, bleu") == 303


def test_the_link_of_one_act_does_not_do_the_other(client, monde):
    demander(client)
    jeton = lien_recu(CLAIRE).rpartition("/")[2]
    assert poster(client, f"/compte/activer/{jeton}").status_code == 404
    Compte.update(active_le=None).where(Compte.email == monde.paulo.email).execute()
    poster(client, "/compte/activation", {"email": monde.paulo.email})
    verifier_perime(client, f"/mot-de-passe/{lien_recu(monde.paulo.email).rpartition('/')[2]}")


def test_no_row_of_the_database_holds_a_token_that_opens_anything(client, monde):
    demander(client)
    jeton = lien_recu(CLAIRE).rpartition("/")[2]
    assert len(jeton) == 43  # 256 bits
    valeurs = {str(v) for table in TABLES for rangee in table.select().tuples() for v in rangee}
    assert not [valeur for valeur in valeurs if jeton in valeur]
    possibles = {mot for valeur in valeurs for mot in re.findall(r"[\w-]{20,}", valeur)}
    assert {Jeton.get().empreinte, Jeton.get().mot_de_passe} <= possibles
    for mot in possibles:
        assert client.get(f"/mot-de-passe/{mot}").status_code == 404, mot
    assert changer(client, f"/mot-de-passe/{jeton}").status_code == 303


def test_no_page_of_a_link_tells_another_site_where_one_was(client, monde):
    demander(client)
    for adresse in (lien_recu(CLAIRE), f"/mot-de-passe/{'x' * 43}"):
        reponse = client.get(adresse)
        assert reponse.headers["Referrer-Policy"] in ("same-origin", "no-referrer")
        assert reponse.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("jeton", ["x" * 43, "-" * 20, "_0" * 1500])
def test_an_invented_link_opens_nothing(client, monde, jeton):
    verifier_perime(client, f"/mot-de-passe/{jeton}")


def test_the_row_of_a_link_and_the_link_of_a_closed_account_open_nothing(client, monde):
    demander(client)
    verifier_perime(client, f"/mot-de-passe/{Jeton.get().empreinte}")
    Compte.update(actif=False).where(Compte.id == monde.claire.id).execute()
    verifier_perime(client, lien_recu(CLAIRE))


def test_of_two_changes_at_once_by_one_link_a_single_one_is_made(client, monde):
    demander(client)
    jeton = lien_recu(CLAIRE).rpartition("/")[2]
    issues: list[str] = []
    depart = threading.Barrier(6)

    def essai(numero: int):
        depart.wait()
        try:
            oubli.changer(jeton, f"brouette vert lundi {numero}")
            issues.append(f"brouette vert lundi {numero}")
        except jetons.LienPerime:
            issues.append("")
        finally:
            db.close()

    fils = [threading.Thread(target=essai, args=(n,)) for n in range(6)]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join()
    assert len(issues) == 6
    (gagnant,) = filter(None, issues)
    assert entrer(client, gagnant) == 303
    assert len(recus(CLAIRE)) == 2


# ——— nobody learns who has an account ———


def test_known_unknown_and_closed_look_the_same_and_only_the_known_gets_a_mail(client, monde):
    Compte.update(actif=False).where(Compte.id == monde.paulo.id).execute()
    vues = []
    for email in (CLAIRE, "qui@example.org", monde.paulo.email):
        reponse = demander(client, email)
        page = client.get(reponse.headers["Location"])
        texte = mots(lire(page.text.replace(email, "…")).main)
        vues.append((reponse.headers["Location"], sorted(page.headers.keys()), texte))
    assert vues[0] == vues[1] == vues[2]
    assert "Si un compte existe à l’adresse …" in vues[0][2]
    assert [len(recus(email)) for email in (CLAIRE, "qui@example.org", monde.paulo.email)] == [1, 0, 0]


@pytest.mark.parametrize("email", [CLAIRE, "qui@example.org"])
def test_after_three_mails_one_waits(client, monde, email):
    for _ in range(3):
        demander(client, email)
    reponse = poster(client, "/mot-de-passe/oublie", {"email": email})
    assert (reponse.status_code, reponse.headers["Retry-After"]) == (429, "61")
    assert "Trop de demandes. Vous pourrez réessayer à partir de 10 h 01." in reponse.text


def test_what_is_wrong_is_said_beside_the_field(client, monde):
    reponse = poster(client, "/mot-de-passe/oublie", {"email": "claire"})
    assert reponse.status_code == 422
    assert "Écrivez l’adresse en entier" in mots(lire(reponse.text).find(id="email-message"))


def test_whoever_was_made_to_wait_gets_in_at_once_with_the_new_password(client, monde):
    for _ in range(5):
        entrer(client, "mauvais")
    assert entrer(client, MOT_DE_PASSE) == 429
    demander(client)
    changer(client, lien_recu(CLAIRE))
    assert entrer(client, NOUVEAU) == 303


def test_an_account_that_waited_to_be_activated_is_by_the_link_of_a_new_password(client, monde):
    Compte.update(active_le=None).where(Compte.id == monde.claire.id).execute()
    demander(client)
    changer(client, lien_recu(CLAIRE))
    assert monde.claire.active_le == MAINTENANT
    assert entrer(client, NOUVEAU) == 303


def test_the_sign_in_page_leads_here(client, monde):
    lien = lire(client.get("/connexion").text).find("a", string="Mot de passe oublié ?")
    assert lien["href"] == "/mot-de-passe/oublie"


def test_housekeeping_takes_old_links_away(client, monde):
    demander(client)
    with clock.figer(MAINTENANT + dt.timedelta(days=8)):
        comptes.faire_le_menage()
    assert Jeton.select().count() == 0


def test_a_token_is_made_inside_a_transaction(base, monde):
    with pytest.raises(RuntimeError, match="inside the transaction"):
        jetons.emettre(monde.claire, jetons.MOT_DE_PASSE)


# ——— staff: more is asked, and said only to whoever has the link ———


def test_the_page_of_a_member_of_staff_asks_for_more_and_says_it_while_one_types(client, monde):
    demander(client, monde.sophie.email)
    page = Page(client, lien_recu(monde.sophie.email))
    assert "18 lettres" in page.texte("#mot_de_passe-aide")
    page.cliquer("#mot_de_passe", mot_de_passe="tasseverteaunord")
    assert page.texte("#force").startswith("Trop fragile. Il manque 2 caractères")
    page.cliquer("#mot_de_passe", mot_de_passe="tasse verte au nord")
    assert page.texte("#force") == "Très solide."


def test_it_is_the_account_that_says_what_is_asked_not_the_form(client, monde):
    demander(client, monde.sophie.email)
    lien = lien_recu(monde.sophie.email)
    reponse = poster(client, lien, {"mot_de_passe": "tasseverteaunord", "exigence": "familles"})
    assert reponse.status_code == 422
    assert "Il manque 2 caractères" in mots(lire(reponse.text).find(id="mot_de_passe-message"))
    assert changer(client, lien, "tasse verte au nord").status_code == 303


def test_nothing_before_the_link_tells_who_is_staff(client, monde):
    demander(client)
    assert "exigence" not in client.get(lien_recu(CLAIRE)).text
    for adresse in ("/mot-de-passe/oublie", "/mot-de-passe/courriel", "/compte/creer"):
        assert "exigence" not in client.get(adresse).text
