"""Issuing a month: whole invoices, each once, told to whoever reads them; what was missing comes later."""

import datetime as dt

import pytest

import workflows as w
from models import (
    Affectation,
    Campagne,
    Courriel,
    Evenement,
    Facture,
    Imputation,
    LigneDeFacture,
    PartDePayeur,
    Presence,
    ReglagesDeFacturation,
    Solde,
)
from portail.domain import campagnes, verification
from portail.domain.apercu_de_campagne import Resume
from portail.domain.refus import DejaChange, Interdit, Introuvable, Refus
from tests.campagnes.conftest import JEUDI, LUNDI, apercu, emettre
from tests.factures import NOVEMBRE, encaisser
from tests.monde import MAINTENANT


def totaux():
    return [(f.payeur.prenom, f.total) for f in Facture.select().order_by(Facture.rang)]


def test_each_family_that_consumed_has_its_invoice(novembre):
    campagne = emettre(novembre.gestionnaire)
    assert (campagne.statut, campagne.factures, campagne.montant) == (w.EMISE, 2, 4 * 345)
    assert campagne.annonce == campagne.montant
    assert totaux() == [("Claire", 3 * 345), ("Paulo", 345)]
    facture = Facture.get(Facture.payeur == novembre.adulte_claire)
    assert [li.libelle for li in facture.lignes.order_by(LigneDeFacture.rang)] == [
        *("Léa, Cantine", "Léa, Cantine", "Noé, Cantine")
    ]
    assert (facture.numero, facture.mois, facture.foyer) == ("2026-000001", NOVEMBRE, True)
    assert facture.echeance == MAINTENANT.date() + dt.timedelta(30)
    assert Solde.get(Solde.facture == facture).reste == 3 * 345


def test_the_journal_tells_the_run_and_each_invoice(novembre):
    campagne = emettre(novembre.gestionnaire)
    dites = Evenement.select().where(Evenement.objet == "campagne").order_by(Evenement.id)
    assert [(e.acte, e.vers, e.objet_id) for e in dites] == [
        *((w.LANCER, w.LANCEE, campagne.id), (w.EMETTRE, w.EMISE, campagne.id))
    ]
    emises = Evenement.select().where(Evenement.objet == "facture", Evenement.auteur == novembre.gestionnaire)
    assert {e.famille_id for e in emises} == {novembre.moreau.id, novembre.dasilva.id}


def test_each_account_that_reads_an_invoice_is_told_once(novembre):
    emettre(novembre.gestionnaire)
    dits = list(Courriel.select().where(Courriel.cle.startswith("facture:")).order_by(Courriel.id))
    assert [(c.destinataire, c.famille_id) for c in dits] == [
        ("famille@example.org", novembre.moreau.id),
        ("paulo@example.org", novembre.dasilva.id),
    ]
    assert dits[0].sujet == "Votre facture de novembre 2026 : 10,35 €"
    assert "31 décembre 2026" in dits[0].corps


def test_a_later_run_issues_what_was_missing_and_nothing_twice(novembre):
    emettre(novembre.gestionnaire)
    Presence.create(
        seance=novembre.seance(novembre.cantine, JEUDI),
        enfant=novembre.ines,
        etat="present",
        sans_reservation=True,
        pointe_le=MAINTENANT,
        pointe_par=novembre.animateur,
    )
    seconde = emettre(novembre.gestionnaire)
    assert (seconde.factures, seconde.montant) == (1, 345)
    assert totaux() == [("Claire", 1_035), ("Paulo", 345), ("Claire", 345)]
    troisieme = emettre(novembre.gestionnaire)
    assert (troisieme.factures, troisieme.montant) == (0, 0)


def test_parents_who_share_get_an_invoice_each(novembre):
    for adulte, part in ((novembre.adulte_claire, 60), (novembre.adulte_julien, 40)):
        for enfant in (novembre.lea, novembre.noe):
            PartDePayeur.create(enfant=enfant, responsable=adulte, part=part)
    emettre(novembre.gestionnaire)
    assert totaux() == [("Claire", 3 * 207), ("Julien", 3 * 138), ("Paulo", 345)]
    assert not Facture.get(Facture.payeur == novembre.adulte_julien).foyer
    dits = Courriel.select().where(Courriel.famille == novembre.moreau, Courriel.cle.startswith("facture:"))
    assert [c.destinataire for c in dits] == ["famille@example.org"]


