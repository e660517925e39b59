"""« Je m’en occupe », « Libérer »: who looks after a demande is told, and stops nobody."""

import pytest

from models import Affectation, Demande, Evenement, Lieu, PriseEnCharge
from portail.domain import lecture_demande, lecture_moderation, moderation, prises_en_charge
from portail.domain.filtres_moderation import AUTRES, MOI, PERSONNE, Filtres
from portail.domain.refus import DejaChange, Interdit, Introuvable, Refus
from tests.actes import abonner, demander, empreinte
from tests.formulaires import poster
from tests.html import mots
from tests.htmx import Page
from tests.monde import JEUDI, LUNDI


@pytest.fixture
def demande(monde) -> Demande:
    return demander(monde, (monde.lea, monde.seance(monde.cantine, LUNDI)))


def prises() -> list[tuple[int, int]]:
    return list(PriseEnCharge.select(PriseEnCharge.demande, PriseEnCharge.agent).tuples())


def actes(demande: Demande) -> list[tuple[str, str]]:
    """What the journal tells of it since it was made."""
    lignes = Evenement.select(Evenement.acte, Evenement.detail).where(
        Evenement.objet == "demande", Evenement.objet_id == demande.id, Evenement.vers == ""
    )
    return list(lignes.order_by(Evenement.id).tuples())


def test_an_agent_takes_it_and_lets_it_go_and_the_journal_says_both(monde, demande):
    prises_en_charge.prendre(monde.sophie, demande.id)
    assert prises() == [(demande.id, monde.sophie.id)]
    prises_en_charge.prendre(monde.sophie, demande.id)
    assert actes(demande) == [("prendre_en_charge", "")], "a double click writes nothing more"

    prises_en_charge.liberer(monde.sophie, demande.id)
    prises_en_charge.liberer(monde.sophie, demande.id)
    assert prises() == []
    assert [acte for acte, _ in actes(demande)] == ["prendre_en_charge", "liberer"]


def test_another_agent_is_told_and_may_take_it_over_knowingly(monde, demande):
    prises_en_charge.prendre(monde.marc, demande.id)
    avant = empreinte()
    for acte in (
        lambda: prises_en_charge.prendre(monde.sophie, demande.id),
        lambda: prises_en_charge.prendre(monde.sophie, demande.id, vue=monde.gestionnaire.id),
        lambda: prises_en_charge.liberer(monde.sophie, demande.id),
    ):
        with pytest.raises(DejaChange, match="Marc Tessier s’en occupe depuis 10 h"):
            acte()
    assert empreinte() == avant and prises() == [(demande.id, monde.marc.id)]

    prises_en_charge.prendre(monde.sophie, demande.id, vue=monde.marc.id)
    assert prises() == [(demande.id, monde.sophie.id)]
    assert actes(demande)[-1] == ("reprendre_en_charge", "Marc Tessier")


def test_whoever_answers_is_told_that_it_is_another_s_and_is_not_forbidden(monde, connexion, demande):
    prises_en_charge.prendre(monde.marc, demande.id)
    page = Page(connexion(monde.sophie), f"/agents/demandes/{demande.id}")
    assert "Marc Tessier s’en occupe" in page.texte(".reponse .prise-autre")
    assert mots(page.un(".file .chargee")) == "Suivie par Marc Tessier"
    moderation.accepter(monde.sophie, demande.id)
    assert lecture_demande.lire(demande.id, monde.sophie).prise is None, "answered, it is nobody's"


def test_the_filters_show_mine_those_of_nobody_and_those_of_others(monde, demande):
    autre = demander(monde, (monde.noe, monde.seance(monde.cantine, LUNDI)))
    libre = demander(monde, (monde.lea, monde.seance(monde.cantine, JEUDI)))
    prises_en_charge.prendre(monde.sophie, demande.id)
    prises_en_charge.prendre(monde.marc, autre.id)
    for suivi, attendue in ((MOI, demande), (AUTRES, autre), (PERSONNE, libre)):
        file = lecture_moderation.file(Filtres(suivi=suivi), agent=monde.sophie)
        assert [r.id for r in file.rangees] == [attendue.id], suivi
        assert file.comptes["a-traiter"] == 1
    suivies = file.compte.facettes[-1]
    assert [(c.nom, c.combien) for c in suivies.choix] == [
        ("Les miennes", 1),
        ("À personne", 1),
        ("À d’autres", 1),
    ]


@pytest.mark.parametrize("acte", [prises_en_charge.prendre, prises_en_charge.liberer])
def test_who_may_not_cannot_and_nothing_is_written(monde, demande, acte):
    avant = empreinte()
    for compte in (monde.claire, monde.animateur):
        with pytest.raises(Interdit):
            acte(compte, demande.id)
    de_la_famille = abonner(monde.moreau, "parent@example.org", role="agent")
    with pytest.raises(Refus, match="abonné à cette famille"):
        acte(de_la_famille, demande.id)
    with pytest.raises(Introuvable):
        acte(monde.sophie, 999_999)
    Affectation.create(compte=monde.marc, lieu=Lieu.create(nom="Ailleurs"))
    with pytest.raises(Introuvable):
        acte(monde.marc, demande.id)
    assert empreinte() == avant and prises() == []


def test_once_answered_there_is_nothing_left_to_look_after(monde, demande):
    moderation.accepter(monde.marc, demande.id)
    for acte in (prises_en_charge.prendre, prises_en_charge.liberer):
        with pytest.raises(DejaChange, match="Marc Tessier l’a acceptée"):
            acte(monde.sophie, demande.id)


@pytest.mark.parametrize("geste", ["cliquer", "suivre"])
def test_the_button_takes_it_then_lets_it_go_with_and_without_script(monde, connexion, demande, geste):
    page = Page(connexion(monde.sophie), f"/agents/demandes/{demande.id}")
    for mot, etat in (("Je m’en occupe", "Vous vous en occupez"), ("Libérer", "Personne ne s’en occupe")):
        assert page.texte(".prise button") == mot
        suite = getattr(page, geste)(".prise button")
        page = suite if geste == "suivre" else page
        assert etat in page.texte(".prise")


def test_two_at_once_the_second_is_told_409_and_sees_who_it_is(monde, connexion, demande):
    page = Page(connexion(monde.sophie), f"/agents/demandes/{demande.id}")
    prises_en_charge.prendre(monde.marc, demande.id)
    page.cliquer(".prise button", 409)
    assert "Marc Tessier s’en occupe" in page.texte(".avis.erreur")
    assert page.texte(".prise button") == "Reprendre à Marc Tessier"
    page.cliquer(".prise button")
    assert prises() == [(demande.id, monde.sophie.id)]
    sans_script = poster(connexion(monde.marc), f"/agents/demandes/{demande.id}/prise-en-charge", {})
    assert sans_script.status_code == 409 and "Sophie Garnier s’en occupe" in sans_script.text
