"""What a calendar feed holds, read again at each request: the créneaux of the planning, and the deadlines.

Whoever asks has no session, only the address: the rights are those that the account has now. The number of
queries is the same whatever the number of children, of créneaux and of weeks.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Iterator
from urllib.parse import urlsplit

from peewee import fn

import workflows as w
from models import Abonnement, Agenda, Compte, Evenement, Famille, Lieu
from portail import clock, mots
from portail.domain import adresses_d_agenda, droits, ics, lecture_planning, reglages
from portail.domain.cadre import JOUR, SEMAINE, Cadre
from portail.domain.creneaux import Creneau
from portail.domain.ics import RendezVous
from portail.domain.semaines_vides import habitues, lundi, semaines_vides

PASSE, AVENIR = 30, 120
"""Days behind and ahead that the feed holds."""
DUREE_DE_L_ECHEANCE = dt.timedelta(minutes=15)
"""How long a deadline is in the calendar: it ends when it is too late."""
LA_VEILLE_A = dt.time(19)
"""When it rings, the day before."""

ETATS = {
    w.RESERVE: ("", ics.CONFIRME),
    w.PRESENT: ("", ics.CONFIRME),
    w.RESERVATION_ATTENTE: ("En attente", ics.PEUT_ETRE),
    w.LISTE_ATTENTE: ("Liste d’attente, rang {rang}", ics.PEUT_ETRE),
    w.ABSENCE_ATTENTE: ("Absence demandée", ics.PEUT_ETRE),
    w.ABSENT: ("Absent", ics.CONFIRME),
}
"""What a title begins with, and what a program makes of it. The words come first: a phone cuts the end.

