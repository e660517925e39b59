"""The family's acts on its planning: ask for bookings, declare absences, think better of it.

Each request carries the *wanted* state: asking for what already stands is no error and changes nothing, so
a double click, a retry, two tabs are harmless. One transaction an act, that first locks the séances.
"""

from collections.abc import Iterable, Mapping, Sequence

import workflows as w
from models import Compte, Demande, Enfant, Famille, Ligne, Reservation, verrouiller, write_transaction
from portail.domain import absences, droits, perimetre
from portail.domain.conclusion import conclure
from portail.domain.depot_creneaux import Demandeur, Depot, Precisions, deposer
from portail.domain.droits import exiger_un_agent, exiger_une_autre_famille
from portail.domain.examen_creneaux import ABSENCE, GENRES, RESERVATION, Voeu
from portail.domain.places import verrouiller_les_places
from portail.domain.preparees import preparee
from portail.domain.refus import DejaChange, Introuvable
from portail.domain.rythme import verifier_le_rythme
from portail.domain.transitions import Acteur, franchir_ensemble

PAS_UN_AGENT = "Seuls les agents de la mairie réservent au guichet."
SA_FAMILLE = "Vous êtes abonné à cette famille : un autre agent doit s’en occuper."


def demander_reservation(
    auteur: Compte, famille: Famille, voeux: Iterable[Voeu], *, ensemble: bool = False
) -> Depot:
    """Ask for these bookings, in one demande. :class:`Refus` when the rules allow none of them.

    `ensemble`: the children are wanted together, or not at all. Guide §4.1.1: « La demande de réservation ne
    peut s'effectuer que sur une journée où l'enfant est inscrit. »
    """
    reservations, _ = demander(auteur, famille, {RESERVATION.nature: voeux}, ensemble=ensemble)
    return reservations


def declarer_absence(
    auteur: Compte,
    famille: Famille,
    voeux: Iterable[Voeu],
    *,
    motif: int | None = None,
    documents: Sequence[int] = (),
) -> Depot:
    """Declare these absences, in one demande. :class:`Refus` when the rules allow none of them.

    `motif`: why, one of the town's reasons; `documents`: already sent, for the agent to read. Guide §4.1.1:
    « La déclaration d'absence ne peut s'effectuer que sur une journée où l'enfant a réservé. »
    """
    voulus = {ABSENCE.nature: voeux}
    _, depot = demander(auteur, famille, voulus, motif=motif, documents=documents)
    return depot


def demander(
    auteur: Compte,
    famille: Famille,
    voeux: Mapping[str, Iterable[Voeu]],
    *,
    ensemble: bool = False,
    motif: int | None = None,
    documents: Sequence[int] = (),
) -> tuple[Depot, Depot]:
    """Ask for bookings and declare absences at once, by nature: a demande each, all in one transaction.

    :class:`Refus` when the rules allow nothing of all this, and nothing of it stands already.
    """
    with write_transaction():
        verifier_le_rythme(famille)
        qui = Demandeur.parent(auteur, famille)
        return _deposer(qui, voeux, ensemble, motif, documents)


def demander_au_guichet(
    agent: Compte,
    famille: Famille,
    voeux: Mapping[str, Iterable[Voeu]],
    *,
    ensemble: bool = False,
    motif: int | None = None,
) -> tuple[Depot, Depot]:
    """The same by an agent, for a family that is at the counter or on the phone: answered at once.

    The very same rules: what a family cannot ask for online, an agent does not give here either.
    """
    with write_transaction():
        exiger_un_agent(agent, PAS_UN_AGENT)
        perimetre.exiger_la_famille(agent, famille.id)
        exiger_une_autre_famille(agent, famille.id, SA_FAMILLE)
        voeux = {nature: list(siens) for nature, siens in voeux.items()}
        perimetre.exiger_les_seances(agent, {seance for siens in voeux.values() for _, seance in siens})
        return _deposer(Demandeur.agent(agent, famille), voeux, ensemble, motif, ())


