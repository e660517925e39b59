"""What saving an activity would do, all of it: shown before, found again and compared in the act.

An effect has a mark (`empreinte`). The act is asked with the one that was shown: if anything that it tells is
no longer so, nothing is written and the effect is shown again.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from models import Activite, Capacite, CapaciteActivite, Horaire, Lieu, Seance
from portail import clock, mots
from portail.domain import calendrier, touches
from portail.domain.calendrier import REMONTEE, UN_JOUR, JoursParticuliers, limite
from portail.domain.effet_sur_les_seances import Changement, Seances, calculer
from portail.domain.places import Comptee, lire_les_places
from portail.domain.projet_d_activite import Projet, changements
from portail.domain.touches import Touches

REGLES = (
    *("debut", "fin", "lieu_id", "age_min", "age_max", "reservable", "automatique", "absence_automatique"),
    *("absence_tardive", "delai_reservation", "delai_absence", "preinscription_du", "preinscription_au"),
    "plages",
)
"""What families meet: a change of it is shown before it is written; a name, a description are not."""


@dataclass(frozen=True)
class Limites:
    """The deadlines of one séance, said on real days."""

    jour: dt.date
    debut: dt.time
    reservation: dt.datetime
    absence: dt.datetime


@dataclass
class Effet:
    """What saving `projet` would do to `activite` (None: it is made)."""

    activite: Activite | None
    avant: Projet | None
    projet: Projet
    lieux: dict[int, str]
    seances: Seances
    deplaces: Touches = field(default_factory=Touches)
    """Who has something on a séance whose hours change."""
    annules: Touches = field(default_factory=Touches)
    """Who has something on a séance that goes."""
    nommees: frozenset[int] = frozenset()
    """Of the séances that go, those that something names: they cannot just be taken away."""
    pleines: tuple[str, ...] = ()
    """The shared capacities that would be exceeded, and when."""
    exemple: Limites | None = None
    inscrits: tuple[int, int] = (0, 0)
    """How many children are registered, how many ask to be."""

    @cached_property
    def changements(self) -> list[str]:
        return changements(self.avant, self.projet, self.lieux) if self.avant else []

    @property
    def regles(self) -> bool:
        """Whether something that families meet changes, were it on no séance yet."""
        if self.avant is None:
            return True
        avant, apres = self.avant, self.projet
        return set(avant.plages) != set(apres.plages) or any(
            getattr(avant, nom) != getattr(apres, nom) for nom in REGLES if nom != "plages"
        )

    @property
    def rien(self) -> bool:
        return self.avant is not None and not self.changements and not self.sur_des_seances

    @property
    def sur_des_seances(self) -> bool:
        s = self.seances
        return bool(s.creees or s.changees or s.retirees)

    @property
    def a_montrer(self) -> bool:
        """Whether it is shown before it is written."""
        return self.regles or self.sur_des_seances

    @property
    def depassees(self) -> list[Changement]:
        """The séances that would have fewer places than are taken."""
        return [c for c in self.seances.changees if c.places and c.depassee]

    @property
    def autres_places(self) -> list[Changement]:
        return [c for c in self.seances.changees if c.places]

    @property
    def deplacees(self) -> list[Changement]:
        return [c for c in self.seances.changees if c.deplacee]

    @property
    def autres_limites(self) -> list[Changement]:
        return [c for c in self.seances.changees if c.limites]

    @property
    def fermees_a_la_reservation(self) -> int:
        """How many séances that can be booked now could no more be, since their deadline would be past."""
        maintenant = clock.maintenant()
        return sum(
            c.avant.limite_reservation > maintenant >= c.apres.limite_reservation for c in self.autres_limites
        )

    @property
    def motif_requis(self) -> bool:
        """Whether the families are to be told why: something they have there is undone."""
        return any(s.id in self.nommees and not s.annulee for s in self.seances.retirees)

    @property
    def impossibilites(self) -> list[str]:
        """Why it cannot be done as it is, one sentence each; nothing when it can."""
        heurts = [
            f"Le {mots.jour_long(c.seance.jour)}, une autre séance commence déjà à"
            f" {mots.heure(c.apres.debut)} : changez-la d’abord."
            for c in self.seances.heurts[:1]
        ]
        return [*heurts, *self.pleines]

    @property
    def empreinte(self) -> str:
        """The mark of all that it tells, and of the activity as it is: another change in between is seen."""
        s = self.seances
        dit = [
            sorted((str(ligne["jour"]), str(ligne["debut"]), ligne["places"]) for ligne in s.creees),
            [(c.seance.id, c.seance.prises, str(c.apres)) for c in s.changees],
            [seance.id for seance in s.retirees],
            sorted(self.nommees),
            self.deplaces.creneaux,
            self.annules.creneaux,
            self.pleines,
            str(self.avant and sorted(map(str, self.avant.valeurs.items()))),
            str(self.avant and sorted(plage.en_mots for plage in self.avant.plages)),
        ]
        return hashlib.sha256(json.dumps(dit).encode()).hexdigest()[:32]


def prevoir(
    activite: Activite | None, horaires: Sequence[Horaire], projet: Projet, seances: Sequence[Seance]
) -> Effet:
    """What saving this would do; `seances`: those to come (:func:`a_venir`). A few queries."""
    depuis = premier_jour()
    fin = max(projet.fin, activite.fin if activite else projet.fin)
    particuliers = calendrier.jours_particuliers(min(depuis, projet.debut) - REMONTEE, max(fin, depuis))
    quoi = calculer(activite, horaires, projet, seances, particuliers, depuis)
    effet = Effet(
        activite,
        Projet.de(activite, horaires) if activite else None,
        projet,
        dict(Lieu.select(Lieu.id, Lieu.nom).tuples()),
        quoi,
        exemple=_exemple(activite, projet, quoi, seances, particuliers),
        inscrits=touches.inscrits(activite.id) if activite else (0, 0),
    )
    effet.deplaces = touches.par_seance(c.seance.id for c in effet.deplacees)
    effet.annules = touches.par_seance(seance.id for seance in quoi.retirees)
    effet.nommees = frozenset(touches.employees([seance.id for seance in quoi.retirees]))
    effet.pleines = tuple(_depassements(activite, seances, quoi)) if effet.deplacees else ()
    return effet


def premier_jour() -> dt.date:
    """From tomorrow: what takes place today is printed, pointed, under way."""
    return clock.aujourdhui() + UN_JOUR


def a_venir(activite_id: int) -> list[Seance]:
    """The séances of the activity from tomorrow on, in their order."""
    requete = Seance.select().where(Seance.activite == activite_id, Seance.jour >= premier_jour())
    return list(requete.order_by(Seance.jour, Seance.debut))


# ——— inside ———


def _exemple(
    activite: Activite | None,
    projet: Projet,
    quoi: Seances,
    seances: Sequence[Seance],
    particuliers: JoursParticuliers,
) -> Limites | None:
    """The deadlines as they would fall for a séance a little later than next week: one where they show."""
    parties = {seance.id for seance in quoi.retirees}
    debuts = {c.seance.id: c.apres.debut for c in quoi.changees}
    candidates = [(s.jour, debuts.get(s.id, s.debut)) for s in seances if s.id not in parties]
    candidates += [(ligne["jour"], ligne["debut"]) for ligne in quoi.creees]
    if not candidates:
        return None
    loin = premier_jour() + 7 * UN_JOUR
    jour, debut = min(candidates, key=lambda c: (c[0] < loin, c))
    return calculer_les_limites(projet, activite.id if activite else None, jour, debut, particuliers)


def calculer_les_limites(
    projet: Projet, activite_id: int | None, jour: dt.date, debut: dt.time, particuliers: JoursParticuliers
) -> Limites:
    """The deadlines of a séance of that day and hour."""

    def non_ouvre(quand: dt.date) -> bool:
        return particuliers.non_ouvre(quand, activite_id, projet.lieu_id)

    return Limites(
        jour,
        debut,
        limite(projet.delai_reservation, jour, debut, non_ouvre),
        limite(projet.delai_absence, jour, debut, non_ouvre),
    )


def _depassements(activite: Activite | None, seances: Sequence[Seance], quoi: Seances) -> list[str]:
    """Rooms that other hours would overfill: said by room and day. No query when the activity shares none."""
    if activite is None or not _partage_une_salle(activite):
        return []
    deviennent = {c.seance.id: c.apres for c in quoi.changees}
    parties = {seance.id for seance in quoi.retirees}
    comptees = []
    for s in seances:
        if s.id not in parties:
            apres = deviennent.get(s.id, s)
            comptees.append(
                (activite.id, Comptee(s.id, s.jour, apres.debut, apres.fin, apres.places, s.prises))
            )
    places = lire_les_places(comptees)
    return [
        f"Le {mots.jour_long(seance.jour)}, « {salle} » n’aurait plus assez de places à ces heures."
        for _, seance in comptees
        if (salle := places.debordee(seance.id))
    ]


def _partage_une_salle(activite: Activite) -> bool:
    salles = CapaciteActivite.select().join(Capacite).where(
        CapaciteActivite.activite == activite, Capacite.simultanee
    )  # fmt: skip
    return salles.exists()
