"""The invariants of the domain, read straight from the tables: what must hold after any act, in any order."""

from collections import defaultdict

import workflows as w
from models import Demande, Evenement, Ligne, Preinscription, Reservation, Seance
from portail.domain.transitions import MACHINES

OCCUPENT = {"reserve", "present", "absence_attente"}
ATTENDENT = {"reservation_attente": w.NATURE_RESERVATION, "absence_attente": w.NATURE_ABSENCE}


def fautes() -> list[str]:
    """What does not hold, one sentence each; nothing when all is well."""
    return [*_places(), *_journal(), *_lignes(), *_demandes(), *_liste(), *_inscriptions()]


def _places():
    prises: dict[int, int] = defaultdict(int)
    for reservation in Reservation.select():
        prises[reservation.seance_id] += reservation.statut in OCCUPENT
    for seance in Seance.select():
        if seance.prises != prises[seance.id]:
            yield f"séance {seance.id}: {seance.prises} places counted, {prises[seance.id]} taken"
        if seance.prises > seance.places:
            yield f"séance {seance.id}: {seance.prises} taken of {seance.places}"


def _journal():
    """An object's last line tells its status, each goes on from the one before; without any it is as born."""
    derniers: dict[tuple[str, int], str] = {}
    for evenement in Evenement.select().order_by(Evenement.id):
        cle = (evenement.objet, evenement.objet_id)
        if (
            evenement.acte not in ("deposer", "reprendre")
            and cle in derniers
            and derniers[cle] != evenement.de
        ):
            yield f"journal line {evenement.id} leaves « {evenement.de} », {cle} was « {derniers[cle]} »"
        if evenement.vers:
            derniers[cle] = evenement.vers
    for classe in (Reservation, Ligne, Demande):
        for objet in classe.select():
            dit = derniers.get((classe._meta.table_name, objet.id), MACHINES[classe].initial)
            if dit != objet.statut:
                yield f"{classe.__name__} {objet.id}: « {objet.statut} », the journal says « {dit} »"


def _lignes():
    """A slot that waits for an answer has one line that waits, of the right nature; no other has any."""
    en_attente: dict[int, list[str]] = defaultdict(list)
    for ligne in Ligne.select(Ligne, Demande).join(Demande).where(Ligne.statut == "en_attente"):
        en_attente[ligne.reservation_id].append(ligne.demande.nature)
    for reservation in Reservation.select():
        attendu = [ATTENDENT[reservation.statut]] if reservation.statut in ATTENDENT else []
        if en_attente[reservation.id] != attendu:
            lignes = en_attente[reservation.id]
            yield f"slot {reservation.id} « {reservation.statut} » has waiting lines {lignes}"
    for ligne in Ligne.select():
        if (ligne.statut == "refusee") != bool(ligne.motif):
            yield f"line {ligne.id}: « {ligne.statut} » with reason « {ligne.motif} »"


def _demandes():
    for demande in Demande.select():
        statuts = {ligne.statut for ligne in demande.lignes}
        if not statuts:
            yield f"demande {demande.id} without a line"
        decidees = statuts - {"annulee"}
        if "en_attente" in statuts:
            attendu = "en_attente"
        elif not decidees:
            attendu = "annulee"
        elif len(decidees) == 1:
            (attendu,) = decidees
        else:
            attendu = "acceptee_en_partie"
        if demande.statut != attendu:
            yield f"demande {demande.id}: « {demande.statut} », its lines say « {attendu} »"
        if demande.statut != "en_attente" and demande.repondue_le is None:
            yield f"demande {demande.id}: answered, nobody knows when"


def _liste():
    """Each who waits has a rank of its own: the number of the journal line that put it there."""
    lignes = {
        evenement.objet_id: evenement.id
        for evenement in Evenement.select()
        .where(Evenement.objet == "reservation", Evenement.vers == "liste_attente")
        .order_by(Evenement.id)
    }
    for reservation in Reservation.select():
        attendu = lignes[reservation.id] if reservation.statut == "liste_attente" else None
        if reservation.ordre != attendu:
            yield f"slot {reservation.id}: order {reservation.ordre}, the journal says {attendu}"


def _inscriptions():
    """No booking outside a validated pre-registration."""
    couverts = defaultdict(list)
    for p in Preinscription.select().where(Preinscription.statut == "reservation_possible"):
        couverts[p.enfant_id, p.activite_id].append((p.debut, p.fin))
    for reservation in Reservation.select(Reservation, Seance).join(Seance):
        periodes = couverts[reservation.enfant_id, reservation.seance.activite_id]
        couvert = any(debut <= reservation.seance.jour <= fin for debut, fin in periodes)
        if reservation.statut != "non_reserve" and not couvert:
            yield f"slot {reservation.id} « {reservation.statut} » outside any pre-registration"
