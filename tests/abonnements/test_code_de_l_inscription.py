"""The code given in the sign-up form: kept sealed, never looked up there, honoured at the first sign-in."""

import json

import pytest

import workflows as w
from models import TABLES, Abonnement, Compte, EchecConnexion, Evenement
from portail.domain import abonnements, codes, coffre
from portail.domain.refus import Refus
from tests.abonnements.conftest import abonnement_de, lettre, nouveau_compte
from tests.courrier import lien_recu, recus
from tests.formulaires import poster, sans_jeton
from tests.html import lire, mots
from tests.inscription.conftest import EMAIL, creer, entrer
from tests.monde import MAINTENANT

__all__ = ["creer", "entrer"]

NON_RETENU = "le code abonné donné à la création du compte n’a pas été accepté"


@pytest.fixture
def arriver(client, creer, entrer):
    """`arriver(code=…)`: Nadège signs up, follows her link, signs in."""

    def tout(**champs):
        assert creer(**champs).status_code == 303
        poster(client, lien_recu(EMAIL))
        reponse = entrer()
        assert reponse.status_code == 303
        return Compte.get(email=EMAIL)

    return tout


def test_with_the_code_of_a_letter_the_first_sign_in_opens_the_family_file(client, arriver, monde):
    nadege = arriver(code=lettre(monde.moreau))
    abonnement = abonnement_de(nadege)
    assert (abonnement.famille_id, abonnement.statut) == (monde.moreau.id, w.ACTIF)
    assert nadege.code_donne is None
    page = client.get("/", follow_redirects=True)
    assert page.request.path == "/famille" and "Famille Moreau" in page.text
    lignes = Evenement.select().where(Evenement.objet == "abonnement", Evenement.objet_id == abonnement.id)
    assert [e.vers for e in lignes.order_by(Evenement.id)] == [w.ATTENTE_RECONNEXION, w.ACTIF]
    assert "Nadège Petit vient de s’abonner" in recus("famille@example.org")[0].corps
    assert "L’Espace Famille vous est ouvert" in recus(EMAIL)[-1].corps


def test_with_a_short_number_too_once_the_date_of_birth_is_given(creer, arriver, monde):
    reponse = creer(code="104582")
    assert reponse.status_code == 422
    soupe = lire(reponse.text)
    assert "indiquez aussi la date de naissance" in mots(soupe.find(id="naissance-message"))
    gardes = [soupe.find(id=nom)["value"] for nom in ("nom", "prenom", "email", "code")]
    assert gardes == ["Petit", "Nadège", EMAIL, "104582"]
    assert not Compte.select().where(Compte.email == EMAIL).exists()
    assert abonnement_de(arriver(code="104582", naissance="2018-03-14")).statut == w.ACTIF


def test_without_a_code_nothing_is_kept(creer, monde):
    assert lire(creer(mot_de_passe="court").text).find(id="naissance") is None
    creer()
    assert Compte.get(email=EMAIL).code_donne is None


def test_a_slip_of_the_pen_is_told_at_once(creer, monde):
    reponse = creer(code="K7QM-4RTX-9WP0")
    assert reponse.status_code == 422
    assert "ne contient jamais « 0 »" in mots(lire(reponse.text).find(id="code-message"))
    assert lire(reponse.text).find(id="code").has_attr("autofocus")


def test_whether_a_code_exists_is_never_told_there(client, creer, monde):
    """Nor counted: five are tried with the same answer."""
    vus = set()
    for n, code in enumerate([codes.presenter(codes.tirer()), lettre(monde.moreau), lettre(monde.dasilva)]):
        reponse = creer(email=f"nadege{n}@example.org", code=code)
        page = client.get(reponse.headers["Location"]).text.replace(f"nadege{n}@", "nadege@")
        vus.add((reponse.status_code, reponse.headers["Location"], sans_jeton(page)))
    assert len(vus) == 1
    assert not Abonnement.select().where(Abonnement.compte.not_in([monde.claire, monde.paulo])).exists()


