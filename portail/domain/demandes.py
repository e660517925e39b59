"""What a family does of a demande: withdrawing it."""

import workflows as w
from models import (
    Compte,
    Demande,
    Enfant,
    Famille,
    Ligne,
    Reservation,
    Seance,
    verrouiller,
    write_transaction,
)
from portail.domain import contestations, dossier, droits, planning, preinscriptions
from portail.domain.creneaux import dire_le_suivi
from portail.domain.filtres_demandes import lisibles, statut_lu
from portail.domain.refus import DejaChange, Interdit, Introuvable


def annuler_demande(auteur: Compte, famille: Famille, demande_id: int) -> str:
    """Withdraw every line that nobody answered yet (guide §4.1.1), and say so. Withdrawing twice is harmless.

    Of the lines, those about a child for whom the author decides; :class:`Interdit` when there is none such.
    """
    with write_transaction():
        a_nous = Demande.famille == famille
        seances = (
            Reservation.select(Reservation.seance)
            .join(Ligne)
            .join(Demande)
            .where(Ligne.demande == demande_id, a_nous)
        )
        verrouiller(Seance, [seance for (seance,) in seances.tuples()])
        regard = droits.regard(auteur, famille)
        if not Demande.select().where(Demande.id == demande_id, lisibles(regard)).exists():
            raise Introuvable("Cette demande n’existe pas.")
        demande = verrouiller(Demande, [demande_id])[demande_id]
        # as its author reads it: its own state would tell what became of the others' lines
        statut = Demande.select(statut_lu(regard)).where(Demande.id == demande_id).scalar()
        if statut == w.ANNULEE:
            return preinscriptions.ANNULEE
        if statut != w.EN_ATTENTE:
            raise DejaChange(
                "La mairie a déjà répondu : cette demande est "
                f"{w.DEMANDE.etats[statut].libelle.lower()} et ne peut plus être annulée."
            )
        if demande.nature == w.NATURE_DOSSIER:
            dossier.annuler_les_modifications(auteur, famille, demande)
            return preinscriptions.ANNULEE
        if demande.nature == w.NATURE_CONTESTATION:
            contestations.annuler_les_contestations(auteur, famille, demande)
            return preinscriptions.ANNULEE
        if demande.nature == w.NATURE_PREINSCRIPTION:
            return preinscriptions.annuler_les_preinscriptions(auteur, famille, demande)
        lignes = (
            Ligne.select(Ligne, Reservation, Enfant)
            .join(Reservation)
            .join(Enfant)
            .where(Ligne.demande == demande, Ligne.statut == w.EN_ATTENTE, Enfant.id.in_(list(regard.suit)))
            .order_by(Ligne.id)
        )
        siennes = [ligne for ligne in lignes if ligne.reservation.enfant_id in regard.decide]
        if lignes and not siennes:
            raise Interdit(dire_le_suivi(list(dict.fromkeys(x.reservation.enfant.prenom for x in lignes))))
        planning.retirer_les_lignes(auteur, demande, siennes)
    return preinscriptions.ANNULEE
