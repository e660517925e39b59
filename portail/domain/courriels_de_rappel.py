"""The words of « rien de réservé »: which weeks, children and days, until when, and where to book."""

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

import workflows as w
from models import Compte
from portail import clock, mots
from portail.domain import textes_de_courriel
from portail.domain.courriels import RAPPEL, RECEPTION, Lettre, ecrire_ensemble, lettre, lien
from portail.domain.creneaux import Creneau
from portail.domain.jours_voulus import TOUTES, Habitude
from portail.domain.semaines_vides import lundi
from portail.domain.souhait_long import SouhaitLong

COMPLET = "complet : liste d’attente"


@dataclass(frozen=True)
class Rappel:
    """What one account is to be told of one family."""

    abonnement_id: int
    compte: Compte
    famille_id: int
    semaines: list[list[Creneau]]
    """The free slots of one child, one activity and one week, each."""


@dataclass(frozen=True)
class _Ligne:
    """One activity in one week: the children who have the same days, and until when."""

    semaine: dt.date
    limite: dt.datetime
    rang: int
    activite: str
    quand: str
    avant: str
    enfants: tuple[str, ...] = ()


def ecrire(rappels: Iterable[Rappel]) -> None:
    """Put these reminders in the outbox, in the transaction of the act; one a day at most, whoever asks."""
    jour = clock.aujourdhui().isoformat()
    ecrire_ensemble(
        Lettre(
            cle=f"{RAPPEL}{rappel.compte.id}:{rappel.famille_id}:{jour}",
            destinataire=rappel.compte.email,
            sujet=_sujet(rappel),
            corps=_corps(rappel),
            famille_id=rappel.famille_id,
        )
        for rappel in rappels
    )


def lien_pour_reserver(creneaux: Sequence[Creneau]) -> str:
    """Where these free slots of a week are asked for at once: the long form, filled in, to be read again."""
    jours = [creneau.seance.jour for creneau in creneaux]
    souhait = SouhaitLong(
        nature=w.NATURE_RESERVATION,
        enfants=frozenset(creneau.enfant.id for creneau in creneaux),
        activites=frozenset(creneau.seance.activite.id for creneau in creneaux),
        debut=min(jours),
        fin=max(jours),
        habitudes=frozenset(Habitude(jour.weekday(), TOUTES) for jour in jours),
    )
    return lien(f"/famille/planning/longue-periode?{souhait.requete}&vers=apercu")


# ——— inside ———


def _sujet(rappel: Rappel) -> str:
    prenoms = dict.fromkeys(semaine[0].enfant.prenom for semaine in _par_rang(rappel.semaines))
    premiere = min(c.seance.limite_reservation for semaine in rappel.semaines for c in semaine)
    avant = f"à réserver avant le {mots.moment(premiere)}"
    return f"Rien de réservé pour {mots.enumeration(list(prenoms))} : {avant}"


def _corps(rappel: Rappel) -> str:
    lignes = _lignes(rappel.semaines)
    semaines = [
        "\n".join(
            [
                f"Semaine du {mots.jour_mois(jour)} :",
                *(_en_mots(ligne) for ligne in siennes),
                "",
                "Réserver :",
                lien_pour_reserver([c for s in rappel.semaines for c in s if lundi(c.seance.jour) == jour]),
            ]
        )
        for jour, siennes in groupby(lignes, key=lambda ligne: ligne.semaine)
    ]
    return lettre(
        rappel.compte,
        "Rien n’est réservé, et la date limite approche.",
        *semaines,
        "Vous n’en avez pas besoin ? Il n’y a rien à faire : cette date limite n’est rappelée qu’une fois.",
        f"Choisir ce que je reçois :\n{lien(RECEPTION)}",
        genre=textes_de_courriel.RAPPEL,
    )


def _en_mots(ligne: _Ligne) -> str:
    return f"– {mots.enumeration(list(ligne.enfants))}, {ligne.activite} : {ligne.quand}\n  {ligne.avant}"


def _lignes(semaines: Iterable[list[Creneau]]) -> list[_Ligne]:
    """Week after week, in the order of the deadlines; siblings together when all the rest is the same."""
    lignes: dict[_Ligne, list[str]] = {}
    for semaine in _par_rang(semaines):
        seance = semaine[0].seance
        ligne = _Ligne(
            lundi(seance.jour),
            min(c.seance.limite_reservation for c in semaine),
            seance.activite.rang,
            seance.activite.nom,
            _jours(semaine),
            _avant(semaine),
        )
        lignes.setdefault(ligne, []).append(semaine[0].enfant.prenom)
    triees = sorted(lignes, key=lambda ligne: (ligne.semaine, ligne.limite, ligne.rang, ligne.activite))
    return [
        _Ligne(i.semaine, i.limite, i.rang, i.activite, i.quand, i.avant, tuple(lignes[i])) for i in triees
    ]


def _par_rang(semaines: Iterable[list[Creneau]]) -> list[list[Creneau]]:
    return sorted(semaines, key=lambda semaine: (semaine[0].enfant.rang, semaine[0].enfant.id))


def _jours(semaine: Collection[Creneau]) -> str:
    """« lundi 7, mardi 8, jeudi 10 décembre »; the month is said once, and what is full is said to be."""
    complets: dict[dt.date, bool] = {}
    for creneau in semaine:
        jour = creneau.seance.jour
        complets[jour] = complets.get(jour, True) and creneau.situation.complete
    jours, tout = list(complets), all(complets.values())
    dits = []
    for jour, suivant in zip(jours, [*jours[1:], None], strict=True):
        seul = suivant is None or suivant.month != jour.month
        dit = mots.jour_long(jour) if seul else f"{mots.jour_semaine(jour)} {mots.quantieme(jour)}"
        dits.append(f"{dit} ({COMPLET})" if complets[jour] and not tout else dit)
    return ", ".join(dits) + (f" ({COMPLET})" if tout else "")


def _avant(semaine: list[Creneau]) -> str:
    """Until when; where each day has its own deadline, that of the first one."""
    premiere = min((c.seance for c in semaine), key=lambda seance: seance.limite_reservation)
    avant = f"À réserver avant le {premiere.avant_reservation}"
    if len({c.seance.limite_reservation for c in semaine}) == 1:
        return avant
    jour = f"{mots.jour_semaine(premiere.jour)} {mots.quantieme(premiere.jour)}"
    return f"{avant} pour le {jour} ; chaque jour suivant a sa date limite"
