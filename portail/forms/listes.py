"""Which part of a list is wanted, read from its address or from the form that takes it away."""

import datetime as dt
from collections.abc import Iterable

from werkzeug.datastructures import MultiDict

from portail.domain import choix_de_liste as c
from portail.domain.choix_de_liste import Choix, Liste
from portail.domain.refus import Refus
from portail.domain.tableaux import GENRES
from portail.forms.demandes import lire_date
from portail.forms.planning import lire_entier
from portail.forms.textes import au_net

CLASSE_MAX = 30
QUATRE_SEMAINES, UN_AN = dt.timedelta(27), dt.timedelta(364)


def lire_choix(
    parametres: MultiDict[str, str],
    liste: Liste,
    aujourdhui: dt.date,
    periode: tuple[dt.date, dt.date] | None = None,
) -> tuple[Choix, list[str]]:
    """What is wanted, and a sentence for each thing that cannot be: it is left out.

    `periode`: the first and last day when none is said, if they are not those usual for the list.
    """
    erreurs = repetes(parametres, liste.criteres)
    parametres = MultiDict((nom, parametres.get(nom, "")) for nom in liste.criteres)
    jour = lire_date(parametres.get("jour", ""), erreurs) or aujourdhui
    du, au = lire_periode(parametres, *(periode or _periode_usuelle(liste, aujourdhui)), erreurs)
    classe = au_net(parametres.get("classe"))
    if len(classe) > CLASSE_MAX:
        classe, erreurs = "", [*erreurs, f"Une classe s’écrit en {CLASSE_MAX} caractères au plus."]
    return Choix(
        jour,
        du,
        au,
        _id(parametres, "lieu", "Ce lieu n’existe pas : tous sont montrés.", erreurs),
        _id(parametres, "activite", "Cette activité n’existe pas : toutes sont montrées.", erreurs),
        classe,
        _parmi(parametres, "montrer", c.MONTRER, erreurs),
        _parmi(parametres, "etendue", c.ETENDUES, erreurs),
        _parmi(parametres, "etat", c.ETATS, erreurs),
        parametres.get("coordonnees") == "1",
    ), erreurs


def exiger_sans_faute(erreurs: list[str]) -> None:
    """:class:`Refus` when something of what is wanted cannot be: nobody takes away more than was asked."""
    if erreurs:
        raise Refus(" ".join(erreurs))


def lire_genre(texte: str | None) -> str:
    """The kind of file; :class:`Refus` when it is none."""
    if texte not in GENRES:
        raise Refus("Choisissez un fichier CSV ou XLSX.")
    return texte


def repetes(parametres: MultiDict[str, str], noms: Iterable[str]) -> list[str]:
    """A sentence for each field that comes several times."""
    return [
        f"L’adresse contient plusieurs fois « {nom} » : la première valeur est retenue."
        for nom in noms
        if len(parametres.getlist(nom)) > 1
    ]


def lire_periode(
    parametres: MultiDict[str, str], du: dt.date, au: dt.date, erreurs: list[str]
) -> tuple[dt.date, dt.date]:
    """The first and the last day wanted, in their order, a year apart at most."""
    premier = lire_date(parametres.get("du", ""), erreurs) or du
    usuel = max(au, premier + (au - du)) if premier > au else au
    dernier = lire_date(parametres.get("au", ""), erreurs) or usuel
    if premier > dernier:
        premier, dernier = dernier, premier
        erreurs.append("La seconde date vient avant la première : elles ont été échangées.")
    if (dernier - premier).days >= c.PERIODE_MAX:
        dernier = premier + dt.timedelta(c.PERIODE_MAX - 1)
        erreurs.append("Une période dure un an au plus : elle a été raccourcie.")
    return premier, dernier


def _periode_usuelle(liste: Liste, aujourdhui: dt.date) -> tuple[dt.date, dt.date]:
    """From today on: four weeks, or a year for those who wait."""
    if liste.code == c.ATTENTE:
        return aujourdhui, aujourdhui + UN_AN
    return aujourdhui, aujourdhui if liste.code == c.INSCRIPTIONS else aujourdhui + QUATRE_SEMAINES


def _id(parametres: MultiDict[str, str], nom: str, phrase: str, erreurs: list[str]) -> int:
    lu = lire_entier(parametres.get(nom) or "0")
    if lu is None:
        erreurs.append(phrase)
    return lu or 0


def _parmi(parametres: MultiDict[str, str], nom: str, permis: dict[str, str], erreurs: list[str]) -> str:
    """One of these codes; the first when the field says none."""
    texte = parametres.get(nom, "")
    if texte and texte not in permis:
        erreurs.append("L’un des choix de l’adresse n’existe pas : le choix habituel est retenu.")
    return texte if texte in permis else next(iter(permis))
