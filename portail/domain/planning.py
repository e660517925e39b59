"""The family's acts on its planning: ask for a booking, declare an absence, cancel, give up waiting.

Each request carries the *wanted* state: asking for what already stands is no error and changes nothing, so
a double click, a retry, two tabs are harmless. One transaction an act, that first locks the séances.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

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
from portail import clock, mots
from portail.domain import courriels, droits, lecture_planning
from portail.domain.conclusion import conclure
from portail.domain.creneaux import Creneau, EnfantVu, SeanceVue, dire_le_suivi
from portail.domain.droits import Regard
from portail.domain.refus import DejaChange, Interdit, Introuvable, Refus
from portail.domain.regles import Obstacle, obstacle_absence, obstacle_place, obstacle_reservation
from portail.domain.rythme import verifier_le_rythme
from portail.domain.transitions import SYSTEME, Acteur, franchir, journaliser

PAS_INSCRIT = "L’enfant n’est pas inscrit à cette activité ce jour-là."
Voeu = tuple[int, int]
"""What is wished: a child and a séance, by their ids."""


@dataclass(frozen=True)
class _Genre:
    """What differs between asking for a booking and declaring an absence."""

    nature: str
    acte: str
    obstacle: Callable[..., Obstacle | None]
    deja: frozenset[str]
    """Statuses in which the wanted state already stands."""
    attente: str
    """Where the act leads when an agent has to answer."""


RESERVATION = _Genre(
    w.NATURE_RESERVATION,
    w.DEMANDER,
    obstacle_reservation,
    frozenset({w.RESERVATION_ATTENTE, w.RESERVE, w.LISTE_ATTENTE, w.PRESENT}),
    w.RESERVATION_ATTENTE,
)
ABSENCE = _Genre(
    w.NATURE_ABSENCE,
    w.DECLARER_ABSENCE,
    obstacle_absence,
    frozenset({w.ABSENCE_ATTENTE, w.ABSENT}),
    w.ABSENCE_ATTENTE,
)


@dataclass
class Depot:
    """What came of a request: the demande made, the lines kept, those already so, those refused and why."""

    demande: Demande | None = None
    retenus: list[Voeu] = field(default_factory=list)
    deja: list[Voeu] = field(default_factory=list)
    refuses: list[tuple[Voeu, str]] = field(default_factory=list)


def demander_reservation(auteur: Compte, famille: Famille, voeux: Iterable[Voeu]) -> Depot:
    """Ask for these bookings, in one demande. :class:`Refus` when the rules allow none of them.

    Guide §4.1.1: « La demande de réservation ne peut s'effectuer que sur une journée où l'enfant est
    inscrit. »
    """
    with write_transaction():
        return _deposer(RESERVATION, auteur, famille, voeux)


def declarer_absence(auteur: Compte, famille: Famille, voeux: Iterable[Voeu]) -> Depot:
    """Declare these absences, in one demande. :class:`Refus` when the rules allow none of them.

    Guide §4.1.1: « La déclaration d'absence ne peut s'effectuer que sur une journée où l'enfant a réservé. »
    """
    with write_transaction():
        return _deposer(ABSENCE, auteur, famille, voeux)


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
        acteur = Acteur(auteur, w.FAMILLE)
        liens = {"famille_id": famille.id, "demande_id": demande.id}
        franchir(ligne.reservation, w.ANNULER, acteur, **liens)
        franchir(ligne, w.ANNULER, acteur, **liens)
        conclure(demande, acteur)


def renoncer(auteur: Compte, famille: Famille, voeu: Voeu) -> None:
    """Leave the waiting list. Harmless when the child no longer waits and has nothing booked."""
    enfant_id, seance_id = voeu
    with write_transaction():
        verrouiller(Seance, [seance_id])
        _exiger_de_decider(auteur, famille, enfant_id)
        reservation = (
            Reservation.select()
            .join(Enfant)
            .where(
                Reservation.enfant == enfant_id, Reservation.seance == seance_id, Enfant.famille == famille
            )
            .first()
        )
        if reservation is None or reservation.statut == w.NON_RESERVE:
            return
        if reservation.statut == w.RESERVE:
            raise DejaChange(
                "La place vient de vous être donnée : déclarez une absence si vous n’en voulez plus."
            )
        if reservation.statut != w.LISTE_ATTENTE:
            etat = w.CRENEAU.etats[reservation.statut].libelle
            raise DejaChange(f"L’enfant n’est plus en liste d’attente : ce créneau est à l’état « {etat} ».")
        franchir(reservation, w.RENONCER, Acteur(auteur, w.FAMILLE), famille_id=famille.id)


def pourvoir_places(seance: Seance) -> None:
    """Give the places that are free to those who wait, first come first served, and tell them.

    `seance` is locked. The order is that of the journal, never of a clock. Past séances are left as they are;
    a child whom the rules no longer allow there (closed day, pre-registration cut short) is passed over.
    """
    if clock.instant(seance.jour, seance.debut) <= clock.maintenant():
        return
    libres = seance.places - Seance.select(Seance.prises).where(Seance.id == seance.id).scalar()
    en_liste = (
        Reservation.select(Reservation, Enfant, Famille)
        .join(Enfant)
        .join(Famille)
        .where(Reservation.seance == seance, Reservation.statut == w.LISTE_ATTENTE)
        .order_by(Reservation.ordre)
    )
    for reservation in en_liste:
        if libres <= 0:
            return
        enfant = reservation.enfant
        creneau = lecture_planning.creneau(enfant.famille, enfant.id, seance.id, regard=None)
        if creneau is None or obstacle_place(creneau.situation, creneau.maintenant):
            continue
        evenement = franchir(reservation, w.PROMOUVOIR, SYSTEME, famille_id=enfant.famille_id)
        courriels.annoncer_promotion(
            enfant, dire(w.NATURE_RESERVATION, enfant, seance), f"promotion:{evenement.id}"
        )
        libres -= 1


def dire(nature: str, enfant: Enfant | EnfantVu, seance: Seance | SeanceVue) -> str:
    """A line of mail: « Réservation : Léa, Cantine, lundi 7 décembre, 11 h 30 – 13 h 30 »."""
    quand = f"{mots.jour_long(seance.jour)}, {mots.plage(seance.debut, seance.fin)}"
    return f"{w.NATURES[nature]} : {enfant.prenom}, {seance.activite.nom}, {quand}"


def _deposer(genre: _Genre, auteur: Compte, famille: Famille, voeux: Iterable[Voeu]) -> Depot:
    voeux = list(dict.fromkeys(voeux))
    verifier_le_rythme(famille)
    regard_de = droits.regards(famille)  # before the lock: nobody waits for it
    verrouiller(Seance, (seance_id for _, seance_id in voeux))
    lus = lecture_planning.creneaux(famille, voeux, regard=regard_de(auteur))
    connus = {(c.enfant.id, c.seance.id): c for c in lus}
    depot = Depot()
    retenus: list[Creneau] = []
    premier: Refus | None = None
    for voeu in voeux:
        creneau = connus.get(voeu)
        refus = _refus(genre, creneau) if creneau else Refus(PAS_INSCRIT)
        if refus:
            depot.refuses.append((voeu, refus.phrase))
            premier = premier or refus
        elif creneau and creneau.statut in genre.deja:
            depot.deja.append(voeu)
        elif creneau:
            depot.retenus.append(voeu)
            retenus.append(creneau)
    if not retenus:
        if premier and not depot.deja:
            raise premier
        return depot
    depot.demande = _ouvrir(genre, auteur, famille, retenus, regard_de)
    return depot


def _refus(genre: _Genre, creneau: Creneau) -> Refus | None:
    """Why the rights, then the rules, allow nothing there; None as well where it stands already."""
    if creneau.enfant.suivi:
        return Interdit(creneau.enfant.seulement_suivi)
    if creneau.statut in genre.deja:
        return None
    if obstacle := genre.obstacle(creneau.situation, creneau.maintenant):
        return Refus(obstacle.phrase)
    if not w.CRENEAU.permet(creneau.statut, genre.acte, w.FAMILLE):
        return Refus(_contretemps(creneau))
    return None


def _exiger_de_decider(auteur: Compte, famille: Famille, enfant_id: int) -> None:
    """Who may not read what the child does knows nothing of it; who only follows it decides nothing."""
    regard = droits.regard(auteur, famille)
    if enfant_id not in regard.suit:
        raise Introuvable("Cette demande n’existe pas.")
    if enfant_id not in regard.decide:
        raise Interdit(dire_le_suivi([Enfant.get_by_id(enfant_id).prenom]))


def _contretemps(creneau: Creneau) -> str:
    """Why the slot's present state does not lead where the family wants, in words."""
    return (
        f"Ce créneau est à l’état « {creneau.etat.libelle} » : la demande n’est pas possible. "
        "Le Guichet Familles peut vous répondre par téléphone."
    )


