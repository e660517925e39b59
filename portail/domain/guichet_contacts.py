"""The contacts of a child, changed at the counter: at once, as the town's."""

from collections.abc import Collection

from models import Compte, ContactHabilite, Enfant, Famille, Modification, write_transaction
from portail.domain import champs, contacts, familles, guichet
from portail.domain.application import empreinte
from portail.domain.champs import Champ
from portail.domain.contacts import CONTACTS_MAX, FicheContact
from portail.domain.dossier import verrouiller_la_fiche
from portail.domain.refus import DejaChange, Introuvable, Refus

AJOUTE, AJOUTES, CHANGE, RETIRE = (
    Champ("contact", libelle, champs.CONTACTS)
    for libelle in ("Nouveau contact", "Nouveaux contacts", "Contact modifié", "Contact retiré")
)
"""What the journal and the mail say of it; never who the contact is."""


def ajouter_un_contact(agent: Compte, famille_id: int, enfant_id: int, fiche: FicheContact) -> list[Champ]:
    """The child has one more contact. The same again changes nothing."""
    with write_transaction():
        famille, enfant = _prendre(agent, famille_id, enfant_id)
        return _ajouter(agent, famille, enfant, [fiche])


def reprendre_d_un_frere(
    agent: Compte, famille_id: int, enfant_id: int, choisis: Collection[int]
) -> list[Champ]:
    """The child has these contacts too, that brothers or sisters have."""
    with write_transaction():
        famille, enfant = _prendre(agent, famille_id, enfant_id)
        if not choisis:
            raise Refus("Choisissez au moins un contact à reprendre.", champ="contacts")
        enfants = [e.id for e in Enfant.select(Enfant.id).where(Enfant.famille == famille)]
        trouves = {c.id: FicheContact.de(c) for c in contacts.actifs(enfants)}
        if set(choisis) - set(trouves):
            raise Introuvable("Ce contact n’existe pas.")
        fiches = [fiche for ident, fiche in trouves.items() if ident in choisis]
        return _ajouter(agent, famille, enfant, list(dict.fromkeys(fiches)))


def changer_un_contact(
    agent: Compte, famille_id: int, enfant_id: int, contact_id: int, fiche: FicheContact, repere: str
) -> list[Champ]:
    """The contact becomes this. `repere`: what the form showed; :class:`DejaChange` when it has changed."""
    with write_transaction():
        return _remplacer(agent, famille_id, enfant_id, contact_id, fiche.texte, repere)


def retirer_un_contact(
    agent: Compte, famille_id: int, enfant_id: int, contact_id: int, repere: str
) -> list[Champ]:
    """The contact is off, from now on. Taking it off twice is harmless."""
    with write_transaction():
        return _remplacer(agent, famille_id, enfant_id, contact_id, "", repere)


def marquer(contact_id: int, texte: str) -> str:
    """A mark of what a contact now is: another one means that it changed."""
    return empreinte([champs.CONTACTS, str(contact_id), texte])


# ——— inside ———


def _prendre(agent: Compte, famille_id: int, enfant_id: int) -> tuple[Famille, Enfant]:
    """The family, for an agent who may act on it; the child, locked."""
    famille = familles.exiger(agent, famille_id)
    enfant = verrouiller_la_fiche(famille, "enfant", enfant_id)
    assert isinstance(enfant, Enfant)
    return famille, enfant


def _ajouter(agent: Compte, famille: Famille, enfant: Enfant, fiches: list[FicheContact]) -> list[Champ]:
    presents = {FicheContact.de(c).texte for c in contacts.actifs([enfant.id])}
    nouvelles = [fiche.texte for fiche in fiches if fiche.texte not in presents]
    if not nouvelles:
        return []
    attendus = {m.apres for m in contacts.en_attente(enfant.id) if not m.avant}
    if len(presents | attendus | set(nouvelles)) > CONTACTS_MAX:
        raise Refus(
            f"{CONTACTS_MAX} contacts au plus, avec ceux que la famille demande :"
            " retirez d’abord ceux qui ne servent plus."
        )
    objet, champ = champs.CONTACT
    voulues = [
        Modification(objet=objet, objet_id=enfant.id, champ=champ, avant="", apres=texte)
        for texte in nouvelles
    ]
    return guichet.porter_au_dossier(
        agent, famille, enfant, voulues, AJOUTE if len(nouvelles) == 1 else AJOUTES
    )


def _remplacer(
    agent: Compte, famille_id: int, enfant_id: int, contact_id: int, apres: str, repere: str
) -> list[Champ]:
    famille, enfant = _prendre(agent, famille_id, enfant_id)
    contact = ContactHabilite.get_or_none(ContactHabilite.id == contact_id, ContactHabilite.enfant == enfant)
    if contact is None:
        raise Introuvable("Ce contact n’existe pas.")
    present = "" if contact.retire_le else FicheContact.de(contact).texte
    if apres == present:
        return []
    if not present:
        raise DejaChange("Ce contact a été retiré entre-temps. S’il doit rester, ajoutez-le de nouveau.")
    if repere != marquer(contact_id, present):
        raise DejaChange("Ce contact a changé entre-temps. Relisez-le, puis recommencez.")
    objet, champ = champs.FICHE_DE_CONTACT
    voulue = Modification(objet=objet, objet_id=contact_id, champ=champ, avant=present, apres=apres)
    return guichet.porter_au_dossier(agent, famille, enfant, [voulue], CHANGE if apres else RETIRE)
