"""Where the set-up of the town stands: what is there, what is missing, page by page, in a sentence each."""

from collections.abc import Callable
from dataclasses import dataclass, fields

from peewee import SQL, Select, fn

import workflows as w
from models import (
    ROLES_PERSONNEL,
    Abonnement,
    Activite,
    Calendrier,
    CodeAbonne,
    Compte,
    Famille,
    Horaire,
    Lieu,
    PageDeLaVille,
    Seance,
    TexteDeCourriel,
    db,
)
from portail import clock, mots
from portail.domain import familles
from portail.domain.calendrier import annee_scolaire
from portail.domain.pages_de_la_ville import PAGES
from portail.domain.ville import VILLE_NEUVE, la_ville

FAIT, A_FAIRE, LIBRE = "fait", "a_faire", "libre"
"""Done; to be done before families come; whenever one likes."""


@dataclass(frozen=True)
class Comptes:
    """What is there, counted."""

    lieux: int
    activites: int
    """Those that are not over."""
    sans_horaire: int
    sans_seance: int
    fermetures: int
    """Of the school year."""
    pages: int
    textes: int
    familles: int
    abonnees: int
    """Families that an account follows."""
    sans_lettre: int
    """Families that have neither account nor letter that waits."""
    personnel: int


@dataclass(frozen=True)
class Etat:
    """How one step stands."""

    code: str
    phrase: str

    @property
    def mot(self) -> str:
        return {FAIT: "Fait", A_FAIRE: "À faire", LIBRE: ""}[self.code]


def compter() -> Comptes:
    """One query, whatever the town."""
    debut, fin = annee_scolaire(clock.aujourdhui())
    a_venir = Activite.fin >= clock.aujourdhui()
    sans = {
        table: Activite.select(fn.COUNT(Activite.id)).where(
            a_venir, ~fn.EXISTS(table.select(SQL("1")).where(table.activite == Activite.id))
        )
        for table in (Horaire, Seance)
    }
    actif = Abonnement.statut == w.ACTIF
    suivies = Abonnement.select(SQL("1")).where(Abonnement.famille == Famille.id, actif)
    attendues = CodeAbonne.select(SQL("1")).where(CodeAbonne.famille == Famille.id, familles.en_cours())
    combien = Famille.select(fn.COUNT(Famille.id)).where(Famille.fusionnee_dans.is_null())
    comptees = {
        "lieux": Lieu.select(fn.COUNT(Lieu.id)),
        "activites": Activite.select(fn.COUNT(Activite.id)).where(a_venir),
        "sans_horaire": sans[Horaire],
        "sans_seance": sans[Seance],
        "fermetures": Calendrier.select(fn.COUNT(Calendrier.id)).where(
            Calendrier.genre == "fermeture", Calendrier.debut <= fin, Calendrier.fin >= debut
        ),
        "pages": PageDeLaVille.select(fn.COUNT(PageDeLaVille.id)).where(PageDeLaVille.cle.in_(list(PAGES))),
        "textes": TexteDeCourriel.select(fn.COUNT(TexteDeCourriel.id)),
        "familles": combien,
        "abonnees": combien.where(fn.EXISTS(suivies)),
        "sans_lettre": combien.where(~fn.EXISTS(suivies), ~fn.EXISTS(attendues)),
        "personnel": Compte.select(fn.COUNT(Compte.id)).where(Compte.role.in_(ROLES_PERSONNEL), Compte.actif),
    }
    colonnes = [comptees[champ.name].alias(champ.name) for champ in fields(Comptes)]
    (ligne,) = db.execute(Select(columns=colonnes))
    return Comptes(*ligne)


def etat(vue: str, c: Comptes) -> Etat | None:
    """How the step of this page stands; None for one of which there is nothing to say."""
    return ETATS[vue](c) if vue in ETATS else None


def rang(vue: str) -> int:
    """The order in which a new town goes through the pages."""
    return ORDRE.index(vue) if vue in ORDRE else len(ORDRE)


# ——— each step ———