def _ouvrir(
    genre: _Genre,
    auteur: Compte,
    famille: Famille,
    retenus: list[Creneau],
    regard_de: Callable[[Compte], Regard],
) -> Demande:
    maintenant = clock.maintenant()
    acteur = Acteur(auteur, w.FAMILLE)
    a_repondre = [c for c in retenus if not c.seance.activite.automatique]
    demande = Demande.create(
        famille=famille,
        auteur=auteur,
        nature=genre.nature,
        deposee_le=maintenant,
        a_traiter_avant=min((_echeance(genre, c) for c in a_repondre), default=None),
    )
    journaliser(demande, "deposer", acteur, vers=w.EN_ATTENTE, famille_id=famille.id, demande_id=demande.id)
    immediates = []
    for creneau in retenus:
        reservation, _ = Reservation.get_or_create(enfant=creneau.enfant.id, seance=creneau.seance.id)
        ligne = Ligne.create(demande=demande, reservation=reservation)
        vers = _arrivee(genre, creneau) if creneau.seance.activite.automatique else genre.attente
        liens = {"famille_id": famille.id, "demande_id": demande.id}
        franchir(reservation, genre.acte, acteur, vers=vers, **liens)
        if creneau.seance.activite.automatique:
            franchir(ligne, w.ACCEPTER, SYSTEME, **liens)
            issue = w.LISTE_ATTENTE if vers == w.LISTE_ATTENTE else w.ACCEPTEE
            immediates.append((creneau.enfant.id, courriels.LigneDite(_dire(genre, creneau), issue)))
            if vers == w.ABSENT:
                pourvoir_places(Seance.get_by_id(creneau.seance.id))
    conclure(demande, SYSTEME)
    if a_repondre:
        dites = [(c.enfant.id, _dire(genre, c)) for c in a_repondre]
        courriels.accuser_reception(demande, auteur, droits.lignes_pour(famille, dites, regard_de))
    if immediates:
        courriels.annoncer_reponse(demande, droits.lignes_pour(famille, immediates, regard_de))
    return demande