def test_shares_set_after_the_issue_bill_nothing_again(novembre):
    emettre(novembre.gestionnaire)
    for enfant in (novembre.lea, novembre.noe):
        PartDePayeur.create(enfant=enfant, responsable=novembre.adulte_julien, part=100)
    assert emettre(novembre.gestionnaire).factures == 0


def test_what_was_paid_too_much_before_is_deducted(novembre):
    encaisser(novembre.adulte_claire, 1_000)
    emettre(novembre.gestionnaire)
    facture = Facture.get(Facture.payeur == novembre.adulte_claire)
    assert Solde.get(Solde.facture == facture).reste == 35
    assert [(i.facture_id, i.montant) for i in Imputation.select()] == [(facture.id, 1_000)]
    courriel = Courriel.get(Courriel.cle.startswith(f"facture:{facture.id}:"))
    assert "10,00\N{NO-BREAK SPACE}€ a été déduite" in courriel.corps


def test_nothing_breaks_an_invariant(novembre):
    avant = {r.invariant for r in verification.verifier()}
    emettre(novembre.gestionnaire)
    assert {r.invariant for r in verification.verifier()} == avant


def test_a_month_that_has_not_begun_is_refused_and_why(novembre):
    with pytest.raises(Refus, match="Janvier 2027 n’a pas commencé") as refus:
        campagnes.apercevoir(novembre.gestionnaire, dt.date(2027, 1, 1))
    assert refus.value.champ == "mois"


def test_without_the_town_s_settings_nothing_begins(novembre):
    ReglagesDeFacturation.delete().execute()
    with pytest.raises(Refus, match="pas encore réglée"):
        campagnes.apercevoir(novembre.gestionnaire, NOVEMBRE)


def test_what_was_not_previewed_or_was_previewed_otherwise_is_not_issued(novembre):
    with pytest.raises(DejaChange):
        campagnes.lancer(novembre.gestionnaire, NOVEMBRE, "x")
    apercu(novembre.gestionnaire)
    with pytest.raises(DejaChange):
        campagnes.lancer(novembre.gestionnaire, NOVEMBRE, "x")
    assert not Campagne.select().exists()


def test_a_preview_that_is_not_finished_issues_nothing(novembre):
    campagnes.apercevoir(novembre.gestionnaire, NOVEMBRE)
    with pytest.raises(DejaChange):
        campagnes.lancer(novembre.gestionnaire, NOVEMBRE, "")


def test_launched_twice_it_is_the_same_run(novembre):
    marque = apercu(novembre.gestionnaire).marque
    premiere = campagnes.lancer(novembre.gestionnaire, NOVEMBRE, marque)
    assert campagnes.lancer(novembre.gestionnaire, NOVEMBRE, marque) == premiere
    while campagnes.servir():
        pass
    assert campagnes.lancer(novembre.gestionnaire, NOVEMBRE, marque) == premiere
    assert Campagne.select().count() == 1


def test_no_preview_is_made_while_the_month_is_issued(novembre):
    campagnes.lancer(novembre.gestionnaire, NOVEMBRE, apercu(novembre.gestionnaire).marque)
    with pytest.raises(DejaChange, match="en cours d’émission"):
        campagnes.apercevoir(novembre.gestionnaire, NOVEMBRE)


@pytest.mark.parametrize("qui", ["sophie", "animateur", "claire"])
def test_only_who_sets_the_town_up_bills(novembre, qui):
    with pytest.raises(Interdit):
        campagnes.apercevoir(getattr(novembre, qui), NOVEMBRE)
    with pytest.raises(Interdit):
        campagnes.lancer(getattr(novembre, qui), NOVEMBRE, "")


def test_for_who_is_limited_to_places_there_is_no_billing(novembre):
    Affectation.create(compte=novembre.gestionnaire, lieu=novembre.cantine.lieu)
    with pytest.raises(Introuvable):
        campagnes.apercevoir(novembre.gestionnaire, NOVEMBRE)


def test_the_preview_says_what_the_issue_does_and_what_to_look_at(novembre):
    fait = apercu(novembre.gestionnaire)
    resume = Resume.lire(fait.resume)
    assert (resume.familles, resume.factures, resume.montant) == (2, 2, 4 * 345)
    assert resume.activites == {str(novembre.cantine.id): [4, 4 * 345]}
    seance = novembre.seance(novembre.cantine, LUNDI)
    assert resume.seances == {"non_pointee": {str(seance.id): 1}}
    anomalies = {f.famille.nom: f.anomalies for f in fait.familles}
    assert anomalies == {"Moreau": " non_pointee ", "Da Silva": ""}
