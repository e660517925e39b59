"""« Facturation », for the staff: one page that leads to the tariffs, the invoices, the money."""

from dataclasses import dataclass

from flask import Blueprint, g, render_template

from models import ROLES_AGENTS, ROLES_GESTION
from portail import access

bp = Blueprint("facturation_de_la_ville", __name__, url_prefix="/agents/facturation")


@dataclass(frozen=True)
class Entree:
    """One page of the staff's billing, as the hub announces it."""

    vue: str
    """Endpoint of the page."""
    titre: str
    phrase: str
    """What one does there, in one sentence."""
    roles: tuple[str, ...] = ROLES_AGENTS


ENTREES: tuple[Entree, ...] = (
    Entree(
        "tarifs.liste",
        "Tarifs",
        "Ce que coûte chaque activité, et pour qui ; ce qu’un nouveau prix changerait pour les familles.",
        ROLES_GESTION,
    ),
    Entree(
        "campagnes.page",
        "Facturer un mois",
        "Voir ce que le mois donne et ce qui mérite un regard, puis émettre les factures.",
        ROLES_GESTION,
    ),
    Entree(
        "factures_de_la_ville.liste",
        "Factures",
        "Retrouver une facture, la lire ligne à ligne, la corriger par un avoir.",
    ),
    Entree(
        "encaissements.page",
        "Encaissements",
        "Enregistrer ce que les familles règlent au guichet ; imprimer un reçu, et le bordereau du jour.",
    ),
    Entree(
        "paiements_de_la_ville.liste",
        "Paiements en ligne",
        "Ce que les familles paient sur PayFiP, et ce qui est à vérifier.",
    ),
    Entree(
        "impayes.page",
        "Impayés",
        "Qui est en retard, de combien ; relancer avec tact, noter une entente de paiement.",
    ),
    Entree(
        "prelevements.page",
        "Prélèvements",
        "Préparer une remise, prévenir les familles, emporter le fichier pour la banque, encaisser.",
        ROLES_GESTION,
    ),
    Entree(
        "exports.page",
        "Comptes et exports",
        "Ce qui a été émis, reçu, et reste dû sur une période ; les fichiers de la trésorerie.",
        ROLES_GESTION,
    ),
    Entree(
        "reglages_de_facturation.page",
        "Réglages",
        "Le délai de paiement, comment payer, PayFiP, le compte qui reçoit les prélèvements.",
        ROLES_GESTION,
    ),
)
"""In the order of the work: the tariffs, then the month, then the money; the settings last."""


@bp.get("")
@access.reserve_a(*ROLES_AGENTS)
def page() -> str:
    siennes = [e for e in ENTREES if g.compte.role in e.roles]
    return render_template("facturation_de_la_ville/page.html", entrees=siennes)
