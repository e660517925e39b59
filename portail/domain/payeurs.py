"""Who pays what a child costs, with which quotient and at which price list; and whose invoices one reads.

Where the town has set shares (`PartDePayeur`: parents who live apart), each adult gets an invoice of that
share, priced by that adult's own quotient and commune, and nobody else of the family reads it. Elsewhere the
first adult who holds parental authority gets the household's invoice: those who live at the same address read
and pay it too, if they decide for every child of the family.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from peewee import Expression

from models import (
    Compte,
    Enfant,
    Facture,
    Famille,
    LienParental,
    PartDePayeur,
    Responsable,
    Ville,
    normaliser,
)
from portail.domain import courriels, droits
from portail.domain.droits import Regard
from portail.domain.grille_tarifaire import COMMUNE, HORS_COMMUNE

PLEIN = "plein"


@dataclass(frozen=True)
class Payeur:
    """An adult who pays, of one child, `part` percent of what it costs."""

    responsable_id: int
    part: int
    quotient: int | None
    """In cents; of the adult, or, of a household, of whoever there has one."""
    fiscal_le: dt.date | None
    """When the town took it down."""
    categorie: str
    """Which price list: `commune` or `hors_commune`."""
    foyer: bool
    destinataire: str
    """Name and address, line by line, as an invoice bears them."""
    sans_parts: bool = False
    """Whether another adult who decides for the child lives elsewhere, and the town has set no shares."""


@dataclass(frozen=True)
class PartDuCompte:
    """What an account pays of a child: whose invoice it is, and which of the shares."""

    payeur: Payeur
    rang: int
    pourcents: tuple[int, ...]
    """All the shares, in their order: to the cent, each depends on those before it."""


def payeurs(familles: Iterable[int]) -> dict[int, tuple[Payeur, ...]]:
    """By child of these families: who pays, the shares make a hundred. A child without adults: nobody.

    Three queries, however many families.
    """
    return _payeurs(familles)[0]


def parts_du_compte(regard: Regard) -> dict[int, PartDuCompte]:
    """By child: what this account pays of it, as :func:`lisibles` has it. Three queries.

    A child of whom it pays nothing is not there: what another adult pays tells of that adult’s quotient.
    """
    par_enfant, adultes = _payeurs([regard.famille.id])
    toit = _du_meme_toit(regard, adultes.get(regard.famille.id, []))
    trouvees = {}
    for enfant, siens in par_enfant.items():
        for rang, payeur in enumerate(siens):
            if payeur.responsable_id == regard.moi or (payeur.foyer and payeur.responsable_id in toit):
                trouvees[enfant] = PartDuCompte(payeur, rang, tuple(p.part for p in siens))
                break
    return trouvees


def lisibles(regard: Regard) -> Expression:
    """A condition on `Facture`: those of the family that this account reads, and pays. One query.

    Its own; and a household's, when it lives with the payeur and decides for every child of the family.
    """
    moi = Facture.payeur == (regard.moi or 0)
    return (Facture.famille == regard.famille.id) & (
        moi | (Facture.foyer & Facture.payeur.in_(_du_meme_toit(regard, _adultes(regard)) or [0]))
    )


Du = tuple[int, int, bool]
"""Of an invoice: the family, the payeur, whether it is the household’s."""


def lecteurs(dus: Iterable[Du]) -> dict[Du, list[Compte]]:
    """The accounts that read such invoices, each as :func:`lisibles` has it. Three queries, however many."""
    voulus = sorted(set(dus))
    ids = sorted({famille for famille, _, _ in voulus})
    comptes = courriels.destinataires_par_famille(ids)
    regard_de = droits.regards_par_famille(Famille(id=ident) for ident in ids)
    adultes: dict[int, list[Responsable]] = {}
    for adulte in Responsable.select().where(Responsable.famille.in_(ids or [0])):
        adultes.setdefault(adulte.famille_id, []).append(adulte)
    trouves: dict[Du, list[Compte]] = {du: [] for du in voulus}
    for famille, payeur, foyer in voulus:
        for compte in comptes[famille]:
            regard = regard_de[famille](compte)
            toit = _du_meme_toit(regard, adultes.get(famille, [])) if foyer else []
            if payeur == regard.moi or payeur in toit:
                trouves[famille, payeur, foyer].append(compte)
    return trouves


# ——— inside ———


def _payeurs(
    familles: Iterable[int],
) -> tuple[dict[int, tuple[Payeur, ...]], dict[int, list[Responsable]]]:
    """By child, who pays; and by family, its adults."""
    ids = sorted(set(familles)) or [0]
    commune = normaliser(Ville.get().nom)
    adultes: dict[int, dict[int, Responsable]] = {}
    decident: dict[int, set[int]] = {}
    plein = (LienParental.responsable == Responsable.id) & (LienParental.droit == PLEIN)
    requete = (
        Responsable.select(Responsable, LienParental.enfant.alias("decide_de"))
        .left_outer_join(LienParental, on=plein)
        .where(Responsable.famille.in_(ids))
        .order_by(Responsable.rang, Responsable.id)
    )
    for adulte in requete.objects():
        adultes.setdefault(adulte.famille_id, {})[adulte.id] = adulte
        if adulte.decide_de:
            decident.setdefault(adulte.decide_de, set()).add(adulte.id)
    familles_de: dict[int, int] = {}
    parts: dict[int, dict[int, int]] = {}
    siennes = Enfant.select(Enfant.id, Enfant.famille, PartDePayeur.responsable, PartDePayeur.part)
    for enfant, famille, adulte, part in (
        siennes.left_outer_join(PartDePayeur).where(Enfant.famille.in_(ids)).tuples()
    ):
        familles_de[enfant] = famille
        if part:
            parts.setdefault(enfant, {})[adulte] = part
    partagees = {familles_de[enfant] for enfant in parts}
    par_famille = {famille: list(siens.values()) for famille, siens in adultes.items()}
    par_enfant = {
        enfant: tuple(
            _de_l_enfant(
                par_famille.get(famille, []),
                parts.get(enfant, {}),
                decident.get(enfant, set()),
                foyer=famille not in partagees,
                commune=commune,
            )
        )
        for enfant, famille in familles_de.items()
    }
    return par_enfant, par_famille


def _de_l_enfant(
    adultes: Sequence[Responsable],
    parts: Mapping[int, int],
    decident: set[int],
    *,
    foyer: bool,
    commune: str,
) -> Iterable[Payeur]:
    if parts:
        for adulte in adultes:
            if adulte.id in parts:
                yield _payeur(adulte, [adulte], parts[adulte.id], foyer=False, commune=commune)
        return
    premier = next((a for a in adultes if a.id in decident), next(iter(adultes), None))
    if premier:
        toit = [a for a in adultes if foyer and meme_toit(premier, a)] or [premier]
        ailleurs = any(a.id in decident and not meme_toit(premier, a) for a in adultes)
        payeur = _payeur(premier, toit, 100, foyer=foyer, commune=commune)
        yield replace(payeur, sans_parts=ailleurs)


def _payeur(
    adulte: Responsable, toit: Sequence[Responsable], part: int, *, foyer: bool, commune: str
) -> Payeur:
    fiscal = next((a for a in (adulte, *toit) if a.quotient is not None), adulte)
    ailleurs = adulte.commune and normaliser(adulte.commune) != commune
    lignes = (
        adulte.nom_complet,
        adulte.voie,
        adulte.complement,
        f"{adulte.code_postal} {adulte.commune}".strip(),
    )
    return Payeur(
        adulte.id,
        part,
        fiscal.quotient,
        fiscal.fiscal_le,
        HORS_COMMUNE if ailleurs else COMMUNE,
        foyer,
        "\n".join(ligne for ligne in lignes if ligne),
    )


def meme_toit(payeur: Responsable, autre: Responsable) -> bool:
    """Whether they live together, as far as the file tells: one who has no address lives with the payeur."""
    return not autre.voie or _adresse(payeur) == _adresse(autre)


def _adresse(adulte: Responsable) -> tuple[str, str, str]:
    return normaliser(adulte.voie), adulte.code_postal.strip(), normaliser(adulte.commune)


def _adultes(regard: Regard) -> Iterable[Responsable]:
    """Those of the family, read only once they are asked for."""
    return Responsable.select().where(Responsable.famille == regard.famille)


def _du_meme_toit(regard: Regard, famille: Iterable[Responsable]) -> list[int]:
    """The adults whose household this account is of; none unless it decides for every child."""
    if not regard.enfants or regard.decide != set(regard.enfants):
        return []
    adultes = list(famille)
    if regard.moi is None:  # whoever it is, one of them: so with all of them
        return [p.id for p in adultes if all(meme_toit(p, autre) for autre in adultes)]
    moi = next(a for a in adultes if a.id == regard.moi)
    return [payeur.id for payeur in adultes if meme_toit(payeur, moi)]
