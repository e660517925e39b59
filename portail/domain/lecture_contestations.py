"""What a family contests of its invoices, as those who read the invoices read it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from peewee import JOIN

from models import Contestation, Demande, Facture, Ligne, LigneDeFacture
from portail.domain import payeurs
from portail.domain.contestations import quand
from portail.domain.demande_vue import ContestationVue
from portail.domain.droits import Regard


def lire(regard: Regard, demandes: Iterable[int] | None = None) -> Iterator[tuple[int, ContestationVue]]:
    """(demande, what it contests), in the order of the invoices. Of all the family's demandes when None.

    Two queries.
    """
    rendue, avoir = LigneDeFacture.alias(), Facture.alias()
    requete = (
        Contestation.select(Contestation, Ligne, LigneDeFacture, Facture, rendue, avoir)
        .join(Ligne)
        .join(Demande)
        .join_from(Contestation, LigneDeFacture, on=Contestation.facturee, attr="facturee")
        .join(Facture)
        .join_from(Contestation, rendue, JOIN.LEFT_OUTER, on=Contestation.rendue == rendue.id, attr="rendue")
        .join(avoir, JOIN.LEFT_OUTER, on=rendue.facture == avoir.id, attr="facture")
        .where(Demande.famille == regard.famille, payeurs.lisibles(regard))
        .order_by(LigneDeFacture.rang, Contestation.id)
    )
    if demandes is not None:
        requete = requete.where(Ligne.demande.in_(list(demandes)))
    for contestation in requete:
        yield contestation.ligne.demande_id, _vue(contestation)


def a_emporter(regards: Iterable[Regard]) -> dict[int, list[dict[str, Any]]]:
    """The same in words, by demande, of all the family files of an account: « Mes données »."""
    trouvees: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for regard in regards:
        for demande_id, vue in lire(regard):
            trouvees[demande_id].append(
                {
                    "facture": vue.facture,
                    "quoi": vue.texte,
                    "dit": vue.dit,
                    "etat": vue.etat.libelle,
                    "motif": vue.motif,
                    "avoir": vue.facturation,
                }
            )
    return trouvees


# ——— inside ———


def _vue(contestation: Contestation) -> ContestationVue:
    ligne, facturee, rendue = contestation.ligne, contestation.facturee, contestation.rendue
    return ContestationVue(
        id=ligne.id,
        facture_id=facturee.facture_id,
        facture=facturee.facture.numero,
        libelle=facturee.libelle,
        quand=quand(facturee),
        montant=facturee.montant,
        statut=ligne.statut,
        motif=ligne.motif,
        dit=contestation.texte,
        avoir=rendue.facture.numero if rendue else "",
        rendu=-rendue.montant if rendue else 0,
    )
