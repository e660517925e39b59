"""What a remise would debit on a day: what is owed by whoever has a mandate that holds; and why not the rest.

An invoice that somebody is paying online is left out, and one whose payeur has agreed to pay over time. Of an
invoice paid in part, what is left is debited.
"""

import datetime as dt
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from holidays import financial_holidays
from peewee import JOIN, ModelSelect, fn

import workflows as w
from models import (
    Entente,
    Facture,
    FactureDuPaiement,
    Mandat,
    Prelevement,
    Responsable,
    Solde,
)
from portail import clock, mots
from portail.domain import mandats, payeurs
from portail.domain.refus import Refus

PREAVIS = dt.timedelta(days=14)
"""The payeur knows of a debit so long before it (EPC, SEPA Direct Debit Core Rulebook, 4.3.4)."""
AU_PLUS_TARD = dt.timedelta(days=60)
DEBITS_MAX = 5_000
"""Of one remise: its file takes five seconds then, that others wait for."""

PERIME, EN_PAIEMENT, ENTENTE = "perime", "en_paiement", "entente"
RAISONS = {
    PERIME: "mandat sans prélèvement depuis 36 mois : il ne vaut plus",
    EN_PAIEMENT: "paiement en ligne en cours",
    ENTENTE: "entente de paiement en cours",
}


@dataclass(frozen=True)
class Candidate:
    """An invoice that may be debited."""

    facture_id: int
    numero: str
    famille_id: int
    payeur_id: int
    payeur: str
    foyer: bool
    mandat_id: int
    rum: str
    montant: int
    premier: bool
    """Whether it is the first debit of its mandate."""
    raison: str
    """Why it is left out; empty when it is not."""


@dataclass(frozen=True)
class Preparation:
    """What a remise of that day would hold."""

    jour: dt.date
    retenues: list[Candidate]
    laissees: list[Candidate]
    sans_adresse: frozenset[int]
    """The payeurs whom no mail reaches: they are to be told by post."""
    coupee: bool
    """There are more than one remise holds."""

    @property
    def total(self) -> int:
        return sum(une.montant for une in self.retenues)

    @property
    def payeurs(self) -> int:
        return len({une.payeur_id for une in self.retenues})

    @property
    def marque(self) -> str:
        """Of what is shown: another one means that it has changed."""
        dit = [(une.facture_id, une.mandat_id, une.montant) for une in self.retenues]
        return hashlib.sha256(repr((self.jour, dit)).encode()).hexdigest()[:32]


def exiger_un_jour(jour: dt.date) -> None:
    """:class:`Refus` unless accounts may be debited on that day, and their owners told in time."""
    tot, tard = premier_jour(), clock.aujourdhui() + AU_PLUS_TARD
    if not tot <= jour <= tard:
        raise Refus(
            f"Les familles sont prévenues 14 jours avant : choisissez un jour entre le {mots.jour_annee(tot)}"
            f" et le {mots.jour_annee(tard)}.",
            champ="jour",
        )
    if not bancaire(jour):
        raise Refus("Les banques ne prélèvent ni le samedi, ni le dimanche, ni ce jour férié.", champ="jour")


def premier_jour() -> dt.date:
    """The first day that may be chosen."""
    return clock.aujourdhui() + PREAVIS


def propose() -> dt.date:
    """The first day that banks work on, once everybody has been told in time."""
    jour = premier_jour()
    while not bancaire(jour):
        jour += dt.timedelta(1)
    return jour


def bancaire(jour: dt.date) -> bool:
    """Whether banks settle on that day (calendar of TARGET, European Central Bank)."""
    return jour.weekday() < 5 and jour not in financial_holidays("XECB", years=jour.year)


def preparer(jour: dt.date) -> Preparation:
    """What could be debited on that day, as it now stands. Six queries."""
    lues = _candidates(jour)
    retenues = [une for une in lues if not une.raison]
    gardees = retenues[:DEBITS_MAX]
    return Preparation(
        jour,
        gardees,
        [une for une in lues if une.raison],
        _sans_adresse(gardees),
        len(retenues) > DEBITS_MAX,
    )


# ——— inside ———


def _candidates(jour: dt.date) -> list[Candidate]:
    deja = {
        mandat
        for (mandat,) in Prelevement.select(Prelevement.mandat).where(Prelevement.statut == w.PREVU).tuples()
    }
    trouvees = []
    for solde in _soldes():
        mandat, facture, payeur = solde.mandat, solde.facture, solde.payeur
        raison = next(_raisons(solde, jour), "")
        trouvees.append(
            Candidate(
                facture.id,
                facture.numero,
                facture.famille_id,
                payeur.id,
                payeur.nom_complet,
                facture.foyer,
                mandat.id,
                mandat.rum,
                solde.reste,
                not raison and mandat.collecte_le is None and mandat.id not in deja,
                raison,
            )
        )
        if not raison:
            deja.add(mandat.id)
    return trouvees


def _soldes() -> ModelSelect:
    """What is owed by whoever has a mandate, and is in no remise yet; the oldest first of each payeur."""
    ouverte = FactureDuPaiement.select(FactureDuPaiement.id).where(
        FactureDuPaiement.facture == Solde.facture, FactureDuPaiement.ouverte
    )
    entendu = Entente.select(Entente.id).where(
        Entente.payeur == Solde.payeur, Entente.levee_le.is_null(), Entente.jusqu_au >= clock.aujourdhui()
    )
    prevu = Prelevement.select(Prelevement.id).where(
        Prelevement.facture == Solde.facture, Prelevement.statut == w.PREVU
    )
    return (
        Solde.select(
            Solde,
            Facture,
            Responsable,
            Mandat,
            fn.EXISTS(ouverte).alias("en_paiement"),
            fn.EXISTS(entendu).alias("entente"),
        )
        .join(Facture)
        .join_from(Solde, Responsable)
        .join_from(
            Solde,
            Mandat,
            JOIN.INNER,
            on=(Mandat.responsable == Solde.payeur) & (Mandat.statut == w.ACTIF),
            attr="mandat",
        )
        .where(Solde.reste > 0, ~fn.EXISTS(prevu))
        .order_by(Solde.payeur, Solde.echeance, Solde.facture)
    )


def _raisons(solde: Solde, jour: dt.date) -> Iterator[str]:
    if not mandats.permet(solde.mandat, jour):
        yield PERIME
    if solde.en_paiement:
        yield EN_PAIEMENT
    if solde.entente:
        yield ENTENTE


def _sans_adresse(candidates: Sequence[Candidate]) -> frozenset[int]:
    lecteurs = payeurs.lecteurs((une.famille_id, une.payeur_id, une.foyer) for une in candidates)
    muets = {payeur for (_, payeur, _), comptes in lecteurs.items() if not comptes}
    adresses = Responsable.select(Responsable.id).where(Responsable.id.in_(list(muets) or [0]))
    return frozenset(muets) - {r.id for r in adresses.where(Responsable.email != "")}
