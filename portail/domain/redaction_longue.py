"""A long demande being written: what was typed so far, what the form shows, the wish that it makes.

A constant number of queries, whatever the number of children, activities and days.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

from peewee import fn

import workflows as w
from models import Activite, Compte, Document, Famille, MotifAbsence, Reservation, Seance
from portail import clock, mots
from portail.domain import absences, calendrier, documents, lecture_planning, longue_periode, perimetre
from portail.domain.apercu_long import Apercu
from portail.domain.cadre import ANNEES
from portail.domain.creneaux import ActiviteVue, EnfantVu, dire_le_suivi
from portail.domain.droits import Regard
from portail.domain.examen_creneaux import GENRES
from portail.domain.jours_voulus import Habitude
from portail.domain.lecture_planning import Inscription
from portail.domain.longue_periode import A_COPIER
from portail.domain.souhait_long import JOURS_MAX, PERIODES, TOUTES, SouhaitLong, semaines_passees

DATE_FAUSSE = "Cette date n’existe pas. Elle s’écrit année-mois-jour, par exemple 2027-01-04."
DEMANDES = {w.NATURE_RESERVATION: "Des réservations", w.NATURE_ABSENCE: "Des absences"}
"""What can be asked for, as the form says it."""
FACTURATIONS = {
    "jamais": "non facturée",
    "hors_delai": "facturée si elle est déclarée trop tard",
    "toujours": "facturée",
}
"""What a reason means for the bill, in few words."""


@dataclass(frozen=True)
class BrouillonLong:
    """What was typed, as it came. None: nothing was said of it, and something is proposed."""

    nature: str = w.NATURE_RESERVATION
    enfants: frozenset[int] | None = None
    activites: frozenset[int] | None = None
    debut: str | None = None
    fin: str | None = None
    habitudes: frozenset[Habitude] = frozenset()
    comme: str = ""
    periode: str = TOUTES
    ensemble: bool = False
    motif: str = ""
    documents: tuple[int, ...] = ()


@dataclass(frozen=True)
class SemaineVue:
    """A past week that can be copied."""

    lundi: dt.date
    dite: str
    """« Semaine du 23 novembre : 8 créneaux, Cantine et Accueil du soir »."""


@dataclass
class RedactionLongue:
    """The form, as it stands."""

    brouillon: BrouillonLong
    enfants: list[EnfantVu]
    """Every child whose activities may be read; of some nothing can be asked."""
    activites: list[ActiviteVue]
    connues: frozenset[int]
    """Every activity that a child of the family was ever validated in."""
    semaines: list[SemaineVue]
    motifs: Sequence[MotifAbsence]
    souhait: SouhaitLong
    fautes: dict[str, str] = field(default_factory=dict)
    """What cannot be read in what was typed, whatever the rules say of it."""
    documents: Sequence[Document] = ()
    """Those that were sent, and that go with it."""

    @property
    def decides(self) -> list[EnfantVu]:
        """The children for whom whoever writes may ask."""
        return [enfant for enfant in self.enfants if not enfant.suivi]

    @property
    def seulement_suivis(self) -> str:
        """Why whoever reads it may ask for nothing, in words."""
        if not self.enfants:
            return "Les activités de ces enfants ne vous sont pas ouvertes."
        return dire_le_suivi([enfant.prenom for enfant in self.enfants])

    @property
    def debut(self) -> str:
        """As the field holds it."""
        return self.souhait.debut.isoformat() if self.brouillon.debut is None else self.brouillon.debut

    @property
    def fin(self) -> str:
        return self.souhait.fin.isoformat() if self.brouillon.fin is None else self.brouillon.fin

    @property
    def requete(self) -> str:
        """The query string that brings the form back as it is, with the documents that were sent."""
        joints = [("document", str(document.id)) for document in self.documents]
        return urlencode(self.souhait.parametres + joints)

    @property
    def ignore(self) -> bool:
        """Whether it names a child or an activity that is not of this family."""
        siens = {enfant.id for enfant in self.enfants}
        return not (self.souhait.enfants <= siens and self.souhait.activites <= self.connues)

    def nom_de(self, activite: ActiviteVue) -> str:
        """« Cantine »; with its place where another one has the same name."""
        homonymes = [a for a in self.activites if a.nom == activite.nom]
        return activite.nom if len(homonymes) == 1 else f"{activite.nom}, {activite.lieu}"


def rediger(
    compte: Compte, famille: Famille, brouillon: BrouillonLong, *, regard: Regard | None
) -> RedactionLongue:
    """The form as this draft makes it. `regard`: who writes it; None, the town, at the counter, where an
    agent has the activities in sight.
    """
    enfants, connues, validees = lecture_planning.inscriptions(famille, regard=regard)
    if regard is None:
        vu = perimetre.du_compte(compte)
        connues = {ident: a for ident, a in connues.items() if vu.voit_le_lieu(a.lieu_id)}
        validees = [i for i in validees if i.activite_id in connues]
    decides = [enfant.id for enfant in enfants if not enfant.suivi]
    aujourdhui = clock.aujourdhui()
    a_venir = [i for i in validees if i.fin >= aujourdhui and i.enfant_id in decides]
    actuelles = {i.activite_id for i in a_venir} | (brouillon.activites or frozenset())
    montrees = [activite for ident, activite in connues.items() if ident in actuelles]
    souhait, fautes = _lire(brouillon, decides, [a.id for a in montrees], a_venir)
    joints = documents.attendus(compte, brouillon.documents) if brouillon.documents else ()
    return RedactionLongue(
        brouillon,
        enfants,
        sorted(montrees, key=lambda a: (a.rang, a.nom, a.id)),
        frozenset(connues),
        _semaines(decides),
        absences.motifs(),
        souhait,
        fautes,
        joints,
    )


def examiner_la_redaction(
    compte: Compte, famille: Famille, redaction: RedactionLongue, *, regard: Regard | None
) -> Apercu:
    """What asking for it would give; all that is wrong with it, field by field, in the order of the form."""
    apercu = longue_periode.apercevoir(compte, famille, redaction.souhait, regard=regard)
    fautes = apercu.fautes | redaction.fautes
    if not fautes:
        return apercu
    rangs = ("nature", "enfants", "activites", "debut", "fin", "jours", "comme", "periode", "motif")
    apercu.fautes = {nom: fautes[nom] for nom in sorted(fautes, key=rangs.index)}
    apercu.volets = []
    return apercu


# ——— inside ———


def _lire(
    b: BrouillonLong, decides: list[int], activites: list[int], inscriptions: list[Inscription]
) -> tuple[SouhaitLong, dict[str, str]]:
    """The wish, and what could not be read: what is proposed stands in its place."""
    fautes: dict[str, str] = {}
    if b.nature not in GENRES:
        fautes["nature"] = "Choisissez ce que vous demandez : des réservations, ou des absences."
    premier, dernier = _proposer(inscriptions)
    debut, fin = _jour(b.debut, "debut", premier, fautes), _jour(b.fin, "fin", dernier, fautes)
    if b.debut is not None and b.fin is None:
        fin = max(debut, min(fin, debut + dt.timedelta(JOURS_MAX)))
    if b.fin is not None and b.debut is None:
        debut = min(debut, fin)
    motif = int(b.motif) if b.motif.isascii() and b.motif.isdigit() and len(b.motif) < 10 else None
    absence = b.nature == w.NATURE_ABSENCE
    if absence and b.motif and motif is None:
        fautes["motif"] = "Choisissez un motif dans la liste."
    souhait = SouhaitLong(
        b.nature if b.nature in GENRES else w.NATURE_RESERVATION,
        frozenset(decides) if b.enfants is None else b.enfants,
        frozenset(activites if len(activites) == 1 else ()) if b.activites is None else b.activites,
        debut,
        fin,
        b.habitudes,
        _jour(b.comme, "comme", None, fautes) if b.comme else None,
        b.periode if b.periode in PERIODES else TOUTES,
        b.ensemble and not absence,
        motif if absence else None,
        b.documents if absence else (),
    )
    if b.periode not in PERIODES:
        fautes["periode"] = "Choisissez une période dans la liste."
    return souhait, fautes


def _proposer(inscriptions: list[Inscription]) -> tuple[dt.date, dt.date]:
    """From today, or the first registration, to the end of the school year, or of the last registration."""
    aujourdhui = clock.aujourdhui()
    _, fin_d_annee = calendrier.annee_scolaire(aujourdhui)
    debut = max(min((i.debut for i in inscriptions), default=aujourdhui), aujourdhui)
    fin = min(max((i.fin for i in inscriptions), default=fin_d_annee), fin_d_annee)
    return debut, max(debut, fin)


def _jour(texte: str | None, champ: str, sinon, fautes: dict[str, str]):
    """A date as it is typed; `sinon` when nothing was, or when it is none, and then that is said."""
    if texte is None:
        return sinon
    if not texte.strip():
        fautes[champ] = "Indiquez le premier jour." if champ == "debut" else "Indiquez le dernier jour."
        return sinon
    try:
        jour = dt.date.fromisoformat(texte)
    except ValueError:
        fautes[champ] = DATE_FAUSSE
        return sinon
    if jour.year not in ANNEES:
        fautes[champ] = f"Le planning ne va pas jusqu’en {jour.year}."
        return sinon
    return jour


def _semaines(enfants: list[int]) -> list[SemaineVue]:
    """The past weeks in which these children had something, the last one first. One query."""
    lundis = semaines_passees(clock.aujourdhui())
    requete = (
        Reservation.select(Seance.jour, Activite.nom, fn.COUNT(Reservation.id))
        .join(Seance)
        .join(Activite)
        .where(
            Reservation.enfant.in_(enfants or [0]),
            Reservation.statut.in_(A_COPIER),
            Seance.jour.between(lundis[-1], lundis[0] + dt.timedelta(6)),
        )
        .group_by(Seance.jour, Activite.nom, Activite.rang)
        .order_by(Activite.rang, Activite.nom)
        .tuples()
    )
    tenues: dict[dt.date, dict[str, int]] = {}
    for jour, nom, combien in requete:
        semaine = tenues.setdefault(jour - dt.timedelta(jour.weekday()), {})
        semaine[nom] = semaine.get(nom, 0) + combien
    return [SemaineVue(lundi, _dire(lundi, tenues[lundi])) for lundi in lundis if lundi in tenues]


def _dire(lundi: dt.date, tenue: dict[str, int]) -> str:
    combien = mots.pluriel(sum(tenue.values()), "créneau", "créneaux")
    return f"Semaine du {mots.jour_mois(lundi)} : {combien}, {mots.enumeration(list(tenue))}"
