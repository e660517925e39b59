"""Whether a family file is complete: what a rule of answer may require of it, part by part.

Defined from what the file itself misses: the fields that the portal asks families to fill in (`champs.py`).
"""

from collections.abc import Collection, Iterable, Mapping

from peewee import fn

from models import ContactHabilite, Enfant, Responsable
from portail.domain import champs

COORDONNEES, ADRESSE, AUTORISATIONS = "coordonnees", "adresse", "autorisations"
SANTE, CONTACTS, PIECES = "sante", "contacts", "pieces"
PARTIES = {
    COORDONNEES: "Téléphone et adresse e-mail d’un responsable",
    ADRESSE: "Adresse postale d’un responsable",
    AUTORISATIONS: "Toutes les autorisations de l’enfant, par oui ou par non",
    SANTE: "Médecin de l’enfant et son téléphone",
    CONTACTS: "Une personne à appeler ou qui peut venir chercher l’enfant",
    PIECES: "Les pièces demandées avec la pré-inscription",
}
"""What can be required, in words."""
EN_BREF = {
    COORDONNEES: "coordonnées",
    ADRESSE: "adresse",
    AUTORISATIONS: "autorisations",
    SANTE: "fiche sanitaire",
    CONTACTS: "contacts",
    PIECES: "pièces",
}
_DES_RESPONSABLES = {COORDONNEES: champs.BASE, ADRESSE: champs.ADRESSE}
_DES_ENFANTS = {AUTORISATIONS: champs.AUTORISATIONS, SANTE: champs.SANTE}


def manques(enfants: Collection[int], parties: Iterable[str]) -> dict[int, list[str]]:
    """By child, which of these parts are not complete; of the documents, nothing. Three queries at most.

    What is sealed is opened to look whether it is empty: the portal reads it, and nobody sees it.
    """
    voulues = [partie for partie in PARTIES if partie in set(parties)]
    lus = list(Enfant.select().where(Enfant.id.in_(list(enfants) or [0]))) if voulues else []
    adultes = _adultes({enfant.famille_id for enfant in lus}) if set(voulues) & set(_DES_RESPONSABLES) else {}
    contacts = _contacts([enfant.id for enfant in lus]) if CONTACTS in voulues else {}
    trouves: dict[int, list[str]] = {ident: [] for ident in enfants}
    for enfant in lus:
        for partie in voulues:
            if not _complete(partie, enfant, adultes.get(enfant.famille_id, []), contacts):
                trouves[enfant.id].append(partie)
    return trouves


def dire(parties: Iterable[str]) -> str:
    """« contacts, fiche sanitaire »."""
    return ", ".join(EN_BREF[partie] for partie in parties)


# ——— inside ———


def _complete(partie: str, enfant: Enfant, adultes: list[Responsable], contacts: Mapping[int, int]) -> bool:
    if partie in _DES_RESPONSABLES:
        return any(_rempli(adulte, _DES_RESPONSABLES[partie]) for adulte in adultes)
    if partie in _DES_ENFANTS:
        return _rempli(enfant, _DES_ENFANTS[partie])
    return partie != CONTACTS or contacts.get(enfant.id, 0) > 0


def _rempli(fiche: Responsable | Enfant, rubrique: str) -> bool:
    """No field that the portal asks for is empty there."""
    valeurs = champs.valeurs(fiche, [rubrique])
    siens = champs.FICHES[fiche._meta.table_name][1]
    return all(valeurs[c.nom] for c in siens if c.rubrique == rubrique and (c.utile or c.requis))


def _adultes(familles: Collection[int]) -> dict[int, list[Responsable]]:
    trouves: dict[int, list[Responsable]] = {}
    for adulte in Responsable.select().where(Responsable.famille.in_(list(familles) or [0])):
        trouves.setdefault(adulte.famille_id, []).append(adulte)
    return trouves


def _contacts(enfants: Collection[int]) -> dict[int, int]:
    requete = (
        ContactHabilite.select(ContactHabilite.enfant, fn.COUNT(ContactHabilite.id))
        .where(ContactHabilite.enfant.in_(list(enfants) or [0]), ContactHabilite.retire_le.is_null())
        .group_by(ContactHabilite.enfant)
    )
    return dict(requete.tuples())
