"""The set-up of the town, one page that leads to all the others."""

from dataclasses import dataclass

from flask import Blueprint, g, render_template

from models import ROLES_ADMINISTRATION, ROLES_GESTION
from portail import access
from portail.domain import mise_en_place

bp = Blueprint("mise_en_place", __name__, url_prefix="/agents/mise-en-place")


@dataclass(frozen=True)
class Etape:
    """One page of the set-up, as the hub announces it."""

    vue: str
    """Endpoint of the page."""
    titre: str
    phrase: str
    """What one does there, in one sentence."""
    roles: tuple[str, ...] = ROLES_GESTION
    de_la_ville: bool = False
    """Whether it is not for those who are limited to places."""


ETAPES: tuple[Etape, ...] = (
    Etape(
        "ville.page",
        "La ville",
        "Son nom, son logo, sa couleur, son guichet, ses pages légales.",
        de_la_ville=True,
    ),
    Etape(
        "calendrier.page",
        "Calendrier",
        "La zone scolaire, les fermetures, les journées exceptionnelles, les ponts.",
    ),
    Etape(
        "textes_de_courriel.page",
        "Textes des courriels",
        "Les mots de la ville au début et à la fin de chaque courriel, et sa signature.",
        de_la_ville=True,
    ),
    Etape(
        "motifs.page",
        "Motifs",
        "Les motifs de refus proposés aux agents, les motifs d’absence des familles et leurs effets.",
        de_la_ville=True,
    ),
    Etape("lieux.liste", "Lieux", "Les écoles, les centres, les gymnases : où les enfants sont accueillis."),
    Etape(
        "activites.liste",
        "Activités",
        "Cantine, accueils, stages : horaires, places, dates limites ; à copier d’une année à l’autre.",
    ),
    Etape(
        "regles_de_reponse.page",
        "Règles de réponse",
        "Accepter d’office ce qui remplit vos conditions, après un essai sur le dernier mois.",
    ),
    Etape(
        "importation.page",
        "Importer ce que la ville a déjà",
        "Reprendre d’un autre logiciel familles, adultes, enfants, inscriptions et réservations.",
        de_la_ville=True,
    ),
    Etape(
        "lettres.page",
        "Lettres aux familles",
        "Imprimer ensemble les codes abonnés des adultes qui n’ont pas encore de compte.",
        de_la_ville=True,
    ),
    Etape(
        "personnel.liste",
        "Équipe",
        "Ouvrir un compte à chaque personne qui travaille pour la ville, avec son rôle et ses lieux.",
        ROLES_ADMINISTRATION,
    ),
)
"""Each page of the set-up; `mise_en_place.ORDRE` says in which order a new town goes through them."""


@bp.get("")
@access.reserve_a(*ROLES_GESTION)
def page() -> str:
    entier, comptes = access.perimetre_du_compte().entier, mise_en_place.compter()
    siennes = [e for e in ETAPES if g.compte.role in e.roles and (entier or not e.de_la_ville)]
    etapes = [
        (etape, mise_en_place.etat(etape.vue, comptes) if entier else None)
        for etape in sorted(siennes, key=lambda etape: mise_en_place.rang(etape.vue))
    ]
    a_faire = sum(etat is not None and etat.code == mise_en_place.A_FAIRE for _, etat in etapes)
    return render_template("mise_en_place/page.html", etapes=etapes, a_faire=a_faire)
