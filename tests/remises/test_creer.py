"""A remise debits what is owed by whoever signed, fourteen days after they were told."""

import datetime as dt

import pytest
from peewee import IntegrityError

import workflows as w
from models import (
    Abonnement,
    Courriel,
    Entente,
    Evenement,
    FactureDuPaiement,
    Mandat,
    Paiement,
    Prelevement,
    ReglagesDeFacturation,
    Responsable,
    db,
)
from portail import clock
from portail.domain import mandats, preparation_de_remise, remises
from portail.domain.preparation_de_remise import preparer
from portail.domain.refus import DejaChange, Interdit, Introuvable, Refus
from tests.activites.outils import limiter
from tests.courrier import recus
from tests.factures import encaisser, facture
from tests.formulaires import poster
from tests.html import lire, mots
from tests.monde import HIER, MAINTENANT
from tests.prelevements import ICS, JOUR, remettre


def les_prelevements() -> list[tuple[int, int, bool, str]]:
    lus = Prelevement.select().order_by(Prelevement.id)
    return [(p.facture_id, p.montant, p.premier, p.statut) for p in lus]


def test_what_is_owed_is_to_be_debited_the_first_as_a_first(monde, octobre, novembre):
    remise = remettre(monde)
    assert les_prelevements() == [(octobre.id, 6_000, True, w.PREVU), (novembre.id, 8_820, False, w.PREVU)]
    assert (remise.jour, remise.creee_par, remise.emportee_le) == (JOUR, monde.gestionnaire, None)
    lignes = Evenement.select().where(Evenement.objet.in_(("remise", "prelevement")))
    actes = [ligne.acte for ligne in lignes.order_by(Evenement.id)]
    assert actes == [remises.CREER, remises.PREVOIR, remises.PREVOIR]


def test_the_payeur_is_told_the_amount_the_day_the_mandate_and_the_creditor(monde, mandat, octobre, novembre):
    remettre(monde)
    courriel = recus(monde.claire.email)[-1]
    assert courriel.sujet == "Prélèvement du 15 décembre : 148,20 €"
    for mot in (
        "148,20\xa0€ seront prélevés le 15 décembre 2026",
        mandat.rum,
        ICS,
        octobre.numero,
        novembre.numero,
    ):
        assert mot in courriel.corps


def test_whoever_nobody_can_write_to_is_said(monde, octobre):
    Responsable.update(email="").execute()
    assert preparer(JOUR).sans_adresse == frozenset()  # Claire's account reads it

    Abonnement.update(statut=w.RESILIE).execute()
    assert preparer(JOUR).sans_adresse == {monde.adulte_claire.id}


def test_without_an_account_the_payeur_is_told_at_the_address_of_the_file(monde, octobre):

    Abonnement.update(statut=w.RESILIE).execute()
    avant = Courriel.select().count()
    remettre(monde)
    assert [c.destinataire for c in Courriel.select().offset(avant).limit(5)] == ["famille@example.org"]


# ——— the day ———


@pytest.mark.parametrize(
    "jour, phrase",
    [
        (MAINTENANT.date() + dt.timedelta(13), "14 jours avant"),
        (MAINTENANT.date() + dt.timedelta(61), "14 jours avant"),
        (dt.date(2026, 12, 19), "ni le samedi"),
        (dt.date(2026, 12, 25), "ce jour férié"),
    ],
)
def test_a_day_too_near_too_far_or_without_banks_is_refused(monde, octobre, jour, phrase):
    with pytest.raises(Refus, match=phrase) as refus:
        remettre(monde, jour)
    assert (refus.value.champ, Prelevement.select().count()) == ("jour", 0)


def test_the_day_that_is_proposed_is_one_that_may_be(monde):
    for n in range(40):
        with clock.figer(MAINTENANT + dt.timedelta(n)):
            preparation_de_remise.exiger_un_jour(preparation_de_remise.propose())


# ——— 36 months ———


@pytest.mark.parametrize(
    "signe_le, collecte_le, vaut",
    [
        (dt.date(2023, 12, 15), None, True),
        (dt.date(2023, 12, 14), None, False),
        (dt.date(2019, 1, 1), dt.date(2023, 12, 15), True),
        (dt.date(2019, 1, 1), dt.date(2023, 12, 14), False),
    ],
)
def test_a_mandate_that_collected_nothing_for_36_months_collects_no_more(
    monde, mandat, octobre, signe_le, collecte_le, vaut
):
    Mandat.update(signe_le=signe_le, collecte_le=collecte_le).execute()
    prete = preparer(JOUR)
    assert [len(prete.retenues), len(prete.laissees)] == [int(vaut), int(not vaut)]
    if not vaut:
        assert prete.laissees[0].raison == preparation_de_remise.PERIME
        with pytest.raises(Refus, match="rien à prélever"):
            remettre(monde)


def test_29_february_holds_until_the_last_day_of_february(monde, mandat):
    mandat.signe_le, mandat.collecte_le = dt.date(2024, 2, 29), None
    assert mandats.dernier_jour(mandat) == dt.date(2027, 2, 28)


# ——— what is left out ———


