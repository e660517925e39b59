"""A code that opens nothing: one answer whatever is wrong, counted, told to whom it concerns, never twice."""

import datetime as dt
import itertools
import re

import pytest

from models import Abonnement, CodeAbonne, Courriel, EchecConnexion, Evenement, Famille, db
from portail.domain import abonnements, codes, essais
from portail.domain.refus import Refus
from tests.abonnements.conftest import lettre, nouveau_compte, plus_tard
from tests.courrier import recus
from tests.formulaires import sans_jeton
from tests.monde import MAINTENANT

PHRASE = "Ces informations ne permettent pas de vous abonner."
LEA = dt.date(2018, 3, 14)


def longs(monde) -> dict[str, str]:
    """A code of twelve symbols, wrong in each way there is."""
    utilise = lettre(monde.moreau)
    abonnements.s_abonner(nouveau_compte(monde, "Karim", "karim@example.org"), utilise)
    return {
        "unknown": codes.presenter(codes.tirer()),
        "used": utilise,
        "expired": lettre(monde.moreau, expire_le=MAINTENANT),
        "replaced": lettre(monde.moreau, remplace_le=MAINTENANT),
    }


COURTS = {
    "unknown": ("999999", "2018-03-14"),
    "wrong date": ("104582", "2018-03-15"),
    "of another's child": ("104582", "2019-01-20"),
    "empty file": ("104599", "2018-03-14"),
}
"""Numbers and dates that open nothing."""


def recommencer() -> None:
    """The throttle has its own tests: here each try is the first."""
    EchecConnexion.delete().execute()


# ——— one answer ———


def test_a_long_code_wrong_in_any_way_gets_the_same_answer_to_the_letter(saisir, monde):
    reponses = set()
    for code in longs(monde).values():
        recommencer()
        reponse = saisir(code)
        assert reponse.status_code == 422
        entetes = tuple(sorted((n, v) for n, v in reponse.headers.items() if n not in ("Date", "Set-Cookie")))
        reponses.add((sans_jeton(sans_le_code(reponse, code)), len(reponse.data), entetes))
    assert len(reponses) == 1
    assert PHRASE in reponses.pop()[0]
    assert Abonnement.select().count() == 3


def sans_le_code(reponse, code: str) -> str:
    assert reponse.text.count(code) == 1, "what was typed comes back in its field"
    return reponse.text.replace(code, "·")


def test_a_short_number_wrong_in_any_way_gets_the_same_answer_to_the_letter(saisir, monde):
    Famille.create(nom="Vide", code_abonne="104599", recherche="vide", cree_le=MAINTENANT)
    reponses = set()
    for numero, naissance in COURTS.values():
        recommencer()
        reponse = saisir(numero, naissance)
        assert reponse.status_code == 422
        page = sans_jeton(reponse.text.replace(f'"{numero}"', '"·"').replace(f'"{naissance}"', '"·"'))
        reponses.add((page, len(reponse.data)))
    assert len(reponses) == 1
    assert PHRASE in reponses.pop()[0]
    assert Abonnement.select().count() == 2


def test_whatever_is_wrong_the_database_is_asked_the_same_questions(monde, nadege, monkeypatch):
    """But for the mails, once a day: they are put in the outbox, not sent."""
    faites: list[str] = []
    executer = db.obj.execute_sql

    def noter(sql, *valeurs, **options):
        faites.append(re.sub(r"\s+", " ", sql))
        return executer(sql, *valeurs, **options)

    monkeypatch.setattr(db.obj, "execute_sql", noter)

    def questions(code, naissance=None) -> list[str]:
        recommencer()
        faites.clear()
        with pytest.raises(Refus):
            abonnements.s_abonner(nadege, code, naissance)
        return [sql for sql in faites if 'INTO "courriel"' not in sql]

    posees = [questions(code) for code in longs(monde).values()]
    assert posees[0] and all(p == posees[0] for p in posees)
    courtes = [questions(n, dt.date.fromisoformat(jour)) for n, jour in COURTS.values()]
    assert courtes[0] and all(p == courtes[0] for p in courtes)


