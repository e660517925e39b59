"""One line of an invoice, and the séance behind it: who asked for it, who called the roll, why it was billed.

Whoever pays reads the line. What the child did that day is told by the rights over the child
(`champs.ACTIVITES`), and with whom it left by those over its contacts: paying does not give them.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from peewee import JOIN

import workflows as w
from models import (
    Activite,
    Compte,
    Demande,
    Evenement,
    Facture,
    Lieu,
    Ligne,
    LigneDeFacture,
    MotifAbsence,
    Presence,
    Reservation,
    Seance,
)
from portail import mots
from portail.domain import champs, contestations, departs, lecture_factures, pointage
from portail.domain.droits import Regard

DU_POINTAGE = (w.POINTER_PRESENT, w.POINTER_ABSENT, w.EFFACER_POINTAGE)
"""Told by the roll call itself, as it now stands."""


@dataclass(frozen=True)
class Etape:
    """One step of the booking."""

    quand: dt.datetime
    phrase: str
    """« Claire Moreau demande la réservation », « La mairie l’accepte »."""


@dataclass(frozen=True)
class Appel:
    """What the roll call says."""

    etat: w.Etat
    par: str
    quand: dt.datetime
    sans_reservation: bool
    parti_le: dt.datetime | None
    parti_avec: str
    """Empty where the child has not left, or where it is not for whoever reads."""


@dataclass(frozen=True)
class AbsenceDite:
    """What the family said of an absence."""

    raison: str
    facturee: bool | None
    """Whether it is billed, as it was told when it was declared."""
    demande_id: int


@dataclass(frozen=True)
class Journee:
    """The séance, for whoever may read what the child does."""

    activite: str
    lieu: str
    plage: str
    annulee: str
    etapes: Sequence[Etape]
    appel: Appel | None
    absence: AbsenceDite | None
    repris: w.Etat | None
    """What was already known when the portal opened, of a séance that nobody pointed here."""


@dataclass(frozen=True)
class Reprise:
    """What an avoir took back of the line."""

    avoir_id: int
    numero: str
    montant: int


@dataclass(frozen=True)
class LigneLue:
    """The page of one line."""

    ligne: LigneDeFacture
    """With its invoice and its child."""
    journee: Journee | None
    lisible: bool
    """Whether what the child did that day may be read."""
    reprises: Sequence[Reprise]
    contestee: Demande | None
    """The demande that contests it, and waits for the town."""

    @property
    def id(self) -> int:
        return self.ligne.id

    @property
    def facture(self) -> Facture:
        return self.ligne.facture

    @property
    def prenom(self) -> str:
        return self.ligne.enfant.prenom

    @property
    def quand(self) -> str:
        """« jeudi 12 novembre 2026 », « novembre 2026 » of what is billed by month."""
        if self.ligne.seance_id is None:
            return mots.mois_annee(self.ligne.jour)
        return f"{mots.jour_semaine(self.ligne.jour)} {mots.jour_annee(self.ligne.jour)}"

    @property
    def contestable(self) -> bool:
        """Whether something is left of it that an avoir could take back, and nobody has asked for it yet."""
        reste = self.ligne.montant - sum(reprise.montant for reprise in self.reprises)
        return self.ligne.genre != "avoir" and reste > 0 and not self.contestee


def lire(regard: Regard, ligne_id: int) -> LigneLue:
    """This line, if the account reads its invoice; :class:`Introuvable` otherwise. Nine queries at most."""
    ligne = lecture_factures.ligne_lue(regard, ligne_id)
    lisible = ligne.enfant_id in regard.suit
    journee = _journee(ligne, regard) if lisible and ligne.seance_id else None
    contestee = contestations.en_cours([ligne.id]).get(ligne.id)
    return LigneLue(ligne, journee, lisible, _reprises(ligne), contestee)


# ——— inside ———


def _journee(ligne: LigneDeFacture, regard: Regard) -> Journee:
    seance = (
        Seance.select(Seance, Activite, Lieu).join(Activite).join(Lieu).where(Seance.id == ligne.seance_id)
    )
    lue = seance.get()
    reservation = Reservation.get_or_none(
        Reservation.enfant == ligne.enfant_id, Reservation.seance == ligne.seance_id
    )
    appel = _appel(ligne, regard)
    absence = _absence(reservation) if reservation and reservation.statut == w.ABSENT else None
    return Journee(
        lue.activite.nom,
        lue.activite.lieu.nom,
        mots.plage(lue.debut, lue.fin),
        lue.annulee,
        _etapes(reservation) if reservation else [],
        appel,
        absence,
        None if appel or absence else _repris(reservation),
    )


def _repris(reservation: Reservation | None) -> w.Etat | None:
    """Whether the child came, as the portal was told when it opened."""
    if reservation is None or reservation.statut not in (w.PRESENT, w.ABSENT):
        return None
    return w.CRENEAU.etats[reservation.statut]


def _etapes(reservation: Reservation) -> list[Etape]:
    """What the journal says of the booking, the first first."""
    requete = (
        Evenement.select(Evenement, Compte)
        .join(Compte, JOIN.LEFT_OUTER)
        .where(
            Evenement.objet == "reservation",
            Evenement.objet_id == reservation.id,
            Evenement.acte.not_in(DU_POINTAGE),
        )
        .order_by(Evenement.id)
    )
    return [Etape(fait.quand, phrase) for fait in requete if (phrase := _dire(fait))]


def _dire(fait: Evenement) -> str:
    """« Claire Moreau demande la réservation »; of the staff, the family reads « La mairie »."""
    pas = w.CRENEAU.transitions.get((fait.de, fait.acte))
    if pas is None:
        etat = w.CRENEAU.etats.get(fait.vers)
        return f"Repris à l’ouverture du portail : {etat.libelle.lower()}" if etat else ""
    qui = "Le portail"
    if fait.auteur:
        qui = fait.auteur.nom_complet if fait.auteur.role == w.FAMILLE else "La mairie"
    return f"{qui} {pas.libelle}"


def _appel(ligne: LigneDeFacture, regard: Regard) -> Appel | None:
    lu = (
        Presence.select(Presence, Compte)
        .join(Compte, on=Presence.pointe_par, attr="pointe_par")
        .where(Presence.seance == ligne.seance_id, Presence.enfant == ligne.enfant_id)
        .first()
    )
    if lu is None:
        return None
    avec = ""
    if lu.parti_le and champs.LIRE in regard.enfants[ligne.enfant_id][champs.CONTACTS]:
        avec = "sans adulte" if lu.parti_avec == departs.SEUL else f"avec {lu.parti_avec}"
    etat = w.CRENEAU.etats[w.PRESENT if lu.etat == pointage.PRESENT else w.ABSENT]
    return Appel(etat, lu.pointe_par.nom_complet, lu.pointe_le, lu.sans_reservation, lu.parti_le, avec)


def _absence(reservation: Reservation) -> AbsenceDite | None:
    """The declaration that the town accepted; None of a child who was pointed absent without a word."""
    dite = (
        Ligne.select(Ligne.facturee, Ligne.demande, MotifAbsence.nom)
        .join(Demande)
        .join(MotifAbsence, JOIN.LEFT_OUTER)
        .where(
            Ligne.reservation == reservation,
            Ligne.statut == w.ACCEPTEE,
            Demande.nature == w.NATURE_ABSENCE,
        )
        .order_by(Ligne.id.desc())
        .tuples()
        .first()
    )
    return AbsenceDite(dite[2] or "", dite[0], dite[1]) if dite else None


def _reprises(ligne: LigneDeFacture) -> list[Reprise]:
    requete = (
        LigneDeFacture.select(LigneDeFacture, Facture)
        .join(Facture)
        .where(LigneDeFacture.origine == ligne)
        .order_by(LigneDeFacture.id)
    )
    return [Reprise(li.facture_id, li.facture.numero, -li.montant) for li in requete]
