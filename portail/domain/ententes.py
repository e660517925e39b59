"""What an agent and an adult agreed on, to pay over time: reminders stop, and debits, as long as it runs."""

import datetime as dt

import workflows as w
from models import Compte, Entente, Responsable, verrouiller, write_transaction
from portail import clock
from portail.domain import familles, perimetre
from portail.domain.refus import DejaChange, Introuvable, Refus
from portail.domain.transitions import Acteur, journaliser

CONCLURE, LEVER = "entente_conclue", "entente_levee"
"""What the journal calls these acts."""
TEXTE_MAX = 1_000
DUREE_MAX = dt.timedelta(days=731)
INCONNUE = "Cette entente n’existe pas."


def conclure(agent: Compte, responsable_id: int, texte: str, jusqu_au: dt.date) -> Entente:
    """Note it, until that day; the same told again is the same."""
    texte = texte.strip()
    if not texte:
        raise Refus("Écrivez ce dont vous êtes convenus.", champ="texte")
    if len(texte) > TEXTE_MAX:
        raise Refus(f"{TEXTE_MAX} caractères au plus.", champ="texte")
    aujourdhui = clock.aujourdhui()
    if not aujourdhui <= jusqu_au <= aujourdhui + DUREE_MAX:
        raise Refus("Choisissez un jour à venir, dans les deux ans.", champ="jusqu_au")
    with write_transaction():
        payeur = _exiger_le_payeur(agent, responsable_id)
        if deja := en_cours(payeur.id):
            if (deja.texte, deja.jusqu_au) == (texte, jusqu_au):
                return deja
            raise DejaChange("Une entente est déjà en cours : levez-la d’abord.")
        entente = Entente.create(
            payeur=payeur, texte=texte, jusqu_au=jusqu_au, agent=agent, faite_le=clock.maintenant()
        )
        journaliser(
            entente,
            CONCLURE,
            Acteur(agent, w.AGENT),
            famille_id=payeur.famille_id,
            detail=f"jusqu’au {jusqu_au:%d/%m/%Y}",
        )
        return entente


def lever(agent: Compte, entente_id: int) -> Entente:
    """It is over: reminders may be sent again."""
    with write_transaction():
        entente = Entente.get_or_none(Entente.id == entente_id)
        if entente is None:
            raise Introuvable(INCONNUE)
        payeur = _exiger_le_payeur(agent, entente.payeur_id)
        maintenant = clock.maintenant()
        levees = Entente.update(levee_le=maintenant).where(
            Entente.id == entente_id, Entente.levee_le.is_null()
        )
        if levees.execute() != 1:
            raise DejaChange("Cette entente est déjà levée : rien n’a changé.")
        journaliser(entente, LEVER, Acteur(agent, w.AGENT), famille_id=payeur.famille_id)
        return Entente.get_by_id(entente_id)


def en_cours(payeur_id: int) -> Entente | None:
    """The one that runs today, for this adult."""
    return Entente.get_or_none(
        Entente.payeur == payeur_id, Entente.levee_le.is_null(), Entente.jusqu_au >= clock.aujourdhui()
    )


def _exiger_le_payeur(agent: Compte, responsable_id: int) -> Responsable:
    """The adult, locked, for an agent who may act for the family."""
    payeur = Responsable.get_or_none(Responsable.id == responsable_id)
    if payeur is None:
        raise Introuvable("Cette personne n’existe pas.")
    familles.exiger(agent, payeur.famille_id)
    perimetre.exiger_tous_les_lieux(agent)
    return verrouiller(Responsable, [responsable_id])[responsable_id]