@pytest.mark.parametrize("url_de_base", ["sqlite"], indirect=True)
def test_ten_thousand_wrong_codes_link_nobody(monde, nadege, monkeypatch):
    """As if nobody counted: with the throttle, five a day, it would take five years and a half.

    A thousand are given to the act, that takes a code by its print alone; none of the ten thousand has the
    print of a letter.
    """
    db.execute_sql("PRAGMA synchronous = OFF")
    monkeypatch.setattr(essais, "compter_un_code", lambda *_: None)
    monkeypatch.setattr(abonnements, "_noter_le_refus", lambda *_: None)
    for n in range(40):
        lettre(monde.moreau, cree_le=MAINTENANT + dt.timedelta(n))
    lettres, avant = {code.empreinte for code in CodeAbonne.select()}, Abonnement.select().count()
    tires = [codes.tirer() for _ in range(10_000)]
    empreintes = {codes.empreinte(code) for code in tires}
    assert (len(lettres), len(empreintes)) == (40, 10_000)
    assert not lettres & empreintes
    vus = set()
    jours = itertools.cycle(LEA + dt.timedelta(n) for n in range(1, 400))
    for n, code in enumerate(tires[:1_000]):
        essai = ("104582", next(jours)) if n % 2 else (code, None)
        with pytest.raises(Refus) as refus:
            abonnements.s_abonner(nadege, *essai)
        vus.add((refus.value.phrase, refus.value.statut, refus.value.champ))
    assert Abonnement.select().count() == avant
    assert len(vus) == 1


@pytest.mark.parametrize("url_de_base", ["sqlite"], indirect=True)
def test_two_hundred_wrong_codes_by_the_form_all_look_the_same(saisir, nadege, monde):
    tous = [code for _ in range(10) for code in (*[codes.tirer() for _ in range(16)], *longs_neufs(monde))]
    statuts, longueurs = set(), set()
    for code in tous:
        recommencer()
        reponse = saisir(codes.lire(code))
        statuts.add(reponse.status_code)
        longueurs.add(len(sans_jeton(reponse.text)))
    assert (len(tous), statuts, len(longueurs)) == (200, {422}, 1)
    assert not Abonnement.select().where(Abonnement.compte == nadege).exists()


def longs_neufs(monde) -> list[str]:
    passe = {"expire_le": MAINTENANT}
    return [lettre(monde.moreau, **passe) for _ in range(2)] + [
        lettre(monde.dasilva, remplace_le=MAINTENANT) for _ in range(2)
    ]


# ——— patience ———


def test_after_five_failures_the_account_waits_a_day_even_with_a_right_code(saisir, monde):
    for _ in range(5):
        assert saisir(codes.tirer()).status_code == 422
    bon = lettre(monde.moreau)
    reponse = saisir(bon)
    assert (reponse.status_code, reponse.headers["Retry-After"]) == (429, str(24 * 3600 + 1))
    phrase = "Trop de codes refusés. Vous pourrez réessayer à partir du mercredi 2 décembre à 10 h."
    assert phrase in reponse.text
    with plus_tard(minutes=29):
        assert saisir(bon).status_code == 429


def test_the_next_day_one_may_again(connexion, nadege, monde):
    for _ in range(5):
        with pytest.raises(Refus):
            abonnements.s_abonner(nadege, codes.tirer())
    bon = lettre(monde.moreau)
    with plus_tard(hours=24, seconds=-1), pytest.raises(essais.TropDeCodes):
        abonnements.s_abonner(nadege, bon)
    with plus_tard(hours=24):
        for _ in range(4):
            with pytest.raises(Refus):
                abonnements.s_abonner(nadege, codes.tirer())
        assert abonnements.s_abonner(nadege, bon)


def test_one_good_code_does_not_let_others_be_tried_for_ever(nadege, monde):
    """Nor does asking again and again for a file that one has."""
    abonnements.s_abonner(nadege, "104582", LEA)
    for _ in range(5):
        with pytest.raises(Refus):
            abonnements.s_abonner(nadege, codes.tirer())
        with pytest.raises(Refus) as refus:
            abonnements.s_abonner(nadege, "104582", LEA)
    assert isinstance(refus.value, essais.TropDeCodes)


def test_many_accounts_do_not_guess_the_date_of_birth_of_one_child(monde, nadege):
    for n in range(5):
        compte = nouveau_compte(monde, "Karim", f"karim{n}@example.org")
        for jour in range(2):
            with pytest.raises(Refus):
                abonnements.s_abonner(compte, "104582", LEA + dt.timedelta(1 + jour))
    for numero in ("104582", "104583"):
        with pytest.raises(Refus) as refus:
            abonnements.s_abonner(nadege, numero, LEA)
        assert isinstance(refus.value, essais.TropDeCodes) == (numero == "104582")
    assert abonnements.s_abonner(nadege, lettre(monde.moreau)), "the letter still opens the file"


