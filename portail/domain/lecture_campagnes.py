"""The months as whoever bills them reads them: what is to be billed, what was, what is to be looked at."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from peewee import JOIN

import workflows as w
from models import (
    Activite,
    ApercuDeCampagne,
    Campagne,
    Compte,
    Enfant,
    Famille,
    FamilleAFacturer,
    Lieu,
    Responsable,
    Seance,
)
from portail import clock, mots
from portail.domain import campagnes, lecture_des_consommations
from portail.domain.apercu_de_campagne import CODES, PAR_SEANCE, Resume
from portail.domain.calcul_de_factures import (
    DEUX_ADRESSES,
    NON_POINTEE,
    QUOTIENT_ANCIEN,
    SANS_PAYEUR,
    SANS_QUOTIENT,
    SANS_RESERVATION,
    SANS_TARIF,
    Anomalie,
    Calcul,
)
from portail.domain.calcul_de_la_tranche import calculer
from portail.domain.lecture_des_consommations import fin_du_mois
from portail.domain.refus import Introuvable

DERNIERS = 13
"""Months on the page that chooses one."""
PAR_PAGE = 50
MONTREES = 40
"""Séances shown of what is mended at a séance."""
OUBLI = dt.timedelta(seconds=30)
"""How long something waits before the page says that nobody may be there to do it."""


@dataclass(frozen=True)
class Genre:
    """A kind of anomaly: its name, and the rule that bills it all the same, or not."""

    titre: str
    regle: str


GENRES: Mapping[str, Genre] = {
    SANS_TARIF: Genre("Sans tarif", "Pas facturé : aucun tarif ne vaut pour la famille, ces jours-là."),
    SANS_PAYEUR: Genre("Sans payeur", "Pas facturé : le dossier n’a aucun adulte."),
    NON_POINTEE: Genre("Non pointé", "Facturé comme réservé, tant que personne ne pointe."),
    SANS_RESERVATION: Genre(
        "Présent sans réservation", "Facturé, avec le supplément que le tarif prévoit s’il en prévoit un."
    ),
    SANS_QUOTIENT: Genre("Sans quotient familial", "Facturé au tarif le plus élevé."),
    QUOTIENT_ANCIEN: Genre(
        "Quotient ancien", "Facturé avec le quotient connu, relevé avant cette année ou à une date inconnue."
    ),
    DEUX_ADRESSES: Genre(
        "Parents à deux adresses", "Facturé au premier adulte du dossier : aucun partage n’a été réglé."
    ),
}


@dataclass(frozen=True)
class RunVu:
    """One run of a month."""

    id: int
    statut: str
    par: str
    quand: dt.datetime
    echeance: dt.date
    faites: int
    total: int
    factures: int
    montant: int
    annonce: int | None
    oublie: bool

    @property
    def etat(self) -> w.Etat:
        return w.CAMPAGNE.etats[self.statut]

    @property
    def en_cours(self) -> bool:
        return self.statut == w.LANCEE

    @property
    def ecart(self) -> int:
        """What was issued beyond what was announced: somebody was pointed in between."""
        return 0 if self.annonce is None else self.montant - self.annonce


@dataclass(frozen=True)
class SeanceVue:
    """A séance where something is to be mended, and for how many children."""

    id: int
    jour: dt.date
    activite: str
    lieu: str
    combien: int


@dataclass(frozen=True)
class AnomalieVue:
    """One kind of thing to look at, and how many families it touches."""

    code: str
    familles: int
    seances: Sequence[SeanceVue] = ()
    autres: int = 0
    """Séances that are not shown."""
    activites: Sequence[tuple[int, str, int]] = ()
    """Those without a tariff: id, name, how many children."""

    @property
    def genre(self) -> Genre:
        return GENRES[self.code]


@dataclass(frozen=True)
class ApercuVu:
    """What a run would issue, as it was worked out."""

    id: int
    quand: dt.datetime
    faites: int
    total: int
    fini: bool
    marque: str
    oublie: bool
    resume: Resume
    activites: Sequence[tuple[str, int, int]]
    """Name, how many lines, how much."""
    anomalies: Sequence[AnomalieVue]


@dataclass(frozen=True)
class MoisVu:
    """A month: its runs, the last one first, and its preview."""

    mois: dt.date
    runs: Sequence[RunVu]
    apercu: ApercuVu | None

    @property
    def nom(self) -> str:
        return mots.mois_annee(self.mois)

    @property
    def en_cours(self) -> RunVu | None:
        return next((run for run in self.runs if run.en_cours), None)

    @property
    def n_est_pas_fini(self) -> bool:
        return fin_du_mois(self.mois) >= clock.aujourdhui()

    @property
    def travaille(self) -> bool:
        """Whether something is being worked out, or issued."""
        return bool(self.en_cours or (self.apercu and not self.apercu.fini))

    @cached_property
    def emises(self) -> tuple[int, int]:
        """How many invoices, and how much, in all."""
        return sum(run.factures for run in self.runs), sum(run.montant for run in self.runs)


@dataclass(frozen=True)
class FamilleVue:
    id: int
    nom: str
    code_abonne: str
    montant: int
    lignes: int
    anomalies: Sequence[Genre]


@dataclass(frozen=True)
class FamillesVues:
    """A page of the families of a preview."""

    rangees: Sequence[FamilleVue]
    anomalie: str
    page: int
    combien: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.combien // PAR_PAGE))

    @property
    def titre(self) -> str:
        return GENRES[self.anomalie].titre if self.anomalie else "Toutes les familles"


def derniers_mois(auteur: Compte) -> list[MoisVu]:
    """The present month and those before, the last one first; without the detail of their previews."""
    campagnes.exiger(auteur)
    premier = clock.aujourdhui().replace(day=1)
    voulus = [premier]
    while len(voulus) < DERNIERS:
        voulus.append((voulus[-1] - dt.timedelta(1)).replace(day=1))
    runs = _runs(Campagne.mois >= voulus[-1])
    apercus = {a.mois: a for a in ApercuDeCampagne.select().where(ApercuDeCampagne.mois >= voulus[-1])}
    return [
        MoisVu(mois, runs.get(mois, ()), _apercu(apercus[mois], detail=False) if mois in apercus else None)
        for mois in voulus
    ]


def mois(auteur: Compte, premier: dt.date, *, detail: bool = True) -> MoisVu:
    """One month. `detail`: what is to be looked at is read too."""
    campagnes.exiger(auteur)
    apercu = ApercuDeCampagne.get_or_none(ApercuDeCampagne.mois == premier)
    return MoisVu(
        premier,
        _runs(Campagne.mois == premier).get(premier, ()),
        _apercu(apercu, detail=detail) if apercu else None,
    )


def familles(auteur: Compte, vu: MoisVu, anomalie: str, page: int) -> FamillesVues | None:
    """The families of the preview, by name, or those that one kind of anomaly touches; None without one."""
    campagnes.exiger(auteur)
    if vu.apercu is None or not vu.apercu.fini:
        return None
    if anomalie not in GENRES:
        anomalie = ""
    requete = (
        FamilleAFacturer.select(
            *(Famille.id, Famille.nom, Famille.code_abonne),
            *(FamilleAFacturer.montant, FamilleAFacturer.lignes, FamilleAFacturer.anomalies),
        )
        .join(Famille)
        .where(FamilleAFacturer.apercu == vu.apercu.id)
    )
    if anomalie:
        requete = requete.where(FamilleAFacturer.anomalies.contains(f" {anomalie} "))
    combien = requete.count()
    page = min(page, max(1, -(-combien // PAR_PAGE)))
    rangees = requete.order_by(Famille.recherche, Famille.id).paginate(page, PAR_PAGE).tuples()
    return FamillesVues(
        [
            FamilleVue(ident, nom, code_abonne, montant, lignes, [GENRES[code] for code in codes.split()])
            for ident, nom, code_abonne, montant, lignes, codes in rangees
        ],
        anomalie,
        page,
        combien,
    )


@dataclass(frozen=True)
class FamilleAFacturerVue:
    """The invoices to be of one family, worked out as things now stand."""

    famille: Famille
    calcul: Calcul
    anomalies: Sequence[tuple[Genre, str, Anomalie]]
    """What kind, about what in words, and where it is mended."""


def famille(auteur: Compte, premier: dt.date, famille_id: int) -> FamilleAFacturerVue:
    """What this family would be billed. :class:`Introuvable` when there is no such one."""
    campagnes.exiger(auteur)
    trouvee = Famille.get_or_none(Famille.id == famille_id, Famille.fusionnee_dans.is_null())
    if trouvee is None or premier > clock.aujourdhui():
        raise Introuvable("Cette famille n’existe pas.")
    lu = lecture_des_consommations.ouvrir(premier, clock.maintenant())
    calculs = calculer(lu, [famille_id])
    calcul = calculs[0] if calculs else Calcul(famille_id, (), ())
    return FamilleAFacturerVue(trouvee, calcul, _dites(lu, calcul.anomalies))


# ——— inside ———


def _runs(voulues) -> dict[dt.date, list[RunVu]]:
    requete = (
        Campagne.select(Campagne, Compte)
        .join(Compte, JOIN.LEFT_OUTER)
        .where(voulues)
        .order_by(Campagne.id.desc())
    )
    par_mois: dict[dt.date, list[RunVu]] = {}
    for c in requete:
        run = RunVu(
            *(c.id, c.statut, c.lancee_par.nom_complet if c.lancee_par_id else "la commande « facturer »"),
            *(c.lancee_le, c.echeance, c.faites, max(c.total, c.faites), c.factures, c.montant, c.annonce),
            oublie=c.statut == w.LANCEE and _oublie(c.bail_jusqua, c.lancee_le),
        )
        par_mois.setdefault(c.mois, []).append(run)
    return par_mois


def _oublie(bail: dt.datetime | None, depuis: dt.datetime) -> bool:
    """Nobody seems to be there to do it."""
    maintenant = clock.maintenant()
    return not (bail and bail > maintenant) and depuis < maintenant - OUBLI


def _dites(lu: lecture_des_consommations.Mois, anomalies: Sequence[Anomalie]):
    """Each with its words; what is about an adult is told once, whatever the number of children."""
    enfants = dict(
        Enfant.select(Enfant.id, Enfant.prenom)
        .where(Enfant.id.in_([a.enfant_id for a in anomalies]))
        .tuples()
    )
    adultes = Responsable.select().where(Responsable.id.in_([a.responsable_id for a in anomalies]))
    noms = {adulte.id: adulte.nom_complet for adulte in adultes}
    dites: dict[tuple, tuple[Genre, str, Anomalie]] = {}
    for a in anomalies:
        quoi = noms.get(a.responsable_id) or enfants.get(a.enfant_id, "")
        if a.activite_id:
            quoi = f"{quoi}, {lu.activites[a.activite_id]}"
        if a.seance_id:
            quoi = f"{quoi}, {mots.jour_court(lu.seances[a.seance_id].jour)}"
        dites.setdefault((a.code, quoi), (GENRES[a.code], quoi, a))
    return list(dites.values())


def _apercu(a: ApercuDeCampagne, *, detail: bool) -> ApercuVu:
    resume = Resume.lire(a.resume)
    fini = a.fini_le is not None
    return ApercuVu(
        *(a.id, a.demande_le, a.faites, max(a.total, a.faites), fini, a.marque),
        oublie=not fini and _oublie(a.bail_jusqua, a.demande_le),
        resume=resume,
        activites=_activites(resume) if detail and fini else (),
        anomalies=_anomalies(resume) if detail and fini else (),
    )


def _activites(resume: Resume) -> list[tuple[str, int, int]]:
    noms = _noms(map(int, resume.activites))
    dites = [(noms.get(int(i), ""), lignes, montant) for i, (lignes, montant) in resume.activites.items()]
    return sorted(dites, key=lambda dite: (-dite[2], dite[0]))


def _anomalies(resume: Resume) -> list[AnomalieVue]:
    touchees = {int(i) for par_seance in resume.seances.values() for i in par_seance}
    seances = _seances(touchees)
    noms = _noms(map(int, resume.sans_tarif))
    vues = []
    for code in CODES:
        if not (combien := resume.anomalies.get(code)):
            continue
        siennes = resume.seances.get(code, {}) if code in PAR_SEANCE else {}
        triees = sorted((*seances[int(i)], n) for i, n in siennes.items() if int(i) in seances)
        vues.append(
            AnomalieVue(
                code,
                combien,
                [SeanceVue(i, jour, nom, lieu, n) for jour, nom, lieu, i, n in triees[:MONTREES]],
                max(len(triees) - MONTREES, 0),
                sorted(
                    ((int(i), noms.get(int(i), ""), n) for i, n in resume.sans_tarif.items()),
                    key=lambda dite: (-dite[2], dite[1]),
                )
                if code == SANS_TARIF
                else (),
            )
        )
    return vues


def _noms(ids) -> dict[int, str]:
    """« Cantine, école Jules-Ferry »."""
    requete = Activite.select(Activite.id, Activite.nom, Lieu.nom).join(Lieu)
    return {
        ident: nom if lieu in nom else f"{nom}, {lieu}"
        for ident, nom, lieu in requete.where(Activite.id.in_(list(ids) or [0])).tuples()
    }


def _seances(ids) -> dict[int, tuple[dt.date, str, str, int]]:
    requete = (
        Seance.select(Seance.jour, Activite.nom, Lieu.nom, Seance.id)
        .join(Activite)
        .join(Lieu)
        .where(Seance.id.in_(list(ids) or [0]))
    )
    return {rangee[3]: rangee for rangee in requete.tuples()}
