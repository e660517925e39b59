"""The contacts and the photo of a child, as an agent sees them at the counter: what waits beside each."""

from dataclasses import dataclass

import workflows as w
from models import Abonnement, Compte, Enfant, Famille, Modification
from portail.domain import champs, contacts, guichet_contacts, guichet_photo, perimetre, photos
from portail.domain.contacts import FicheContact
from portail.domain.refus import Introuvable


@dataclass(frozen=True)
class ContactAuGuichet:
    """A contact that stands."""

    id: int
    fiche: FicheContact
    demande_id: int | None
    """The demande that asks otherwise, if one waits."""

    @property
    def dit(self) -> str:
        """In one sentence."""
        return contacts.dire(self.fiche.texte)

    @property
    def repere(self) -> str:
        return guichet_contacts.marquer(self.id, self.fiche.texte)


@dataclass(frozen=True)
class EnfantAuGuichet:
    """The sections of a child's sheet that are changed row by row."""

    famille: Famille
    enfant: Enfant
    a_moi: bool
    """The agent is subscribed to this family: somebody else must act."""
    contacts: list[ContactAuGuichet]
    nouveaux: list[tuple[FicheContact, int]]
    """What the family asks to add, and in which demande."""
    ailleurs: list[tuple[int, FicheContact, str]]
    """Id, contact, first name of the brother or sister: what this child has not. Each contact once."""
    photo: str
    """Id of the one that stands; empty when there is none."""
    photo_demandee: int | None
    """The demande that asks for another one, or for none."""

    @property
    def repere_de_la_photo(self) -> str:
        return guichet_photo.marquer(self.photo)

    def contact(self, contact_id: int) -> ContactAuGuichet | None:
        """The one that stands under this id."""
        return next((c for c in self.contacts if c.id == contact_id), None)


def voir(agent: Compte, famille_id: int, enfant_id: int) -> EnfantAuGuichet:
    """These sections alone; :class:`Introuvable` when this family has no such child, or is not in sight."""
    perimetre.exiger_la_famille(agent, famille_id)
    famille = Famille.get_or_none(Famille.id == famille_id)
    enfant = Enfant.get_or_none(Enfant.id == enfant_id, Enfant.famille == famille_id) if famille else None
    if enfant is None:
        raise Introuvable("Cette fiche n’existe pas.")
    return autour(famille, enfant, est_a_moi(agent, famille_id))


def autour(famille: Famille, enfant: Enfant, a_moi: bool) -> EnfantAuGuichet:
    """The same, of a child that was loaded already."""
    attentes = list(contacts.en_attente(enfant.id))
    demandes = {m.objet_id: m.demande_id for m in attentes if m.objet == champs.FICHE_DE_CONTACT[0]}
    enfants = [e.id for e in Enfant.select(Enfant.id).where(Enfant.famille == famille)]
    siens: list[ContactAuGuichet] = []
    ailleurs: dict[FicheContact, tuple[int, FicheContact, str]] = {}
    for contact in contacts.actifs(enfants):
        fiche = FicheContact.de(contact)
        if contact.enfant_id == enfant.id:
            siens.append(ContactAuGuichet(contact.id, fiche, demandes.get(contact.id)))
        else:
            ailleurs.setdefault(fiche, (contact.id, fiche, contact.enfant.prenom))
    presents = {c.fiche for c in siens}
    ids = {c.id for c in siens}
    nouveaux = [m for m in attentes if m.apres and (m.objet == champs.CONTACT[0] or m.objet_id not in ids)]
    return EnfantAuGuichet(
        famille=famille,
        enfant=enfant,
        a_moi=a_moi,
        contacts=siens,
        nouveaux=[(FicheContact.lire(m.apres), m.demande_id) for m in nouveaux],
        ailleurs=[vu for fiche, vu in ailleurs.items() if fiche not in presents],
        photo=photos.presente(enfant.id),
        photo_demandee=_photo_demandee(enfant),
    )


def est_a_moi(agent: Compte, famille_id: int) -> bool:
    """Whether the agent is, or was, subscribed to this family."""
    a_eux = (Abonnement.compte == agent) & (Abonnement.famille == famille_id)
    return Abonnement.select().where(a_eux).exists()


def _photo_demandee(enfant: Enfant) -> int | None:
    attente = Modification.get_or_none(
        Modification.objet == photos.ENFANT,
        Modification.objet_id == enfant.id,
        Modification.champ == photos.PHOTO,
        Modification.statut == w.EN_ATTENTE,
    )
    return attente.demande_id if attente else None
