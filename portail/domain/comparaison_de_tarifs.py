"""What a tariff would change for real families: a month as they lived it, priced as it is and as it would be.

The month is the last full one; when nothing was used there, the one to come, as it is booked. It is counted
by what issues the invoices (`lecture_des_consommations.py`, `calcul_de_factures.py`), with a tariff changed.
An activity of a year that has not begun is looked at through that of the same name and place before it.
"""

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import workflows as w
from models import Activite, Enfant, Famille, Preinscription
from portail import clock, mots
from portail.domain import calcul_de_factures, dessins, payeurs
from portail.domain import lecture_des_consommations as lecture
from portail.domain.calcul_de_factures import Calcul
from portail.domain.calendrier import UN_JOUR
from portail.domain.dessins import Dessin, Serie
from portail.domain.grille_tarifaire import EnVigueur, Grille
from portail.domain.lecture_des_consommations import Mois, fin_du_mois
from portail.domain.projet_de_tarif import Projet
from portail.domain.tarification import MOIS

LOT = 500
"""Families read at once."""
ECARTS_MONTRES = 12
COLONNES: tuple[tuple[int | None, str, str], ...] = (
    (-2000, "20 € de moins, ou davantage", "−20"),
    (-1000, "de 10 à 20 € de moins", "−10"),
    (-500, "de 5 à 10 € de moins", "−5"),
    (-1, "jusqu’à 5 € de moins", "−1"),
    (0, "pareil", "0"),
    (500, "jusqu’à 5 € de plus", "+1"),
    (1000, "de 5 à 10 € de plus", "+5"),
    (2000, "de 10 à 20 € de plus", "+10"),
    (None, "plus de 20 € de plus", "+20"),
)
"""The columns of the plot: up to which gap, in cents a month, in words, and in few signs below."""


@dataclass(frozen=True)
class Ecart:
    """One family: what it pays for that month, what it would."""

    famille_id: int
    avant: int
    apres: int
    pourquoi_avant: str = ""
    pourquoi_apres: str = ""

    @property
    def montant(self) -> int:
        return self.apres - self.avant


@dataclass(frozen=True)
class Comparaison:
    """All of them."""

    mois: dt.date
    """Its first day."""
    a_venir: bool
    """Whether it is a month to come: what is booked, rather than what took place."""
    ecarts: list[Ecart] = field(default_factory=list)
    """By family that uses one of the activities."""
    noms: Mapping[int, str] = field(default_factory=dict)
    """Of those that are shown."""

    @property
    def phrase(self) -> str:
        """On what it is counted."""
        if not self.ecarts:
            return "Personne n’utilise ces activités ce mois-ci, ni le mois prochain : rien à comparer."
        combien = mots.pluriel(len(self.ecarts), "famille utilise", "familles utilisent")
        quoi = "ce qui est réservé pour" if self.a_venir else "ce qui a eu lieu en"
        return (
            f"{combien} ces activités. Compté sur {quoi} {mots.mois_annee(self.mois)}, comme pour"
            " les factures."
        )

    @property
    def plus(self) -> int:
        return sum(e.montant > 0 for e in self.ecarts)

    @property
    def moins(self) -> int:
        return sum(e.montant < 0 for e in self.ecarts)

    @property
    def pareil(self) -> int:
        return sum(e.montant == 0 for e in self.ecarts)

    @property
    def total_avant(self) -> int:
        return sum(e.avant for e in self.ecarts)

    @property
    def total_apres(self) -> int:
        return sum(e.apres for e in self.ecarts)

    @property
    def difference(self) -> int:
        return self.total_apres - self.total_avant

    @property
    def plus_grands(self) -> list[Ecart]:
        """The widest gaps, up or down, the widest first."""
        return _plus_grands(self.ecarts)

    @property
    def repartition(self) -> list[tuple[str, int]]:
        """How many families each column of the plot holds, in its words."""
        combien = Counter(_colonne(e.montant) for e in self.ecarts)
        return [(dit, combien[rang]) for rang, (_, dit, _) in enumerate(COLONNES)]

    @property
    def dessin(self) -> Dessin:
        """The same, drawn."""
        return dessins.colonnes(
            "Combien de familles, selon ce qui change pour elles dans le mois",
            [signes for _, _, signes in COLONNES],
            [Serie("familles", "plein", [n for _, n in self.repartition])],
            lambda n: mots.nombre(int(n)),
            situer=lambda signes: next(dit for _, dit, siens in COLONNES if siens == signes),
        )

    @property
    def empreinte(self) -> list[object]:
        """What a mark of it holds."""
        return [str(self.mois), self.plus, self.moins, self.pareil, self.total_avant, self.total_apres]


