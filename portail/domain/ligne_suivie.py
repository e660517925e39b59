"""One child of a demande of pre-registration, as the family follows it: the answer, each day asked for."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass, field

from peewee import JOIN

import workflows as w
from models import JourVoulu, Preinscription, Reservation, Seance
from portail import clock, mots
from portail.domain.creneaux import EnfantVu


@dataclass
class LigneSuivie:
    """One child of the demande."""

    id: int
    inscription_id: int
    enfant: EnfantVu
    statut: str
    motif: str
    etat: w.Etat
    jours: list[tuple[dt.date, str]] = field(default_factory=list)
    """Each day asked for, and the status of the child on it."""
    retirable: bool = False
    """Whether the account may still withdraw it."""

    @property
    def acceptee(self) -> bool:
        return self.statut == w.ACCEPTEE

    @property
    def resume(self) -> str:
        """« 42 jours demandés », « 42 jours demandés. Réservé : 40, Liste d’attente : 2 »."""
        demandes = mots.pluriel(len(self.jours), "jour demandé", "jours demandés")
        if not self.acceptee:
            return demandes
        comptes = Counter(statut for _, statut in self.jours)
        devenus = [f"{w.CRENEAU.etats[statut].libelle} : {n}" for statut, n in comptes.most_common()]
        return f"{demandes}. {', '.join(devenus)}"

    @property
    def par_mois(self) -> list[tuple[dt.date, list[tuple[str, str]]]]:
        """Month by month, the days by what became of them; of a line not accepted, the days alone."""
        mois: dict[dt.date, dict[str, list[str]]] = {}
        for jour, statut in self.jours:
            devenu = w.CRENEAU.etats[statut].libelle if self.acceptee else ""
            dit = f"{mots.jour_semaine(jour)} {mots.quantieme(jour)}"
            dits = mois.setdefault(jour.replace(day=1), {}).setdefault(devenu, [])
            if dit not in dits:
                dits.append(dit)
        return [(m, [(d, ", ".join(jours)) for d, jours in dits.items()]) for m, dits in mois.items()]


def lire_la_ligne(
    debut: dt.date,
    fin: dt.date,
    statut_inscription: str,
    inscription_id: int,
    ident: int,
    statut: str,
    motif: str,
    enfant_id: int,
    prenom: str,
    rang: int,
) -> LigneSuivie:
    """A line from its columns, in the order in which the demande is read."""
    etat = w.etat_preinscription(statut_inscription, fin, clock.aujourdhui())
    return LigneSuivie(ident, inscription_id, EnfantVu(enfant_id, prenom, rang), statut, motif, etat)


def lire_les_jours(lignes: list[LigneSuivie]) -> None:
    """The days asked for, child by child, and what the child has on each now."""
    par_inscription = {ligne.inscription_id: ligne for ligne in lignes}
    requete = (
        JourVoulu.select(JourVoulu.preinscription, Seance.jour, Reservation.statut)
        .join(Seance)
        .join_from(JourVoulu, Preinscription)
        .join_from(
            JourVoulu,
            Reservation,
            JOIN.LEFT_OUTER,
            on=(Reservation.seance == JourVoulu.seance) & (Reservation.enfant == Preinscription.enfant),
        )
        .where(JourVoulu.preinscription.in_(list(par_inscription)))
        .order_by(Seance.jour, Seance.debut, Seance.id)
        .tuples()
    )
    for inscription_id, jour, statut in requete:
        par_inscription[inscription_id].jours.append((jour, statut or w.NON_RESERVE))