def _dire(genre: _Genre, creneau: Creneau) -> str:
    return dire(genre.nature, creneau.enfant, creneau.seance)


def _arrivee(genre: _Genre, creneau: Creneau) -> str:
    """Where an activity that validates by itself leads at once."""
    if genre is ABSENCE:
        return w.ABSENT
    restantes = Seance.select(Seance.places - Seance.prises).where(Seance.id == creneau.seance.id).scalar()
    return w.RESERVE if restantes > 0 else w.LISTE_ATTENTE


def _echeance(genre: _Genre, creneau: Creneau):
    """Until when the town should have answered: the family's own deadline for this slot."""
    return creneau.seance.limite_absence if genre is ABSENCE else creneau.seance.limite_reservation


def _verrouiller_la_ligne(auteur: Compte, famille: Famille, ligne_id: int) -> tuple[Ligne, Demande]:
    """The line and its demande, as they are once the séance then the demande are locked; if theirs."""
    avant = (
        Ligne.select(Ligne.demande, Reservation.seance, Reservation.enfant)
        .join(Reservation)
        .switch(Ligne)
        .join(Demande)
        .where(Ligne.id == ligne_id, Demande.famille == famille)
        .tuples()
        .first()
    )
    if avant is None:
        raise Introuvable("Cette demande n’existe pas.")
    demande_id, seance_id, enfant_id = avant
    verrouiller(Seance, [seance_id])
    _exiger_de_decider(auteur, famille, enfant_id)
    demande = verrouiller(Demande, [demande_id])[demande_id]
    return Ligne.get_by_id(ligne_id), demande