def comparer(projet: Projet, activites: Mapping[int, Activite]) -> Comparaison:
    """What `projet` would change for the families of these activities."""
    present = clock.aujourdhui().replace(day=1)
    passe = (present - UN_JOUR).replace(day=1)
    for mois, a_venir in ((passe, False), (fin_du_mois(present) + UN_JOUR, True)):
        if ecarts := _du_mois(projet, activites, mois):
            return Comparaison(mois, a_venir, ecarts, _noms([e.famille_id for e in _plus_grands(ecarts)]))
    return Comparaison(passe, a_venir=False)


# ——— the month ———


def _du_mois(projet: Projet, activites: Mapping[int, Activite], premier: dt.date) -> list[Ecart]:
    """By family, in the order of their ids; nothing when nobody uses these activities that month."""
    dernier = fin_du_mois(premier)
    mois = lecture.ouvrir(premier, clock.instant(dernier + UN_JOUR, dt.time()))
    reperes = {_repere(activite, mois) for activite in activites.values()} & mois.tenus.keys()
    mois = _limiter(mois, reperes, projet)
    apres = _comme_si(mois, reperes, projet)
    return [ecart for lot in _lots(reperes, premier, dernier) for ecart in _du_lot(mois, apres, lot)]


def _repere(activite: Activite, mois: Mois) -> int:
    """The activity itself; the one that it follows, when that one took place then and it did not."""
    if activite.id in mois.tenus:
        return activite.id
    memes = Activite.select(Activite.id).where(
        Activite.nom == activite.nom, Activite.lieu == activite.lieu_id, Activite.debut < activite.debut
    )
    precedentes = (ident for (ident,) in memes.order_by(Activite.debut.desc()).tuples())
    return next((ident for ident in precedentes if ident in mois.tenus), activite.id)


def _limiter(mois: Mois, reperes: Collection[int], projet: Projet) -> Mois:
    """The month of these activities alone, read as the tariff to come needs it too."""
    au_mois, tardives = mois.au_mois & set(reperes), mois.tardives & set(reperes)
    if projet.bareme.unite == MOIS:
        au_mois |= set(reperes)
    if projet.bareme.supplement_tardif:
        tardives |= set(reperes)
    seances = {i: s for i, s in mois.seances.items() if s.activite_id in reperes}
    return replace(mois, seances=seances, au_mois=frozenset(au_mois), tardives=frozenset(tardives))


def _comme_si(mois: Mois, reperes: Collection[int], projet: Projet) -> Grille:
    """The tariffs of that month, as if the one to come had held all through it."""
    voulu = EnVigueur(0, mois.premier, mois.dernier, projet.categorie, projet.bareme)
    return Grille({ident: (voulu, *mois.grille.par_activite.get(ident, ())) for ident in reperes})


def _lots(reperes: Collection[int], debut: dt.date, fin: dt.date) -> Iterator[list[int]]:
    """The families with a child registered there, a few hundred at once."""
    inscrits = (
        Enfant.select(Enfant.famille)
        .join(Preinscription)
        .where(
            Preinscription.activite.in_(sorted(reperes) or [0]),
            Preinscription.statut == w.RESERVATION_POSSIBLE,
            Preinscription.debut <= fin,
            Preinscription.fin >= debut,
        )
        .distinct()
    )
    familles = sorted(famille for (famille,) in inscrits.tuples())
    return (familles[rang : rang + LOT] for rang in range(0, len(familles), LOT))


def _du_lot(mois: Mois, apres: Grille, familles: Sequence[int]) -> Iterator[Ecart]:
    consommees = lecture.lire(mois, familles, deja_facturees=True)
    qui = payeurs.payeurs(familles)
    for famille, siennes in sorted(consommees.items()):
        noms = {(c.enfant_id, c.activite_id): "" for c in siennes}
        ici, la = (
            calcul_de_factures.calculer(famille, siennes, grille, qui, noms)
            for grille in (mois.grille, apres)
        )
        if ici.total or la.total:
            yield Ecart(famille, ici.total, la.total, _pourquoi(ici), _pourquoi(la))


def _pourquoi(calcul: Calcul) -> str:
    """The sentence that weighs most in what the family is billed."""
    poids: Counter[str] = Counter()
    for facture in calcul.factures:
        for ligne in facture.lignes:
            poids[ligne.explication] += ligne.montant
    return max(sorted(poids), key=lambda phrase: poids[phrase], default="")


# ——— in words ———


def _plus_grands(ecarts: Sequence[Ecart]) -> list[Ecart]:
    bougent = (e for e in ecarts if e.montant)
    return sorted(bougent, key=lambda e: (-abs(e.montant), e.famille_id))[:ECARTS_MONTRES]


def _noms(familles: Collection[int]) -> dict[int, str]:
    return dict(Famille.select(Famille.id, Famille.nom).where(Famille.id.in_(list(familles) or [0])).tuples())


def _colonne(montant: int) -> int:
    """Which column of the plot."""
    return next(
        rang for rang, (jusqu_a, _, _) in enumerate(COLONNES) if jusqu_a is None or montant <= jusqu_a
    )
