"""Several slots of the planning, chosen one by one and asked for together: what that would give.

A slot that is free is to be booked, one that is booked is to be an absence; the rules say what can be. It is
shown first, then :func:`portail.domain.planning.demander` does it, in one transaction.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import workflows as w
from models import Demande, Famille, Reservation
from portail import mots
from portail.domain import absences, lecture_planning
from portail.domain.absences import Choix
from portail.domain.creneaux import Creneau
from portail.domain.depot_creneaux import Depot, a_repondre, a_temps, sans_place
from portail.domain.droits import Regard
from portail.domain.examen_creneaux import ABSENCE, DEJA, RESERVATION, Examine, Voeu, examiner, possibles
from portail.domain.lecture_planning import Planning
from portail.domain.refus import Refus

CRENEAUX_MAX = 200
"""How many slots may be chosen at once; for more there is the long period."""
TROP = (
    f"Vous avez choisi plus de {CRENEAUX_MAX} créneaux : demandez-les en plusieurs fois,"
    " ou sur une longue période."
)
DITES = {
    w.RESERVATION_ATTENTE: ("réservation demandée", "réservations demandées"),
    w.RESERVE: ("réservation faite", "réservations faites"),
    w.LISTE_ATTENTE: ("créneau en liste d’attente", "créneaux en liste d’attente"),
    w.ABSENCE_ATTENTE: ("absence à valider par la mairie", "absences à valider par la mairie"),
    w.ABSENT: ("absence enregistrée", "absences enregistrées"),
}
"""What became of them, in words."""
QUOI = {
    w.NATURE_RESERVATION: ("cette réservation", "ces réservations"),
    w.NATURE_ABSENCE: ("cette absence", "ces absences"),
}
"""What may be withdrawn: of one slot, of several."""


@dataclass(frozen=True)
class LigneChoisie:
    """One slot that was chosen, and what it would give."""

    creneau: Creneau
    note: str = ""
    """« en liste d’attente », « non facturée », or why it cannot be."""

    @property
    def texte(self) -> str:
        """« Léa, Cantine, lundi 7 décembre, 11 h 30 – 13 h 30 »."""
        return self.creneau.nom

    @property
    def code(self) -> str:
        """As a form carries it: « 12-340 »."""
        return coder(_cle(self.creneau))


@dataclass(frozen=True)
class Apercu:
    """What asking for these slots would give."""

    reservations: list[LigneChoisie] = field(default_factory=list)
    absences: list[LigneChoisie] = field(default_factory=list)
    autres: list[LigneChoisie] = field(default_factory=list)
    """Those that cannot be asked for, or are already."""
    raisons: list[Choix] = field(default_factory=list)
    """Of the absences."""
    a_valider: bool = False
    """Whether the town has to answer some of it."""

    @property
    def possible(self) -> bool:
        return bool(self.reservations or self.absences)

    @property
    def fratrie(self) -> bool:
        """Whether several children are to be booked: they may be wanted together or not at all."""
        return len({ligne.creneau.enfant.id for ligne in self.reservations}) > 1

    @property
    def bouton(self) -> str:
        """« Demander 3 réservations et déclarer 1 absence »."""
        dits = []
        if self.reservations:
            dits.append(f"demander {mots.pluriel(len(self.reservations), 'réservation')}")
        if self.absences:
            dits.append(f"déclarer {mots.pluriel(len(self.absences), 'absence')}")
        return mots.enumeration(dits).capitalize()


def coder(voeu: Voeu) -> str:
    """As an address or a form carries a slot: « 12-340 »."""
    return f"{voeu[0]}-{voeu[1]}"


def ailleurs(famille: Famille, voeux: Collection[Voeu], planning: Planning) -> list[str]:
    """Those of these slots that are the family's and that its planning, as it is drawn, does not show: ticked
    on another page, they stay chosen. What is nobody's is forgotten. No query when all are shown.
    """
    absents = set(voeux) - {_cle(c) for c in planning.creneaux()}
    if not absents:
        return []
    return [coder(_cle(c)) for c in lecture_planning.creneaux(famille, absents, regard=planning.regard)]


def apercevoir(famille: Famille, voeux: Collection[Voeu], *, regard: Regard | None) -> Apercu | None:
    """What the rules say of these slots now. None when one of them is not the family's, or not to be read."""
    voulus = list(dict.fromkeys(voeux))
    lus = lecture_planning.creneaux(famille, voulus, regard=regard)
    if len(lus) < len(voulus):
        return None
    libres = [(c.enfant.id, c.seance.id) for c in lus if c.statut != w.RESERVE]
    reserves = [(c.enfant.id, c.seance.id) for c in lus if c.statut == w.RESERVE]
    reservations, declarees = examiner(RESERVATION, libres, lus), examiner(ABSENCE, reserves, lus)
    a_demander, a_declarer = possibles(reservations), possibles(declarees)
    attendues = a_repondre(RESERVATION, a_demander, {}, None)
    en_liste = sans_place(a_demander, {}, attendues)
    return Apercu(
        _possibles(reservations, lambda c: "en liste d’attente" if _cle(c) in en_liste else ""),
        _possibles(declarees, _facturation),
        [
            LigneChoisie(e.creneau, _pourquoi_pas(e, e.creneau))
            for e in (*reservations, *declarees)
            if e.creneau and not e.possible
        ],
        absences.choix_pour({a_temps(c) for c in a_declarer}) if a_declarer else [],
        bool(attendues or a_repondre(ABSENCE, a_declarer, {}, None)),
    )


