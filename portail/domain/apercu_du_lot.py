"""What answering a selection would do to the places, séance by séance, and to each demande; nothing written.

The same reading, the same judging, the same dealing as the act (`lot.py`), in the same lots.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

import workflows as w
from models import Activite, Demande, Lieu
from portail import mots
from portail.domain import lot as lots
from portail.domain import moderation, rangees, reponse_contestation, reponse_preinscription
from portail.domain.lot import Distribution, Lot
from portail.domain.places import Places

DITES = 50
"""How many demandes are told one by one, of those answered, of those set aside."""


@dataclass
class Effet:
    """What becomes of one séance."""

    seance_id: int
    activite_id: int
    jour: dt.date
    plage: str
    avant: int
    """Places left now, those that it shares with other activities among them; never less than none."""
    apres: int = 0
    """Places left once all is answered."""
    reserves: int = 0
    en_liste: int = 0
    rendues: int = 0
    """Places that absences free."""
    servis: int = 0
    """Children of the waiting list to whom one of these goes at once."""


@dataclass(frozen=True)
class EffetSurActivite:
    """The séances of one activity that something happens to, in the order of time."""

    nom: str
    seances: list[Effet]

    @property
    def reserves(self) -> int:
        return sum(effet.reserves for effet in self.seances)

    @property
    def en_liste(self) -> int:
        return sum(effet.en_liste for effet in self.seances)

    @property
    def rendues(self) -> int:
        return sum(effet.rendues for effet in self.seances)

    @property
    def dit(self) -> str:
        """« 14 réservations, 2 en liste d’attente »."""
        servis = sum(effet.servis for effet in self.seances)
        dits = [
            mots.pluriel(self.reserves, "réservation") if self.reserves else "",
            f"{mots.nombre(self.en_liste)} en liste d’attente" if self.en_liste else "",
            mots.pluriel(self.rendues, "place rendue", "places rendues") if self.rendues else "",
            f"{mots.nombre(servis)} donnée{'s' if servis > 1 else ''} à la liste d’attente" if servis else "",
        ]
        return ", ".join(filter(None, dits))


@dataclass
class Apercu:
    """What answering a selection would do now."""

    acte: str
    motif: str
    demandes: list[int] = field(default_factory=list)
    """All that were chosen, answered or not."""
    retenues: list[Demande] = field(default_factory=list)
    """Those that would be answered: one ticked by mistake is seen here."""
    ecartees: list[tuple[Demande, str]] = field(default_factory=list)
    """Those that would not be answered, and why."""
    incompletes: list[Demande] = field(default_factory=list)
    """Those that would be accepted though a document has not come."""
    activites: list[EffetSurActivite] = field(default_factory=list)
    impossibles: int = 0
    """Days asked for with a pre-registration that can no longer be booked."""
    avoirs: int = 0
    """How many avoirs would be issued for contested lines: those answers could not be taken back."""
    rendu: int = 0
    """What they would give back, in cents."""

    @property
    def natures(self) -> Counter[str]:
        """How many would be answered, by nature."""
        return Counter(demande.nature for demande in self.retenues)

    @property
    def repondues(self) -> int:
        return len(self.retenues)

    @property
    def en_liste(self) -> int:
        return sum(activite.en_liste for activite in self.activites)

    @property
    def accepte(self) -> bool:
        return self.acte == w.ACCEPTER

    @property
    def reprenables(self) -> int:
        """How many answers could be taken back for a minute."""
        return self.repondues - self.avoirs

    @property
    def nommees(self) -> list[Demande]:
        return self.retenues[:DITES]

    @property
    def dites(self) -> list[tuple[Demande, str]]:
        return self.ecartees[:DITES]

    @property
    def autres(self) -> int:
        """How many more are set aside than are told."""
        return max(len(self.ecartees) - DITES, 0)

    @property
    def autres_retenues(self) -> int:
        """How many more would be answered than are named."""
        return max(self.repondues - DITES, 0)


def prevoir(agent, demandes: Iterable[int], acte: str, motif: str = "") -> Apercu:
    """What `moderation.repondre_a_la_selection` would do now. The same refusals of the whole."""
    ordre = moderation.ordre_de_la_selection(agent, acte, motif)
    voulues = moderation.choisir(agent, demandes)
    places = lots.les_places_prevues(ordre, voulues)
    effets = _avant(places)
    apercu = Apercu(acte, ordre.motif, [voulue.demande.id for voulue in voulues])
    servis: set[int] = set()
    for siennes in moderation.en_lots(voulues):
        vu = lots.prevoir_le_lot(ordre, siennes, places)
        statuts = reponse_preinscription.statuts(lots.couples_a_inscrire(vu))
        issue = lots.distribuer(vu, statuts, sauf=servis)
        servis |= {reservation.id for reservation in issue.servies}
        _compter(vu, issue, effets)
        _compter_les_avoirs(vu, apercu)
        apercu.retenues += [voulue.demande for voulue in vu.possibles]
        apercu.ecartees += [(v.demande, v.refus.phrase) for v in siennes if v.refus]
        apercu.impossibles += sum(len(part.impossibles) for part in issue.jours.values())
    for effet in effets.values():
        effet.apres = max(places.restantes(effet.seance_id), 0)
    apercu.activites = _par_activite(effets.values())
    apercu.incompletes = _incompletes(apercu, [voulue.demande for voulue in voulues if voulue.possible])
    return apercu


# ——— inside ———


def _avant(places: Places) -> dict[int, Effet]:
    return {
        ident: Effet(
            ident,
            seance.activite_id,
            seance.jour,
            mots.plage(seance.debut, seance.fin),
            max(places.restantes(ident), 0),
        )
        for ident, seance in places.seances.items()
    }


def _compter(vu: Lot, issue: Distribution, effets: dict[int, Effet]) -> None:
    for voulue in vu.de(*lots.DE_CRENEAUX):
        for ligne in voulue.parts:
            effet, vers = effets[ligne.reservation.seance_id], issue.creneaux[ligne.reservation_id]
            if voulue.demande.nature == w.NATURE_RESERVATION:
                effet.reserves += vers == w.RESERVE
                effet.en_liste += vers == w.LISTE_ATTENTE
            effet.rendues += vers == w.ABSENT
    for part in issue.jours.values():
        for seance in part.reserves:
            effets[seance.id].reserves += 1
        for seance in part.en_liste:
            effets[seance.id].en_liste += 1
    for reservation in issue.servies:
        effets[reservation.seance_id].servis += 1


def _compter_les_avoirs(vu: Lot, apercu: Apercu) -> None:
    apercu.avoirs += len(vu.definitives)
    for voulue in vu.de(w.NATURE_CONTESTATION) if vu.definitives else ():
        rendus = reponse_contestation.montants(voulue.parts, vu.ordre, vu.restes)
        apercu.rendu += sum(rendus.values())


def _par_activite(effets: Iterable[Effet]) -> list[EffetSurActivite]:
    """Those to which something happens, by activity, in the order of the screens. One query."""
    touches: dict[int, list[Effet]] = {}
    for effet in effets:
        if effet.reserves or effet.en_liste or effet.rendues or effet.servis:
            touches.setdefault(effet.activite_id, []).append(effet)
    if not touches:
        return []
    requete = (
        Activite.select(Activite.id, Activite.nom, Lieu.nom)
        .join(Lieu)
        .where(Activite.id.in_(list(touches)))
        .order_by(Activite.rang, Activite.nom, Lieu.nom, Activite.id)
    )
    return [
        EffetSurActivite(f"{nom}, {lieu}", sorted(touches[ident], key=lambda e: (e.jour, e.plage)))
        for ident, nom, lieu in requete.tuples()
    ]


def _incompletes(apercu: Apercu, demandes: list[Demande]) -> list[Demande]:
    if not apercu.accepte:
        return []
    sans = rangees.incompletes(d.id for d in demandes if d.nature == w.NATURE_PREINSCRIPTION)
    return [demande for demande in demandes if demande.id in sans]
