"""What an invoice or an avoir says on paper: on the page to print and in its PDF, word for word the same.

Its lines, its addressee and its number are as they were issued; what has been paid since, and what is left,
is that of the day on which it is printed.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import groupby

from peewee import JOIN

import workflows as w
from models import (
    Compte,
    Enfant,
    Facture,
    Famille,
    Imputation,
    LigneDeFacture,
    ReglagesDeFacturation,
    Solde,
    write_transaction,
)
from portail import clock
from portail.domain import droits, payeurs, perimetre
from portail.domain.droits import Regard
from portail.domain.lecture_factures import INTROUVABLE
from portail.domain.refus import Introuvable
from portail.domain.transitions import Acteur, journaliser

EMPORTER = "emporter_facture"
"""What the journal calls an agent's opening of a family's invoice, to print it or to keep it."""


@dataclass(frozen=True)
class LigneImprimee:
    """One thing billed."""

    jour: dt.date
    au_mois: bool
    """Whether it is a whole month, and `jour` its first day."""
    quoi: str
    explication: str
    montant: int


@dataclass(frozen=True)
class PartDEnfant:
    """What is billed of one child."""

    enfant: str
    lignes: list[LigneImprimee]

    @property
    def total(self) -> int:
        return sum(ligne.montant for ligne in self.lignes)


@dataclass(frozen=True)
class Deduction:
    """What an avoir takes off an invoice: seen from the one, or from the other."""

    numero: str
    montant: int


@dataclass(frozen=True)
class FactureImprimee:
    facture: Facture
    enfants: list[PartDEnfant]
    regle: int
    """The money received for it, without the avoirs."""
    deductions: list[Deduction]
    """Of an invoice: the avoirs put to it. Of an avoir: the invoices that it was put to."""
    reste: int
    """What is left to pay; of an avoir, what has been put to no invoice yet."""
    etat: w.Etat
    payer: str
    """How to pay, in the town's words."""
    origine: str
    """Of an avoir: the number of the invoice that it corrects."""

    @property
    def est_un_avoir(self) -> bool:
        return self.facture.total < 0

    @property
    def nom(self) -> str:
        return f"{'Avoir' if self.est_un_avoir else 'Facture'} n° {self.facture.numero}"

    @property
    def fichier(self) -> str:
        """How its file is called: nothing of it was typed by anybody."""
        return f"{'avoir' if self.est_un_avoir else 'facture'}-{self.facture.numero}"

    @property
    def emise_le(self) -> dt.date:
        return clock.a_paris(self.facture.emise_le).date()


def imprimer(facture: Facture) -> FactureImprimee:
    """What this invoice or avoir says on paper. Five queries."""
    return imprimer_toutes([facture])[0]


def imprimer_toutes(factures: Sequence[Facture]) -> list[FactureImprimee]:
    """The same of each of these, their families read with them: five queries, however many they are."""
    ids = [facture.id for facture in factures] or [0]
    enfants, imputations, soldes = _enfants(ids), _imputations(ids), _soldes(ids)
    numeros = _numeros([f.origine_id for f in factures if f.origine_id])
    reglages = ReglagesDeFacturation.get_or_none(ReglagesDeFacturation.id == 1)
    imprimees = []
    for facture in factures:
        regle, deductions = imputations[facture.id]
        deduit = sum(deduction.montant for deduction in deductions)
        reste = soldes.get(facture.id, -facture.total - deduit)
        imprimees.append(
            FactureImprimee(
                facture,
                enfants.get(facture.id, []),
                regle,
                deductions,
                reste,
                w.etat_facture(facture.total, reste, facture.echeance, clock.aujourdhui()),
                reglages.payer if reglages else "",
                numeros.get(facture.origine_id, ""),
            )
        )
    return imprimees


def de_l_annee(regard: Regard, annee: int) -> list[FactureImprimee]:
    """Those that the account reads, issued that year. Six queries."""
    requete = (
        Facture.select(Facture, Famille)
        .join(Famille)
        .where(payeurs.lisibles(regard), Facture.exercice == annee)
        .order_by(Facture.rang)
    )
    return imprimer_toutes(list(requete))


