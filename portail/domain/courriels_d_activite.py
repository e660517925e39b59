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

Ligne = tuple[int, str]
"""A child, by id, and the sentence that tells it."""


def annoncer_les_horaires(activite: Activite, deplaces: Sequence[Changement], repere: int) -> int:
    """Tell whoever has something booked, asked or awaited there at what hours it takes place from now on.

    `deplaces`: the séances as they were, and as they are. `repere`: the line of the journal, by which these
    mails are known. Gives how many were written. Four queries, and the mails.
    """
    par_seance = {c.seance.id: c for c in deplaces}
    if not par_seance:
        return 0
    par_famille: dict[int, list[Reservation]] = defaultdict(list)
    for creneau in _creneaux(par_seance):
        par_famille[creneau.enfant.famille_id].append(creneau)
    familles = {ident: siens[0].enfant.famille for ident, siens in par_famille.items()}
    if not familles:
        return 0
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


def _creneaux(seance_ids: Iterable[int]) -> Iterable[Reservation]:
    return (
        Reservation.select(Reservation, Enfant, Famille)
        .join(Enfant)
        .join(Famille)
        .where(Reservation.seance.in_(list(seance_ids)), Reservation.statut.not_in((w.NON_RESERVE, w.ABSENT)))
        .order_by(Enfant.rang, Reservation.id)
    )


def _lues(creneaux: Iterable[Reservation], par_seance: dict[int, Changement], suivis) -> list[str]:
    """What this reader may know: a line for each child, weekday and change of hours."""
    groupes: dict[tuple[str, int, str, str], list[dt.date]] = defaultdict(list)
    for creneau in creneaux:
        if creneau.enfant_id in suivis:
            c = par_seance[creneau.seance_id]
            avant, apres = mots.plage(c.avant.debut, c.avant.fin), mots.plage(c.apres.debut, c.apres.fin)
            groupes[creneau.enfant.prenom, c.seance.jour.weekday(), apres, avant].append(c.seance.jour)
    return [_dire(*qui, jours) for qui, jours in groupes.items()]


def _dire(prenom: str, semaine: int, apres: str, avant: str, jours: list[dt.date]) -> str:
    quand = f"le {mots.jour_long(jours[0])}"
    if len(jours) > 1:
        quand = f"le {mots.JOURS[semaine]}, {mots.du_au(min(jours), max(jours))}"
    return f"{prenom}, {quand} : {apres}, au lieu de {avant}"