An absence is not « cancelled »: some programs would hide it, and the parent would look for it.
"""

Histoire = tuple[int, dt.datetime]
"""How many times a créneau changed, and when it did last."""


def lire(jeton: str) -> bytes | None:
    """The feed that this token opens, now; None when it opens nothing.

    Unknown, taken away, of a closed account, of a subscription that has ended, about nobody whom the account
    may follow: never told apart.
    """
    agenda = _debout(jeton)
    if agenda is None:
        return None
    regard = droits.regard(agenda.compte, agenda.famille)
    suivis = regard.suit & {agenda.enfant_id} if agenda.enfant_id else regard.suit
    if not suivis:
        return None
    jour = clock.aujourdhui()
    debut, fin = jour - dt.timedelta(PASSE), jour + dt.timedelta(AVENIR)
    vu = lecture_planning.planning(agenda.famille, debut, fin, suivis, regard=regard)
    creneaux = list(vu.creneaux())
    histoires = _histoires([c.reservation_id for c in creneaux if c.reservation_id])
    lieux = _lieux({c.seance.activite.lieu_id for c in creneaux})
    prenoms = [mots.de(enfant.prenom) for enfant in vu.enfants if enfant.id in suivis]
    return ics.ecrire(
        f"Activités {mots.enumeration(prenoms)}",
        (*_venues(creneaux, histoires, lieux, agenda), *_echeances(creneaux, histoires, agenda)),
    )


def _debout(jeton: str) -> Agenda | None:
    """The feed of this token, with its account and its family, as long as the account reads that family."""
    return (
        Agenda.select(Agenda, Compte, Famille)
        .join(Compte)
        .join_from(Agenda, Famille)
        .join_from(
            Agenda,
            Abonnement,
            on=(Abonnement.compte == Agenda.compte)
            & (Abonnement.famille == Agenda.famille)
            & (Abonnement.statut == w.ACTIF),
        )
        .where(
            Agenda.empreinte == adresses_d_agenda.empreinte(jeton),
            Agenda.revoque_le.is_null(),
            Compte.actif,
            Compte.role == w.FAMILLE,
        )
        .first()
    )


def _histoires(reservations: list[int]) -> dict[int, Histoire]:
    """What the journal says of these créneaux. One query."""
    requete = (
        Evenement.select(Evenement.objet_id, fn.COUNT(Evenement.id), fn.MAX(Evenement.quand))
        .where(Evenement.objet == "reservation", Evenement.objet_id.in_(reservations or [0]))
        .group_by(Evenement.objet_id)
        .tuples()
    )
    return {ident: (combien, quand) for ident, combien, quand in requete}


def _lieux(ids: Collection[int]) -> dict[int, str]:
    """Where these places are: a phone that knows the address shows the way. One query."""
    lieux = Lieu.select().where(Lieu.id.in_(sorted(ids) or [0]))
    return {lieu.id: ", ".join(filter(None, (lieu.nom, lieu.adresse))) for lieu in lieux}


# ——— the créneaux ———


def _venues(
    creneaux: Iterable[Creneau], histoires: dict[int, Histoire], lieux: dict[int, str], agenda: Agenda
) -> Iterator[RendezVous]:
    """One event a créneau where something was asked; a day closed since then is « cancelled »."""
    for c in creneaux:
        if c.statut == w.NON_RESERVE:
            continue
        s = c.seance
        fois, change_le = histoires.get(c.reservation_id or 0, (1, agenda.cree_le))
        (avant, statut), dit = ETATS[c.statut], _dire(c)
        if s.fermeture:
            avant, statut, dit = (
                "Pas d’accueil",
                ics.ANNULE,
                f"Il n’y a pas d’accueil ce jour-là ({s.fermeture}).",
            )
        qui = f"{c.enfant.prenom}, {s.activite.nom}"
        lien = _lien(Cadre(JOUR, s.jour))
        yield RendezVous(
            uid=_uid(f"creneau-{c.enfant.id}-{s.id}"),
            debut=dt.datetime.combine(s.jour, s.debut, clock.PARIS),
            fin=dt.datetime.combine(s.jour + dt.timedelta(s.fin <= s.debut), s.fin, clock.PARIS),
            titre=f"{avant.format(rang=c.rang_liste)} : {qui}" if avant else qui,
            texte=f"{dit}\n{lien}",
            lien=lien,
            change_le=change_le,
            statut=statut,
            lieu=lieux.get(s.activite.lieu_id, ""),
            version=fois - 1,
        )


def _dire(c: Creneau) -> str:
    """The state in words, and what the family has to know of it: dates, never « in two days », read later."""
    match c.statut:
        case w.RESERVE:
            suite = f". Absence à déclarer avant le {c.seance.avant_absence}" if not c.enfant.suivi else ""
        case w.LISTE_ATTENTE:
            suite = f", rang {c.rang_liste}. Une place qui se libère est donnée dans l’ordre de la liste"
        case w.ABSENCE_ATTENTE:
            suite = " : absence déclarée"
        case w.ABSENT:
            suite = f", absence {c.facturation}" if c.facturation else ""
        case _:
            suite = ""
    return f"{c.etat.phrase}{suite}."


# ——— the deadlines ———


def _echeances(
    creneaux: Iterable[Creneau], histoires: dict[int, Histoire], agenda: Agenda
) -> Iterator[RendezVous]:
    """One event a week and an activity where a day can still be booked, at the first deadline that comes.

    It rings where the home says « rien de réservé ».
    """
    toutes = list(creneaux)
    semaines: dict[tuple[int, dt.date], list[Creneau]] = {}
    for c in toutes:
        semaines.setdefault(_semaine(c), []).append(c)
    vides = {_semaine(vide[0]) for vide in semaines_vides(toutes, habitues(toutes, clock.aujourdhui()))}
    for semaine, siens in sorted(semaines.items(), key=lambda une: une[0]):
        libres = [c for c in siens if c.acte_possible == w.DEMANDER]
        if libres:
            yield _echeance(semaine[1], siens, libres, semaine in vides, histoires, agenda)


def _semaine(c: Creneau) -> tuple[int, dt.date]:
    """Its activity and its Monday."""
    return c.seance.activite.id, lundi(c.seance.jour)


def _echeance(
    debut: dt.date,
    siens: list[Creneau],
    libres: list[Creneau],
    sonne: bool,
    histoires: dict[int, Histoire],
    agenda: Agenda,
) -> RendezVous:
    limites = sorted({c.seance.limite_reservation for c in libres})
    premiers = sorted({c.seance.jour for c in libres if c.seance.limite_reservation == limites[0]})
    activite = libres[0].seance.activite
    quoi = f"semaine du {mots.jour_mois(debut)}" if len(limites) == 1 else _jours(premiers)
    toutes = (c.seance.limite_reservation for c in siens)
    dates: list[dt.datetime] = [agenda.cree_le]
    dates += [limite for limite in toutes if limite <= clock.maintenant()]
    dates += [histoires[c.reservation_id][1] for c in siens if c.reservation_id in histoires]
    fin = clock.a_paris(limites[0])
    lien = _lien(Cadre(SEMAINE, debut, activites=frozenset([activite.id])))
    veille = clock.instant(fin.date() - dt.timedelta(1), LA_VEILLE_A)
    return RendezVous(
        uid=_uid(f"reserver-{agenda.id}-{activite.id}-{debut.isoformat()}"),
        debut=fin - DUREE_DE_L_ECHEANCE,
        fin=fin,
        titre=f"Dernier moment pour réserver : {activite.nom}, {quoi}",
        texte="\n".join((*_dire_les_limites(libres, limites), lien)),
        lien=lien,
        change_le=max(dates),
        sonne_le=veille if sonne else None,
    )


def _dire_les_limites(libres: list[Creneau], limites: list[dt.datetime]) -> Iterator[str]:
    """A line a deadline: « Avant le jeudi 3 décembre à 12 h : Léa et Noé, lundi 7 décembre. »"""
    for limite in limites:
        ceux_ci = [c for c in libres if c.seance.limite_reservation == limite]
        enfants = sorted({c.enfant for c in ceux_ci}, key=lambda enfant: (enfant.rang, enfant.id))
        ensemble: dict[tuple[dt.date, ...], list[str]] = {}
        for enfant in enfants:
            jours = sorted({c.seance.jour for c in ceux_ci if c.enfant == enfant})
            ensemble.setdefault(tuple(jours), []).append(enfant.prenom)
        dits = [f"{mots.enumeration(prenoms)}, {_jours(jours)}" for jours, prenoms in ensemble.items()]
        yield f"Avant le {mots.moment(limite)} : {' ; '.join(dits)}."


def _jours(jours: Iterable[dt.date]) -> str:
    return mots.enumeration([mots.jour_long(jour) for jour in jours])


# ——— addresses ———


def _uid(nom: str) -> str:
    return f"{nom}@{urlsplit(reglages.lire().base_url).hostname}"


def _lien(cadre: Cadre) -> str:
    return f"{reglages.lire().base_url}/famille/planning?{cadre.requete}"
