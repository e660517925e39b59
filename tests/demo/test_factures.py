"""What the demonstration town has billed: each state of an invoice, for the town and the known family."""

import workflows as w
from models import Campagne, Facture, Famille, Reglement, Solde
from portail import clock
from portail.domain.verification import verifier


def etats(*conditions):
    restes = {s.facture_id: s.reste for s in Solde.select()}
    factures = Facture.select().where(*conditions, Facture.id > 0).order_by(Facture.id)
    jour = clock.aujourdhui()
    return [w.etat_facture(f.total, restes.get(f.id, 0), f.echeance, jour).code for f in factures]


def test_les_deux_derniers_mois_sont_factures(ville):
    campagnes = list(Campagne.select().order_by(Campagne.id))
    assert [(c.mois.month, c.statut) for c in campagnes] == [(9, w.EMISE), (10, w.EMISE)]
    assert all(c.factures > 25 and c.montant > 0 for c in campagnes)
    assert {w.A_PAYER, w.EN_RETARD, w.PAYEE, w.AVOIR} <= set(etats())
    assert Reglement.select().count() > 20
    assert list(verifier()) == []


def test_la_famille_connue_a_une_facture_dans_chaque_etat(ville):
    moreau = Famille.get(nom="Moreau")
    assert sorted(etats(Facture.famille == moreau)) == sorted([w.A_PAYER, w.EN_RETARD, w.PAYEE, w.AVOIR])
