"""The same code at the same moment, from several browsers: it opens one of them."""

import time

import pyotp
import pytest

from models import CodeDeSecours, SecondFacteur, SessionOuverte, db, moteur
from portail import clock
from portail.domain import coffre, comptes, second_facteur
from portail.domain.refus import Refus
from tests.courses.coureurs import ensemble
from tests.monde import MOT_DE_PASSE

COUREURS = 4
"""Fewer than the throttle lets through: it is not what stops them."""
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture
def sophie(app, monde):
    """Sophie, her phone and one recovery code, her password given in several browsers."""
    SecondFacteur.create(compte=monde.sophie, scelle=coffre.sceller(SECRET), actif_depuis=clock.maintenant())
    for _ in range(COUREURS):
        comptes.se_connecter(monde.sophie.email, MOT_DE_PASSE)
    return monde.sophie


def ensemble_avec(compte, code: str) -> tuple[int, int]:
    """How many sessions this code opens, and how many it is refused to."""
    sessions = list(SessionOuverte.select().where(SessionOuverte.compte == compte))
    assert len(sessions) == COUREURS
    issues = ensemble(*(lambda s=s: second_facteur.donner(s, code) for s in sessions))
    refus = [issue for issue in issues if isinstance(issue, Refus)]
    jetons = [issue for issue in issues if isinstance(issue, str)]
    assert len(refus) + len(jetons) == COUREURS, issues
    entieres = SessionOuverte.select().where(SessionOuverte.second_facteur_le.is_null(False)).count()
    assert entieres == len(jetons)
    return len(jetons), len(refus)


def du_telephone() -> str:
    return pyotp.TOTP(SECRET).at(clock.maintenant())


def test_one_code_of_the_phone_opens_one_session(sophie):
    assert ensemble_avec(sophie, du_telephone()) == (1, COUREURS - 1)


def test_one_recovery_code_opens_one_session(sophie):
    with db.atomic():
        code, *_ = second_facteur._tirer_les_codes(sophie)
    assert ensemble_avec(sophie, code) == (1, COUREURS - 1)
    assert CodeDeSecours.select().where(CodeDeSecours.utilise_le.is_null(False)).count() == 1


def test_without_the_condition_of_the_write_the_same_code_opens_several_or_people_get_errors(
    sophie, monkeypatch
):
    """The race above proves something: read, then write, loses it."""

    def lire_puis_ecrire(facteur, code):
        pas = second_facteur._pas_du_code(SECRET, code)
        lu = SecondFacteur.get_by_id(facteur.id).dernier_pas
        time.sleep(0.2)
        if pas is None or lu >= pas:
            return False
        SecondFacteur.update(dernier_pas=pas).where(SecondFacteur.id == facteur.id).execute()
        return True

    monkeypatch.setattr(second_facteur, "_user_le_code", lire_puis_ecrire)
    if moteur() == "sqlite":
        monkeypatch.setattr(db.obj, "_lock_type", "DEFERRED")
    sessions = list(SessionOuverte.select())
    issues = ensemble(*(lambda s=s: second_facteur.donner(s, du_telephone()) for s in sessions))
    ouvertes = [issue for issue in issues if isinstance(issue, str)]
    erreurs = [issue for issue in issues if isinstance(issue, Exception) and not isinstance(issue, Refus)]
    assert len(ouvertes) > 1 or erreurs


def test_of_two_devices_set_up_at_once_one_is(app, monde):
    entrees = [comptes.se_connecter(monde.sophie.email, MOT_DE_PASSE) for _ in range(COUREURS)]

    def activer(entree):
        session = comptes.ouverte(entree.jeton).session
        secret = second_facteur.preparer(session.compte, entree.jeton).secret
        return second_facteur.activer(session, entree.jeton, pyotp.TOTP(secret).at(clock.maintenant()))

    issues = ensemble(*(lambda e=e: activer(e) for e in entrees))
    faits = [issue for issue in issues if isinstance(issue, second_facteur.Activation)]
    assert len(faits) == 1
    assert all(isinstance(issue, Refus) for issue in issues if issue not in faits), issues
    assert CodeDeSecours.select().count() == second_facteur.CODES_DE_SECOURS


def test_recovery_codes_made_again_twice_at_once_leave_ten(sophie):
    sessions = list(SessionOuverte.select())
    issues = ensemble(*(lambda s=s: second_facteur.refaire_les_codes(s) for s in sessions))
    assert all(len(issue) == second_facteur.CODES_DE_SECOURS for issue in issues), issues
    assert CodeDeSecours.select().count() == second_facteur.CODES_DE_SECOURS
