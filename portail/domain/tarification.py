"""What a child's séance, or month, costs, and the sentence that explains it. Pure: nothing but its inputs.

Every amount is in cents, every quotient too; a half cent is rounded up, once a step. Who gave no quotient
familial pays the highest price, as the deliberations of towns have it, and is told so.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from models import TARIFICATIONS, UNITES_DE_TARIF
from portail import mots

FORFAIT, TRANCHES, EFFORT = TARIFICATIONS
SEANCE, DEMI_HEURE, MOIS = UNITES_DE_TARIF
MINUTES_D_UNE_DEMI_HEURE = 30
PAR_UNITE = {SEANCE: "la séance", DEMI_HEURE: "la demi-heure commencée", MOIS: "le mois"}
CENT_MILLE = 100_000
"""A rate is in thousandths of a percent."""


@dataclass(frozen=True)
class Tranche:
    """One band of quotients: from `a_partir_de` to where the next one begins."""

    a_partir_de: int
    prix: int


@dataclass(frozen=True)
class Bareme:
    """A tariff, as data (`models.Tarif`): what the price is computed from, and nothing else."""

    mode: str
    unite: str = SEANCE
    prix: int = 0
    taux: int = 0
    plancher: int = 0
    plafond: int = 0
    tranches: tuple[Tranche, ...] = ()
    """Sorted; the first one begins at 0."""
    fratrie_2: int = 0
    fratrie_3: int = 0
    supplement_tardif: int = 0
    supplement_sans_reservation: int = 0
    absence_non_prevenue: bool = True
    garde: bool = False


@dataclass(frozen=True)
class Faits:
    """What happened, of one child on one séance, or in one month."""

    quotient: int | None
    """In cents; None: the family gave none."""
    rang: int = 1
    """Place among the brothers and sisters who are registered for something on that day, the eldest first."""
    minutes: int = 0
    """How long the séance lasted for the child; counts only where the price is by half hour."""
    tardive: bool = False
    """Whether it was booked after its deadline."""
    sans_reservation: bool = False
    absence: str = ""
    """Why a séance to which the child did not come is billed all the same, in words; empty: it came."""


@dataclass(frozen=True)
class Prix:
    """An amount, and the sentence that explains it to whoever pays."""

    montant: int
    phrase: str


def prix(bareme: Bareme, faits: Faits) -> Prix:
    """What it costs, in cents, and why. Never less than nothing."""
    unitaire, pourquoi = _unitaire(bareme, faits.quotient)
    montant, raisons = unitaire, [pourquoi]
    if bareme.unite == DEMI_HEURE:
        combien = demi_heures(faits.minutes)
        montant *= combien
        raisons.append(mots.pluriel(combien, "demi-heure commencée", "demi-heures commencées"))
    if reduction := _reduction(bareme, faits.rang):
        montant = arrondir(montant * (100 - reduction), 100)
        raisons.append(f"{mots.ordinal(faits.rang)} enfant de la famille : {reduction} % de moins")
    if faits.tardive and bareme.supplement_tardif:
        montant += bareme.supplement_tardif
        raisons.append(f"réservation hors délai : {mots.euros(bareme.supplement_tardif)} de plus")
    if faits.sans_reservation:
        montant += bareme.supplement_sans_reservation
        plus = bareme.supplement_sans_reservation
        raisons.append("sans réservation" + (f" : {mots.euros(plus)} de plus" if plus else ""))
    if faits.absence:
        raisons.append(faits.absence)
    dit = " ; ".join(raisons)
    return Prix(montant, mots.phrase(dit[0].upper() + dit[1:]))


def demi_heures(minutes: int) -> int:
    """How many half hours have begun: 31 minutes are two."""
    return -(-minutes // MINUTES_D_UNE_DEMI_HEURE)


def parts(montant: int, pourcents: Sequence[int]) -> list[int]:
    """`montant` shared by these percents, that make a hundred: the parts always add up to it, to the cent."""
    cumuls = [arrondir(montant * sum(pourcents[: rang + 1]), 100) for rang in range(len(pourcents))]
    return [apres - avant for avant, apres in zip([0, *cumuls], cumuls, strict=False)]


def arrondir(numerateur: int, denominateur: int) -> int:
    """The nearest whole number, a half upwards."""
    return (2 * numerateur + denominateur) // (2 * denominateur)


# ——— inside ———


def _unitaire(bareme: Bareme, quotient: int | None) -> tuple[int, str]:
    """The price of one unit, and why."""
    la = PAR_UNITE[bareme.unite]
    if bareme.mode == FORFAIT:
        return bareme.prix, f"{mots.euros(bareme.prix)} {la}"
    if quotient is None:
        plein = plus_haut(bareme)
        sans = "le tarif le plus élevé : la mairie n’a pas votre quotient familial"
        return plein, f"{mots.euros(plein)} {la}, {sans}"
    if bareme.mode == TRANCHES:
        return _de_la_tranche(bareme.tranches, quotient, la)
    brut = arrondir(quotient * bareme.taux, CENT_MILLE)
    montant = min(max(brut, bareme.plancher), bareme.plafond)
    effort = f"quotient familial de {mots.euros(quotient)} × {taux_en_mots(bareme.taux)}"
    if montant == brut:
        return montant, f"{effort} = {mots.euros(montant)} {la}"
    borne = "ramené au maximum" if montant < brut else "porté au minimum"
    return montant, f"{effort} = {mots.euros(brut)}, {borne} : {mots.euros(montant)} {la}"


def plus_haut(bareme: Bareme) -> int:
    """The most that one unit may cost: what whoever gave no quotient pays."""
    match bareme.mode:
        case "tranches":
            return max((tranche.prix for tranche in bareme.tranches), default=0)
        case "effort":
            return bareme.plafond
    return bareme.prix


def taux_en_mots(taux: int) -> str:
    """« 0,5 % », of thousandths of a percent."""
    return f"{taux / 1000:g}".replace(".", ",") + " %"


def _de_la_tranche(tranches: Sequence[Tranche], quotient: int, la: str) -> tuple[int, str]:
    rang = max(r for r, t in enumerate(tranches) if t.a_partir_de <= quotient)
    ici, suite = tranches[rang], tranches[rang + 1 : rang + 2]
    bornes = f"à partir de {mots.euros(ici.a_partir_de)}"
    if suite:
        bornes = f"de {mots.euros(ici.a_partir_de)} à moins de {mots.euros(suite[0].a_partir_de)}"
    dit = f"quotient familial de {mots.euros(quotient)}, tranche {bornes}"
    return ici.prix, f"{dit} : {mots.euros(ici.prix)} {la}"


def _reduction(bareme: Bareme, rang: int) -> int:
    if rang <= 1:
        return 0
    return bareme.fratrie_2 if rang == 2 else bareme.fratrie_3
