"""An agent prints the letter of an adult: a code made once, sealed, journalled, printed again as it was."""

import datetime as dt

import pytest
from cryptography.fernet import Fernet

from models import CodeAbonne, Evenement, Responsable
from portail import clock
from portail.domain import codes, coffre, familles, reglages
from portail.domain.refus import Interdit, Introuvable, Refus
from tests.actes import empreinte
from tests.formulaires import poster
from tests.html import lire, mots
from tests.monde import MAINTENANT


def nombre() -> int:
    return CodeAbonne.select().count()


def demander_la_lettre(connexion, monde, responsable="", qui="sophie", famille=None):
    url = f"/agents/familles/{(famille or monde.moreau).id}/lettre"
    return poster(connexion(getattr(monde, qui)), url, {"responsable": responsable})


def test_a_letter_holds_a_new_code_of_this_adult_that_is_stored_hashed_and_sealed(monde, julien):
    lettre = familles.emettre_un_code(monde.sophie, monde.moreau.id, julien.id)
    (code,) = CodeAbonne.select()
    clair = codes.lire(lettre.code)
    assert (code.famille, code.responsable, code.agent) == (monde.moreau, julien, monde.sophie)
    assert (code.abonnement, code.remplace_le, code.cree_le) == (None, None, MAINTENANT)
    assert (code.empreinte, coffre.desceller(code.scelle)) == (codes.empreinte(clair), clair)
    assert (lettre.destinataire, lettre.famille) == ("Julien Moreau", monde.moreau)


@pytest.mark.parametrize("heure", [0, 10, 23])
def test_a_code_is_good_until_the_end_of_the_last_day_that_the_letter_says_never_over_90_days(
    monde, julien, heure
):
    moment = MAINTENANT.replace(hour=heure)
    with clock.figer(moment):
        lettre = familles.emettre_un_code(monde.sophie, monde.moreau.id, julien.id)
    code = CodeAbonne.get()
    assert lettre.dernier_jour == dt.date(2027, 2, 28)
    assert code.expire_le == clock.instant(dt.date(2027, 3, 1), dt.time())
    assert dt.timedelta(days=89) < code.expire_le - moment <= dt.timedelta(days=90)


def test_the_journal_tells_who_made_it_for_which_family_and_never_the_code(monde, julien):
    lettre = familles.emettre_un_code(monde.sophie, monde.moreau.id, julien.id)
    familles.emettre_un_code(monde.marc, monde.moreau.id, julien.id)
    lignes = Evenement.select().where(Evenement.objet == "code_abonne").order_by(Evenement.id)
    code = CodeAbonne.get()
    assert [(e.acte, e.auteur, e.objet_id, e.famille, e.de, e.vers, e.detail) for e in lignes] == [
        ("code_emis", monde.sophie, code.id, monde.moreau, "", "", ""),
        ("lettre_imprimee", monde.marc, code.id, monde.moreau, "", "", ""),
    ]
    for ligne in Evenement.select().dicts():
        assert lettre.code not in str(ligne) and lettre.code.replace("-", "") not in str(ligne)


def test_the_same_letter_is_printed_again_as_long_as_it_waits(monde, julien):
    premiere = familles.emettre_un_code(monde.sophie, monde.moreau.id, julien.id)
    with clock.figer(MAINTENANT + dt.timedelta(days=40)):
        encore = familles.emettre_un_code(monde.marc, monde.moreau.id, julien.id)
    assert encore == premiere
    assert nombre() == 1


@pytest.mark.parametrize("fin", ["used", "replaced", "expired"])
def test_after_a_code_that_opens_nothing_any_more_comes_another(monde, julien, abonnement, fin):
    premiere = familles.emettre_un_code(monde.sophie, monde.moreau.id, julien.id)
    valeurs = {
        "used": {"abonnement": abonnement},
        "replaced": {"remplace_le": MAINTENANT},
        "expired": {"expire_le": MAINTENANT},
    }
    CodeAbonne.update(valeurs[fin]).execute()
    suivante = familles.emettre_un_code(monde.sophie, monde.moreau.id, julien.id)
    assert suivante.code != premiere.code
    assert nombre() == 2


def test_each_adult_has_a_letter_of_their_own_and_the_family_too(monde, julien, claire_adulte):
    lettres = [
        familles.emettre_un_code(monde.sophie, monde.moreau.id, adulte)
        for adulte in (julien.id, claire_adulte.id, None)
    ]
    assert [lettre.destinataire for lettre in lettres] == ["Julien Moreau", "Claire Moreau", "Famille Moreau"]
    assert len({lettre.code for lettre in lettres}) == nombre() == 3


