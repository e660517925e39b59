"""What the guarantees add to the small world of money: what is owed, received, debited; and their names."""

import datetime as dt

from models import Entente, Facture, Famille, Mandat, Prelevement, Reglement, Remise, Responsable
from portail.domain import preparation_de_remise
from tests import prelevements
from tests.factures import encaisser, facture
from tests.garanties.monde import Ville
from tests.monde import HIER, MAINTENANT


def peupler(ville: Ville) -> None:
    """Of the Moreau and of the Da Silva family: an invoice that is late, a receipt, a mandate."""
    seance = ville.seance(ville.cantine, HIER)
    for adulte, enfant in ((ville.adulte_claire, ville.lea), (ville.adulte_paulo, ville.tomas)):
        due = facture(adulte, [(enfant, seance, 1_000)], echeance=dt.date(2026, 11, 20))
        encaisser(adulte, 300, due, par=ville.sophie)
        prelevements.signer(ville, adulte)
    prelevements.compte_bancaire(Responsable.get(famille=ville.moreau, rang=2))  # who has signed nothing yet
    _remises(ville)


def _remises(ville: Ville) -> None:
    """One whose file is at the bank, with what each family owes; what came after is in none yet."""
    remise = prelevements.remettre(ville)
    prelevements.donner_a_la_banque(ville, remise)
    seance = ville.seance(ville.matin, HIER)
    for adulte, enfant in ((ville.adulte_claire, ville.lea), (ville.adulte_paulo, ville.tomas)):
        facture(adulte, [(enfant, seance, 450)], echeance=dt.date(2026, 11, 21))
        Entente.create(
            payeur=adulte, texte="En deux fois", jusqu_au=HIER, agent=ville.sophie, faite_le=MAINTENANT
        )


def parametres(ville: Ville) -> dict[str, tuple[list[object], list[object]]]:
    """What the Moreau family has, what another has, for each parameter of an address."""
    return {
        "mandat_id": ([mandat(ville.moreau)], [mandat(ville.dasilva)]),
        "reglement_id": ([recu(ville.moreau)], [recu(ville.dasilva)]),
        "annee": ([2026, 2025], []),
        "remise_id": ([Remise.select().order_by(Remise.id)[0].id], []),
        "prelevement_id": ([prelevement(ville.moreau)], [prelevement(ville.dasilva)]),
        "entente_id": ([entente(ville.adulte_claire)], [entente(ville.adulte_paulo)]),
    }


def champs(ville: Ville) -> dict[str, tuple[list[str], list[str]]]:
    """The same, for each field of a body that names a row."""
    return {
        "factures": ([str(due(ville.moreau))], [str(due(ville.dasilva))]),
        "payeurs": ([str(ville.adulte_claire.id)], [str(ville.adulte_paulo.id)]),
        "payeur": ([str(ville.adulte_claire.id)], [str(ville.adulte_paulo.id)]),
    }


def mandat(famille: Famille) -> int:
    """The last mandate of an adult of this family."""
    siens = Mandat.select().join(Responsable).where(Responsable.famille == famille)
    return siens.order_by(Mandat.id.desc())[0].id


def recu(famille: Famille) -> int:
    """The first receipt of this family."""
    return Reglement.select().where(Reglement.famille == famille).order_by(Reglement.id)[0].id


def prelevement(famille: Famille) -> int:
    """A debit of this family."""
    siens = Prelevement.select().join(Facture).where(Facture.famille == famille)
    return siens.order_by(Prelevement.id)[0].id


def entente(payeur: Responsable) -> int:
    """What was agreed with this adult, and is over."""
    return Entente.get(Entente.payeur == payeur).id


def marque() -> str:
    """Of the remise that could be made now."""
    return preparation_de_remise.preparer(prelevements.JOUR).marque


def due(famille: Famille) -> int:
    """An invoice that this family owes."""
    return Facture.select().where(Facture.famille == famille).order_by(Facture.id)[0].id


def adresses(monde) -> dict[str, int]:
    """In the small world without all that, for what wants an address of each route."""
    due = facture(monde.adulte_claire, [(monde.lea, monde.seance(monde.cantine, HIER), 1_000)])
    signe = prelevements.signer(monde)
    remise = prelevements.remettre(monde)
    entendu = {"payeur": monde.adulte_claire, "texte": "En deux fois", "jusqu_au": HIER}
    return {
        "entente_id": Entente.create(**entendu, agent=monde.sophie, faite_le=MAINTENANT).id,
        "mandat_id": signe.id,
        "remise_id": remise.id,
        "prelevement_id": prelevement(monde.moreau),
        "reglement_id": encaisser(monde.adulte_claire, 300, due).id,
        "facture_id": due.id,
        "annee": 2026,
    }
