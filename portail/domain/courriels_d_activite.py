"""The mail that tells families of other hours: one for each account, about the children whom it follows."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence

import workflows as w
from models import Activite, Enfant, Famille, Reservation
from portail import mots
from portail.domain import courriels, droits
from portail.domain.courriels import Lettre
from portail.domain.effet_sur_les_seances import Changement

Creneau = tuple[int, str, int]
"""A child, by id, its first name, and the séance, by id: bookings are read by the ten thousand."""


def annoncer_les_horaires(activite: Activite, deplaces: Sequence[Changement], repere: int) -> int:
    """Tell whoever has something booked, asked or awaited there at what hours it takes place from now on.

    `deplaces`: the séances as they were, and as they are. `repere`: the line of the journal, by which these
    mails are known. Gives how many were written. Five queries, and the mails.
    """
    par_seance = {c.seance.id: c for c in deplaces}
    if not par_seance:
        return 0
    par_famille: dict[int, list[Creneau]] = defaultdict(list)
    for famille_id, enfant_id, prenom, seance_id in _creneaux(par_seance):
        par_famille[famille_id].append((enfant_id, prenom, seance_id))
    if not par_famille:
        return 0
    familles = {une.id: une for une in Famille.select().where(Famille.id.in_(list(par_famille)))}
    regards = droits.regards_par_famille(familles.values())
    lettres = [
        _lettre(activite, ident, compte, lues, repere)
        for ident, comptes in courriels.destinataires_par_famille(list(familles)).items()
        for compte in comptes
        if (lues := _lues(par_famille[ident], par_seance, regards[ident](compte).suit))
    ]
    courriels.ecrire_ensemble(lettres)
    return len(lettres)


def _lettre(activite: Activite, famille_id: int, compte, lues: list[str], repere: int) -> Lettre:
    return Lettre(
        cle=f"horaires:{repere}:{famille_id}:{compte.id}",
        destinataire=compte.email,
        sujet=f"{activite.nom} : les horaires changent",
        corps=courriels.lettre(
            compte,
            f"Les horaires de « {activite.nom} », {activite.lieu.nom}, changent :",
            "\n".join(f"– {ligne}" for ligne in lues),
            "Ce que vous avez demandé est gardé : vous n’avez rien à faire. Si votre enfant ne peut pas"
            " venir à ces heures, déclarez son absence sur le planning.",
            f"Le planning de vos enfants :\n{courriels.lien('/famille/planning')}",
        ),
        famille_id=famille_id,
    )


def _creneaux(seance_ids: Iterable[int]) -> Iterable[tuple[int, int, str, int]]:
    """The family, and the créneau, of each who has something there."""
    return (
        Reservation.select(Enfant.famille, Enfant.id, Enfant.prenom, Reservation.seance)
        .join(Enfant)
        .where(Reservation.seance.in_(list(seance_ids)), Reservation.statut.not_in((w.NON_RESERVE, w.ABSENT)))
        .order_by(Enfant.rang, Reservation.id)
        .tuples()
    )


def _lues(creneaux: Iterable[Creneau], par_seance: dict[int, Changement], suivis) -> list[str]:
    """What this reader may know: a line for each child, weekday and change of hours."""
    groupes: dict[tuple[str, dt.time, dt.time, dt.time, dt.time, int], list[dt.date]] = defaultdict(list)
    for enfant_id, prenom, seance_id in creneaux:
        if enfant_id in suivis:
            c = par_seance[seance_id]
            heures = (c.apres.debut, c.apres.fin, c.avant.debut, c.avant.fin)
            groupes[(prenom, *heures, c.seance.jour.weekday())].append(c.seance.jour)
    return [
        _dire(prenom, debut, fin, avant, jusque, jours)
        for (prenom, debut, fin, avant, jusque, _), jours in groupes.items()
    ]


def _dire(
    prenom: str, debut: dt.time, fin: dt.time, avant: dt.time, jusque: dt.time, jours: list[dt.date]
) -> str:
    quand = f"le {mots.jour_long(jours[0])}"
    if len(jours) > 1:
        quand = f"le {mots.JOURS[jours[0].weekday()]}, {mots.du_au(min(jours), max(jours))}"
    return f"{prenom}, {quand} : {mots.plage(debut, fin)}, au lieu de {mots.plage(avant, jusque)}"
