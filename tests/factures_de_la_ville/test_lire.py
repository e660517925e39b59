"""The invoices before the staff: by month, number, family, state; one read whole; a family’s account."""

import datetime as dt

import pytest

import workflows as w
from models import Abonnement, Affectation, Facture, Famille
from portail import clock
from portail.domain import lecture_factures_de_la_ville as lecture
from portail.domain.lecture_factures_de_la_ville import Filtres
from portail.domain.refus import Introuvable
from tests.campagnes.conftest import LUNDI, emettre, novembre  # noqa: F401
from tests.factures import NOVEMBRE, encaisser, facture
from tests.monde import MAINTENANT, MERCREDI

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def factures(novembre):  # noqa: F811
    """November issued to both families; Claire has another of October, late."""
    emettre(novembre.gestionnaire)
    seance = novembre.seance(novembre.centre, MERCREDI - dt.timedelta(14))
    facture(
        novembre.adulte_claire,
        [(novembre.lea, seance, 500)],
        mois=dt.date(2026, 10, 1),
        echeance=dt.date(2026, 11, 20),
    )
    return novembre


def numeros(monde, **filtres):
    return [f.numero for f in lecture.lister(monde.sophie, Filtres(**filtres)).rangees]


def test_without_anything_asked_it_is_the_last_month(factures):
    vues = lecture.lister(factures.sophie, Filtres())
    assert [f.numero for f in vues.rangees] == ["2026-000002", "2026-000001"]
    assert (vues.filtres.mois, vues.mois) == (NOVEMBRE, [NOVEMBRE, dt.date(2026, 10, 1)])


def test_one_is_found_by_its_number_however_it_is_typed(factures):
    assert numeros(factures, q="2026-000003") == numeros(factures, q="2026-3") == ["2026-000003"]
    assert numeros(factures, q="2026-99") == []


def test_a_family_has_all_its_months(factures):
    assert numeros(factures, q="moreau") == ["2026-000003", "2026-000001"]
    assert numeros(factures, q="104583") == ["2026-000002"]
    assert numeros(factures, q="moreau", mois=NOVEMBRE) == ["2026-000001"]


def test_each_state_keeps_its_own(factures):
    encaisser(factures.adulte_paulo, 345)
    assert numeros(factures, etat=w.PAYEE) == ["2026-000002"]
    assert numeros(factures, etat=w.A_PAYER) == ["2026-000001"]
    assert numeros(factures, etat=w.EN_RETARD, mois=dt.date(2026, 10, 1)) == ["2026-000003"]
    assert numeros(factures, etat=w.AVOIR) == []


def test_a_page_that_does_not_exist_is_the_last_one(factures):
    assert lecture.lister(factures.sophie, Filtres(page=99)).filtres.page == 1


def test_one_is_read_with_its_lines_its_receipts_its_mails(factures):
    encaisser(factures.adulte_claire, 1_000)
    lue = lecture.lire(factures.sophie, Facture.get(Facture.mois == NOVEMBRE).id)
    assert [(li.libelle, li.montant) for li in lue.lignes][0] == ("Léa, Cantine", 345)
    assert lue.lignes[0].seance_id == factures.seance(factures.cantine, LUNDI).id
    assert [(i.quoi, i.montant) for i in lue.imputations] == [("Espèces", 500)]
    assert [c.destinataire for c in lue.courriels] == ["famille@example.org"]
    assert (lue.facture.etat.code, lue.facture.reste, lue.par) == (w.A_PAYER, 535, "Nadia Benali")


def test_the_account_of_a_family_adds_up(factures):
    encaisser(factures.adulte_paulo, 400)
    dasilva = lecture.de_la_famille(factures.sophie, factures.dasilva.id)
    assert (dasilva.du, dasilva.avance, len(dasilva.reglements)) == (0, 55, 1)
    moreau = lecture.de_la_famille(factures.sophie, factures.moreau.id)
    assert (moreau.du, moreau.en_retard) == (1_035 + 500, 500)


def test_who_is_limited_to_places_finds_no_money(factures):
    Affectation.create(compte=factures.sophie, lieu=factures.cantine.lieu)
    for lire in (
        lambda: lecture.lister(factures.sophie, Filtres()),
        lambda: lecture.lire(factures.sophie, Facture.get().id),
        lambda: lecture.de_la_famille(factures.sophie, factures.moreau.id),
    ):
        with pytest.raises(Introuvable):
            lire()


def test_the_pages_stand(factures, connexion):
    sophie = connexion(factures.sophie)
    liste = sophie.get("/agents/facturation/factures").text
    assert "2026-000001" in liste and "2 factures de novembre 2026" in liste
    assert "Aucune facture ne correspond" in sophie.get("/agents/facturation/factures?q=personne").text
    ident = Facture.get(Facture.mois == NOVEMBRE).id
    page = sophie.get(f"/agents/facturation/factures/{ident}").text
    assert "Facture n° 2026-000001" in page and "Établir un avoir" in page
    compte = sophie.get(f"/agents/familles/{factures.moreau.id}/facturation").text
    assert "15,35\N{NO-BREAK SPACE}€" in compte
    assert "Factures et règlements" in sophie.get(f"/agents/familles/{factures.moreau.id}").text
    assert sophie.get("/agents/facturation/factures/999999").status_code == 404


def test_before_anything_was_issued_the_page_says_so(monde, connexion):
    assert "Aucune facture" in connexion(monde.sophie).get("/agents/facturation/factures").text


def test_families_and_who_calls_the_roll_do_not_enter(factures, connexion):
    for qui in (factures.claire, factures.animateur):
        assert connexion(qui).get("/agents/facturation/factures").status_code == 403


def test_for_one_s_own_family_another_agent_is_called(factures, connexion):
    moreau = Famille.get_by_id(factures.moreau.id)
    Abonnement.create(compte=factures.sophie, famille=moreau, statut=w.ACTIF, cree_le=MAINTENANT)
    ident = Facture.get(Facture.mois == NOVEMBRE).id
    page = connexion(factures.sophie).get(f"/agents/facturation/factures/{ident}").text
    assert "un autre agent doit s’en occuper" in page and "Établir un avoir" not in page


def test_it_is_late_from_the_day_after(factures):
    with clock.figer(MAINTENANT + dt.timedelta(31)):
        assert numeros(factures, etat=w.EN_RETARD, mois=NOVEMBRE) == ["2026-000002", "2026-000001"]