def emporter(agent: Compte, facture_id: int) -> FactureImprimee:
    """An invoice of a family, for an agent who prints or keeps it: a line of the journal.

    Never of one's own family: the other parent's would be in it.
    """
    with write_transaction():
        facture = _pour_un_agent(agent, facture_id)
        journaliser(
            facture, EMPORTER, Acteur(agent, w.AGENT), famille_id=facture.famille_id, detail=facture.numero
        )
        return imprimer(facture)


# ——— inside ———


def _pour_un_agent(agent: Compte, facture_id: int) -> Facture:
    droits.exiger_un_agent(agent, "Seuls les agents de la mairie ouvrent les factures des familles.")
    facture = Facture.select(Facture, Famille).join(Famille).where(Facture.id == facture_id).first()
    if facture is None or not perimetre.du_compte(agent).entier:
        raise Introuvable(INTROUVABLE)
    droits.exiger_une_autre_famille(
        agent, facture.famille_id, "Vous êtes abonné à cette famille : un autre agent doit s’en occuper."
    )
    return facture


def _enfants(factures: Collection[int]) -> dict[int, list[PartDEnfant]]:
    requete = (
        LigneDeFacture.select(LigneDeFacture, Enfant)
        .join(Enfant)
        .where(LigneDeFacture.facture.in_(factures))
        .order_by(LigneDeFacture.facture, Enfant.rang, Enfant.id, LigneDeFacture.rang)
    )
    parts: dict[int, list[PartDEnfant]] = defaultdict(list)
    for (facture, _), lignes in groupby(requete, key=lambda ligne: (ligne.facture_id, ligne.enfant_id)):
        siennes = list(lignes)
        enfant = siennes[0].enfant
        parts[facture].append(
            PartDEnfant(f"{enfant.prenom} {enfant.nom}", [_ligne(ligne) for ligne in siennes])
        )
    return parts


def _ligne(ligne: LigneDeFacture) -> LigneImprimee:
    """The child is named once above: not on each line, unless its name has changed since."""
    return LigneImprimee(
        ligne.jour,
        ligne.seance_id is None,
        ligne.libelle.removeprefix(f"{ligne.enfant.prenom}, "),
        ligne.explication,
        ligne.montant,
    )


def _imputations(factures: Collection[int]) -> dict[int, tuple[int, list[Deduction]]]:
    """By invoice: the money received, and the avoirs put to it; by avoir: the invoices that it was put to."""
    avoir = Facture.alias()
    requete = (
        Imputation.select(
            *(Imputation.facture, Facture.exercice, Facture.rang),
            *(Imputation.avoir, avoir.exercice, avoir.rang),
            Imputation.montant,
        )
        .join(Facture, on=Imputation.facture == Facture.id)
        .join_from(Imputation, avoir, JOIN.LEFT_OUTER, on=Imputation.avoir == avoir.id)
        .where(Imputation.facture.in_(factures) | Imputation.avoir.in_(factures))
        .order_by(Imputation.id)
        .tuples()
    )
    regle: dict[int, int] = defaultdict(int)
    deduits: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for facture_id, exercice, rang, avoir_id, avoir_exercice, avoir_rang, montant in requete:
        if avoir_id is None:
            regle[facture_id] += montant
        else:
            deduits[facture_id][_numero(avoir_exercice, avoir_rang)] += montant
            deduits[avoir_id][_numero(exercice, rang)] += montant
    return {
        ident: (regle[ident], [Deduction(numero, montant) for numero, montant in deduits[ident].items()])
        for ident in factures
    }


def _soldes(factures: Collection[int]) -> dict[int, int]:
    requete = Solde.select(Solde.facture, Solde.reste).where(Solde.facture.in_(factures))
    return dict(requete.tuples())


def _numeros(factures: Collection[int]) -> dict[int, str]:
    requete = Facture.select(Facture.id, Facture.exercice, Facture.rang).where(
        Facture.id.in_(list(factures) or [0])
    )
    return {ident: _numero(exercice, rang) for ident, exercice, rang in requete.tuples()}


def _numero(exercice: int, rang: int) -> str:
    return Facture(exercice=exercice, rang=rang).numero
