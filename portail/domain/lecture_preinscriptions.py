"""« Pré-inscriptions »: where each child is registered, or has asked to be, what can be acted on first."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

from peewee import JOIN, Case, fn

import workflows as w
from models import Activite, Compte, Demande, Enfant, Famille, Lieu, Ligne, Preinscription, Seance
from portail import clock, mots
from portail.domain import droits
from portail.domain.cadre import MOIS, Cadre
from portail.domain.creneaux import EnfantVu
from portail.domain.droits import Regard
from portail.domain.regles_preinscription import obstacle_ouverture

ORDRE = (w.DEMANDE_EN_COURS, w.RESERVATION_POSSIBLE, w.REFUSEE, w.ANNULEE, w.TERMINEE)
"""What can be acted on comes first."""


@dataclass(frozen=True)
class InscriptionVue:
    """One pre-registration, as the family reads it."""

    id: int
    enfant: EnfantVu
    activite_id: int
    activite: str
    lieu: str
    rang: int
    debut: dt.date
    fin: dt.date
    statut: str
    demande_id: int | None
    motif: str
    piece_attendue: str
    """Empty for whoever does not follow every child of the demande: it may be about another."""
    seance: dt.date | None
    """The next day on which it takes place, or the last one."""
    activite_fin: dt.date
    ouverte_du: dt.date | None
    ouverte_au: dt.date | None

    @property
    def fermeture(self) -> str:
        """Why it cannot be asked for again today; empty when it can."""
        jour = clock.aujourdhui()
        obstacle = obstacle_ouverture(self.activite_fin, self.ouverte_du, self.ouverte_au, jour)
        return obstacle.phrase if obstacle else ""

    @property
    def etat(self) -> w.Etat:
        return w.etat_preinscription(self.statut, self.fin, clock.aujourdhui())

    @property
    def attend_un_document(self) -> bool:
        return self.statut == w.DEMANDE_EN_COURS and bool(self.piece_attendue)

    @property
    def planning(self) -> str:
        """What the planning has to show: this activity, this child, a month in which it takes place."""
        date = self.seance or max(self.debut, clock.aujourdhui())
        return Cadre(MOIS, date, frozenset({self.enfant.id}), frozenset({self.activite_id})).requete

    @property
    def ordre(self) -> tuple:
        urgence = 0 if self.attend_un_document else 1 + ORDRE.index(self.etat.code)
        return (urgence, self.enfant.rang, self.enfant.id, self.rang, self.activite_id, -self.id)


@dataclass
class Rangee:
    """One row of the table: a child and an activity; what came before stands below."""

    actuelle: InscriptionVue
    autres: list[InscriptionVue] = field(default_factory=list)


@dataclass(frozen=True)
class Tableau:
    rangees: list[Rangee]
    regard: Regard
    """Who reads it."""
    enfants: Sequence[Enfant] = ()
    """The only children shown; none: all of them."""

    @property
    def seuls(self) -> str:
        return mots.enumeration([enfant.prenom for enfant in self.enfants])

    @property
    def demandeur(self) -> bool:
        """Whether the account decides for a child: it may ask."""
        return bool(self.regard.decide)

    @property
    def resume(self) -> str:
        """« Deux inscriptions… »: what stands and what waits, in one sentence."""
        codes = [vue.etat.code for r in self.rangees for vue in (r.actuelle, *r.autres)]
        en_cours = codes.count(w.RESERVATION_POSSIBLE)
        attendues = codes.count(w.DEMANDE_EN_COURS)
        dits = [mots.pluriel(en_cours, "inscription en cours", "inscriptions en cours")]
        if attendues:
            dits.append(mots.pluriel(attendues, "demande en attente", "demandes en attente"))
        return f"{' et '.join(dits)}."


def tableau(compte: Compte, famille: Famille, enfants: Sequence[Enfant] = ()) -> Tableau:
    """The table of « Pré-inscriptions », of these children alone if there are any. Two queries."""
    regard = droits.regard(compte, famille)
    montres = regard.suit & {enfant.id for enfant in enfants} if enfants else regard.suit
    rangees: dict[tuple[int, int], Rangee] = {}
    for vue in sorted(_lire(list(montres)), key=lambda vue: vue.ordre):
        cle = (vue.enfant.id, vue.activite_id)
        if cle in rangees:
            rangees[cle].autres.append(vue)
        else:
            rangees[cle] = Rangee(vue)
    return Tableau(list(rangees.values()), regard, enfants)


def _lire(enfants: list[int]) -> list[InscriptionVue]:
    jour = clock.aujourdhui()
    siennes = (Seance.activite == Preinscription.activite) & Seance.jour.between(
        Preinscription.debut, Preinscription.fin
    )
    prochaine = Seance.select(fn.MIN(Seance.jour)).where(siennes, Seance.jour >= jour)
    derniere = Seance.select(fn.MAX(Seance.jour)).where(siennes)
    autre, la_sienne = Ligne.alias(), Preinscription.alias()
    d_un_autre = (
        autre.select(fn.COUNT(autre.id))  # counted: asked whether there is one, PostgreSQL reads them all
        .join(la_sienne, on=autre.preinscription == la_sienne.id)
        .where(autre.demande == Demande.id, la_sienne.enfant.not_in(enfants or [0]))
    )
    piece = Case(None, [(d_un_autre > 0, "")], fn.COALESCE(Demande.piece_attendue, ""))
    requete = (
        Preinscription.select(
            Preinscription.id,
            Enfant.id,
            Enfant.prenom,
            Enfant.rang,
            Activite.id,
            Activite.nom,
            Lieu.nom,
            Activite.rang,
            Preinscription.debut,
            Preinscription.fin,
            Preinscription.statut,
            Demande.id,
            fn.COALESCE(Ligne.motif, ""),
            piece,
            fn.COALESCE(prochaine, derniere).converter(_en_date),
            Activite.fin,
            Activite.preinscription_du,
            Activite.preinscription_au,
        )
        .join(Enfant)
        .switch(Preinscription)
        .join(Activite)
        .join(Lieu)
        .join_from(Preinscription, Ligne, JOIN.LEFT_OUTER)
        .join(Demande, JOIN.LEFT_OUTER)
        .where(Preinscription.enfant.in_(enfants or [0]))
        .tuples()
    )
    return [
        InscriptionVue(ident, EnfantVu(enfant, prenom, rang), *reste)
        for ident, enfant, prenom, rang, *reste in requete
    ]


def _en_date(valeur: dt.date | str | None) -> dt.date | None:
    """SQLite gives the text of a date that a function has made."""
    return dt.date.fromisoformat(valeur) if isinstance(valeur, str) else valeur
