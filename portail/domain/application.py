"""Writing into the family file: the columns that follow a field, and the fingerprint of what was seen."""

import hmac
from collections.abc import Iterable, Mapping

from models import Enfant, Responsable, normaliser
from portail.domain import champs, reglages

Fiche = Responsable | Enfant


def ecrire_la_fiche(fiche: Fiche, voulues: Mapping[str, str]) -> None:
    """Write these fields of a sheet, given as text. The sheet is locked; it holds after what was written."""
    colonnes: dict[str, object] = {}
    for nom, texte in voulues.items():
        champ = champs.champ(fiche._meta.table_name, nom)
        if champ is None:
            raise LookupError(f"no field is called {nom}")
        for colonne, valeur in champs.poser(fiche, champ, texte).items():
            colonnes[colonne] = valeur
            setattr(fiche, colonne, valeur)
    if isinstance(fiche, Enfant) and colonnes.keys() & {"nom", "prenom"}:
        colonnes["recherche"] = normaliser(fiche.nom_complet)
    modele = type(fiche)
    if colonnes:
        modele.update(colonnes).where(modele.id == fiche.id).execute()


def empreinte(vues: Iterable[str]) -> str:
    """What a form carries of the values that were under the eyes: it tells nothing of them."""
    texte = "\x00".join(vues)
    return hmac.digest(reglages.lire().secret, f"valeurs\x00{texte}".encode(), "sha256").hex()[:32]
