"""The roll call: a child is there, or is not; one who comes without a booking is fed, and pointed.

A tap states a fact, it grants nothing: whoever is on duty points their own child too. It says what the
device showed before it (`Geste.vu`). When somebody pointed otherwise meanwhile, what was first stays, the tap
is kept beside it, and a person chooses. A tap that comes twice counts once.
"""

import datetime as dt
import uuid
from dataclasses import dataclass

import workflows as w
from models import (
    ROLES_GESTION,
    ROLES_PERSONNEL,
    Compte,
    Enfant,
    Pointage,
    Presence,
    Reservation,
    Seance,
    write_transaction,
)
from portail import clock, mots
from portail.domain import feuilles, liste_attente, perimetre
from portail.domain.places import Places, verrouiller_les_places
from portail.domain.refus import Interdit, Introuvable, Refus
from portail.domain.transitions import Acteur, franchir, journaliser

PRESENT, ABSENT, EFFACE = "present", "absent", "efface"
ETATS = {PRESENT: PRESENT, ABSENT: ABSENT, EFFACE: ""}
"""What a tap wants, and what the roll call then says of the child; empty: nothing."""
ACTES = {PRESENT: w.POINTER_PRESENT, ABSENT: w.POINTER_ABSENT, EFFACE: w.EFFACER_POINTAGE}
STATUTS = {PRESENT: w.PRESENT, ABSENT: w.ABSENT, EFFACE: w.RESERVE}
ATTENDU = (w.RESERVE, w.PRESENT, w.ABSENCE_ATTENTE)
"""The créneaux of the children who are expected; and those whom the roll call itself made absent."""
SUIVI, CONFLIT, TRANCHE = "suivi", "conflit", "tranche"
JOURS_POUR_CORRIGER = 7
"""How many days after a séance whoever works there still corrects its roll call; later, who sets up does."""
RETARD_MAX = dt.timedelta(days=JOURS_POUR_CORRIGER)
"""How long a tap may have waited on a device: beyond, its clock is not believed."""

PAS_ENCORE = "Cette séance n’a pas encore eu lieu : on pointe à partir du jour même."
TROP_TARD = (
    f"Cette séance date de plus de {JOURS_POUR_CORRIGER} jours : seul un gestionnaire corrige son pointage."
)


@dataclass(frozen=True)
class Geste:
    """One tap, as a device tells it."""

    voulu: str
    """`present`, `absent` or `efface`; of a departure, `parti` or `revenu`."""
    vu: str = ""
    """What the device showed before the tap: `present`, `absent`, or nothing."""
    cle: str = ""
    tape_le: dt.datetime | None = None
    """When, by the device's clock."""
    envoye_le: dt.datetime | None = None
    """When it was sent, by that same clock: how old the tap is does not depend on the hour it shows."""

    def instant(self, maintenant: dt.datetime) -> dt.datetime:
        """When the tap was made: as old as it was when it was sent, counted from now."""
        if self.tape_le is None or self.envoye_le is None:
            return maintenant
        age = self.envoye_le - self.tape_le
        return maintenant - age if dt.timedelta(0) <= age <= RETARD_MAX else maintenant


@dataclass(frozen=True)
class Appel:
    """The séance, locked, and the child, as they now are."""

    auteur: Compte
    seance: Seance
    places: Places
    enfant: Enfant
    reservation: Reservation | None
    presence: Presence | None

    @property
    def etat(self) -> str:
        """What the roll call says of the child; a presence taken over from before has no row."""
        if self.presence:
            return self.presence.etat
        return PRESENT if self.reservation and self.reservation.statut == w.PRESENT else ""

    @property
    def acteur(self) -> Acteur:
        return Acteur(self.auteur, w.ANIMATEUR)


def pointer(auteur: Compte, seance_id: int, enfant_id: int, geste: Geste) -> str:
    """The child is there, is not, or was pointed by mistake. Gives `suivi`, or `conflit`, that is kept.

    :class:`Introuvable` out of the account's places; :class:`Refus` on a wrong day, of a child who has left,
    of a booking whose place was given away meanwhile. Then nothing is written.
    """
    with write_transaction():
        if deja := deja_recu(auteur, seance_id, enfant_id, geste):
            return deja.issue
        appel = ouvrir_l_appel(auteur, seance_id, enfant_id)
        if deja := deja_recu(auteur, seance_id, enfant_id, geste):  # while this one waited for the lock
            return deja.issue
        if geste.voulu not in ETATS:
            raise Refus("Choisissez présent ou absent.")
        if appel.etat not in (geste.vu, ETATS[geste.voulu]):
            retenir(appel, geste, CONFLIT)
            return CONFLIT
        if appel.etat != ETATS[geste.voulu] or (appel.presence is None and geste.voulu != EFFACE):
            _appliquer(appel, geste)
        trancher(seance_id, enfant_id)
        retenir(appel, geste, SUIVI)
        return SUIVI


def exiger_le_moment(auteur: Compte, seance: Seance) -> None:
    """:class:`Refus` before the day of the séance, or too long after it for this account."""
    jours = (clock.aujourdhui() - seance.jour).days
    if jours < 0:
        raise Refus(PAS_ENCORE)
    if jours > JOURS_POUR_CORRIGER and auteur.role not in ROLES_GESTION:
        raise Refus(TROP_TARD)


