"""What a family has paid in a civil year to have its young children looked after, for its taxes.

Code général des impôts, art. 200 quater B: children under six on 1 January of the year, looked after away
from home. Only what the town bills as such counts (`garde`), and only what was *paid* that year, whenever it
was billed:

- money counts from the day on which it came, for an invoice that was issued by then;
- of an invoice paid in part, each line is paid in the same proportion, to the nearest cent a child; the parts
  of several years add up to the whole;
- an avoir counts from the day of its issue: what it takes back was not spent, of the year in which that is;
- a receipt that did not hold (a cheque that bounced) never counts.

So the sheet of a past year does not change any more, but for money that proves not to have come.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from peewee import JOIN, fn

from models import Compte, Enfant, Facture, Famille, Imputation, LigneDeFacture, Reglement
from portail import clock, mots
from portail.domain import droits, payeurs
from portail.domain.refus import Introuvable

SIX_ANS = 6
PREMIERE_ANNEE = 2000
"""Nothing was billed here before."""


@dataclass(frozen=True)
class GardePayee:
    """What was paid that year of one invoice, of the care of one child."""

    numero: str
    mois: dt.date
    due: int
    """What the invoice bills of it, less what avoirs have taken back."""
    payee: int


@dataclass(frozen=True)
class EnfantGarde:
    nom: str
    naissance: dt.date
    gardes: list[GardePayee]

    @property
    def total(self) -> int:
        return max(sum(garde.payee for garde in self.gardes), 0)


@dataclass(frozen=True)
class Feuille:
    """What one adult has paid: a sheet of its own, for whoever declares it."""

    destinataire: str
    enfants: list[EnfantGarde]

    @property
    def total(self) -> int:
        return sum(enfant.total for enfant in self.enfants)


@dataclass(frozen=True)
class Attestation:
    annee: int
    au: dt.date
    """The last day that it tells of."""
    famille: Famille
    feuilles: list[Feuille]
    """One for each adult whose invoices the account reads."""

    @property
    def en_cours(self) -> bool:
        """Whether the year is not over: more may yet be paid."""
        return self.au < dt.date(self.annee, 12, 31)

    @property
    def nom(self) -> str:
        return f"Frais de garde payés en {self.annee}"

    @property
    def fichier(self) -> str:
        return f"attestation-{self.annee}"


def attester(compte: Compte, famille: Famille, annee: int) -> Attestation:
    """What the account may tell the taxes of that year; :class:`Introuvable` for one to come."""
    aujourdhui = clock.aujourdhui()
    if not PREMIERE_ANNEE <= annee <= aujourdhui.year:
        raise Introuvable("Cette année n’a pas encore commencé, ou elle est trop ancienne.")
    au = min(dt.date(annee, 12, 31), aujourdhui)
    comptees = _comptees(droits.regard(compte, famille), annee)
    par_payeur: dict[int, list[_Comptee]] = defaultdict(list)
    for comptee in comptees:
        par_payeur[comptee.facture.payeur_id].append(comptee)
    feuilles = [_feuille(siennes, annee, au) for siennes in par_payeur.values()]
    return Attestation(annee, au, famille, [feuille for feuille in feuilles if feuille.enfants])


# ——— inside: what one invoice comes to, on a day ———


Mouvement = tuple[dt.date, int]
"""From which day, how many cents."""


@dataclass
class _Comptee:
    """An invoice with care on it, and all that has happened to it since."""

    facture: Facture
    enfants: dict[int, Enfant] = field(default_factory=dict)
    gardes: dict[int, list[Mouvement]] = field(default_factory=lambda: defaultdict(list))
    """By child: what is billed of its care, then what avoirs take back."""
    totaux: list[Mouvement] = field(default_factory=list)
    """The total of the invoice, then those of its avoirs."""
    recus: list[Mouvement] = field(default_factory=list)
    """The money that pays it; and, below zero, what an avoir of it has paid elsewhere."""

    def due(self, enfant: int, au: dt.date) -> int:
        return _jusque(self.gardes[enfant], au)

    def payee(self, enfant: int, au: dt.date) -> int:
        """What is paid, by that day, of the care of this child."""
        net = _jusque(self.totaux, au)
        recu = min(max(_jusque(self.recus, au), 0), net)
        return (2 * recu * self.due(enfant, au) + net) // (2 * net) if net > 0 else 0


def _jusque(mouvements: Iterable[Mouvement], au: dt.date) -> int:
    return sum(montant for jour, montant in mouvements if jour <= au)


def _feuille(comptees: Sequence[_Comptee], annee: int, au: dt.date) -> Feuille:
    """As the last of these invoices addresses the adult."""
    veille = dt.date(annee - 1, 12, 31)
    gardes: dict[int, list[GardePayee]] = defaultdict(list)
    enfants: dict[int, Enfant] = {}
    destinataire = ""
    for comptee in comptees:
        for ident, enfant in comptee.enfants.items():
            if payee := comptee.payee(ident, au) - comptee.payee(ident, veille):
                facture = comptee.facture
                enfants[ident], destinataire = enfant, facture.destinataire
                gardes[ident].append(GardePayee(facture.numero, facture.mois, comptee.due(ident, au), payee))
    siens = [
        EnfantGarde(f"{e.prenom} {e.nom}", e.naissance, gardes[e.id])
        for e in sorted(enfants.values(), key=lambda e: (e.rang, e.id))
    ]
    return Feuille(destinataire, [enfant for enfant in siens if enfant.total])


# ——— inside: the reading ———


def _comptees(regard: droits.Regard, annee: int) -> list[_Comptee]:
    """The invoices with care of young children on them, in the order of their numbers.

    An avoir is read by whoever reads its invoice: one query finds both.
    """
    garde = LigneDeFacture.select(LigneDeFacture.id).where(
        LigneDeFacture.facture == Facture.id, LigneDeFacture.garde
    )
    requete = (
        Facture.select()
        .where(payeurs.lisibles(regard), ~Facture.origine.is_null() | fn.EXISTS(garde))
        .order_by(Facture.exercice, Facture.rang)
    )
    lues = list(requete)
    comptees = {facture.id: _Comptee(facture) for facture in lues if facture.origine_id is None}
    reprises = [facture.id for facture in lues if facture.origine_id in comptees]
    _lire_les_lignes(comptees, reprises, dt.date(annee, 1, 1))
    _lire_l_argent(comptees, reprises)
    return [comptee for comptee in comptees.values() if comptee.enfants]


def _lire_les_lignes(comptees: dict[int, _Comptee], avoirs: Sequence[int], premier_janvier: dt.date) -> None:
    """What they and their avoirs bill, and of which children."""
    requete = (
        LigneDeFacture.select(LigneDeFacture, Facture, Enfant)
        .join(Facture)
        .join_from(LigneDeFacture, Enfant)
        .where(LigneDeFacture.facture.in_([*comptees, *avoirs] or [0]))
        .order_by(LigneDeFacture.facture, LigneDeFacture.rang)
    )
    for ligne in requete:
        comptee = comptees[ligne.facture.origine_id or ligne.facture_id]
        mouvement = (_jour(ligne.facture), ligne.montant)
        comptee.totaux.append(mouvement)
        if ligne.garde and mots.annees(ligne.enfant.naissance, premier_janvier) < SIX_ANS:
            comptee.enfants[ligne.enfant_id] = ligne.enfant
            comptee.gardes[ligne.enfant_id].append(mouvement)


def _lire_l_argent(comptees: dict[int, _Comptee], avoirs: Sequence[int]) -> None:
    """What pays them, and what their avoirs have paid."""
    avoir, contrepartie = Facture.alias(), Reglement.alias()
    requete = (
        Imputation.select(
            *(Imputation.facture, Facture.emise_le, Imputation.montant, Reglement.recu_le),
            *(avoir.origine, avoir.emise_le),
        )
        .join(Facture, on=Imputation.facture == Facture.id)
        .join_from(Imputation, avoir, JOIN.LEFT_OUTER, on=Imputation.avoir == avoir.id)
        .join_from(Imputation, Reglement, JOIN.LEFT_OUTER)
        .join(contrepartie, JOIN.LEFT_OUTER, on=contrepartie.contrepartie_de == Reglement.id)
        .where(
            Imputation.facture.in_(list(comptees) or [0]) | Imputation.avoir.in_(list(avoirs) or [0]),
            Reglement.contrepartie_de.is_null() & contrepartie.id.is_null(),
        )
        .tuples()
    )
    for facture, emise_le, montant, recu_le, origine, avoir_le in requete:
        if origine == facture:
            continue  # it owes less, nobody has paid anything: told by the lines of the avoir
        jour = max(clock.a_paris(emise_le).date(), recu_le or clock.a_paris(avoir_le).date())
        if facture in comptees:
            comptees[facture].recus.append((jour, montant))
        if origine in comptees:
            comptees[origine].recus.append((jour, -montant))


def _jour(facture: Facture) -> dt.date:
    return clock.a_paris(facture.emise_le).date()
