"""What the treasury and the accounts take away: what was issued, what came, what is still owed, by period.

To the cent, whatever the period: of what was issued in it, total − what avoirs and receipts have paid = what
is owed; of what came in it, amount − what it has paid = what is in advance. Of a period that holds all,
issued − received = owed − in advance.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from peewee import JOIN, Case, Expression, fn

import workflows as w
from models import Compte, Facture, Famille, Imputation, Reglement, Responsable, Solde, write_transaction
from portail import clock, mots
from portail.domain import perimetre, tableaux
from portail.domain.caisse import TOUS_LES_MOYENS
from portail.domain.refus import Refus
from portail.domain.tableaux import DATE, EUROS, NOMBRE, Colonne, Fichier, Section, Tableau, Valeur
from portail.domain.transitions import Acteur, journaliser

EXPORTER = "comptes_exportes"
"""What the journal of the account calls it."""
EMISES, RECUS, RESTES = "factures", "reglements", "restes"
TITRES = {
    EMISES: "Factures et avoirs émis",
    RECUS: "Règlements reçus",
    RESTES: "Restes à recouvrer",
}
DE_QUI = (Colonne("Famille"), Colonne("Code abonné"), Colonne("Payeur"))
COLONNES = {
    EMISES: (
        *(Colonne("Numéro"), Colonne("Émise le", DATE), Colonne("Nature"), Colonne("Mois", DATE)),
        *(Colonne("À payer avant le", DATE), *DE_QUI, Colonne("Avoir de la facture"), Colonne("Motif")),
        *(
            Colonne("Total", EUROS),
            Colonne("Réglé", EUROS),
            Colonne("Avoirs", EUROS),
            Colonne("Reste", EUROS),
        ),
    ),
    RECUS: (
        *(Colonne("Reçu", NOMBRE), Colonne("Reçu le", DATE), Colonne("Moyen"), Colonne("Référence")),
        *(*DE_QUI, Colonne("Annule le reçu", NOMBRE), Colonne("Motif")),
        *(Colonne("Montant", EUROS), Colonne("Imputé", EUROS), Colonne("En avance", EUROS)),
    ),
    RESTES: (
        *(Colonne("Numéro"), Colonne("Mois", DATE), Colonne("À payer avant le", DATE), *DE_QUI),
        *(Colonne("Jours de retard", NOMBRE), Colonne("Total", EUROS), Colonne("Reste", EUROS)),
    ),
}


@dataclass(frozen=True)
class Periode:
    """Civil days, both included."""

    du: dt.date
    au: dt.date

    @property
    def instants(self) -> tuple[dt.datetime, dt.datetime]:
        minuit = dt.time()
        return clock.instant(self.du, minuit), clock.instant(self.au + dt.timedelta(1), minuit)

    @property
    def en_mots(self) -> str:
        return mots.du_au(self.du, self.au)


@dataclass(frozen=True)
class Totaux:
    """The sums of a period, in cents."""

    factures: int
    avoirs: int
    """Issued, below zero."""
    regle: int
    """Of these invoices, what receipts have paid; what avoirs have."""
    repris: int
    reste: int
    recus: int
    """What came, less what did not hold."""
    impute: int
    avance: int
    """Of what came, and of the avoirs issued, what pays nothing yet."""

    @property
    def emis(self) -> int:
        return self.factures + self.avoirs


def totaux(agent: Compte, periode: Periode) -> Totaux:
    """As the page shows them. Six queries."""
    perimetre.exiger_toute_la_ville(agent)
    emises = _emises(periode)
    factures, avoirs = _un(
        Facture.select(
            fn.SUM(Case(None, [(Facture.total > 0, Facture.total)], 0)),
            fn.SUM(Case(None, [(Facture.total < 0, Facture.total)], 0)),
        ).where(emises)
    )
    paye = Imputation.select(fn.SUM(Imputation.montant)).join(Facture, on=Imputation.facture == Facture.id)
    (regle,) = _un(paye.where(emises, Imputation.reglement.is_null(False)))
    (repris,) = _un(paye.where(emises, Imputation.avoir.is_null(False)))
    (reste,) = _un(Solde.select(fn.SUM(Solde.reste)).join(Facture).where(emises))
    (recus,) = _un(Reglement.select(fn.SUM(Reglement.montant)).where(_recus(periode)))
    (impute,) = _un(Imputation.select(fn.SUM(Imputation.montant)).join(Reglement).where(_recus(periode)))
    origine = Facture.alias()
    (utilise,) = _un(
        Imputation.select(fn.SUM(Imputation.montant))
        .join(origine, on=Imputation.avoir == origine.id)
        .where(_emises(periode, origine))
    )
    return Totaux(
        factures, avoirs, regle, repris, reste, recus, impute, (recus - impute) + (-avoirs - utilise)
    )


def exporter(agent: Compte, quoi: str, periode: Periode, genre: str) -> Fichier:
    """One of these lists as a file; the journal says who took it away, and how long it was.

    :class:`Refus` when it is longer than a file may be. It is read before the act: nobody waits for it.
    """
    if quoi not in TITRES:
        raise Refus("Choisissez ce que vous voulez emporter.")
    perimetre.exiger_toute_la_ville(agent)
    limite = tableaux.RANGEES_MAX[genre]
    rangees = LECTURES[quoi](periode, limite + 1)
    if len(rangees) > limite:
        raise Refus(
            f"Cette liste a plus de {mots.nombre(limite)} lignes : choisissez une période plus courte."
        )
    section = Section(TITRES[quoi], periode.en_mots, (), rangees)
    tableau = Tableau(TITRES[quoi], periode.en_mots, (), COLONNES[quoi], [section])
    with write_transaction():
        perimetre.exiger_toute_la_ville(agent)
        combien = mots.pluriel(len(rangees), "ligne")
        detail = f"{TITRES[quoi]}, {periode.en_mots}, en {genre.upper()} : {combien}"
        journaliser(agent, EXPORTER, Acteur(agent, w.AGENT), detail=detail)
    return tableaux.fichier([tableau], genre, f"{TITRES[quoi]} {periode.du} {periode.au}")


# ——— inside ———


def _emises(periode: Periode, table=Facture) -> Expression:
    debut, fin = periode.instants
    return (table.emise_le >= debut) & (table.emise_le < fin)


def _recus(periode: Periode) -> Expression:
    return Reglement.recu_le.between(periode.du, periode.au)


def _un(requete) -> tuple[int, ...]:
    """The sums of a query of one row, zero where there is nothing."""
    return tuple(int(valeur or 0) for valeur in requete.tuples()[0])


def _somme(condition: Expression):
    return fn.COALESCE(Imputation.select(fn.SUM(Imputation.montant)).where(condition), 0)


def _lire_les_emises(periode: Periode, limite: int) -> list[tuple[Valeur, ...]]:
    origine = Facture.alias()
    requete = (
        Facture.select(
            *(Facture.exercice, Facture.rang, Facture.emise_le, Facture.mois, Facture.echeance),
            *(Famille.nom, Famille.code_abonne, Responsable.prenom, Responsable.nom),
            *(origine.exercice, origine.rang, Facture.motif, Facture.total),
            _somme((Imputation.facture == Facture.id) & Imputation.reglement.is_null(False)),
            _somme((Imputation.facture == Facture.id) & Imputation.avoir.is_null(False)),
            _somme(Imputation.avoir == Facture.id),
        )
        .join(Famille)
        .join_from(Facture, Responsable)
        .join_from(Facture, origine, JOIN.LEFT_OUTER, on=Facture.origine == origine.id)
        .where(_emises(periode))
        .order_by(Facture.exercice, Facture.rang)
        .limit(limite)
    )
    return [_emise(*rangee) for rangee in requete.tuples()]


def _emise(
    exercice, rang, le, mois, echeance, famille, code, prenom, nom, o_exercice, o_rang, motif, total, *sommes
) -> tuple[Valeur, ...]:
    regle, repris, utilise = (int(somme) for somme in sommes)
    un_avoir = total < 0
    de = Facture(exercice=o_exercice, rang=o_rang).numero if o_rang else None
    return (
        *(Facture(exercice=exercice, rang=rang).numero, clock.a_paris(le).date()),
        *("Avoir" if un_avoir else "Facture", mois, None if un_avoir else echeance),
        *(famille, code, f"{prenom} {nom}", de, motif),
        # of an avoir, what is left is what pays nothing yet, below zero
        *(total, regle, -utilise if un_avoir else repris, total + utilise - regle - repris),
    )


def _lire_les_recus(periode: Periode, limite: int) -> list[tuple[Valeur, ...]]:
    requete = (
        Reglement.select(
            *(Reglement.id, Reglement.recu_le, Reglement.moyen, Reglement.reference),
            *(Famille.nom, Famille.code_abonne, Responsable.prenom, Responsable.nom),
            *(Reglement.contrepartie_de, Reglement.motif, Reglement.montant),
            _somme(Imputation.reglement == Reglement.id),
        )
        .join(Famille)
        .join_from(Reglement, Responsable)
        .where(_recus(periode))
        .order_by(Reglement.recu_le, Reglement.id)
        .limit(limite)
    )
    return [
        (
            *(ident, le, TOUS_LES_MOYENS[moyen], reference, famille, code, f"{prenom} {nom}", de, motif),
            *(montant, int(impute), montant - int(impute)),
        )
        for ident, le, moyen, reference, famille, code, prenom, nom, de, motif, montant, impute in (
            requete.tuples()
        )
    ]


def _lire_les_restes(periode: Periode, limite: int) -> list[tuple[Valeur, ...]]:
    requete = (
        Solde.select(Solde, Facture, Famille, Responsable)
        .join(Facture)
        .join(Famille)
        .join_from(Facture, Responsable)
        .where(_emises(periode), Solde.reste > 0)
        .order_by(Solde.echeance, Facture.exercice, Facture.rang)
        .limit(limite)
    )
    return list(_restes(requete))


def _restes(soldes) -> Iterator[tuple[Valeur, ...]]:
    aujourdhui = clock.aujourdhui()
    for solde in soldes:
        f = solde.facture
        retard = max((aujourdhui - solde.echeance).days, 0)
        qui = (f.famille.nom, f.famille.code_abonne, f.payeur.nom_complet)
        yield (f.numero, f.mois, solde.echeance, *qui, retard, f.total, solde.reste)


LECTURES = {EMISES: _lire_les_emises, RECUS: _lire_les_recus, RESTES: _lire_les_restes}