def demesure(voeux: Collection[Voeu]) -> Refus | None:
    """What is wrong with the number of slots that were chosen."""
    if not voeux:
        return Refus("Choisissez au moins un créneau sur le planning.")
    return Refus(TROP) if len(set(voeux)) > CRENEAUX_MAX else None


def exiger_une_mesure(voeux: Collection[Voeu]) -> None:
    """:class:`Refus` when none is chosen, or too many are."""
    if refus := demesure(voeux):
        raise refus


def raconter(depots: Sequence[Depot]) -> dict[str, Any]:
    """What the banner says of what was asked, and the demandes that may still be withdrawn."""
    annulables = _annulables(depots)
    faites = [
        {"id": depot.demande.id, "quoi": QUOI[depot.demande.nature][len(depot.retenus) > 1]}
        for depot in depots
        if depot.demande and depot.demande.id in annulables
    ]
    phrase = _dire(depots)
    return {"symbole": "info", "phrase": phrase, "annulable": False, "a_envoyer": None, "demandes": faites}


# ——— inside ———


def _dire(depots: Sequence[Depot]) -> str:
    """« 2 réservations demandées, 1 absence enregistrée. »."""
    voeux = [voeu for depot in depots for voeu in depot.retenus]
    statuts = _statuts(voeux)
    comptes = {statut: sum(statuts[voeu] == statut for voeu in voeux) for statut in DITES}
    dits = [mots.pluriel(n, *DITES[statut]) for statut, n in comptes.items() if n]
    deja = sum(len(depot.deja) for depot in depots)
    if deja:
        dits.append(f"{mots.pluriel(deja, 'créneau', 'créneaux')} déjà ainsi")
    phrase = f"{', '.join(dits)}." if dits else "Rien n’a changé."
    refus = list(dict.fromkeys(raison for depot in depots for _, raison in depot.refuses))
    nombre = sum(len(depot.refuses) for depot in depots)
    if refus:
        phrase += f" {mots.pluriel(nombre, 'créneau refusé', 'créneaux refusés')} : {' '.join(refus)}"
    return phrase


def _annulables(depots: Iterable[Depot]) -> set[int]:
    """The demandes just made that may still be withdrawn."""
    faites = [depot.demande.id for depot in depots if depot.demande]
    attendent = Demande.select(Demande.id).where(
        Demande.id.in_(faites or [0]), Demande.statut == w.EN_ATTENTE
    )
    return {ident for (ident,) in attendent.tuples()}


def _cle(creneau: Creneau) -> Voeu:
    return creneau.enfant.id, creneau.seance.id


def _possibles(examines: Iterable[Examine], noter) -> list[LigneChoisie]:
    return [LigneChoisie(e.creneau, noter(e.creneau)) for e in examines if e.possible and e.creneau]


def _pourquoi_pas(e: Examine, creneau: Creneau) -> str:
    """Of a slot that was asked for, its state: nothing went wrong, one only looks a second time."""
    return creneau.etat.phrase if e.issue == DEJA or creneau.statut == w.ABSENCE_ATTENTE else e.phrase


def _facturation(creneau: Creneau) -> str:
    return "facturée" if absences.facturer(None, a_temps(creneau)).facturee else "non facturée"


def _statuts(voeux: Collection[Voeu]) -> dict[Voeu, str]:
    requete = Reservation.select(Reservation.enfant, Reservation.seance, Reservation.statut).where(
        Reservation.enfant.in_({enfant for enfant, _ in voeux} or [0]),
        Reservation.seance.in_({seance for _, seance in voeux} or [0]),
    )
    return {(enfant, seance): statut for enfant, seance, statut in requete.tuples()}
