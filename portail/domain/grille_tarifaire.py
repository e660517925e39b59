"""Which tariff holds: by activity, day, and where the family lives. Read once, then asked."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from models import CATEGORIES_DE_TARIF, Tarif, TrancheDeTarif
from portail.domain.tarification import Bareme, Tranche

POUR_TOUS, COMMUNE, HORS_COMMUNE = CATEGORIES_DE_TARIF
COPIES = (
    *("mode", "unite", "prix", "taux", "plancher", "plafond", "fratrie_2", "fratrie_3"),
    *("supplement_tardif", "supplement_sans_reservation", "absence_non_prevenue", "garde"),
)
"""What a :class:`Bareme` takes over from a row, as it is."""


@dataclass(frozen=True)
class EnVigueur:
    """One tariff of an activity, from its first day to its last, both included."""

    tarif_id: int
    debut: dt.date
    fin: dt.date
    categorie: str
    bareme: Bareme

    def vaut(self, categorie: str, jour: dt.date) -> bool:
        return self.debut <= jour <= self.fin and self.categorie in (POUR_TOUS, categorie)


@dataclass(frozen=True)
class Grille:
    """The tariffs of some activities."""

    par_activite: Mapping[int, tuple[EnVigueur, ...]]

    def de(self, activite_id: int, categorie: str, jour: dt.date) -> Bareme | None:
        """What holds there on that day for such a family; None: the town has said nothing."""
        siens = self.par_activite.get(activite_id, ())
        return next((v.bareme for v in siens if v.vaut(categorie, jour)), None)


def grille(activites: Iterable[int], debut: dt.date, fin: dt.date) -> Grille:
    """The tariffs of these activities that hold between these days, both included. Two queries."""
    tarifs = list(
        Tarif.select()
        .where(Tarif.activite.in_(sorted(set(activites)) or [0]), Tarif.debut <= fin, Tarif.fin >= debut)
        .order_by(Tarif.debut, Tarif.id)
    )
    tranches = tranches_de(tarifs)
    par_activite: dict[int, list[EnVigueur]] = {}
    for tarif in tarifs:
        vigueur = EnVigueur(
            tarif.id, tarif.debut, tarif.fin, tarif.categorie, bareme(tarif, tranches.get(tarif.id, ()))
        )
        par_activite.setdefault(tarif.activite_id, []).append(vigueur)
    return Grille({ident: tuple(siens) for ident, siens in par_activite.items()})


def bareme(tarif: Tarif, tranches: Iterable[Tranche]) -> Bareme:
    """The row as data, with its bands in their order."""
    champs = {nom: getattr(tarif, nom) for nom in COPIES}
    return Bareme(**champs, tranches=tuple(sorted(tranches, key=lambda t: t.a_partir_de)))


def tranches_de(tarifs: Iterable[Tarif]) -> dict[int, list[Tranche]]:
    """The bands of each of these tariffs, by its id. One query; none without a tariff."""
    par_tarif: dict[int, list[Tranche]] = {}
    ids = [tarif.id for tarif in tarifs]
    if not ids:
        return par_tarif
    for t in TrancheDeTarif.select().where(TrancheDeTarif.tarif.in_(ids)):
        par_tarif.setdefault(t.tarif_id, []).append(Tranche(t.a_partir_de, t.prix))
    return par_tarif
