"""The planning's address and its acts, read from what the browser sends: a wish, checked here."""

import datetime as dt

from werkzeug.datastructures import MultiDict

from portail.domain import cadre as c
from portail.domain.cadre import Cadre
from portail.domain.nouvelles import INSTANT, Repere

ID_MAX = 2**31 - 1
"""The largest id that both engines can hold."""
JAMAIS = dt.datetime(c.ANNEES.start, 1, 1, tzinfo=dt.UTC)
"""Before anything was ever written."""


def lire_cadre(parametres: MultiDict[str, str], aujourdhui: dt.date) -> tuple[Cadre, list[str]]:
    """The look that the address asks for, and a sentence for each thing in it that cannot be.

    What is wrong falls back on the month of today with everything shown: the page still comes.
    """
    erreurs: list[str] = []
    vue = _vue(parametres, erreurs)
    date = _date(parametres, aujourdhui, erreurs)
    enfants = _ids(parametres, "enfant", "L’un des enfants demandés", erreurs)
    activites = _ids(parametres, "activite", "L’une des activités demandées", erreurs)
    return Cadre(vue, date, enfants, activites, parametres.get("choix") == "1"), erreurs


def lire_entier(texte: str | None) -> int | None:
    """An id or a mark sent by a page of ours; None when it is not one."""
    if texte and len(texte) <= 10 and texte.isascii() and texte.isdigit() and int(texte) <= ID_MAX:
        return int(texte)
    return None


def lire_les_creneaux(saisie: MultiDict[str, str], nom: str) -> list[tuple[int, int]]:
    """The slots that a page of ours sends, « 12-340 » each, once; what is not one is of nobody."""
    return [_creneau(texte) for texte in dict.fromkeys(saisie.getlist(nom))]


def _creneau(texte: str) -> tuple[int, int]:
    enfant, _, seance = texte.partition("-")
    return lire_entier(enfant) or 0, lire_entier(seance) or 0


def lire_la_raison(saisie: MultiDict[str, str]) -> int | None:
    """The reason of an absence that was chosen, None for none; what is no reason at all is that of no id."""
    texte = saisie.get("raison", "")
    return (lire_entier(texte) or 0) if texte else None


def lire_ids(parametres: MultiDict[str, str], nom: str) -> list[int]:
    """The ids that a page of ours sent under this name; what is none of them is left out."""
    return [ident for texte in parametres.getlist(nom) if (ident := lire_entier(texte))]


def lire_repere(parametres: MultiDict[str, str]) -> Repere:
    """Where an open page says that it stands. What cannot be is told all over again."""
    depuis = lire_entier(parametres.get("depuis")) or 0
    dit = lire_entier(parametres.get("dit")) or depuis
    return Repere(depuis, dit, _instant(parametres.get("vu", "")), parametres.get("charpente", ""))


def _instant(texte: str) -> dt.datetime:
    try:
        instant = dt.datetime.strptime(texte, INSTANT).replace(tzinfo=dt.UTC)
    except ValueError:
        return JAMAIS
    return instant if instant.year in c.ANNEES else JAMAIS


def _seul(parametres: MultiDict[str, str], nom: str, erreurs: list[str]) -> str | None:
    valeurs = parametres.getlist(nom)
    if len(valeurs) > 1:
        erreurs.append(f"L’adresse contient plusieurs fois « {nom} » : la première valeur est retenue.")
    return valeurs[0] if valeurs else None


def _vue(parametres: MultiDict[str, str], erreurs: list[str]) -> str:
    vue = _seul(parametres, "vue", erreurs)
    if vue is None or vue in c.VUES:
        return vue or c.MOIS
    erreurs.append("Cette vue du planning n’existe pas : choisissez 1 mois, 7 jours, 5 jours ou 1 jour.")
    return c.MOIS


def _date(parametres: MultiDict[str, str], aujourdhui: dt.date, erreurs: list[str]) -> dt.date:
    texte = _seul(parametres, "date", erreurs)
    if texte is None:
        return aujourdhui
    try:
        date = dt.datetime.strptime(texte, "%Y-%m-%d").date()  # noqa: DTZ007 - a civil date
    except ValueError:
        erreurs.append("Cette date n’existe pas. Elle s’écrit année-mois-jour, par exemple 2026-12-03.")
        return aujourdhui
    if date.year not in c.ANNEES:
        erreurs.append(f"Le planning ne va pas jusqu’en {date.year}.")
        return aujourdhui
    return date


def _ids(parametres: MultiDict[str, str], nom: str, quoi: str, erreurs: list[str]) -> frozenset[int] | None:
    textes = parametres.getlist(nom)
    if not textes:
        return None
    if textes == [c.AUCUN]:
        return frozenset()
    ids = [lire_entier(texte) for texte in textes]
    if None in ids:
        erreurs.append(f"{quoi} n’existe pas : tout est affiché.")
        return None
    return frozenset(i for i in ids if i is not None)
