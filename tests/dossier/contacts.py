"""What the tests of the contacts share."""

from dataclasses import replace

from models import ContactHabilite
from portail.domain.contacts import FicheContact

JEANNE = FicheContact("Jeanne", "Moreau", "grand-mère", "06 39 98 12 40", True, True, True)
YANN = FicheContact("Yann", "Le Goff", "voisin", "06 39 98 77 03", False, True, False)
AUTREMENT = replace(JEANNE, telephone="06 39 98 00 00")
SAISIE = {
    "prenom": "Jeanne",
    "nom": "Moreau",
    "lien": "grand-mère",
    "telephone": "06 39 98 12 40",
    "appeler": "y",
    "chercher": "y",
    "piece_identite": "y",
}
"""JEANNE, as a form sends her."""


def poser(enfant, fiche: FicheContact = JEANNE) -> ContactHabilite:
    """A contact that the town has accepted."""
    return ContactHabilite.create(
        enfant=enfant, **{nom: getattr(fiche, nom) for nom in FicheContact.__dataclass_fields__}
    )


def actifs(enfant) -> list[FicheContact]:
    """The contacts that stand."""
    requete = ContactHabilite.select().where(
        ContactHabilite.enfant == enfant, ContactHabilite.retire_le.is_null()
    )
    return [FicheContact.de(c) for c in requete.order_by(ContactHabilite.id)]
