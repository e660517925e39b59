"""A recovery code stands in once for the phone; new ones kill the old ones."""

import datetime as dt

import pytest

from models import CodeDeSecours, Evenement
from portail import clock
from tests.courrier import recus
from tests.formulaires import poster
from tests.html import lire, mots
from tests.monde import MAINTENANT, MOT_DE_PASSE
from tests.second_facteur.conftest import MON_ESPACE, PAGE, apres, est_entre

REFAIRE = f"{MON_ESPACE}/codes"


@pytest.fixture
def sophie(muni, monde):
    return muni(monde.sophie)


def refaire(client, mot_de_passe: str | None = None):
    return poster(client, REFAIRE, {"mot_de_passe_actuel": mot_de_passe} if mot_de_passe is not None else {})


def codes_de(reponse) -> list[str]:
    assert reponse.status_code == 200, reponse.text
    return [code.text for code in lire(reponse.text).select(".codes code")]


def test_a_recovery_code_opens_once(sophie, connexion, donner):
    une, autre = connexion(sophie.compte), connexion(sophie.compte)
    assert donner(une, sophie.codes[3]).status_code == 303
    assert est_entre(une)
    assert donner(autre, sophie.codes[3]).status_code == 422
    assert not est_entre(autre)
    assert donner(autre, sophie.codes[4]).status_code == 303
    utilises = CodeDeSecours.select().where(CodeDeSecours.utilise_le == MAINTENANT)
    assert utilises.count() == 2


def test_as_it_was_noted_small_letters_or_without_hyphens(sophie, connexion, donner):
    for code in (
        sophie.codes[0].lower(),
        sophie.codes[1].replace("-", ""),
        sophie.codes[2].replace("-", " "),
    ):
        assert donner(connexion(sophie.compte), code).status_code == 303


def test_its_use_is_told_by_mail_with_what_remains_and_in_the_journal(sophie, connexion, donner):
    donner(connexion(sophie.compte), sophie.codes[0])
    message = recus(sophie.compte.email)[-1]
    assert message.sujet == "Un code de secours a servi"
    assert "il vous en reste 9." in message.corps
    assert "http://localhost/mon-espace/second-facteur" in message.corps
    assert sophie.codes[0] not in message.corps
    assert Evenement.get(Evenement.acte == "code_de_secours_utilise").auteur_id == sophie.compte.id


def test_the_last_one_says_so_and_the_page_too(sophie, connexion, donner):
    for code in sophie.codes:
        client = connexion(sophie.compte)
        assert donner(client, code).status_code == 303
    assert "c’était le dernier." in recus(sophie.compte.email)[-1].corps
    assert "Il ne vous en reste aucun" in client.get(MON_ESPACE).text
    assert donner(connexion(sophie.compte), sophie.codes[0]).status_code == 422


def test_the_code_of_one_account_is_none_of_another(sophie, muni, connexion, donner, monde):
    muni(monde.marc)
    assert donner(connexion(monde.marc), sophie.codes[0]).status_code == 422
    assert donner(connexion(sophie.compte), sophie.codes[0]).status_code == 303


def test_wrong_recovery_codes_are_counted_with_the_codes_of_the_phone(sophie, connexion, donner):
    client = connexion(sophie.compte)
    for code in ("2222-2222-2222", sophie.code(5), "3333-3333-3333", sophie.code(6), "4444-4444-4444"):
        assert donner(client, code).status_code == 422
    assert donner(client, sophie.codes[0]).status_code == 429


# ——— new ones ———


def test_from_inside_one_reads_how_many_remain_and_makes_new_ones(sophie, connexion, donner):
    donner(connexion(sophie.compte), sophie.codes[0])
    page = lire(sophie.client.get(MON_ESPACE).text)
    assert (mots(page.h1), mots(page.main.h2)) == ("Mon compte", "Codes de connexion")
    assert "Il vous en reste 9 " in mots(page.main)
    neufs = codes_de(refaire(sophie.client))
    assert len(set(neufs)) == 10 and not set(neufs) & set(sophie.codes)
    assert "Il vous en reste 10 " in mots(lire(sophie.client.get(MON_ESPACE).text).main)
    assert donner(connexion(sophie.compte), sophie.codes[1]).status_code == 422
    assert donner(connexion(sophie.compte), neufs[0]).status_code == 303


def test_that_is_told_by_mail_and_in_the_journal(sophie):
    refaire(sophie.client)
    message = recus(sophie.compte.email)[-1]
    assert message.sujet == "Vos codes de secours ont été refaits"
    assert Evenement.get(Evenement.acte == "codes_de_secours_refaits").auteur_id == sophie.compte.id


def test_ten_minutes_after_the_password_one_gives_it_again_first(sophie):
    with apres(minutes=11):
        page = lire(sophie.client.get(MON_ESPACE).text)
        assert page.find(id="mot_de_passe_actuel")["type"] == "password"
        for mot_de_passe, phrase in (("", "Indiquez votre mot de passe."), ("faux", "Ce n’est pas votre")):
            reponse = refaire(sophie.client, mot_de_passe)
            assert reponse.status_code == 422
            assert phrase in mots(lire(reponse.text).find(id="mot_de_passe_actuel-message"))
        assert CodeDeSecours.select().count() == 10
        assert len(codes_de(refaire(sophie.client, MOT_DE_PASSE))) == 10
        assert not lire(sophie.client.get(MON_ESPACE).text).find(id="mot_de_passe_actuel")
        assert est_entre(sophie.client)


def test_a_family_and_whoever_is_nobody_have_no_such_page(connexion, client, monde):
    claire = connexion(monde.claire)
    assert claire.get(MON_ESPACE).status_code == 403
    assert refaire(claire).status_code == 403
    assert client.get(MON_ESPACE).headers["Location"].startswith("/connexion?")


def test_a_half_session_makes_no_new_codes(sophie, connexion):
    client = connexion(sophie.compte)
    reponse = refaire(client)
    assert (reponse.status_code, reponse.headers["Location"]) == (303, PAGE)
    assert recus(sophie.compte.email)[-1].sujet != "Vos codes de secours ont été refaits"


def test_everybody_of_the_staff_finds_the_page_in_the_menu(muni, monde):
    for qui in ("sophie", "gestionnaire", "animateur"):
        client = muni(getattr(monde, qui)).client
        page = lire(client.get(MON_ESPACE).text)
        assert page.select_one("nav.menu [aria-current]")["href"] == "/mon-espace"
        assert page.select_one("nav.onglets [aria-current]")["href"] == MON_ESPACE
        with clock.figer(MAINTENANT + dt.timedelta(minutes=1)):
            assert client.get(MON_ESPACE).status_code == 200
