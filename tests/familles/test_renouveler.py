"""An agent renews a code: the old one opens nothing any more, another takes its place."""

import pytest

from models import Abonnement, CodeAbonne, Evenement
from portail.domain import familles
from portail.domain.refus import DejaChange, Interdit, Introuvable, Refus
from tests.actes import empreinte
from tests.formulaires import poster
from tests.html import lire, mots
from tests.monde import MAINTENANT


@pytest.fixture
def code(monde, julien) -> CodeAbonne:
    """Julien's, that waits."""
    familles.emettre_un_code(monde.sophie, monde.moreau.id, julien.id)
    return CodeAbonne.get()


def renouveler(connexion, monde, code, qui="sophie", famille=None):
    url = f"/agents/familles/{(famille or monde.moreau).id}/code"
    return poster(connexion(getattr(monde, qui)), url, {"code": code})


def test_the_old_code_dies_and_a_new_one_is_made_for_the_same_adult(monde, julien, code):
    lettre = familles.renouveler_le_code(monde.marc, monde.moreau.id, code.id)
    ancien, neuf = CodeAbonne.select().order_by(CodeAbonne.id)
    assert (ancien.id, ancien.remplace_le) == (code.id, MAINTENANT)
    assert (neuf.responsable, neuf.agent, neuf.remplace_le) == (julien, monde.marc, None)
    assert lettre.destinataire == "Julien Moreau"
    assert familles.emettre_un_code(monde.sophie, monde.moreau.id, julien.id) == lettre


def test_the_journal_tells_both(monde, code):
    familles.renouveler_le_code(monde.marc, monde.moreau.id, code.id)
    neuf = CodeAbonne.get(CodeAbonne.remplace_le.is_null())
    lignes = Evenement.select().where(Evenement.auteur == monde.marc).order_by(Evenement.id)
    assert [(e.acte, e.objet, e.objet_id, e.famille, e.detail) for e in lignes] == [
        ("code_remplace", "code_abonne", code.id, monde.moreau, ""),
        ("code_emis", "code_abonne", neuf.id, monde.moreau, ""),
    ]


def test_the_letters_of_the_others_stay_as_they_are(monde, code, claire_adulte):
    claire = familles.emettre_un_code(monde.sophie, monde.moreau.id, claire_adulte.id)
    familles.renouveler_le_code(monde.marc, monde.moreau.id, code.id)
    assert familles.emettre_un_code(monde.sophie, monde.moreau.id, claire_adulte.id) == claire


def test_the_answer_is_the_new_letter(monde, connexion, code, code_imprime):
    avant = familles.emettre_un_code(monde.sophie, monde.moreau.id, code.responsable_id).code
    reponse = renouveler(connexion, monde, code.id)
    assert reponse.status_code == 200
    assert mots(lire(reponse.text).h1) == "Lettre pour Julien Moreau"
    assert code_imprime(reponse.text) != avant


def test_done_already_is_409_and_says_by_whom(monde, connexion, code):
    sophie = connexion(monde.sophie)
    familles.renouveler_le_code(monde.marc, monde.moreau.id, code.id)
    avant = (empreinte(), CodeAbonne.select().count())
    reponse = poster(sophie, f"/agents/familles/{monde.moreau.id}/code", {"code": code.id})
    assert reponse.status_code == 409
    (alerte,) = lire(reponse.text).select("[role=alert]")
    assert mots(alerte) == (
        "Ce code a déjà été remplacé par Marc Tessier, mardi 1er décembre à 10 h."
        " La lettre en cours est la bonne."
    )
    assert (empreinte(), CodeAbonne.select().count()) == avant


@pytest.mark.parametrize(
    ("valeurs", "phrase"),
    [
        ("used", "Ce code a servi : Claire Moreau est au nombre des abonnés."),
        ("expired", "Ce code n’est plus valable : imprimez une nouvelle lettre."),
    ],
)
def test_too_late_is_409_and_says_why(monde, code, valeurs, phrase):
    abonnement = Abonnement.get(Abonnement.compte == monde.claire)
    CodeAbonne.update(
        {"abonnement": abonnement} if valeurs == "used" else {"expire_le": MAINTENANT}
    ).execute()
    with pytest.raises(DejaChange) as refus:
        familles.renouveler_le_code(monde.sophie, monde.moreau.id, code.id)
    assert (refus.value.phrase, refus.value.statut) == (phrase, 409)
    assert CodeAbonne.select().count() == 1


@pytest.mark.parametrize("ident", ["", "0", "x", "999999", str(2**31)])
def test_a_code_that_does_not_exist_is_404(monde, connexion, code, ident):
    assert renouveler(connexion, monde, ident).status_code == 404
    assert CodeAbonne.get().remplace_le is None


def test_a_code_of_another_family_is_404(monde, connexion, code):
    assert renouveler(connexion, monde, code.id, famille=monde.dasilva).status_code == 404
    with pytest.raises(Introuvable):
        familles.renouveler_le_code(monde.sophie, monde.dasilva.id, code.id)
    assert CodeAbonne.get().remplace_le is None


@pytest.mark.parametrize("qui", ["claire", "animateur"])
def test_nobody_else_renews_a_code(monde, connexion, code, qui):
    assert renouveler(connexion, monde, code.id, qui).status_code == 403
    with pytest.raises(Interdit):
        familles.renouveler_le_code(getattr(monde, qui), monde.moreau.id, code.id)
    assert CodeAbonne.get().remplace_le is None


def test_no_agent_renews_the_code_of_their_own_family(monde, connexion, code, abonner_un_agent):
    abonner_un_agent(monde.marc, monde.moreau)
    assert renouveler(connexion, monde, code.id, "marc").status_code == 422
    with pytest.raises(Refus, match="Vous êtes abonné à cette famille"):
        familles.renouveler_le_code(monde.marc, monde.moreau.id, code.id)
    assert CodeAbonne.get().remplace_le is None
