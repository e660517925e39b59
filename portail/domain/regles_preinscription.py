"""The rules of a pre-registration, pure: what stands in the way of one, in words. The same for every door.

They look at the activity's dates, ages and opening window, and at what the child is registered in already.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

import workflows as w
from portail import clock, mots
from portail.domain.regles import Obstacle

REMARQUES_MAX = 1000
JOURS_POUR_LIRE, SAMEDI, FIN_DE_JOURNEE = 2, 5, dt.time(18)
"""How many weekdays the town has at least before it is late, and the hour at which the last one ends."""


class Offre(Protocol):
    """An activity, as the rules look at it."""

    debut: dt.date
    fin: dt.date
    age_min: int
    age_max: int
    preinscription_du: dt.date | None
    preinscription_au: dt.date | None


@dataclass(frozen=True, slots=True)
class Autre:
    """Another pre-registration of the same child in the same activity."""

    debut: dt.date
    fin: dt.date
    statut: str


def obstacle_activite(a: Offre, jour: dt.date) -> Obstacle | None:
    """Why a family cannot ask for this activity on the day `jour`; None when it can."""
    return obstacle_ouverture(a.fin, a.preinscription_du, a.preinscription_au, jour)


def obstacle_ouverture(
    fin: dt.date, du: dt.date | None, au: dt.date | None, jour: dt.date
) -> Obstacle | None:
    """The same, of an activity that ends on `fin` and whose pre-registrations are open from `du` to `au`."""
    if fin < jour:
        return Obstacle("Terminée", f"Cette activité est terminée depuis le {mots.jour_annee(fin)}.")
    if du and jour < du:
        ouverture = mots.jour_annee(du)
        return Obstacle(f"Ouvre le {ouverture}", f"Les pré-inscriptions ouvrent le {ouverture}.")
    if au and au < jour:
        cloture = mots.jour_annee(au)
        return Obstacle(
            f"Close depuis le {cloture}",
            f"Les pré-inscriptions sont closes depuis le {cloture}. "
            "Le Guichet Familles peut encore vous répondre par téléphone.",
        )
    return None


def periode_possible(a: Offre, jour: dt.date) -> tuple[dt.date, dt.date]:
    """First and last day that can be asked for on the day `jour`, both included."""
    return max(a.debut, jour), a.fin


def obstacles_periode(a: Offre, debut: dt.date, fin: dt.date, jour: dt.date) -> dict[str, str]:
    """What is wrong with the period asked for on the day `jour`: a sentence beside `debut`, beside `fin`."""
    premier, dernier = periode_possible(a, jour)
    fautes = {}
    if not premier <= debut <= dernier:
        fautes["debut"] = (
            f"La période commence entre le {mots.jour_annee(premier)} et le {mots.jour_annee(dernier)}."
        )
    if fin > a.fin or fin < premier:
        fautes["fin"] = f"La période finit le {mots.jour_annee(a.fin)} au plus tard."
    elif fin < debut:
        fautes["fin"] = "La date de fin est avant la date de début."
    return fautes


def obstacle_age(a: Offre, naissance: dt.date, jour: dt.date) -> Obstacle | None:
    """Whether the child is of the age that the activity takes, on the first day asked for."""
    age = mots.annees(naissance, jour)
    if a.age_min <= age <= a.age_max:
        return None
    tranche = mots.tranche_d_age(a.age_min, a.age_max)
    return Obstacle(
        f"Réservé aux {tranche}",
        f"Cette activité est réservée aux {tranche} : l’enfant aura {mots.pluriel(age, 'an')}"
        f" le {mots.jour_annee(jour)}.",
    )


def obstacle_autre(autres: Iterable[Autre], debut: dt.date, fin: dt.date) -> Obstacle | None:
    """Whether the child is registered there already on some of these days, or has asked to be."""
    for autre in autres:
        if autre.debut > fin or autre.fin < debut:
            continue
        quand = f"du {mots.jour_annee(autre.debut)} au {mots.jour_annee(autre.fin)}"
        if autre.statut == w.RESERVATION_POSSIBLE:
            return Obstacle("Déjà inscrit", f"L’enfant y est déjà inscrit {quand}.")
        if autre.statut == w.DEMANDE_EN_COURS:
            return Obstacle(
                "Déjà demandé",
                f"Une demande est déjà en cours {quand} : la mairie doit répondre.",
            )
    return None


def obstacle_acceptation(
    a: Offre, naissance: dt.date, debut: dt.date, fin: dt.date, autres: Iterable[Autre], jour: dt.date
) -> Obstacle | None:
    """Why the town can no longer, on the day `jour`, register this child for these days; None when it can.

    The opening window is not among it: whoever asked in time is answered when the town can.
    """
    if debut < a.debut or fin > a.fin:
        return Obstacle("Hors des dates", "La période déborde des dates de l’activité.")
    if fin < jour:
        return Obstacle("Période passée", f"La période demandée est finie depuis le {mots.jour_annee(fin)}.")
    return obstacle_age(a, naissance, debut) or obstacle_autre(autres, debut, fin)


def a_traiter_avant(debut: dt.date, limites: Iterable[dt.datetime], deposee_le: dt.datetime) -> dt.datetime:
    """Until when the town should have answered: before the first day, before any deadline of a day asked.

    The first day may be that on which one asks: the town then has until the evening of the second weekday
    after. The deadlines of the days asked hold as they are, since none of them is past.
    """
    jour = clock.a_paris(deposee_le).date()
    for _ in range(JOURS_POUR_LIRE):
        jour += dt.timedelta(1)
        while jour.weekday() >= SAMEDI:
            jour += dt.timedelta(1)
    premier = max(clock.instant(debut, dt.time()), clock.instant(jour, FIN_DE_JOURNEE))
    return min([premier, *limites])
