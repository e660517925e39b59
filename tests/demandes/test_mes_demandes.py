"""« Mes demandes »: what was asked, who acts next, the answer and its reason, and withdrawing it."""

import datetime as dt

import pytest
from playhouse.test_utils import count_queries

import workflows as w
from models import Demande, Ligne, numero_de_demande
from portail.domain import demandes, moderation, planning
from portail.domain.lignes_demandees import detailler
from portail.domain.refus import DejaChange
from tests.actes import absenter, lignes
from tests.htmx import Page, assert_comme_rechargee
from tests.monde import JEUDI, LUNDI


@pytest.fixture
def deposee(monde):
    """Léa and Noé at the canteen, two days: four lines."""
    voeux = [
        (enfant.id, monde.seance(monde.cantine, jour).id)
        for jour in (LUNDI, JEUDI)
        for enfant in (monde.lea, monde.noe)
    ]
    return planning.demander_reservation(monde.claire, monde.moreau, voeux).demande


@pytest.fixture
def claire(monde, connexion):
    return connexion(monde.claire)


def test_the_list_tells_what_when_and_where_it_stands(claire, deposee):
    page = Page(claire, "/famille/demandes")
    ligne = page.texte("tbody tr")
    assert "Réservation : Cantine, Léa et Noé" in ligne
    assert "4 créneaux, du lun. 7 déc. au jeu. 10 déc." in ligne
    assert "En attente" in ligne


def test_without_a_demande_the_page_says_what_to_do(claire):
    assert "Aucune demande pour le moment" in Page(claire, "/famille/demandes").texte("main")


def test_a_demande_says_who_acts_next(claire, deposee):
    texte = Page(claire, f"/famille/demandes/{deposee.id}").texte("main")
    assert "La mairie doit répondre" in texte
    assert f"n o {deposee.numero}" in texte


def test_each_line_has_its_answer_and_its_reason(monde, claire, deposee):
    premiere, *autres = [ligne.id for ligne in Ligne.select().order_by(Ligne.id)]
    moderation.refuser(monde.sophie, deposee.id, "Activité complète", [premiere])
    moderation.accepter(monde.sophie, deposee.id, autres)

    page = Page(claire, f"/famille/demandes/{deposee.id}")

    assert "Acceptée en partie" in page.texte(".titre")
    rangees = [rangee.get_text(" ", strip=True) for rangee in page.tous("tbody tr")]
    assert "Refusée" in rangees[0] and "Motif\xa0: Activité complète" in rangees[0]
    assert all("Acceptée" in rangee for rangee in rangees[1:])
    assert not page.tous("main form")


def test_the_list_says_the_reason_or_who_acts_next(monde, claire, deposee):
    assert "La mairie doit répondre" in Page(claire, "/famille/demandes").texte("tbody tr")
    moderation.refuser(monde.sophie, deposee.id, "Activité complète")
    ligne = Page(claire, "/famille/demandes").texte("tbody tr")
    assert "Refusée" in ligne and "Motif : Activité complète" in ligne
    assert "Réponse mardi 1er décembre 2026 à 10 h" in Page(claire, f"/famille/demandes/{deposee.id}").texte(
        ".titre"
    )


def test_an_absence_says_whether_it_is_billed(monde, claire):
    lundi, jeudi = (monde.seance(monde.soir, jour) for jour in (LUNDI, JEUDI))
    demande = absenter(monde, (monde.lea, lundi), (monde.lea, jeudi))
    for ligne, facturee in zip(lignes(demande), (True, False), strict=True):
        Ligne.update(facturee=facturee).where(Ligne.id == ligne.id).execute()
    rangees = Page(claire, f"/famille/demandes/{demande.id}").tous("tbody tr")
    dites = [rangee.get_text(" ", strip=True) for rangee in rangees]
    assert dites[0].endswith(" Facturée") and dites[1].endswith(" Non facturée")
    detail = detailler(monde.claire, monde.moreau, demande.id)
    assert [i.facturation for g in detail.groupes for i in g.issues] == ["Facturée", "Non facturée"]
    moderation.refuser(monde.sophie, demande.id, "Délai dépassé")
    assert "acturée" not in Page(claire, f"/famille/demandes/{demande.id}").texte("main")


def test_what_an_agent_asked_at_the_counter_says_so(monde, claire, deposee):
    Demande.update(auteur=monde.sophie).where(Demande.id == deposee.id).execute()
    for adresse in ("/famille/demandes", f"/famille/demandes/{deposee.id}"):
        assert "par Sophie Garnier, pour la mairie" in Page(claire, adresse).texte("main")