def test_a_letter_whose_key_is_lost_says_so_and_what_to_do(monde, julien):
    familles.emettre_un_code(monde.sophie, monde.moreau.id, julien.id)
    avant = empreinte()
    scelle = Fernet(Fernet.generate_key()).encrypt(b"x").decode()
    CodeAbonne.update(scelle=scelle).execute()
    with pytest.raises(Refus, match="Renouvelez le code") as refus:
        familles.emettre_un_code(monde.sophie, monde.moreau.id, julien.id)
    assert (refus.value.statut, empreinte()) == (422, avant)


# ——— the page ———


def test_the_letter_is_a_page_with_all_that_is_needed_to_use_it(monde, connexion, julien, code_imprime):
    reponse = demander_la_lettre(connexion, monde, julien.id)
    assert reponse.status_code == 200
    assert reponse.headers["Cache-Control"] == "no-store"
    lettre = lire(reponse.text).select_one("article.lettre")
    texte = mots(lettre)
    assert codes.empreinte(codes.lire(code_imprime(texte))) == CodeAbonne.get().empreinte
    for morceau in (
        "Saint-Alban-sur-Loire Guichet Familles Hôtel de ville, 2 place du Pont Julien Moreau",
        "le 1er décembre 2026",
        "dossier de la famille Moreau",
        "valable jusqu’au dimanche 28 février 2027 inclus",
        f"Ouvrez le portail : {reglages.lire().base_url}",
        "Créer un compte",
        "Mon Espace Citoyen , Mes abonnements , M’abonner",
        "Code Abonné",
        "strictement personnel et ne sert qu’une fois",
        "Chaque adulte de la famille reçoit sa propre lettre",
        "02 61 91 40 40 , familles@saint-alban.example",
    ):
        assert morceau in texte, morceau
    assert "104582" not in reponse.text, "the number of the file is another code: it would be mistaken for it"
    assert lettre.find_parent("main").select_one("[data-imprimer]").get_text() == "Imprimer"


def test_printing_again_shows_the_same_code(monde, connexion, julien, code_imprime):
    pages = [demander_la_lettre(connexion, monde, julien.id, qui).text for qui in ("sophie", "marc")]
    assert code_imprime(pages[0]) == code_imprime(pages[1])


def test_a_letter_for_the_family_is_made_when_nobody_is_named(monde, connexion):
    page = lire(demander_la_lettre(connexion, monde).text)
    assert mots(page.select_one(".destinataire")) == "Famille Moreau"
    assert CodeAbonne.get().responsable is None


# ——— who may not ———


@pytest.mark.parametrize("ident", ["0", "x", "-1", "999999", "1e9", str(2**31)])
def test_an_adult_who_does_not_exist_is_404(monde, connexion, ident):
    assert demander_la_lettre(connexion, monde, ident).status_code == 404
    assert nombre() == 0


def test_an_adult_of_another_family_is_404(monde, connexion):
    paulo = Responsable.get(Responsable.famille == monde.dasilva)
    assert demander_la_lettre(connexion, monde, paulo.id).status_code == 404
    with pytest.raises(Introuvable):
        familles.emettre_un_code(monde.sophie, monde.moreau.id, paulo.id)
    with pytest.raises(Introuvable):
        familles.emettre_un_code(monde.sophie, 999_999)
    assert nombre() == 0


@pytest.mark.parametrize("qui", ["claire", "animateur"])
def test_nobody_else_makes_a_letter(monde, connexion, julien, qui):
    assert demander_la_lettre(connexion, monde, julien.id, qui).status_code == 403
    with pytest.raises(Interdit):
        familles.emettre_un_code(getattr(monde, qui), monde.moreau.id, julien.id)
    assert nombre() == 0


@pytest.mark.parametrize("statut", ["actif", "attente_reconnexion", "resilie"])
def test_no_agent_makes_a_letter_for_the_family_that_is_or_was_theirs(
    monde, connexion, julien, abonner_un_agent, statut
):
    abonner_un_agent(monde.sophie, monde.moreau, statut)
    reponse = demander_la_lettre(connexion, monde, julien.id)
    assert reponse.status_code == 422
    assert "un autre agent doit s’en occuper" in reponse.text
    assert nombre() == 0
    assert demander_la_lettre(connexion, monde, julien.id, "marc").status_code == 200


def test_a_manager_too(monde, connexion, julien):
    assert demander_la_lettre(connexion, monde, julien.id, "gestionnaire").status_code == 200
