"""What agents send about family files: what they look for, and for whom a letter is made."""

from werkzeug.datastructures import MultiDict

from portail.domain.refus import Introuvable
from portail.forms.moderation import RECHERCHE_MAX
from portail.forms.planning import lire_entier


def lire_recherche(parametres: MultiDict[str, str]) -> tuple[str, int, list[str]]:
    """What is looked for, the page, and a sentence for each thing in the address that cannot be."""
    erreurs = [
        f"L’adresse contient plusieurs fois « {nom} » : la première valeur est retenue."
        for nom in ("q", "page")
        if len(parametres.getlist(nom)) > 1
    ]
    q = " ".join(parametres.get("q", "").split())
    if len(q) > RECHERCHE_MAX:
        q, erreurs = "", [*erreurs, f"La recherche est trop longue : {RECHERCHE_MAX} caractères au plus."]
    page = parametres.get("page") or "1"
    if not lire_entier(page):
        page, erreurs = "1", [*erreurs, "Cette page n’existe pas : voici la première."]
    return q, int(page), erreurs


def lire_id(texte: str | None) -> int:
    """An id that a form of ours carries; :class:`Introuvable` when it is none."""
    ident = lire_entier(texte)
    if not ident:
        raise Introuvable("Ce que vous cherchez n’existe pas.")
    return ident


def lire_destinataire(texte: str | None) -> int | None:
    """The adult whom a letter is made out to; None for nobody in particular."""
    return lire_id(texte) if texte else None
