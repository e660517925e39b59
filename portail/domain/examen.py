"""What a pre-registration would give, before it is asked for: child by child, day by day, and why not.

The preview shows it; the act looks again, in its transaction, at the very same thing.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field

import workflows as w
from models import Activite, Compte, Enfant, Famille, Lieu, Preinscription, Seance
from portail import clock
from portail.domain import calendrier, droits
from portail.domain.creneaux import ActiviteVue, SeanceVue
from portail.domain.places import lire_les_places
from portail.domain.refus import Refus
from portail.domain.regles import Obstacle, Situation, obstacle_reservation
from portail.domain.regles_preinscription import (
    REMARQUES_MAX,
    Autre,
    obstacle_activite,
    obstacle_age,
    obstacle_autre,
    obstacles_periode,
    periode_possible,
)


@dataclass(frozen=True)
class Souhait:
    """What a family wants: one activity, some of its children, a period, and perhaps days at once."""

    activite_id: int
    enfants: tuple[int, ...]
    debut: dt.date
    fin: dt.date
    """First and last day, both included."""
    jours: frozenset[dt.date] = frozenset()
    """The days to book, each child on each of them."""
    remarques: str = ""
    documents: tuple[int, ...] = ()


@dataclass(frozen=True)
class JourExamine:
    """One séance wanted for one child."""

    seance: SeanceVue
    obstacle: Obstacle | None

    @property
    def complet(self) -> bool:
        """Possible, but no place is left today: the waiting list, once accepted."""
        return self.obstacle is None and self.seance.complete


@dataclass(frozen=True)
class EnfantExamine:
    """One child of the wish: what stands in the way, and the days wanted."""

    enfant: Enfant
    obstacle: Obstacle | None
    jours: list[JourExamine]

    @property
    def possibles(self) -> list[SeanceVue]:
        return [jour.seance for jour in self.jours if jour.obstacle is None]

    @property
    def complets(self) -> list[SeanceVue]:
        return [jour.seance for jour in self.jours if jour.complet]

    @property
    def impossibles(self) -> list[JourExamine]:
        return [jour for jour in self.jours if jour.obstacle is not None]


@dataclass
class Examen:
    """What the wish would give. `fautes`: by field of the form, the sentence that tells what to mend."""

    souhait: Souhait
    activite: Activite | None
    enfants: list[EnfantExamine] = field(default_factory=list)
    jours: list[JourExamine] = field(default_factory=list)
    """The days wanted, for any child whom nothing prevents."""
    fautes: dict[str, str] = field(default_factory=dict)

    @property
    def nombre(self) -> int:
        """How many créneaux it asks for, all children together."""
        return sum(len(enfant.possibles) for enfant in self.enfants)

    @property
    def jours_possibles(self) -> list[JourExamine]:
        return [jour for jour in self.jours if jour.obstacle is None]


class SouhaitRefuse(Refus):
    """The wish cannot be asked for as it stands: `examen.fautes` tells what to mend, field by field."""

    def __init__(self, examen: Examen) -> None:
        champ, phrase = next(iter(examen.fautes.items()))
        super().__init__(phrase, champ)
        self.examen = examen


@dataclass(frozen=True)
class Candidat:
    """A child whom the account may pre-register, and what already is."""

    enfant: Enfant
    autres: list[Autre]


def examiner(auteur: Compte, famille: Famille, souhait: Souhait, *, au_guichet: bool = False) -> Examen:
    """What this wish would give today. Five queries at most, whatever the number of children and of days.

    `au_guichet`: the town asks for it, for any child of the file.
    """
    jour = clock.aujourdhui()
    activite = activite_proposee(souhait.activite_id)
    examen = Examen(souhait, activite)
    if activite is None:
        examen.fautes["activite"] = "Choisissez une activité dans la liste."
        return examen
    if obstacle := obstacle_activite(activite, jour):
        examen.fautes["activite"] = obstacle.phrase
    fautes_de_periode = obstacles_periode(activite, souhait.debut, souhait.fin, jour)
    examen.fautes |= fautes_de_periode
    connus = {c.enfant.id: c for c in candidats(auteur, famille, activite, au_guichet=au_guichet)}
    voulus = [connus[ident] for ident in connus if ident in souhait.enfants]
    if not voulus or len(voulus) < len(set(souhait.enfants)):
        examen.fautes["enfants"] = "Choisissez au moins un enfant dans la liste."
    if len(souhait.remarques) > REMARQUES_MAX:
        examen.fautes["remarques"] = f"Les remarques sont trop longues : {REMARQUES_MAX} caractères au plus."
    examen.jours = [] if fautes_de_periode else jours_demandes(activite, souhait)
    for candidat in voulus:
        if fautes_de_periode:  # of what age, on a day that can be asked for: nothing else can be told
            premier, _ = periode_possible(activite, jour)
            obstacle = obstacle_age(activite, candidat.enfant.naissance, premier)
        else:
            obstacle = obstacle_enfant(activite, candidat, souhait.debut, souhait.fin)
        if obstacle:
            phrase = f"{candidat.enfant.prenom} : {obstacle.phrase}"
            examen.fautes["enfants"] = " ".join(filter(None, (examen.fautes.get("enfants"), phrase)))
        examen.enfants.append(EnfantExamine(candidat.enfant, obstacle, [] if obstacle else examen.jours))
    return examen


def obstacle_enfant(activite: Activite, candidat: Candidat, debut: dt.date, fin: dt.date) -> Obstacle | None:
    """Why this child cannot be registered there for these days; None when nothing prevents it."""
    return obstacle_age(activite, candidat.enfant.naissance, debut) or obstacle_autre(
        candidat.autres, debut, fin
    )


def plus_longue_periode(
    activite: Activite, candidats: Iterable[Candidat], jour: dt.date
) -> tuple[dt.date, dt.date] | None:
    """The longest period in which one of these children can be registered; None if there is none.

    It is bounded by the activity, by what is asked for already, by the day on which a child is old enough.
    """
    premier, dernier = periode_possible(activite, jour)
    candidats = list(candidats)
    un_jour = dt.timedelta(days=1)
    autres = [autre for candidat in candidats for autre in candidat.autres]
    debuts = {premier, *(autre.fin + un_jour for autre in autres)}
    debuts |= {_anniversaire(c.enfant.naissance, activite.age_min) for c in candidats}
    fins = {dernier, *(autre.debut - un_jour for autre in autres)}
    periodes = [(d, f) for d in sorted(debuts) for f in fins if premier <= d <= f <= dernier]
    for debut, fin in sorted(periodes, key=lambda periode: periode[0] - periode[1]):
        if any(obstacle_enfant(activite, c, debut, fin) is None for c in candidats):
            return debut, fin
    return None


def _anniversaire(naissance: dt.date, age: int) -> dt.date:
    try:
        return naissance.replace(year=naissance.year + age)
    except ValueError:  # born on 29 February
        return dt.date(naissance.year + age, 3, 1)


def activite_proposee(activite_id: int) -> Activite | None:
    """This activity, with its place."""
    return Activite.select(Activite, Lieu).join(Lieu).where(Activite.id == activite_id).first()


def candidats(
    compte: Compte, famille: Famille, activite: Activite, *, au_guichet: bool = False
) -> list[Candidat]:
    """The children whom this account may pre-register, in their order; all, at the counter. Two queries."""
    tous = Enfant.select(Enfant.id).where(Enfant.famille == famille)
    siens = [e.id for e in tous] if au_guichet else list(droits.regard(compte, famille).decide)
    trouves: dict[int, Candidat] = {}
    requete = (
        Enfant.select(Enfant, Preinscription)
        .left_outer_join(
            Preinscription,
            on=(Preinscription.enfant == Enfant.id)
            & (Preinscription.activite == activite)
            & Preinscription.statut.in_((w.DEMANDE_EN_COURS, w.RESERVATION_POSSIBLE)),
            attr="inscription",
        )
        .where(Enfant.famille == famille, Enfant.id.in_(siens or [0]))
        .order_by(Enfant.rang, Enfant.id, Preinscription.debut)
    )
    for enfant in requete:
        candidat = trouves.setdefault(enfant.id, Candidat(enfant, []))
        inscription = getattr(enfant, "inscription", None)
        if inscription is not None and inscription.id is not None:
            candidat.autres.append(Autre(inscription.debut, inscription.fin, inscription.statut))
    return list(trouves.values())


def jours_demandes(activite: Activite, souhait: Souhait) -> list[JourExamine]:
    """The séances of the days wanted that are within the period, in their order."""
    if not souhait.jours or not activite.reservable:
        return []
    examines = jours_examines(activite, souhait.debut, souhait.fin)
    return [examine for examine in examines if examine.seance.jour in souhait.jours]


def jours_examines(activite: Activite, debut: dt.date, fin: dt.date) -> list[JourExamine]:
    """The séances of these days, and what prevents booking each for a child who will be registered."""
    maintenant = clock.maintenant()
    return [
        JourExamine(seance, obstacle_reservation(situation(seance), maintenant))
        for seance in seances_de(activite, debut, fin)
    ]


def seances_de(activite: Activite, debut: dt.date, fin: dt.date) -> list[SeanceVue]:
    """The séances of the activity between these days, both included, in their order. Four queries at most."""
    particuliers = calendrier.jours_particuliers(debut, fin)
    siennes = list(
        Seance.select()
        .where(Seance.activite == activite, Seance.jour.between(debut, fin))
        .order_by(Seance.jour, Seance.debut, Seance.id)
    )
    places = lire_les_places((activite.id, seance) for seance in siennes)
    vue = ActiviteVue(
        activite.id,
        activite.nom,
        activite.rang,
        activite.lieu_id,
        activite.lieu.nom,
        activite.reservable,
        activite.automatique,
        activite.absence_sans_agent,
        activite.absence_tardive,
        places.partagent(activite.id),
    )
    return [
        SeanceVue(
            s.id,
            vue,
            s.jour,
            s.debut,
            s.fin,
            s.places,
            places.restantes(s.id),
            s.limite_reservation,
            s.limite_absence,
            particuliers.empeche(s, activite),
        )
        for s in siennes
    ]


def situation(seance: SeanceVue) -> Situation:
    """The séance for a child who is registered there, with nothing booked yet: what the rules look at."""
    return Situation(
        w.NON_RESERVE,
        seance.jour,
        seance.debut,
        seance.restantes,
        seance.limite_reservation,
        seance.limite_absence,
        seance.activite.reservable,
        True,
        seance.fermeture,
    )
