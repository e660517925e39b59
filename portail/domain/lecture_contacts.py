"""The contacts of a child as the family sees them: those that stand, what waits for the town beside each."""

import datetime as dt
from dataclasses import dataclass

from models import Compte, Demande, Enfant
from portail.domain import champs, contacts
from portail.domain.contacts import FicheContact
from portail.domain.droits import Regard


@dataclass(frozen=True)
class Attente:
    """What the family asked, and nobody has answered: the contact as it would be, None when it would go."""

    id: int
    voulu: FicheContact | None
    par: str
    le: dt.datetime


@dataclass(frozen=True)
class ContactVu:
    """A contact that stands (`id`), or one that only waits (`id` 0)."""

    id: int
    fiche: FicheContact
    attente: Attente | None = None

    @property
    def a_retirer(self) -> bool:
        return self.attente is not None and self.attente.voulu is None

    @property
    def voulu(self) -> FicheContact:
        """What the form begins with: what waits, else what stands."""
        return self.attente.voulu if self.attente and self.attente.voulu else self.fiche


@dataclass(frozen=True)
class ContactsVus:
    """The section of a child's sheet."""

    enfant: Enfant
    tous: list[ContactVu]
    modifiable: bool
    a_reprendre: bool
    """Whether brothers or sisters have contacts that this child has not."""

    def contact(self, contact_id: int) -> ContactVu | None:
        """The one that stands under this id."""
        return next((c for c in self.tous if c.id == contact_id), None)


def voir(regard: Regard, enfant: Enfant) -> ContactsVus | None:
    """The contacts of this child; None for whoever may not read them. Two queries."""
    siens = regard.sur(enfant)[champs.CONTACTS]
    if champs.LIRE not in siens:
        return None
    attentes = _attentes(enfant)
    tous: list[ContactVu] = []
    ailleurs: set[FicheContact] = set()
    for contact in contacts.actifs(regard.lisibles(champs.CONTACTS)):
        if contact.enfant_id == enfant.id:
            tous.append(ContactVu(contact.id, FicheContact.de(contact), attentes.get(contact.id)))
        else:
            ailleurs.add(FicheContact.de(contact))
    presents = {c.id for c in tous}  # a contact that the town took off may still be asked otherwise
    tous += [ContactVu(0, a.voulu, a) for cle, a in attentes.items() if cle not in presents and a.voulu]
    a_reprendre = bool(ailleurs - {c.fiche for c in tous} - {c.voulu for c in tous})
    return ContactsVus(enfant, tous, champs.MODIFIER in siens, a_reprendre)


def _attentes(enfant: Enfant) -> dict[int, Attente]:
    """What waits: by contact; a new one, that has no id yet, under that of its modification, below zero."""
    requete = (
        contacts.en_attente(enfant.id)
        .select_extend(Demande.deposee_le, Compte.prenom, Compte.nom)
        .join(Demande)
        .join(Compte, on=Demande.auteur)
    )
    trouvees = {}
    for m in requete:
        voulu = FicheContact.lire(m.apres) if m.apres else None
        auteur = m.demande.auteur.nom_complet
        cle = m.objet_id if m.objet == "contact_habilite" else -m.id
        trouvees[cle] = Attente(m.id, voulu, auteur, m.demande.deposee_le)
    return trouvees