def _ville(c: Comptes) -> Etat:
    v = la_ville()
    manquent = [
        mot
        for mot, valeur in (
            ("son nom", "" if v.nom == VILLE_NEUVE["nom"] else v.nom),
            ("son adresse", v.adresse),
            ("son téléphone", v.telephone),
            ("son adresse e-mail", "" if v.courriel == VILLE_NEUVE["courriel"] else v.courriel),
        )
        if not valeur
    ]
    if manquent:
        return Etat(A_FAIRE, f"Il manque {mots.enumeration(manquent)}.")
    reste = len(PAGES) - c.pages
    if reste:
        pages = mots.pluriel(reste, "page légale est encore", "pages légales sont encore")
        return Etat(A_FAIRE, f"{v.nom}. {pages} au texte du portail : relisez, complétez, publiez.")
    return Etat(FAIT, f"{v.nom}, avec ses pages légales.")


def _lieux(c: Comptes) -> Etat:
    if not c.lieux:
        return Etat(A_FAIRE, "Aucun lieu encore : commencez par les écoles.")
    return Etat(FAIT, f"{mots.pluriel(c.lieux, 'lieu', 'lieux')}.")


def _calendrier(c: Comptes) -> Etat:
    zone = f"Zone {la_ville().zone}"
    if not c.fermetures:
        return Etat(LIBRE, f"{zone}, vacances et jours fériés en place. Aucune fermeture cette année.")
    return Etat(FAIT, f"{zone}, {mots.pluriel(c.fermetures, 'fermeture')} cette année.")


def _activites(c: Comptes) -> Etat:
    if not c.activites:
        return Etat(A_FAIRE, "Aucune activité en cours : créez-les, ou copiez celles de l’an passé.")
    combien = mots.pluriel(c.activites, "activité")
    if c.sans_horaire:
        return Etat(A_FAIRE, f"{combien}, dont {c.sans_horaire} sans horaires : rien ne s’y réserve.")
    if c.sans_seance:
        return Etat(A_FAIRE, f"{combien}, dont {c.sans_seance} sans séance : rien ne s’y réserve.")
    return Etat(FAIT, f"{combien}, toutes avec leurs séances.")


def _familles(c: Comptes) -> Etat:
    if not c.familles:
        return Etat(A_FAIRE, "Aucune famille encore : importez-les, ou créez-les au guichet.")
    return Etat(FAIT, f"{mots.pluriel(c.familles, 'famille')}.")


def _lettres(c: Comptes) -> Etat:
    reste = c.familles - c.abonnees
    if not c.familles:
        return Etat(LIBRE, "Quand les familles seront là, elles recevront leur code par lettre.")
    if reste <= 0:
        return Etat(FAIT, "Chaque famille est suivie par un compte.")
    sans = mots.pluriel(reste, "famille n’a", "familles n’ont")
    if not c.sans_lettre:
        return Etat(FAIT, f"{sans} pas encore de compte, mais un code à leur nom les attend.")
    sans = mots.pluriel(c.sans_lettre, "famille n’a", "familles n’ont")
    return Etat(A_FAIRE, f"{sans} ni compte ni code : imprimez leurs lettres.")


def _courriels(c: Comptes) -> Etat:
    if not c.textes:
        return Etat(LIBRE, "Les mots du portail conviennent tels quels.")
    return Etat(FAIT, f"{mots.pluriel(c.textes, 'courriel')} aux mots de la ville.")


def _equipe(c: Comptes) -> Etat:
    if c.personnel < 2:
        return Etat(A_FAIRE, "Un seul compte : ouvrez-en un à chaque personne, jamais un compte partagé.")
    return Etat(FAIT, f"{mots.pluriel(c.personnel, 'compte ouvert', 'comptes ouverts')}.")


ETATS: dict[str, Callable[[Comptes], Etat]] = {
    "ville.page": _ville,
    "lieux.liste": _lieux,
    "calendrier.page": _calendrier,
    "activites.liste": _activites,
    "importation.page": _familles,
    "lettres.page": _lettres,
    "textes_de_courriel.page": _courriels,
    "personnel.liste": _equipe,
}
"""By the page of the step."""
ORDRE = (
    "ville.page",
    "lieux.liste",
    "calendrier.page",
    "activites.liste",
    "personnel.liste",
    "importation.page",
    "lettres.page",
    "motifs.page",
    "regles_de_reponse.page",
    "textes_de_courriel.page",
)
