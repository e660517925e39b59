"""What asking for bookings, or declaring absences, would give: créneau by créneau, and why not.

One function for every door: the click, several slots at once, a long period, an agent at the counter. The
preview shows what it says, the act asks it again in its transaction.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace

import workflows as w
from portail.domain.creneaux import Creneau
from portail.domain.refus import Interdit, Refus
from portail.domain.regles import NON_INSCRIT, Obstacle, obstacle_absence, obstacle_reservation

PAS_INSCRIT = "L’enfant n’est pas inscrit à cette activité ce jour-là."
Voeu = tuple[int, int]
"""What is wished: a child and a séance, by their ids."""

POSSIBLE, DEJA, SUIVI, AUTRE_ETAT, LIE = "possible", "deja", "suivi", "autre_etat", "lie"
"""What becomes of a wish, besides the kinds of obstacle of the rules (`regles`)."""


@dataclass(frozen=True)
class Genre:
    """What differs between asking for a booking and declaring an absence."""

    nature: str
    acte: str
    obstacle: Callable[..., Obstacle | None]
    deja: frozenset[str]
    """Statuses in which the wanted state already stands."""
    attente: str
    """Where the act leads when an agent has to answer."""


RESERVATION = Genre(
    w.NATURE_RESERVATION,
    w.DEMANDER,
    obstacle_reservation,
    frozenset({w.RESERVATION_ATTENTE, w.RESERVE, w.LISTE_ATTENTE, w.PRESENT}),
    w.RESERVATION_ATTENTE,
)
ABSENCE = Genre(
    w.NATURE_ABSENCE,
    w.DECLARER_ABSENCE,
    obstacle_absence,
    frozenset({w.ABSENCE_ATTENTE, w.ABSENT}),
    w.ABSENCE_ATTENTE,
)
GENRES = {genre.nature: genre for genre in (RESERVATION, ABSENCE)}


@dataclass(frozen=True)
class Examine:
    """One wish, looked at."""

    voeu: Voeu
    creneau: Creneau | None
    """The slot in its present state; None when the family has no such slot."""
    issue: str
    bref: str = ""
    phrase: str = ""
    """Why not, for whoever asked."""

    @property
    def possible(self) -> bool:
        return self.issue == POSSIBLE

    @property
    def refus(self) -> Refus | None:
        """What the act says of it; None where it is possible, or stands already."""
        if self.issue in (POSSIBLE, DEJA):
            return None
        return (Interdit if self.issue == SUIVI else Refus)(self.phrase)


def examiner(
    genre: Genre, voeux: Iterable[Voeu], creneaux: Iterable[Creneau], ensemble: bool = False
) -> list[Examine]:
    """What the rights, then the rules, say of each of these wishes, in their order.

    `creneaux`: the family's slots, as they are now. `ensemble`: the children are wanted together or not at
    all; where one of them cannot come, the others who would come at the same hours do not either.
    """
    connus = {(c.enfant.id, c.seance.id): c for c in creneaux}
    examines = [_examiner(genre, voeu, connus.get(voeu)) for voeu in dict.fromkeys(voeux)]
    if not ensemble:
        return examines
    sans_creneau = {e.voeu[1] for e in examines if e.creneau is None}
    empeches = {
        e.voeu
        for groupe in par_moment(e for e in examines if e.creneau and e.issue != DEJA)
        for e in groupe
        if e.possible and (e.voeu[1] in sans_creneau or _retenu_par_un_autre(e, groupe))
    }
    return [_lier(e, empeches) for e in examines]


def liens(retenus: Sequence[Creneau]) -> dict[Voeu, int]:
    """What ties the children asked for together: those of the same hours, by the number of their tie."""
    groupes = par_moment(Examine((c.enfant.id, c.seance.id), c, POSSIBLE) for c in retenus)
    noues = [groupe for groupe in groupes if len({e.voeu[0] for e in groupe}) > 1]
    return {e.voeu: numero for numero, groupe in enumerate(noues) for e in groupe}


def par_moment(examines: Iterable[Examine]) -> list[list[Examine]]:
    """These, the slots of a day whose hours overlap together."""
    groupes: list[list[Examine]] = []
    fin = None
    tries = sorted(
        ((e.creneau.seance, e) for e in examines if e.creneau), key=lambda p: (p[0].jour, p[0].debut, p[0].id)
    )
    for seance, examine in tries:
        if fin is None or fin[0] != seance.jour or seance.debut >= fin[1]:
            groupes.append([])
            fin = (seance.jour, seance.fin)
        fin = (seance.jour, max(fin[1], seance.fin))
        groupes[-1].append(examine)
    return groupes


# ——— inside ———


def _examiner(genre: Genre, voeu: Voeu, creneau: Creneau | None) -> Examine:
    if creneau is None:
        return Examine(voeu, None, NON_INSCRIT, "Non inscrit ce jour-là", PAS_INSCRIT)
    if creneau.enfant.suivi:
        return Examine(voeu, creneau, SUIVI, "Suivi seulement", creneau.enfant.seulement_suivi)
    if creneau.statut in genre.deja:
        return Examine(voeu, creneau, DEJA, creneau.etat.libelle)
    if obstacle := genre.obstacle(creneau.situation, creneau.maintenant):
        return Examine(voeu, creneau, obstacle.genre, obstacle.bref, obstacle.phrase)
    if not w.CRENEAU.permet(creneau.statut, genre.acte, w.FAMILLE):
        return Examine(voeu, creneau, AUTRE_ETAT, creneau.etat.libelle, _contretemps(creneau))
    return Examine(voeu, creneau, POSSIBLE)


def _contretemps(creneau: Creneau) -> str:
    """Why the slot's present state does not lead where the family wants, in words."""
    return (
        f"Ce créneau est à l’état « {creneau.etat.libelle} » : la demande n’est pas possible. "
        "Le Guichet Familles peut vous répondre par téléphone."
    )


def _retenu_par_un_autre(examine: Examine, groupe: Iterable[Examine]) -> bool:
    """Whether another child, wanted at the same hours, cannot come."""
    return any(not autre.possible and autre.voeu[0] != examine.voeu[0] for autre in groupe)


def _lier(examine: Examine, empeches: set[Voeu]) -> Examine:
    if examine.voeu not in empeches:
        return examine
    phrase = (
        "Un autre enfant ne peut pas venir ce jour-là, et vous les avez demandés ensemble ou pas du tout."
    )
    return replace(examine, issue=LIE, bref="Un autre enfant ne peut pas venir ce jour-là", phrase=phrase)


def possibles(examines: Collection[Examine]) -> list[Creneau]:
    """The slots that can be asked for."""
    return [e.creneau for e in examines if e.possible and e.creneau]
