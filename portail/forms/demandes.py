"""What « Mes demandes » is asked to show, read from its address: a wish, checked here."""

import datetime as dt

from werkzeug.datastructures import MultiDict

import workflows as w
from portail.domain import cadre
from portail.domain.filtres_demandes import ETATS, TOUTES, Filtres
from portail.forms.planning import lire_entier

SEULS = ("etat", "nature", "du", "au")


def lire_filtres(parametres: MultiDict[str, str]) -> tuple[Filtres, list[str]]:
    """The filters of the address, and a sentence for each thing in it that cannot be: it is left out."""
    erreurs = [
        f"L’adresse contient plusieurs fois « {nom} » : la première valeur est retenue."
        for nom in SEULS
        if len(parametres.getlist(nom)) > 1
    ]
    etat, nature = parametres.get("etat", ""), parametres.get("nature", "")
    if etat and etat not in ETATS:
        etat, erreurs = "", [*erreurs, "Cet état n’existe pas : toutes les demandes sont affichées."]
    if nature and nature not in w.NATURES:
        nature, erreurs = "", [*erreurs, "Cette nature de demande n’existe pas : toutes sont affichées."]
    enfants = [lire_entier(texte) for texte in parametres.getlist("enfant") if texte]
    if None in enfants:
        enfants, erreurs = [], [*erreurs, "L’un des enfants demandés n’existe pas : tous sont affichés."]
    du, au = (lire_date(parametres.get(nom, ""), erreurs) for nom in ("du", "au"))
    if du and au and du > au:
        du, au = au, du
        erreurs.append("La seconde date vient avant la première : elles ont été échangées.")
    return Filtres(
        etat, nature, frozenset(i for i in enfants if i is not None), du, au, _page(parametres)
    ), erreurs


def lire_lignes(parametres: MultiDict[str, str]) -> tuple[bool, dt.date | None]:
    """Whether a demande is wanted line by line, and of which month (its first day)."""
    try:
        mois = dt.datetime.strptime(parametres.get("mois", ""), "%Y-%m").date()  # noqa: DTZ007 - a civil date
    except ValueError:
        mois = None
    return parametres.get("lignes") == "toutes", mois


def lire_date(texte: str, erreurs: list[str]) -> dt.date | None:
    """The date that an address says; None when it says none, or one that cannot be: a sentence tells."""
    if not texte:
        return None
    try:
        date = dt.datetime.strptime(texte, "%Y-%m-%d").date()  # noqa: DTZ007 - a civil date
    except ValueError:
        date = None
    if date and date.year in cadre.ANNEES:
        return date
    erreurs.append("Cette date n’existe pas. Elle s’écrit année-mois-jour, par exemple 2026-12-03.")
    return None


def _page(parametres: MultiDict[str, str]) -> int:
    page = parametres.get("page", "")
    return TOUTES if page == "toutes" else lire_entier(page) or 1