def test_what_was_paid_in_part_is_debited_for_what_is_left(monde, octobre):
    encaisser(monde.adulte_claire, 1_500, octobre)
    remettre(monde)
    assert les_prelevements() == [(octobre.id, 4_500, True, w.PREVU)]


def test_an_invoice_that_is_being_paid_online_is_left_out(monde, octobre, novembre):
    payer_en_ligne(monde, octobre)
    prete = preparer(JOUR)
    assert [(c.facture_id, c.raison) for c in prete.laissees] == [
        (octobre.id, preparation_de_remise.EN_PAIEMENT)
    ]
    remettre(monde)
    assert les_prelevements() == [(novembre.id, 8_820, True, w.PREVU)]


def payer_en_ligne(monde, due) -> None:
    operation = Paiement.create(
        famille=monde.moreau,
        payeur=monde.adulte_claire,
        compte=monde.claire,
        refdet=f"F{due.id}",
        montant=due.total,
        cree_le=MAINTENANT,
    )
    FactureDuPaiement.create(paiement=operation, facture=due, montant=due.total)


@pytest.mark.parametrize("levee, jusqu_au, laissee", [(False, 1, True), (False, -1, False), (True, 1, False)])
def test_whoever_agreed_to_pay_over_time_is_left_out_as_long_as_it_runs(
    monde, octobre, levee, jusqu_au, laissee
):
    Entente.create(
        payeur=monde.adulte_claire,
        texte="50 € par mois",
        jusqu_au=MAINTENANT.date() + dt.timedelta(jusqu_au),
        agent=monde.sophie,
        faite_le=MAINTENANT,
        levee_le=MAINTENANT if levee else None,
    )
    assert bool(preparer(JOUR).laissees) == laissee


def test_whoever_signed_nothing_or_took_it_back_is_not_there(monde, mandat, octobre):
    facture(monde.adulte_paulo, [(monde.tomas, monde.seance(monde.cantine, HIER), 500)])
    assert [c.payeur_id for c in preparer(JOUR).retenues] == [monde.adulte_claire.id]
    mandats.revoquer(monde.claire, monde.moreau, mandat.id)
    assert preparer(JOUR).retenues == []


def test_an_invoice_is_in_one_remise_at_most(monde, mandat, octobre):
    remise = remettre(monde)
    assert preparer(JOUR).retenues == []
    with pytest.raises(IntegrityError), db.atomic():
        Prelevement.create(remise=remise, mandat=mandat, facture=octobre, montant=1, premier=False)


def test_the_next_debit_of_a_mandate_is_no_first_while_one_waits(monde, octobre):
    remettre(monde)
    facture(monde.adulte_claire, [(monde.noe, monde.seance(monde.cantine, HIER), 500)])
    assert [c.premier for c in preparer(JOUR).retenues] == [False]


# ——— the act ———


def test_what_changed_since_it_was_shown_is_told(monde, octobre):
    marque = preparer(JOUR).marque
    encaisser(monde.adulte_claire, 100, octobre)
    with pytest.raises(DejaChange):
        remises.creer(monde.gestionnaire, JOUR, marque)
    assert Prelevement.select().count() == 0


def test_the_town_must_be_a_creditor(monde, octobre):
    ReglagesDeFacturation.update(ics="").execute()
    with pytest.raises(Refus, match="identifiant SEPA"):
        remettre(monde)


@pytest.mark.parametrize("qui", ["claire", "sophie", "animateur"])
def test_who_does_not_manage_makes_none(monde, octobre, qui):
    with pytest.raises(Interdit):
        remises.creer(getattr(monde, qui), JOUR, preparer(JOUR).marque)


def test_who_is_limited_to_places_knows_of_none(monde, octobre, connexion):
    limiter(monde.gestionnaire)
    with pytest.raises(Introuvable):
        remettre(monde)
    assert connexion(monde.gestionnaire).get("/agents/facturation/prelevements").status_code == 404


def test_it_is_shown_then_made_on_its_pages(monde, octobre, novembre, connexion):
    nadia = connexion(monde.gestionnaire)
    ici = "/agents/facturation/prelevements"
    assert "Aucune remise" in nadia.get(ici).text
    page = lire(nadia.get(f"{ici}/nouvelle").text)
    assert page.select_one("#jour")["value"] == JOUR.isoformat()
    assert mots(page.select_one("tfoot")) == "Total 148,20 €"
    assert nadia.get(f"{ici}/nouvelle?jour=2026-12-02").status_code == 422
    champs = a_envoyer(page)
    encaisser(monde.adulte_claire, 100, octobre)
    assert poster(nadia, ici, champs).status_code == 409
    champs = {
        n["name"]: n["value"] for n in lire(nadia.get(f"{ici}/nouvelle").text).select("form.actions input")
    }
    reponse = poster(nadia, ici, champs)
    assert reponse.status_code == 303
    assert "147,20 €" in mots(lire(nadia.get(reponse.location).text).select_one(".titre"))
    assert "Fichier à emporter" in nadia.get(ici).text
    assert nadia.get(f"{ici}/999999").status_code == 404


def a_envoyer(page) -> dict[str, str]:
    """What the button that makes the remise sends."""
    return {n["name"]: n["value"] for n in page.select("form.actions input")}
