"""Reminders go to whoever is late, in gentle words, to each at most every fifteen days."""

import datetime as dt

import pytest

import workflows as w
from models import Abonnement, Courriel, Entente, Evenement, Relance, Solde
from portail import clock
from portail.domain import relances
from portail.domain.refus import DejaChange, Interdit, Introuvable, Refus
from tests.activites.outils import limiter
from tests.courrier import recus
from tests.factures import encaisser, facture
from tests.formulaires import poster
from tests.html import lire, mots
from tests.monde import HIER, MAINTENANT
from tests.prelevements import remettre, signer
from tests.remises.test_creer import payer_en_ligne


def relancer(monde, *adultes) -> int:
    return relances.relancer(monde.sophie, [a.id for a in adultes or (monde.adulte_claire,)])


def attendus(monde) -> list[int]:
    return [d.payeur_id for d in relances.a_relancer(monde.sophie)]


def test_a_mail_tells_what_is_late_and_that_one_may_talk_about_it(monde, octobre, novembre):
    assert relancer(monde) == 1
    (courriel,) = recus(monde.claire.email)
    assert courriel.sujet == "Une facture attend votre règlement"
    for mot in (octobre.numero, "60,00\xa0€", "20 novembre 2026", "plusieurs fois", "/facturation"):
        assert mot in courriel.corps
    assert novembre.numero not in courriel.corps  # not late yet


def test_it_is_kept_with_its_rank_and_its_journal_line(monde, octobre):
    relancer(monde)
    relance = Relance.get()
    ligne = Evenement.get(Evenement.acte == relances.RELANCER)
    assert (relance.facture, relance.rang, relance.agent) == (octobre, 1, monde.sophie)
    assert (ligne.objet, ligne.objet_id, ligne.famille, ligne.auteur) == (
        "relance",
        relance.id,
        monde.moreau,
        monde.sophie,
    )


@pytest.mark.parametrize("jours, encore", [(14, False), (15, True)])
def test_nobody_is_reminded_twice_in_fifteen_days(monde, octobre, jours, encore):
    relancer(monde)
    with clock.figer(MAINTENANT + dt.timedelta(days=jours)):
        assert attendus(monde) == [monde.adulte_claire.id] * encore
        if encore:
            assert relancer(monde) == 1
            assert [r.rang for r in Relance.select().order_by(Relance.id)] == [1, 2]
            assert "Nous vous avions écrit" in recus(monde.claire.email)[-1].corps
        else:
            with pytest.raises(DejaChange):
                relancer(monde)


def test_nor_about_another_invoice_meanwhile(monde, octobre, novembre):
    relancer(monde)
    Solde.update(echeance=HIER).where(Solde.facture == novembre).execute()
    assert attendus(monde) == []


@pytest.mark.parametrize("pourquoi", ["entente", "en_ligne", "prelevee", "payee"])
def test_what_is_taken_care_of_is_not_reminded(monde, octobre, pourquoi):
    if pourquoi == "entente":
        Entente.create(
            payeur=monde.adulte_claire,
            texte="50 € par mois",
            jusqu_au=MAINTENANT.date(),
            agent=monde.sophie,
            faite_le=MAINTENANT,
        )
    elif pourquoi == "en_ligne":
        payer_en_ligne(monde, octobre)
    elif pourquoi == "prelevee":
        signer(monde)
        remettre(monde)
    else:
        encaisser(monde.adulte_claire, 6_000, octobre)
    assert attendus(monde) == []
    with pytest.raises(DejaChange):
        relancer(monde)
    assert Relance.select().count() == 0


def test_once_the_agreement_is_over_reminders_begin_again(monde, octobre):
    termine = {"jusqu_au": HIER, "agent": monde.sophie, "faite_le": MAINTENANT}
    Entente.create(payeur=monde.adulte_claire, texte="Fini", **termine)
    assert attendus(monde) == [monde.adulte_claire.id]


def test_whom_no_mail_reaches_is_shown_and_not_counted(monde, octobre):
    Abonnement.update(statut=w.RESILIE).execute()
    type(monde.adulte_claire).update(email="").execute()
    (seule,) = relances.a_relancer(monde.sophie)
    assert not seule.joignable
    with pytest.raises(DejaChange):
        relancer(monde)
    assert Relance.select().count() == 0


def test_only_those_who_were_ticked_are_written_to(monde, octobre):
    ligne = (monde.tomas, monde.seance(monde.cantine, HIER), 700)
    facture(monde.adulte_paulo, [ligne], echeance=dt.date(2026, 11, 10))
    assert attendus(monde) == [monde.adulte_paulo.id, monde.adulte_claire.id]  # late for longest first
    relancer(monde, monde.adulte_paulo)
    assert {c.destinataire for c in Courriel.select()} == {monde.paulo.email}
    with pytest.raises(Refus, match="Cochez"):
        relances.relancer(monde.sophie, [])


@pytest.mark.parametrize("qui", ["claire", "animateur"])
def test_who_is_no_agent_reminds_nobody(monde, octobre, qui):
    with pytest.raises(Interdit):
        relances.relancer(getattr(monde, qui), [monde.adulte_claire.id])


def test_an_agent_reminds_neither_their_own_family_nor_when_limited_to_places(monde, octobre):
    Abonnement.create(compte=monde.sophie, famille=monde.moreau, statut=w.ACTIF, cree_le=MAINTENANT)
    assert attendus(monde) == []
    with pytest.raises(Refus, match="un autre agent"):
        relancer(monde)
    limiter(monde.marc)
    with pytest.raises(Introuvable):
        relances.relancer(monde.marc, [monde.adulte_claire.id])


def test_it_is_shown_then_sent_on_its_pages(monde, octobre, novembre, connexion):
    sophie = connexion(monde.sophie)
    ici = "/agents/facturation/impayes"
    page = lire(sophie.get(ici).text)
    assert mots(page.select_one("tbody tr")) == "Claire Moreau Moreau 1 11 jours rien encore 60,00 €"
    assert "Aucun retard" in sophie.get(f"{ici}?depuis=30").text
    assert sophie.get(f"{ici}?depuis=5").status_code == 422
    coches = [n["value"] for n in lire(sophie.get(f"{ici}/relances").text).select("[name=payeurs][checked]")]
    assert coches == [str(monde.adulte_claire.id)]
    assert poster(sophie, f"{ici}/relances", {}).status_code == 422
    assert poster(sophie, f"{ici}/relances", {"payeurs": coches}).status_code == 303
    assert poster(sophie, f"{ici}/relances", {"payeurs": coches}).status_code == 409
    assert "Personne à relancer" in sophie.get(f"{ici}/relances").text
    assert "première relance" in sophie.get(f"{ici}/{monde.adulte_claire.id}").text
