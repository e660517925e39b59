"""The fields that the town accepts by itself: applied at once by the portal, told as an answer."""

import pytest

import workflows as w
from models import Courriel, Evenement
from portail.domain import automatiques, dossier
from portail.domain.refus import Refus
from tests.actes import modifications, modifier, statut
from tests.htmx import Page, assert_comme_rechargee
from tests.invariants import fautes


def sujets() -> list[str]:
    return [c.sujet.split(" (")[0] for c in Courriel.select().order_by(Courriel.id)]


def test_such_a_change_is_applied_at_once_and_told_as_an_answer(monde):
    automatiques.regler(["enfant.classe"])
    demande = modifier(monde, monde.lea, classe="CM1")
    assert (monde.lea.classe, demande.statut, demande.agent) == ("CM1", w.ACCEPTEE, None)
    assert demande.repondue_le == demande.deposee_le
    assert sujets() == ["Votre demande est acceptée"], "nothing waits: nothing is acknowledged"
    derniers = Evenement.select().where(Evenement.demande == demande).order_by(Evenement.id)
    assert [(e.objet, e.acte, e.auteur) for e in derniers] == [
        ("demande", "deposer", monde.claire),
        ("modification", "demander", monde.claire),
        ("modification", w.ACCEPTER, None),
        ("demande", w.ACCEPTER, None),
    ]
    assert fautes() == []


def test_the_screen_shows_at_once_what_was_accepted_at_once(monde, connexion):
    automatiques.regler(["enfant.classe"])
    page = Page(connexion(monde.claire), f"/famille/enfants/{monde.lea.id}?modifier=general")
    page.cliquer("#general form button", classe="CM1")
    assert "Classe CM1" in page.texte("#general") and "CM1" in page.texte("#tete")
    assert_comme_rechargee(page)


def test_beside_a_field_that_waits_only_that_one_waits(monde):
    automatiques.regler(["enfant.classe"])
    demande = modifier(monde, monde.lea, classe="CM1", image="oui")
    assert (monde.lea.classe, monde.lea.image, demande.statut) == ("CM1", None, w.EN_ATTENTE)
    assert sujets() == ["Votre demande est acceptée", "Votre demande est bien arrivée"]
    accuse = Courriel.get(Courriel.cle.startswith("accuse:"))
    assert "classe" not in accuse.corps and "photo pour le bulletin" in accuse.corps
    assert fautes() == []


def test_a_name_accepted_by_itself_is_found_at_once(monde):
    automatiques.regler(["enfant.prenom", "enfant.nom"])
    modifier(monde, monde.lea, prenom="Éléa", nom="D’Août")
    assert type(monde.noe).get(prenom="Éléa").recherche == "elea d'aout"


def test_what_waited_before_the_setting_still_waits_and_can_be_withdrawn(monde):
    demande = modifier(monde, monde.lea, classe="CM1")
    automatiques.regler(["enfant.classe"])
    dossier.retirer(monde.claire, monde.moreau, modifications(demande)[0].id)
    assert statut(demande) == w.ANNULEE


@pytest.mark.parametrize(
    "nom", ["enfant.allergies", "responsable.iban", "responsable.quotient", "enfant.inconnu", "classe", ""]
)
def test_neither_a_sealed_nor_a_fiscal_nor_an_unknown_field_can_be_so(monde, nom):
    automatiques.regler(["enfant.classe"])
    with pytest.raises(Refus, match="ne peut pas être accepté d’office"):
        automatiques.regler(["enfant.image", nom])
    assert automatiques.lire() == ["enfant.classe"]


def test_the_setting_is_in_the_journal_once_for_each_change(monde):
    for _ in range(2):
        automatiques.regler(["responsable.telephone", "enfant.classe"])
    automatiques.regler([])
    lignes = Evenement.select().where(Evenement.acte == automatiques.REGLER).order_by(Evenement.id)
    assert [(e.objet, e.detail) for e in lignes] == [
        ("ville", "enfant.classe responsable.telephone"),
        ("ville", ""),
    ]


def test_the_command_lists_sets_and_refuses(app, monde):
    lancer = app.test_cli_runner().invoke
    assert "Aucun" in lancer(args=["champs-automatiques"]).output
    assert "enfant.classe – Classe" in lancer(args=["champs-automatiques", "enfant.classe"]).output
    refuse = lancer(args=["champs-automatiques", "enfant.allergies"])
    assert (refuse.exit_code, "ne peut pas être accepté d’office" in refuse.output) == (1, True)
    assert "enfant.classe" in lancer(args=["champs-automatiques"]).output
    assert "Aucun" in lancer(args=["champs-automatiques", "--aucun"]).output