def test_withdrawing_the_whole_demande_frees_every_slot(monde, claire, deposee):
    page = Page(claire, f"/famille/demandes/{deposee.id}")
    page.cliquer("main form button")
    assert "Annulée" in page.texte(".titre")
    assert page.texte("#annonce") == "Demande annulée."
    assert Demande.get().statut == w.ANNULEE
    assert monde.statut(monde.lea, monde.seance(monde.cantine, LUNDI)) == w.NON_RESERVE
    assert_comme_rechargee(page)


def test_withdrawing_without_javascript(claire, deposee):
    page = Page(claire, f"/famille/demandes/{deposee.id}").suivre("main form button")
    assert "Votre demande est annulée." in page.texte("#bandeau")


def test_withdrawing_twice_is_harmless(monde, deposee):
    for _ in range(2):
        demandes.annuler_demande(monde.claire, monde.moreau, deposee.id)
    assert Demande.get().statut == w.ANNULEE


def test_withdrawing_what_is_left_of_a_demande_answered_in_part(monde, deposee):
    premiere = Ligne.select().order_by(Ligne.id).first().id
    moderation.accepter(monde.sophie, deposee.id, [premiere])
    demandes.annuler_demande(monde.claire, monde.moreau, deposee.id)
    assert Demande.get().statut == w.ACCEPTEE
    assert [ligne.statut for ligne in Ligne.select().order_by(Ligne.id)] == [w.ACCEPTEE] + [w.ANNULEE] * 3


@pytest.mark.parametrize("javascript", [True, False])
def test_withdrawing_after_the_answer_is_told_kindly(monde, claire, deposee, javascript):
    page = Page(claire, f"/famille/demandes/{deposee.id}")
    moderation.accepter(monde.sophie, deposee.id)
    if javascript:
        page.cliquer("main form button", attendu=409)
    else:
        page = page.suivre("main form button", attendu=409)
    assert "La mairie a déjà répondu" in page.texte("article [role=alert]")
    assert "Acceptée" in page.texte(".titre")


def test_the_domain_refuses_after_the_answer_and_another_familys(monde, deposee):
    with pytest.raises(LookupError):
        demandes.annuler_demande(monde.paulo, monde.dasilva, deposee.id)
    moderation.accepter(monde.sophie, deposee.id)
    with pytest.raises(DejaChange):
        demandes.annuler_demande(monde.claire, monde.moreau, deposee.id)


def test_anothers_demande_does_not_exist(monde, connexion, deposee):
    paulo = connexion(monde.paulo)
    jeton = Page(paulo, "/famille").un(".compte [name=csrf_token]")["value"]
    assert paulo.get(f"/famille/demandes/{deposee.id}").status_code == 404
    assert (
        paulo.post(f"/famille/demandes/{deposee.id}/annulation", data={"csrf_token": jeton}).status_code
        == 404
    )
    assert Demande.get().statut == w.EN_ATTENTE
    assert "Cantine" not in Page(paulo, "/famille/demandes").texte("main")


@pytest.mark.parametrize(
    "adresse", ["/famille/demandes/0", "/famille/demandes/99999999999", "/famille/demandes/x"]
)
def test_a_demande_that_is_none_does_not_exist(claire, adresse):
    assert claire.get(adresse).status_code == 404


@pytest.mark.parametrize("page", ["0", "-1", "abc", "999999", "1&page=2", "9" * 500])
def test_a_page_number_that_is_none_shows_a_page(claire, deposee, page):
    assert claire.get(f"/famille/demandes?page={page}").status_code == 200


@pytest.mark.parametrize("qui", ["sophie", "animateur"])
def test_staff_have_no_family_demandes(monde, connexion, qui):
    assert connexion(getattr(monde, qui)).get("/famille/demandes").status_code == 403


def test_the_list_costs_the_same_whatever_its_length(monde, claire, deposee):
    claire.get("/famille/demandes")
    with count_queries() as une:
        claire.get("/famille/demandes")
    for enfant in (monde.lea, monde.noe, monde.ines):
        planning.demander_reservation(
            monde.claire, monde.moreau, [(enfant.id, monde.seance(monde.soir, JEUDI).id)]
        )
    with count_queries() as quatre:
        claire.get("/famille/demandes")
    assert une.count == quatre.count <= 7


def test_a_demande_of_the_first_minutes_of_january_has_the_new_years_number():
    minuit_dix = dt.datetime(2026, 12, 31, 23, 10, tzinfo=dt.UTC)
    assert numero_de_demande(7, minuit_dix) == "2027-7"
