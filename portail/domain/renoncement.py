"""Leaving the waiting list from the link of a mail, without signing in.

The link holds for one account and one very waiting of one child; it is nowhere in the database but sealed, in
the mail that carries it. Opening it writes nothing: letter boxes open links by themselves.
"""

import base64
import binascii
import hashlib
import hmac
import struct
from collections.abc import Callable, Collection
from dataclasses import dataclass

import workflows as w
from models import Abonnement, Activite, Compte, Enfant, Evenement, Famille, Reservation, Seance
from portail.domain import droits, lecture_planning, liste_attente, reglages
from portail.domain.creneaux import Creneau
from portail.domain.droits import Regard
from portail.domain.recapitulatif import nommer
from portail.domain.refus import DejaChange, Introuvable

_FORME = struct.Struct(">IQI")
_SIGNATURE = 16


class LienInconnu(Introuvable):
    """Not a link of ours, or of somebody who has no say any more: the two are never told apart."""

    def __init__(self) -> None:
        super().__init__("Ce lien ne sert plus")


@dataclass(frozen=True)
class Attente:
    """What the link is about, as it now stands."""

    compte: Compte
    famille: Famille
    creneau: Creneau
    ordre: int
    attend: bool
    """Whether that very waiting still stands."""
    renonce: bool
    """Whether the family has left the list since, and asked for nothing again."""

    @property
    def statut(self) -> int:
        """How it is answered: what is over is gone."""
        return 200 if self.attend or self.renonce else 410


def signer(reservation_id: int, ordre: int, compte_id: int) -> str:
    """The token of this account, to leave the list where this booking waits in this order."""
    corps = _FORME.pack(reservation_id, ordre, compte_id)
    return base64.urlsafe_b64encode(corps + _signature(corps)).decode().rstrip("=")


def lire(jeton: str) -> Attente:
    """What the link is about now; :class:`LienInconnu` when it opens nothing."""
    reservation_id, ordre, compte_id = _verifier(jeton)
    reservation = (
        Reservation.select(Reservation, Enfant, Famille)
        .join(Enfant)
        .join(Famille)
        .where(Reservation.id == reservation_id)
        .first()
    )
    compte = Compte.get_or_none(Compte.id == compte_id, Compte.actif)
    if reservation is None or compte is None:
        raise LienInconnu
    famille = reservation.enfant.famille
    abonne = (Abonnement.compte == compte) & (Abonnement.famille == famille) & (Abonnement.statut == w.ACTIF)
    regard = droits.regard(compte, famille)
    if not Abonnement.select().where(abonne).exists() or reservation.enfant_id not in regard.decide:
        raise LienInconnu
    couple = (reservation.enfant_id, reservation.seance_id)
    creneau = lecture_planning.creneau(famille, *couple, regard=regard)
    if creneau is None:  # no longer registered there: nothing to leave
        raise LienInconnu
    attend = (reservation.statut, reservation.ordre) == (w.LISTE_ATTENTE, ordre)
    renonce = reservation.statut == w.NON_RESERVE and _a_renonce(reservation_id)
    return Attente(compte, famille, creneau, ordre, attend, renonce)


def renoncer(jeton: str) -> Attente:
    """Leave the list. Twice is harmless; :class:`DejaChange` when it is another waiting by now."""
    attente = lire(jeton)
    if not attente.attend:
        if attente.renonce:
            return attente
        raise DejaChange("Ce n’est plus cette attente : le planning dit où vous en êtes.")
    voeu = (attente.creneau.enfant.id, attente.creneau.seance.id)
    liste_attente.renoncer(attente.compte, attente.famille, voeu, ordre=attente.ordre)
    return lire(jeton)


# ——— in the mails ———


@dataclass(frozen=True)
class EnListe:
    """One child put on a list, as a mail tells it."""

    enfant_id: int
    texte: str
    reservation_id: int
    ordre: int


def liens(
    creneaux: Collection[tuple[int, int]], regard_de: Callable[[Compte], Regard]
) -> Callable[[Compte], list[tuple[str, str]]]:
    """What each account may leave of these (child, séance): in words, with its token.

    Inside the transaction of the act that put them on the list.
    """
    return liens_vers(en_liste(creneaux) if creneaux else [], regard_de)


def liens_vers(
    attendues: Collection[EnListe], regard_de: Callable[[Compte], Regard]
) -> Callable[[Compte], list[tuple[str, str]]]:
    """The same, of what :func:`en_liste` has read already."""

    def pour(compte: Compte) -> list[tuple[str, str]]:
        decide = regard_de(compte).decide
        siennes = [attendue for attendue in attendues if attendue.enfant_id in decide]
        return [(a.texte, signer(a.reservation_id, a.ordre, compte.id)) for a in siennes]

    return pour


def en_liste(creneaux: Collection[tuple[int, int]]) -> list[EnListe]:
    """Those of these (child, séance) who wait on a list, in the order of time. One query."""
    requete = (
        Reservation.select(Reservation, Enfant, Seance, Activite)
        .join(Enfant)
        .join_from(Reservation, Seance)
        .join(Activite)
        .where(
            Reservation.enfant.in_({enfant for enfant, _ in creneaux} or [0]),
            Reservation.seance.in_({seance for _, seance in creneaux} or [0]),
            Reservation.statut == w.LISTE_ATTENTE,
        )
        .order_by(Seance.jour, Seance.debut, Enfant.rang, Reservation.id)
    )
    voulus = set(creneaux)
    return [
        EnListe(r.enfant_id, nommer(r.enfant, r.seance), r.id, r.ordre)
        for r in requete
        if (r.enfant_id, r.seance_id) in voulus
    ]


# ——— inside ———


def _a_renonce(reservation_id: int) -> bool:
    """Whether leaving the list is the last thing that happened to it."""
    dernier = (
        Evenement.select(Evenement.acte)
        .where(Evenement.objet == "reservation", Evenement.objet_id == reservation_id)
        .order_by(Evenement.id.desc())
        .limit(1)
        .scalar()
    )
    return dernier == w.RENONCER


def _signature(corps: bytes) -> bytes:
    return hmac.digest(reglages.lire().secret, b"renoncement:" + corps, hashlib.sha256)[:_SIGNATURE]


def _verifier(jeton: str) -> tuple[int, int, int]:
    try:
        brut = base64.b64decode(jeton + "=", altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as faux:
        raise LienInconnu from faux
    corps, signature = brut[: _FORME.size], brut[_FORME.size :]
    if len(corps) != _FORME.size or not hmac.compare_digest(signature, _signature(corps)):
        raise LienInconnu
    reservation_id, ordre, compte_id = _FORME.unpack(corps)
    return reservation_id, ordre, compte_id