def annuler(auteur: Compte, famille: Famille, ligne_id: int) -> None:
    """Withdraw one line of a demande, for as long as nobody answered. Guide §4.1.1.

    Withdrawing twice is harmless; :class:`DejaChange` tells that the town has answered meanwhile.
    """
    with write_transaction():
        ligne, demande = _verrouiller_la_ligne(auteur, famille, ligne_id)
        if ligne.statut == w.ANNULEE:
            return
        if ligne.statut != w.EN_ATTENTE:
            raise DejaChange(
                "La mairie a déjà répondu : cette demande est "
                f"{w.LIGNE.etats[ligne.statut].libelle.lower()} et ne peut plus être annulée."
            )
        retirer_les_lignes(auteur, demande, [ligne])


def retirer_les_lignes(auteur: Compte, demande: Demande, lignes: Sequence[Ligne]) -> None:
    """Withdraw these lines about créneaux, that wait, inside the transaction of an act; all is locked."""
    acteur = Acteur(auteur, w.FAMILLE)
    liens = {"famille_id": demande.famille_id, "demande_id": demande.id}
    creneaux = [ligne.reservation for ligne in lignes]
    for avant, apres in ((w.RESERVATION_ATTENTE, w.NON_RESERVE), (w.ABSENCE_ATTENTE, w.RESERVE)):
        siens = [creneau for creneau in creneaux if creneau.statut == avant]
        franchir_ensemble(siens, w.ANNULER, acteur, apres, **liens)
    franchir_ensemble(lignes, w.ANNULER, acteur, w.ANNULEE, **liens)
    conclure(demande, acteur)


# ——— inside ———


def _deposer(
    qui: Demandeur,
    voeux: Mapping[str, Iterable[Voeu]],
    ensemble: bool,
    motif: int | None,
    documents: Sequence[int],
) -> tuple[Depot, Depot]:
    voulus = {nature: list(dict.fromkeys(voeux.get(nature, ()))) for nature in GENRES}
    precisions = {
        RESERVATION.nature: Precisions(ensemble=ensemble),
        ABSENCE.nature: Precisions(motif=absences.motif(motif), documents=tuple(documents)),
    }
    places = verrouiller_les_places({seance for siens in voulus.values() for _, seance in siens})
    enfants = {enfant for siens in voulus.values() for enfant, _ in siens}
    # two files may be made one meanwhile (`fusion.py`): whose the children are is read once they are held
    verrouiller(Enfant, enfants.intersection(qui.regard.enfants) if qui.regard else enfants)
    depots = {nature: Depot() for nature in GENRES}
    for genre in (ABSENCE, RESERVATION):  # the place that an absence frees may be asked for
        if voulus[genre.nature]:
            depots[genre.nature] = deposer(genre, qui, voulus[genre.nature], places, precisions[genre.nature])
    refus = [depot.refus for depot in depots.values() if depot.refus]
    if refus and not any(depot.retenus or depot.deja for depot in depots.values()):
        raise refus[0]
    return depots[RESERVATION.nature], depots[ABSENCE.nature]


def _verrouiller_la_ligne(auteur: Compte, famille: Famille, ligne_id: int) -> tuple[Ligne, Demande]:
    """The line and its demande, as they are once the séance then the demande are locked; if theirs."""
    avant = _ligne(ligne_id, famille.id)
    if not avant:
        raise Introuvable("Cette demande n’existe pas.")
    ((demande_id, seance_id, enfant_id),) = avant
    verrouiller_les_places([seance_id])
    droits.exiger_de_decider(auteur, famille, enfant_id)
    demande = verrouiller(Demande, [demande_id])[demande_id]
    return Ligne.get_by_id(ligne_id), demande


@preparee
def _ligne(ligne, famille):
    return (
        Ligne.select(Ligne.demande, Reservation.seance, Reservation.enfant)
        .join(Reservation)
        .switch(Ligne)
        .join(Demande)
        .where(Ligne.id == ligne, Demande.famille == famille)
    )
