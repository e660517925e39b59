"""Which activities are taken over, under which name and at which dates; from which year to which."""

from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from portail.domain.copie_d_activites import COPIES_MAX, Voulue
from portail.domain.projet_d_activite import NOM_MAX
from portail.domain.refus import Refus
from portail.forms.planning import lire_entier, lire_ids
from portail.forms.textes import au_net
from portail.forms.valeurs import lire_le_jour

ANNEES = range(2000, 2099)


@dataclass(frozen=True)
class Choix:
    """What is to be taken over."""

    lieu: int
    de: int | None
    vers: int | None
    activite: int


def lire_le_choix(parametres: MultiDict[str, str]) -> Choix:
    """What the address says; what cannot be is left out."""
    de, vers = (lire_entier(parametres.get(nom)) for nom in ("de", "vers"))
    return Choix(
        lire_entier(parametres.get("lieu")) or 0,
        de if de in ANNEES else None,
        vers if vers in ANNEES else None,
        lire_entier(parametres.get("activite")) or 0,
    )


@dataclass
class LigneSaisie:
    """One line of the page, as text."""

    nom: str
    debut: str
    fin: str
    garde: bool
    erreur: str = ""


def lire_les_lignes(saisie: MultiDict[str, str]) -> dict[int, LigneSaisie]:
    """The lines as they were typed, by the activity that each is a copy of."""
    colonnes = [saisie.getlist(nom)[:COPIES_MAX] for nom in ("nom", "debut", "fin")]
    gardes = set(lire_ids(saisie, "garde"))
    lignes = {}
    for rang, texte in enumerate(saisie.getlist("source")[:COPIES_MAX]):
        if ident := lire_entier(texte):
            nom, debut, fin = (au_net(c[rang])[: NOM_MAX + 1] if rang < len(c) else "" for c in colonnes)
            lignes[ident] = LigneSaisie(nom, debut, fin, ident in gardes)
    return lignes


def lire_les_voulues(lignes: dict[int, LigneSaisie]) -> list[Voulue]:
    """Those that are ticked. :class:`Refus` when a date cannot be read: said on its line."""
    voulues = []
    for ident, ligne in lignes.items():
        if not ligne.garde:
            continue
        try:
            debut, fin = lire_le_jour(ligne.debut), lire_le_jour(ligne.fin)
        except ValueError as faute:
            ligne.erreur = str(faute)
            continue
        if debut is None or fin is None:
            ligne.erreur = "Indiquez le premier et le dernier jour."
        else:
            voulues.append(Voulue(ident, ligne.nom, debut, fin))
    if any(ligne.erreur for ligne in lignes.values()):
        raise Refus("Rien n’a été créé : corrigez ce qui est signalé.", champ="garde")
    return voulues