# ——— what the acts of the roll call share ———


def deja_recu(auteur: Compte, seance_id: int, enfant_id: int, geste: Geste) -> Pointage | None:
    """This very tap, if it came before: a retry of a device that did not hear the answer."""
    if not geste.cle:
        return None
    deja = Pointage.get_or_none(Pointage.cle == geste.cle)
    if deja and (deja.compte_id, deja.seance_id, deja.enfant_id) != (auteur.id, seance_id, enfant_id):
        raise Introuvable(perimetre.INTROUVABLE)
    return deja


def ouvrir_l_appel(auteur: Compte, seance_id: int, enfant_id: int) -> Appel:
    """Lock the séance, and what shares its places; then the child, if both are in sight of the account."""
    if auteur.role not in ROLES_PERSONNEL:
        raise Interdit("Seul le personnel de la mairie pointe les enfants.")
    places = verrouiller_les_places([seance_id])
    perimetre.exiger_la_seance(auteur, seance_id)
    seance = places.seances[seance_id]
    visibles = perimetre.du_compte(auteur).enfants()
    enfant = Enfant.get_or_none(Enfant.id == enfant_id, *visibles)
    if enfant is None:
        raise Introuvable(perimetre.INTROUVABLE)
    exiger_le_moment(auteur, seance)
    sien = {"enfant": enfant, "seance": seance}
    return Appel(
        auteur, seance, places, enfant, Reservation.get_or_none(**sien), Presence.get_or_none(**sien)
    )


def retenir(appel: Appel, geste: Geste, issue: str, avec: str = "") -> None:
    """Keep the tap as it came, with what became of it."""
    Pointage.create(
        cle=geste.cle or str(uuid.uuid4()),
        seance=appel.seance,
        enfant=appel.enfant,
        geste=geste.voulu,
        avec=avec,
        compte=appel.auteur,
        tape_le=geste.tape_le,
        recu_le=clock.maintenant(),
        issue=issue,
    )


def trancher(seance_id: int, enfant_id: int) -> None:
    """Whoever points now has seen what was said otherwise: it waits for nobody any more."""
    Pointage.update(issue=TRANCHE).where(
        Pointage.seance == seance_id, Pointage.enfant == enfant_id, Pointage.issue == CONFLIT
    ).execute()


# ——— inside ———


def _appliquer(appel: Appel, geste: Geste) -> None:
    presence = appel.presence
    if presence and presence.parti_le:
        raise Refus(f"Le départ {mots.de(appel.enfant.prenom)} est noté : annulez-le d’abord.")
    attendu = appel.reservation is not None and appel.reservation.statut in ATTENDU
    suivie = _faire_suivre(appel, geste.voulu)
    if geste.voulu == EFFACE or (geste.voulu == ABSENT and not suivie and not attendu):
        _effacer(appel, suivie)
        return
    instant = geste.instant(clock.maintenant())
    valeurs = {
        "etat": ETATS[geste.voulu],
        "sans_reservation": not suivie,
        "pointe_le": instant,
        "pointe_par": appel.auteur,
    }
    if presence is None:
        presence = Presence.create(seance=appel.seance, enfant=appel.enfant, **valeurs)
    else:
        Presence.update(valeurs).where(Presence.id == presence.id).execute()
    if not suivie:
        journaliser(presence, ACTES[geste.voulu], appel.acteur, famille_id=appel.enfant.famille_id)
    feuilles.suivre(appel.auteur, appel.seance, appel.enfant)


def _effacer(appel: Appel, suivie: bool) -> None:
    if appel.presence is None:
        return
    if not suivie:
        journaliser(appel.presence, w.EFFACER_POINTAGE, appel.acteur, famille_id=appel.enfant.famille_id)
    Presence.delete().where(Presence.id == appel.presence.id).execute()


def _faire_suivre(appel: Appel, voulu: str) -> bool:
    """Move the créneau with the roll call, where the child had its place. Gives whether it follows.

    One whom the roll call made absent takes its place again, if nobody was given it meanwhile: else the child
    is there without a booking. Before the séance begins, the place of an absent child serves who waits.
    """
    creneau, seance_id = appel.reservation, appel.seance.id
    suivait = appel.presence is not None and not appel.presence.sans_reservation
    if creneau is None or not (
        creneau.statut in (w.RESERVE, w.PRESENT) or (suivait and creneau.statut == w.ABSENT)
    ):
        return False
    vers = STATUTS[voulu]
    if creneau.statut == vers:
        return True
    if creneau.statut == w.ABSENT and appel.places.restantes(seance_id) <= 0:
        if voulu == EFFACE:
            raise Refus(
                f"La place {mots.de(appel.enfant.prenom)} a été donnée entre-temps :"
                " pointez l’enfant présent, il le sera sans réservation."
            )
        return False
    franchir(creneau, ACTES[voulu], appel.acteur, famille_id=appel.enfant.famille_id)
    if vers == w.ABSENT:
        appel.places.rendre(seance_id)
        if clock.instant(appel.seance.jour, appel.seance.debut) > clock.maintenant():
            liste_attente.pourvoir(appel.places, [seance_id])
    return True