@pytest.mark.parametrize("sorte", ["unknown", "expired", "replaced", "used", "wrong date"])
def test_a_refused_code_lets_one_in_and_says_so_kindly_with_the_same_counts(client, arriver, monde, sorte):
    champs = {"code": codes.presenter(codes.tirer())}
    if sorte == "wrong date":
        champs = {"code": "104582", "naissance": "2018-03-15"}
    elif sorte != "unknown":
        quand = {"expired": {"expire_le": MAINTENANT}, "replaced": {"remplace_le": MAINTENANT}, "used": {}}
        champs = {"code": lettre(monde.moreau, **quand[sorte])}
    if sorte == "used":
        abonnements.s_abonner(nouveau_compte(monde, "Karim", "karim@example.org"), champs["code"])
    nadege = arriver(**champs)
    assert nadege.code_donne is None
    assert not Abonnement.select().where(Abonnement.compte == nadege).exists()
    page = lire(client.get("/famille").text)
    assert NON_RETENU in mots(page.find(id="bandeau"))
    assert page.main.find("a", string="M’abonner")["href"] == "/mon-espace/abonnements/nouveau"
    assert NON_RETENU not in client.get("/famille").text
    assert Evenement.select().where(Evenement.acte == "code_refuse").count() == 1
    prevenue = [c for c in recus("famille@example.org") if "Quelqu’un a essayé" in c.sujet]
    assert len(prevenue) == (0 if sorte == "unknown" else 1)


def test_it_counts_among_the_five_of_the_day(arriver, monde):
    nadege = arriver(code=codes.tirer())
    for _ in range(4):
        with pytest.raises(Refus) as refus:
            abonnements.s_abonner(nadege, codes.tirer())
        assert refus.value.statut == 422
    with pytest.raises(Refus) as refus:
        abonnements.s_abonner(nadege, lettre(monde.moreau))
    assert refus.value.statut == 429


def test_the_second_sign_in_asks_nothing_more(arriver, entrer, monde):
    arriver(code=codes.tirer())
    avant = EchecConnexion.select().count()
    assert entrer().status_code == 303
    assert EchecConnexion.select().count() <= avant
    assert Evenement.select().where(Evenement.acte == "code_refuse").count() == 1


def test_whoever_signs_up_again_is_taken_at_their_last_code(client, creer, arriver, monde):
    creer(code=lettre(monde.dasilva))
    nadege = arriver(code=lettre(monde.moreau))
    assert [a.famille_id for a in Abonnement.select().where(Abonnement.compte == nadege)] == [monde.moreau.id]


def test_whoever_signs_up_again_without_a_code_has_none(creer, arriver, monde):
    creer(code=lettre(monde.dasilva))
    nadege = arriver()
    assert not Abonnement.select().where(Abonnement.compte == nadege).exists()


def test_an_account_that_stands_already_takes_no_code_from_a_stranger(creer, connexion, monde):
    creer(email="famille@example.org", code=lettre(monde.dasilva))
    connexion(monde.claire)
    assert [a.famille_id for a in Abonnement.select().where(Abonnement.compte == monde.claire)] == [
        monde.moreau.id
    ]


def test_the_code_is_kept_sealed(creer, monde):
    code = lettre(monde.moreau)
    creer(code=code)
    for table in TABLES:
        rangees = json.dumps(list(table.select().dicts()), default=str)
        assert code not in rangees and codes.lire(code) not in rangees, table
    scelle = Compte.get(email=EMAIL).code_donne
    assert json.loads(coffre.desceller(scelle)) == [code, None]


def test_a_code_sealed_with_a_key_that_is_gone_prevents_nobody_from_signing_in(client, creer, entrer, monde):
    creer(code=lettre(monde.moreau))
    poster(client, lien_recu(EMAIL))
    Compte.update(code_donne="illisible").where(Compte.email == EMAIL).execute()
    assert entrer().status_code == 303
    assert NON_RETENU in client.get("/famille").text
    assert Compte.get(email=EMAIL).code_donne is None


def test_the_activation_mail_says_what_the_code_is_for(creer, monde):
    creer()
    assert "il faut aussi votre code abonné" in recus(EMAIL)[0].corps


def test_a_date_of_birth_that_is_no_date_is_told(creer, monde):
    reponse = creer(code="104582", naissance="14 mars")
    assert "Écrivez la date ainsi" in mots(lire(reponse.text).find(id="naissance-message"))
