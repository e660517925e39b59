"""Two agents on one family at the same moment: one letter an adult, one renewal, one end."""

import pytest

import workflows as w
from models import Abonnement, CodeAbonne, Courriel, Evenement, Responsable
from portail.domain import familles
from portail.domain.familles import Lettre
from portail.domain.refus import DejaChange
from tests.courses.coureurs import ensemble

FOIS = 12

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def adulte(monde) -> Responsable:
    return Responsable.get(Responsable.famille == monde.moreau)


def partager(issues: list, gagne: type) -> tuple[list, list]:
    """Those who won, and those who were told kindly; nobody else."""
    gagnants = [issue for issue in issues if isinstance(issue, gagne)]
    avertis = [issue for issue in issues if isinstance(issue, DejaChange)]
    assert len(gagnants) + len(avertis) == len(issues), issues
    return gagnants, avertis


def test_the_same_letter_asked_for_twelve_times_at_once_holds_one_code(monde, adulte):
    agents, famille = (monde.sophie, monde.marc), monde.moreau.id
    lettres = ensemble(
        *[lambda n=n: familles.emettre_un_code(agents[n % 2], famille, adulte.id) for n in range(FOIS)]
    )
    assert len({lettre.code for lettre in lettres}) == CodeAbonne.select().count() == 1
    actes = [e.acte for e in Evenement.select().where(Evenement.objet == "code_abonne")]
    assert sorted(actes) == ["code_emis"] + ["lettre_imprimee"] * (FOIS - 1)


def test_the_same_code_renewed_twelve_times_at_once_is_renewed_once(monde, adulte):
    agents, famille = (monde.sophie, monde.marc), monde.moreau.id
    familles.emettre_un_code(monde.sophie, famille, adulte.id)
    code = CodeAbonne.get().id
    issues = ensemble(
        *[lambda n=n: familles.renouveler_le_code(agents[n % 2], famille, code) for n in range(FOIS)]
    )
    gagnants, avertis = partager(issues, Lettre)
    assert (len(gagnants), CodeAbonne.select().count()) == (1, 2)
    assert all(averti.phrase.startswith("Ce code a déjà été remplacé par ") for averti in avertis)


def test_the_same_subscription_ended_twelve_times_at_once_is_ended_once(monde):
    agents, famille = (monde.sophie, monde.marc), monde.moreau.id
    abonnement = Abonnement.get(Abonnement.compte == monde.claire).id
    issues = ensemble(
        *[
            lambda n=n: familles.mettre_fin_a_l_abonnement(agents[n % 2], famille, abonnement)
            for n in range(FOIS)
        ]
    )
    gagnants, avertis = partager(issues, Abonnement)
    assert len(gagnants) == Courriel.select().count() == 1
    assert Evenement.select().where(Evenement.acte == w.RESILIER).count() == 1
    assert all(averti.phrase.startswith("Cet abonnement a déjà pris fin par ") for averti in avertis)


def test_a_letter_and_a_renewal_at_once_leave_one_code_that_opens(monde, adulte):
    famille = monde.moreau.id
    familles.emettre_un_code(monde.sophie, famille, adulte.id)
    code = CodeAbonne.get().id
    issues = ensemble(
        lambda: familles.renouveler_le_code(monde.marc, famille, code),
        *[lambda: familles.emettre_un_code(monde.sophie, famille, adulte.id)] * 4,
    )
    assert all(isinstance(issue, Lettre) for issue in issues), issues
    assert CodeAbonne.select().where(familles.en_cours()).count() == 1
