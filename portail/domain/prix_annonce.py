"""The price where one decides: what a séance would cost the account that looks, and why.

The account's own price only, by its own quotient and its own share: a separated parent reads nothing of the
other's. Where the town has set no tariff, or where the account pays nothing of the child, nothing is said.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import workflows as w
from models import Enfant, Preinscription
from portail import mots
from portail.domain import grille_tarifaire, payeurs, tarification
from portail.domain.absences import Choix
from portail.domain.apercu_long import Apercu
from portail.domain.consommations import Fratrie, Inscription
from portail.domain.creneaux import Creneau
from portail.domain.droits import Regard
from portail.domain.examen_creneaux import DEJA, POSSIBLE
from portail.domain.grille_tarifaire import Grille
from portail.domain.payeurs import PartDuCompte
from portail.domain.redaction import Redaction
from portail.domain.tarification import Bareme, Faits


@dataclass(frozen=True)
class PrixAnnonce:
    """What the account would pay."""

    montant: int
    phrase: str
    """Why, with the share that it is."""
    au_mois: bool
    """Whether it is the price of the month, whatever the number of séances."""

    @property
    def dit(self) -> str:
        """« 3,45 € », « 13,50 € par mois »."""
        return f"{mots.euros(self.montant)}{' par mois' if self.au_mois else ''}"


@dataclass(frozen=True)
class Annonces:
    """What prices are told from, read once."""

    grille: Grille
    parts: Mapping[int, PartDuCompte]
    """By child: what the account pays of it."""
    fratrie: Fratrie

    def prix(
        self, enfant_id: int, activite_id: int, jour: dt.date, plage: tuple[dt.time, dt.time]
    ) -> PrixAnnonce | None:
        """Of a child on a séance, booked in time, of which it misses nothing; None: nothing is to be told."""
        part = self.parts.get(enfant_id)
        bareme = self.grille.de(activite_id, part.payeur.categorie, jour) if part else None
        if part is None or bareme is None:
            return None
        faits = Faits(part.payeur.quotient, self.fratrie.rang(enfant_id, jour), _minutes(*plage))
        return _annoncer(bareme, faits, part)


def lire(
    regard: Regard,
    seances: Iterable[tuple[int, dt.date]],
    futures: Collection[Inscription] = (),
) -> Annonces | None:
    """Prices for this account of séances of these activities on these days; None when there is no tariff.

    One query then, and six at most. `futures`: registrations that are asked for, that make a sibling too.
    """
    voulues = list(seances)
    if not voulues:
        return None
    jours = [jour for _, jour in voulues]
    grille = grille_tarifaire.grille({activite for activite, _ in voulues}, min(jours), max(jours))
    if not grille.par_activite:
        return None
    return Annonces(grille, payeurs.parts_du_compte(regard), _fratrie(regard, grille, futures))


# ——— on the panel of a slot ———


@dataclass(frozen=True)
class PrixDuCreneau:
    prix: PrixAnnonce
    absence: str = ""
    """What an absence told now would change, where one may be told."""


def du_creneau(regard: Regard, c: Creneau, raisons: Sequence[Choix]) -> PrixDuCreneau | None:
    """Of a slot on which the account may act; None where nothing is to be told of a price.

    `raisons`: of an absence that may be told (`absences.choix`), the first of them without a reason.
    """
    if c.acte_possible is None:
        return None
    s = c.seance
    annonces = lire(regard, [(s.activite.id, s.jour)])
    prix = annonces.prix(c.enfant.id, s.activite.id, s.jour, (s.debut, s.fin)) if annonces else None
    if prix is None:
        return None
    if not raisons or prix.au_mois:
        return PrixDuCreneau(prix)
    if raisons[0].facturation.facturee:
        sans = "Sans motif, " if len(raisons) > 1 else ""
        return PrixDuCreneau(prix, f"{sans}vous paieriez tout de même {prix.dit}.")
    return PrixDuCreneau(prix, f"Vous ne paieriez pas ces {prix.dit}.")


# ——— over a long period ———


@dataclass(frozen=True)
class Estimation:
    """What a long demande would change of what one pays, over its own days."""

    change: int
    """Of bookings: what they add. Of absences: what they take off."""
    deja: int
    """What was booked already, on the days looked at."""
    complet: bool
    """Whether everything has a price: some séances may have none, or one by month."""
    absence: bool

    @property
    def apres(self) -> int:
        return self.deja - self.change if self.absence else self.deja + self.change


def de_la_periode(regard: Regard, apercu: Apercu) -> Estimation | None:
    """What the lines that the demande would hold cost, or save; None where nothing is to be told.

    A place on a waiting list is not counted: nobody pays for it before it frees.
    """
    lignes = [(li, li.creneau.seance) for li in apercu.lignes]
    annonces = lire(regard, [(s.activite.id, s.jour) for _, s in lignes])
    if annonces is None:
        return None
    absence = apercu.souhait.nature == w.NATURE_ABSENCE
    change = deja = combien = 0
    complet = True
    for li, s in lignes:
        retenue = li.issue == POSSIBLE
        reserve = li.creneau.statut in w.OCCUPENT_UNE_PLACE
        if not retenue and not (li.issue == DEJA and reserve):
            continue
        prix = annonces.prix(li.creneau.enfant.id, s.activite.id, s.jour, (s.debut, s.fin))
        if prix is None or prix.au_mois:
            complet = False
            continue
        combien += 1
        deja += prix.montant if reserve else 0
        if retenue and not (absence and li.facturee):
            change += prix.montant
    return Estimation(change, deja, complet, absence) if combien else None


# ——— with a pre-registration ———


@dataclass(frozen=True)
class PrixDesEnfants:
    """The price of an activity, for the children who pay the same for the same reason."""

    prenoms: Sequence[str]
    prix: PrixAnnonce


@dataclass(frozen=True)
class PrixDInscription:
    """What an activity would cost, before one asks to be in it."""

    tarifs: Sequence[PrixDesEnfants]
    total: int
    """Of the days chosen that have a place, for the children chosen; 0 as long as there are none."""


def de_l_inscription(regard: Regard, redaction: Redaction) -> PrixDInscription | None:
    """What the activity that is chosen would cost, over the days that are; for each child who may be in it as
    long as none is chosen. None where nothing is to be told.
    """
    if redaction.activite is None or redaction.periode is None or redaction.obstacle:
        return None
    enfants = redaction.choisis or [p.enfant for p in redaction.enfants if p.obstacle is None]
    activite, (debut, _) = redaction.activite.id, redaction.periode
    seances = {e.seance.jour: (e.seance.debut, e.seance.fin) for e in redaction.examines}
    seances = seances or {debut: (dt.time.min, dt.time.min)}  # it is not booked day by day
    futures = [Inscription(enfant.id, activite, *redaction.periode) for enfant in enfants]
    annonces = lire(regard, [(activite, jour) for jour in seances], futures)
    if annonces is None:
        return None
    voulus = {e.seance.jour for e in redaction.demandes if not (e.obstacle or e.complet)}
    groupes: dict[PrixAnnonce, list[str]] = {}
    total = 0
    for enfant in enfants:
        dits = {jour: annonces.prix(enfant.id, activite, jour, plage) for jour, plage in seances.items()}
        connus = {jour: prix for jour, prix in dits.items() if prix}
        if not connus:
            continue
        groupes.setdefault(connus[min(connus)], []).append(enfant.prenom)
        total += sum(prix.montant for jour, prix in connus.items() if jour in voulus and not prix.au_mois)
    tarifs = [PrixDesEnfants(prenoms, prix) for prix, prenoms in groupes.items()]
    return PrixDInscription(tarifs, total if redaction.choisis else 0) if tarifs else None


# ——— inside ———


def _annoncer(bareme: Bareme, faits: Faits, part: PartDuCompte) -> PrixAnnonce:
    entier = tarification.prix(bareme, faits)
    montant = tarification.parts(entier.montant, part.pourcents)[part.rang]
    phrase = entier.phrase
    if part.payeur.part < 100:
        phrase += f" Votre part : {part.payeur.part}\N{NO-BREAK SPACE}%."
    return PrixAnnonce(montant, phrase, bareme.unite == tarification.MOIS)


def _fratrie(regard: Regard, grille: Grille, futures: Collection[Inscription]) -> Fratrie:
    """Who is whose elder; no query where no tariff looks at it."""
    baremes = [v.bareme for siens in grille.par_activite.values() for v in siens]
    if not any(bareme.fratrie_2 or bareme.fratrie_3 for bareme in baremes):
        return Fratrie((), {})
    enfants: dict[int, tuple[dt.date, int, int]] = {}
    inscriptions: dict[int, list[Inscription]] = {}
    for inscription in futures:
        inscriptions.setdefault(inscription.enfant_id, []).append(inscription)
    requete = (
        Enfant.select(
            Enfant.id,
            Enfant.naissance,
            Enfant.rang,
            Preinscription.activite,
            Preinscription.debut,
            Preinscription.fin,
        )
        .left_outer_join(
            Preinscription,
            on=(Preinscription.enfant == Enfant.id) & (Preinscription.statut == w.RESERVATION_POSSIBLE),
        )
        .where(Enfant.famille == regard.famille)
    )
    for ident, naissance, rang, activite, debut, fin in requete.tuples():
        enfants[ident] = (naissance, rang, ident)
        if activite:
            inscriptions.setdefault(ident, []).append(Inscription(ident, activite, debut, fin))
    return Fratrie(enfants.values(), inscriptions)


def _minutes(debut: dt.time, fin: dt.time) -> int:
    return (fin.hour - debut.hour) * 60 + fin.minute - debut.minute
