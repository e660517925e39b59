"""Writing into the family file: its sheets locked, the columns of a field, what was seen before."""

import hmac
from collections.abc import Collection, Iterable, Mapping

from models import ContactHabilite, Enfant, Modification, Responsable, normaliser, verrouiller
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
            colonnes[colonne] = fiche.__data__[colonne] = valeur
    if isinstance(fiche, Enfant) and colonnes.keys() & {"nom", "prenom"}:
        colonnes["recherche"] = normaliser(fiche.nom_complet)
    modele = type(fiche)
    if colonnes:
        modele.update(colonnes).where(modele.id == fiche.id).execute()


def empreinte(vues: Iterable[str]) -> str:
    """What a form carries of the values that were under the eyes: it tells nothing of them."""
    texte = "\x00".join(vues)
    return hmac.digest(reglages.lire().secret, f"valeurs\x00{texte}".encode(), "sha256").hex()[:32]


def fiches_visees(modifications: Collection[Modification]) -> dict[int, tuple[type[Fiche], int]]:
    """Which sheet each change is of, by its id. A contact and a photo are of the sheet of their child."""
    contacts = [m.objet_id for m in modifications if m.objet == "contact_habilite"]
    enfants = dict(
        ContactHabilite.select(ContactHabilite.id, ContactHabilite.enfant)
        .where(ContactHabilite.id.in_(contacts))
        .tuples()
        if contacts
        else ()
    )
    visees: dict[int, tuple[type[Fiche], int]] = {}
    for m in modifications:
        if m.objet == "responsable":
            visees[m.id] = (Responsable, m.objet_id)
        else:
            de_contact = m.objet == "contact_habilite"
            visees[m.id] = (Enfant, enfants.get(m.objet_id, m.objet_id) if de_contact else m.objet_id)
    return visees


def verrouiller_les_fiches(
    modifications: Collection[Modification], adultes: Collection[int] = ()
) -> dict[int, Fiche]:
    """The sheet of each change, locked, as it now is: adults, then children; before any demande.

    `adultes`: those that the act locks besides, in the same order as the others.
    """
    visees = fiches_visees(modifications)
    fiches: dict[tuple[type[Fiche], int], Fiche] = {}
    for table in (Responsable, Enfant):
        ids = {ident for classe, ident in visees.values() if classe is table}
        ids |= set(adultes) if table is Responsable else set()
        fiches |= {(table, ident): fiche for ident, fiche in verrouiller(table, ids).items()} if ids else {}
    return {ident: fiches[visee] for ident, visee in visees.items()}
