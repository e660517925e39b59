"""What a family's consumption comes to: the invoices to be, line by line, and what is to be looked at.

Pure, and the same whatever the order: consumption × tariffs × who pays. Each adult who pays is priced by that
adult's own quotient and price list, and owes that adult's share of it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from portail.domain import tarification
from portail.domain.consommations import MOIS, Consommation
from portail.domain.grille_tarifaire import Grille
from portail.domain.payeurs import Payeur
from portail.domain.tarification import Bareme, Faits, Prix

NON_POINTEE, SANS_RESERVATION = "non_pointee", "sans_reservation"
SANS_QUOTIENT, QUOTIENT_ANCIEN = "sans_quotient", "quotient_ancien"
SANS_TARIF, SANS_PAYEUR, DEUX_ADRESSES = "sans_tarif", "sans_payeur", "deux_adresses"


@dataclass(frozen=True, order=True, slots=True)
class Anomalie:
    """Something to look at before the invoices leave, and what it is about."""

    code: str
    enfant_id: int
    activite_id: int = 0
    seance_id: int = 0
    responsable_id: int = 0


@dataclass(frozen=True, slots=True)
class LigneAFacturer:
    """One line to be (`models.LigneDeFacture`)."""

    consommee: Consommation
    cle: str
    libelle: str
    explication: str
    montant: int
    garde: bool


@dataclass(frozen=True, slots=True)
class FactureAEmettre:
    """What one adult is to be billed."""

    famille_id: int
    payeur: Payeur
    lignes: tuple[LigneAFacturer, ...]

    @property
    def total(self) -> int:
        return sum(ligne.montant for ligne in self.lignes)


@dataclass(frozen=True, slots=True)
class Calcul:
    """What a family is to be billed."""

    famille_id: int
    factures: tuple[FactureAEmettre, ...]
    """One an adult, by id; what comes to nothing is not issued."""
    anomalies: tuple[Anomalie, ...]

    @property
    def total(self) -> int:
        return sum(facture.total for facture in self.factures)


def calculer(
    famille_id: int,
    consommees: Iterable[Consommation],
    grille: Grille,
    payeurs: Mapping[int, tuple[Payeur, ...]],
    noms: Mapping[tuple[int, int], str],
) -> Calcul:
    """The invoices of one family. `noms`: what a line is called, by child and activity."""
    lignes: dict[int, list[LigneAFacturer]] = {}
    qui: dict[int, Payeur] = {}
    anomalies: set[Anomalie] = set()
    for c in sorted(consommees, key=_ordre):
        siens = payeurs.get(c.enfant_id, ())
        anomalies.update(_de_la_seance(c))
        if not siens:
            anomalies.add(Anomalie(SANS_PAYEUR, c.enfant_id))
            continue
        baremes = [_bareme(grille, payeur, c) for payeur in siens]
        if any(bareme is None for bareme in baremes):
            if c.genre != MOIS:  # whatever else the activity costs, its month has a price or has none
                anomalies.add(Anomalie(SANS_TARIF, c.enfant_id, c.activite_id))
            continue
        pourcents = [payeur.part for payeur in siens]
        for rang, (payeur, bareme) in enumerate(zip(siens, baremes, strict=True)):
            assert bareme is not None
            if not _se_facture(bareme, c):
                continue
            anomalies.update(_du_payeur(payeur, bareme, c))
            du = _prix(bareme, _faits(payeur, c))
            qui.setdefault(payeur.responsable_id, payeur)
            lignes.setdefault(payeur.responsable_id, []).append(
                LigneAFacturer(
                    consommee=c,
                    cle=cle(c, payeur.responsable_id),
                    libelle=noms[c.enfant_id, c.activite_id],
                    explication=_explication(du, payeur.part),
                    montant=tarification.parts(du.montant, pourcents)[rang],
                    garde=bareme.garde,
                )
            )
    factures = (FactureAEmettre(famille_id, qui[ident], tuple(lignes[ident])) for ident in sorted(lignes))
    return Calcul(famille_id, tuple(f for f in factures if f.total), tuple(sorted(anomalies)))


def cle(c: Consommation, responsable_id: int) -> str:
    """What the line bills, to whom (`LigneDeFacture.cle`)."""
    if c.genre == MOIS:
        return f"m:{c.jour:%Y-%m}:{c.activite_id}:{c.enfant_id}:{responsable_id}"
    return f"s:{c.seance_id}:{c.enfant_id}:{responsable_id}"


# ——— inside ———


def _ordre(c: Consommation) -> tuple:
    """Child after child, day after day."""
    return (c.enfant_id, c.jour, c.activite_id, c.seance_id or 0)


def _bareme(grille: Grille, payeur: Payeur, c: Consommation) -> Bareme | None:
    """What holds for this adult on that day; of a month, on the first of its days that has such a price, or
    else on the first that has any."""
    if c.genre != MOIS:
        return grille.de(c.activite_id, payeur.categorie, c.jour)
    tenus = [b for jour in c.jours if (b := grille.de(c.activite_id, payeur.categorie, jour))]
    return next((b for b in tenus if b.unite == tarification.MOIS), next(iter(tenus), None))


def _se_facture(bareme: Bareme, c: Consommation) -> bool:
    """Of two adults, one may pay by the month what the other pays by the séance: each is billed its own."""
    if c.genre == MOIS:
        return bareme.unite == tarification.MOIS
    return bareme.unite != tarification.MOIS and (not c.non_prevenue or bareme.absence_non_prevenue)


def _faits(payeur: Payeur, c: Consommation) -> Faits:
    return Faits(
        quotient=payeur.quotient,
        rang=c.rang,
        minutes=c.minutes,
        tardive=c.tardive,
        sans_reservation=c.genre == SANS_RESERVATION,
        absence=c.absence,
    )


@lru_cache(maxsize=20_000)
def _prix(bareme: Bareme, faits: Faits) -> Prix:
    """Most séances of a family cost the same, for the same reasons."""
    return tarification.prix(bareme, faits)


def _explication(du: Prix, part: int) -> str:
    return du.phrase if part == 100 else f"{du.phrase} Votre part : {part}\N{NO-BREAK SPACE}%."


def _de_la_seance(c: Consommation) -> Iterable[Anomalie]:
    if c.non_pointee:
        yield Anomalie(NON_POINTEE, c.enfant_id, c.activite_id, c.seance_id or 0)
    if c.genre == SANS_RESERVATION:
        yield Anomalie(SANS_RESERVATION, c.enfant_id, c.activite_id, c.seance_id or 0)


def _du_payeur(payeur: Payeur, bareme: Bareme, c: Consommation) -> Iterable[Anomalie]:
    if bareme.mode != tarification.FORFAIT:
        releve = payeur.fiscal_le
        if payeur.quotient is None:
            yield Anomalie(SANS_QUOTIENT, c.enfant_id, responsable_id=payeur.responsable_id)
        elif releve is None or releve.year < c.jour.year:
            yield Anomalie(QUOTIENT_ANCIEN, c.enfant_id, responsable_id=payeur.responsable_id)
    if payeur.sans_parts:
        yield Anomalie(DEUX_ADRESSES, c.enfant_id, responsable_id=payeur.responsable_id)
