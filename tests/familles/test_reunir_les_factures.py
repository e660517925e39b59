"""Two files of one family become one: what was billed and paid follows, unchanged but for whose it is."""

import workflows as w
from models import (
    ApercuDeCampagne,
    Facture,
    FamilleAFacturer,
    LigneDeFacture,
    Mandat,
    Reglement,
    Responsable,
    Solde,
)
from portail.domain import champs
from tests.factures import encaisser, facture, reste
from tests.familles.test_reunir import autre_lea, double, reunir, ruptures  # noqa: F401
from tests.monde import HIER, LUNDI, MAINTENANT


def mandater(adulte, monde, rum):
    return Mandat.create(
        responsable=adulte,
        rum=rum,
        signe_le=MAINTENANT.date(),
        banque=champs.fermer({"iban": "FR7630006000011234567890189"}),
        cree_le=MAINTENANT,
        agent=monde.sophie,
    )


def test_the_invoices_the_receipts_and_the_mandate_follow(monde, double):  # noqa: F811
    julien = Responsable.get(Responsable.famille == double)
    emise = facture(julien, [(autre_lea(double), monde.seance(monde.cantine, HIER), 345)])
    encaisser(julien, 100, emise)
    mandater(julien, monde, "RUM-2")
    mandater(monde.adulte_julien, monde, "RUM-1")
    apercu = ApercuDeCampagne.create(mois=emise.mois, demande_le=MAINTENANT)
    FamilleAFacturer.create(apercu=apercu, famille=double, montant=345, lignes=1)
    reunir(monde, double)
    suivie = Facture.get_by_id(emise.id)
    assert (suivie.famille_id, suivie.payeur_id) == (monde.moreau.id, monde.adulte_julien.id)
    assert LigneDeFacture.get(LigneDeFacture.facture == emise).enfant_id == monde.lea.id
    assert Solde.get(Solde.facture == emise).payeur_id == monde.adulte_julien.id
    assert Reglement.get().famille_id == monde.moreau.id
    assert {m.rum: m.statut for m in Mandat.select()} == {"RUM-1": w.ACTIF, "RUM-2": w.REVOQUE}
    assert not FamilleAFacturer.select().exists()
    assert ruptures() == set()


def test_what_was_paid_too_much_in_one_file_pays_what_is_due_in_the_other(monde, double):  # noqa: F811
    julien = Responsable.get(Responsable.famille == double)
    encaisser(julien, 500)
    due = facture(monde.adulte_julien, [(monde.lea, monde.seance(monde.cantine, LUNDI), 345)])
    reunir(monde, double)
    assert reste(due) == 0
    assert ruptures() == set()