def test_a_town_hall_may_fail_often_but_not_without_end(monde):
    comptes = [nouveau_compte(monde, "Karim", f"karim{n}@example.org") for n in range(14)]
    for n in range(50):
        with pytest.raises(Refus) as refus:
            abonnements.s_abonner(comptes[n // 4], codes.tirer(), adresse="192.0.2.7")
        assert not isinstance(refus.value, essais.TropDeCodes)
    with pytest.raises(essais.TropDeCodes):
        abonnements.s_abonner(comptes[13], lettre(monde.moreau), adresse="192.0.2.7")
    with plus_tard(minutes=1):
        assert abonnements.s_abonner(comptes[13], lettre(monde.moreau), adresse="192.0.2.7")


def test_two_hundred_good_codes_from_one_address_all_pass(monde):
    for n in range(200):
        compte = nouveau_compte(monde, "Karim", f"karim{n}@example.org")
        abonnements.s_abonner(compte, lettre(monde.moreau), adresse="192.0.2.7")


# ——— told ———


def test_the_journal_of_the_account_says_that_a_code_was_refused_and_not_whose(nadege, monde):
    with pytest.raises(Refus):
        abonnements.s_abonner(nadege, lettre(monde.moreau, expire_le=MAINTENANT))
    ligne = Evenement.get(Evenement.acte == "code_refuse")
    assert (ligne.objet, ligne.objet_id, ligne.auteur_id) == ("compte", nadege.id, nadege.id)
    assert (ligne.famille_id, ligne.detail) == (None, "")


def test_the_adults_of_the_file_are_told_once_a_day(nadege, monde):
    for essai in (("104582", LEA + dt.timedelta(1)), (lettre(monde.moreau, remplace_le=MAINTENANT), None)):
        with pytest.raises(Refus):
            abonnements.s_abonner(nadege, *essai)
    assert [c.destinataire for c in Courriel.select()] == ["famille@example.org", "julien@example.org"]
    (courriel,) = recus("famille@example.org")
    assert courriel.sujet == "Quelqu’un a essayé de s’abonner à votre dossier"
    assert "Nadège" not in courriel.corps
    with plus_tard(days=1), pytest.raises(Refus):
        abonnements.s_abonner(nadege, "104582", LEA + dt.timedelta(1))
    assert len(recus("famille@example.org")) == 2


def test_an_unknown_code_is_told_to_nobody(nadege, monde):
    for essai in ((codes.tirer(), None), ("999999", LEA)):
        with pytest.raises(Refus):
            abonnements.s_abonner(nadege, *essai)
    assert not Courriel.select().exists()


def echouer(monde, nombre: int, debut: int = 0) -> None:
    """So many failures, of as many accounts and addresses."""
    for n in range(debut, debut + nombre):
        compte = nouveau_compte(monde, "Karim", f"karim{n}@example.org")
        with pytest.raises(Refus):
            abonnements.s_abonner(compte, codes.tirer(), adresse=f"192.0.2.{n}")


def alarmes() -> int:
    return Evenement.select().where(Evenement.objet == "ville", Evenement.acte == "alarme_codes").count()


def test_fifty_failures_in_an_hour_alarm_the_town_once(monde, caplog):
    echouer(monde, 25)
    with plus_tard(minutes=59):
        echouer(monde, 24, 25)
        assert (alarmes(), len(recus("familles@saint-alban.example"))) == (0, 0)
        echouer(monde, 5, 60)
        assert (alarmes(), len(recus("familles@saint-alban.example"))) == (1, 1)
        assert "50 codes abonnés were refused in one hour" in caplog.text
    (courriel,) = recus("familles@saint-alban.example")
    assert courriel.sujet == "50 codes abonnés refusés en une heure"
    with plus_tard(minutes=110):
        echouer(monde, 30, 70)
        assert alarmes() == 1, "an alarm was given less than an hour before"
    with plus_tard(minutes=120):
        echouer(monde, 30, 100)
        assert (alarmes(), len(recus("familles@saint-alban.example"))) == (2, 2)


def test_fifty_failures_over_two_hours_alarm_nobody(monde):
    echouer(monde, 49)
    with plus_tard(minutes=62):
        echouer(monde, 49, 60)
    assert alarmes() == 0


def test_the_form_says_when_to_try_again_beside_the_field(saisir, monde):
    for _ in range(6):
        reponse = saisir(codes.tirer())
    assert 'id="code-message"' in reponse.text and "Trop de codes refusés" in reponse.text
