"""The adults allowed to take charge of a child, or to be called: the family asks, the town accepts.

A contact is asked for, changed and taken off whole, as canonical JSON (`FicheContact.texte`).
"""

import dataclasses
import json
from collections.abc import Iterable
from dataclasses import dataclass

import workflows as w
from models import (
    Compte,
    ContactHabilite,
    Demande,
    Enfant,
    Famille,
    Modification,
    write_transaction,
)
from portail import clock
from portail.domain import champs, dossier, droits
from portail.domain.courriels_du_dossier import dire_la_ligne
from portail.domain.dossier import Changement
from portail.domain.refus import Introuvable, Refus

CONTACTS_MAX = 12
"""For one child, those that wait included: a list that somebody at the gate can read."""

LIBELLES = (
    "Prénom",
    "Nom",
    "Lien avec l’enfant",
    "Téléphone",
    "Peut être appelé",
    "Peut venir chercher l’enfant",
    "Pièce d’identité demandée",
)


@dataclass(frozen=True)
class FicheContact:
    """What is said of a contact."""

    prenom: str
    nom: str
    lien: str
    telephone: str
    appeler: bool
    chercher: bool
    piece_identite: bool

    @classmethod
    def de(cls, contact: ContactHabilite) -> "FicheContact":
        return cls(**{c.name: getattr(contact, c.name) for c in dataclasses.fields(cls)})

    @classmethod
    def lire(cls, texte: str) -> "FicheContact":
        return cls(**json.loads(texte))

    @property
    def texte(self) -> str:
        """As a modification holds it: two equal contacts have the same."""
        return json.dumps(dataclasses.asdict(self), ensure_ascii=False, sort_keys=True)

    @property
    def nom_complet(self) -> str:
        return f"{self.prenom} {self.nom}"

    @property
    def role(self) -> str:
        """« Peut être appelé et venir chercher l’enfant »."""
        if self.appeler and self.chercher:
            return "Peut être appelé et venir chercher l’enfant"
        return "Peut venir chercher l’enfant" if self.chercher else "Peut être appelé"

    @property
    def controle(self) -> str:
        """What is asked of whoever comes; empty for a contact who does not."""
        if not self.chercher:
            return ""
        return "sur présentation d’une pièce d’identité" if self.piece_identite else "sans pièce d’identité"


@dataclass(frozen=True)
class Ecart:
    """One line of a change, in words."""

    libelle: str
    avant: str
    apres: str

    @property
    def change(self) -> bool:
        return self.avant != self.apres


# ——— acts of the family ———


def proposer_un_contact(
    auteur: Compte, famille: Famille, enfant_id: int, fiche: FicheContact
) -> Demande | None:
    """Ask that the child have one more contact. None when the same one stands or waits already."""
    with write_transaction():
        enfant = _a_modifier(auteur, famille, enfant_id)
        return _proposer(auteur, famille, enfant, [fiche])


def changer_un_contact(
    auteur: Compte, famille: Famille, enfant_id: int, contact_id: int, fiche: FicheContact
) -> Demande | None:
    """Ask that a contact become this. Put back as it stands, what waited is withdrawn."""
    return _remplacer(auteur, famille, enfant_id, contact_id, fiche.texte)


def retirer_un_contact(auteur: Compte, famille: Famille, enfant_id: int, contact_id: int) -> Demande | None:
    """Ask that a contact be taken off. Asking twice is harmless."""
    return _remplacer(auteur, famille, enfant_id, contact_id, "")


def reprendre_d_un_frere(
    auteur: Compte, famille: Famille, enfant_id: int, contacts: Iterable[int]
) -> Demande | None:
    """Ask that the child have these contacts too, that siblings have. None when it has them all."""
    with write_transaction():
        enfant = _a_modifier(auteur, famille, enfant_id)
        voulus = set(contacts)
        connus = [*actifs([enfant.id]), *des_freres(auteur, famille, enfant)]
        trouves = {c.id: FicheContact.de(c) for c in connus}
        if not voulus:
            raise Refus("Choisissez au moins un contact à reprendre.", champ="contacts")
        if voulus - set(trouves):
            raise Introuvable("Ce contact n’existe pas.")
        fiches = [fiche for ident, fiche in trouves.items() if ident in voulus]
        return _proposer(auteur, famille, enfant, list(dict.fromkeys(fiches)))


# ——— the answer of the town ———


def presents(modifications: Iterable[Modification]) -> dict[int, str]:
    """For each change of a contact: what stands now, to be compared with `avant`. Two queries.

    Of a new contact, the same one if the child has it by now.
    """
    siennes = [m for m in modifications if champs.rubrique(m.objet, m.champ) == champs.CONTACTS]
    nouveaux = {m.objet_id for m in siennes if _est_nouveau(m)}
    par_id = {c.id: c for c in _actifs(ContactHabilite.id.in_([m.objet_id for m in siennes] or [0]))}
    des_enfants = {
        (c.enfant_id, FicheContact.de(c).texte)
        for c in _actifs(ContactHabilite.enfant.in_(list(nouveaux) or [0]))
    }
    trouves = {}
    for m in siennes:
        if _est_nouveau(m):
            trouves[m.id] = m.apres if (m.objet_id, m.apres) in des_enfants else ""
        else:
            trouves[m.id] = FicheContact.de(par_id[m.objet_id]).texte if m.objet_id in par_id else ""
    return trouves


def ecrire(modification: Modification) -> None:
    """The contact asked for is there, changed, or off. The child is locked by the caller."""
    valeurs = {"retire_le": clock.maintenant()}
    if modification.apres:
        valeurs = json.loads(modification.apres) | {"retire_le": None}
    if _est_nouveau(modification):
        ContactHabilite.create(enfant=modification.objet_id, **valeurs)
    else:
        ContactHabilite.update(valeurs).where(ContactHabilite.id == modification.objet_id).execute()


def dire(texte: str) -> str:
    """A contact in one sentence: « Jeanne Moreau, grand-mère, 06 39 98 12 40. Peut être appelé… »."""
    if not texte:
        return "aucun"
    fiche = FicheContact.lire(texte)
    qui = ", ".join(filter(None, (fiche.nom_complet, fiche.lien, fiche.telephone)))
    return f"{qui}. {', '.join(filter(None, (fiche.role, fiche.controle)))}."


def presenter(modification: Modification) -> list[Ecart]:
    """The change line by line, in words: before, after. A side that has no contact is empty."""
    cotes = [_en_mots(texte) for texte in (modification.avant, modification.apres)]
    return [Ecart(libelle, cotes[0].get(libelle, ""), cotes[1].get(libelle, "")) for libelle in LIBELLES]


def titre(modification: Modification) -> str:
    """« Nouveau contact : Jeanne Moreau », « Contact à retirer : … », « Contact modifié : … »."""
    fiche = FicheContact.lire(modification.apres or modification.avant)
    genre = "Contact modifié"
    if not modification.avant:
        genre = "Nouveau contact"
    elif not modification.apres:
        genre = "Contact à retirer"
    return f"{genre} : {fiche.nom_complet}"


# ——— reads ———


def des_freres(compte: Compte, famille: Famille, enfant: Enfant) -> list[ContactHabilite]:
    """The contacts of the child's brothers and sisters that this account may read, child by child."""
    lisibles = droits.regard(compte, famille).lisibles(champs.CONTACTS)
    return actifs([ident for ident in lisibles if ident != enfant.id])


def actifs(enfants: list[int]) -> list[ContactHabilite]:
    """The contacts that stand, of these children, child by child, each with its child."""
    requete = ContactHabilite.select(ContactHabilite, Enfant).join(Enfant)
    siens = ContactHabilite.enfant.in_(enfants or [0]), ContactHabilite.retire_le.is_null()
    return list(requete.where(*siens).order_by(Enfant.rang, Enfant.id, ContactHabilite.id))


def a_reprendre(compte: Compte, famille: Famille, enfant: Enfant) -> list[tuple[int, FicheContact, str]]:
    """Id, contact, first name of the sibling: what the child has not, nor waits for. Each contact once."""
    deja = {FicheContact.de(c) for c in _actifs(ContactHabilite.enfant == enfant)}
    deja |= {FicheContact.lire(m.apres) for m in en_attente(enfant.id) if m.apres}
    trouves: dict[FicheContact, tuple[int, FicheContact, str]] = {}
    for contact in des_freres(compte, famille, enfant):
        fiche = FicheContact.de(contact)
        if fiche not in deja:
            trouves.setdefault(fiche, (contact.id, fiche, contact.enfant.prenom))
    return list(trouves.values())


def est_de(enfant_id: int, modification_id: int) -> bool:
    """Whether this change, answered or not, is of a contact of this child."""
    return toutes(enfant_id).where(Modification.id == modification_id).exists()


def en_attente(enfant_id: int):
    """The query of what waits for the town of the child's contacts, in the order in which it was asked."""
    return toutes(enfant_id).where(Modification.statut == w.EN_ATTENTE).order_by(Modification.id)


def toutes(enfant_id: int):
    """The query of every change of the child's contacts that was ever asked."""
    contacts = ContactHabilite.select(ContactHabilite.id).where(ContactHabilite.enfant == enfant_id)
    nouveau, change = (
        (Modification.objet == objet) & (Modification.champ == champ)
        for objet, champ in (champs.CONTACT, champs.FICHE_DE_CONTACT)
    )
    siennes = nouveau & (Modification.objet_id == enfant_id) | change & Modification.objet_id.in_(contacts)
    return Modification.select().where(siennes)


# ——— inside ———


def _en_mots(texte: str) -> dict[str, str]:
    if not texte:
        return {}
    fiche = FicheContact.lire(texte)
    mots = [fiche.prenom, fiche.nom, fiche.lien or "non renseigné", fiche.telephone]
    mots += ["Oui" if oui else "Non" for oui in (fiche.appeler, fiche.chercher, fiche.piece_identite)]
    return dict(zip(LIBELLES, mots, strict=True))


def _est_nouveau(modification: Modification) -> bool:
    return (modification.objet, modification.champ) == champs.CONTACT


def _actifs(condition):
    return ContactHabilite.select().where(condition, ContactHabilite.retire_le.is_null())


def _a_modifier(auteur: Compte, famille: Famille, enfant_id: int) -> Enfant:
    """The child, locked; :class:`Introuvable` when its contacts are not theirs to change."""
    enfant = dossier.verrouiller_la_fiche(famille, "enfant", enfant_id)
    dossier.exiger(auteur, famille, enfant, champs.CONTACTS, champs.MODIFIER)
    assert isinstance(enfant, Enfant)
    return enfant


def _proposer(auteur: Compte, famille: Famille, enfant: Enfant, fiches: list[FicheContact]) -> Demande | None:
    presents = {FicheContact.de(c).texte for c in _actifs(ContactHabilite.enfant == enfant)}
    attendus = {m.apres for m in en_attente(enfant.id) if _est_nouveau(m)}
    nouvelles = [fiche for fiche in fiches if fiche.texte not in presents | attendus]
    if len(presents) + len(attendus) + len(nouvelles) > CONTACTS_MAX:
        raise Refus(f"{CONTACTS_MAX} contacts au plus : retirez d’abord ceux qui ne servent plus.")
    phrase = dire_la_ligne(enfant, "nouveau contact")
    voulus = [Changement("enfant", enfant.id, "contact", "", fiche.texte, phrase) for fiche in nouvelles]
    return dossier.remplacer(auteur, famille, enfant, [], voulus)


def _remplacer(
    auteur: Compte, famille: Famille, enfant_id: int, contact_id: int, apres: str
) -> Demande | None:
    with write_transaction():
        enfant = _a_modifier(auteur, famille, enfant_id)
        contact = _actifs((ContactHabilite.id == contact_id) & (ContactHabilite.enfant == enfant)).first()
        if contact is None:
            raise Introuvable("Ce contact n’existe pas.")
        avant = FicheContact.de(contact).texte
        reprises = [m for m in en_attente(enfant.id) if not _est_nouveau(m) and m.objet_id == contact_id]
        if apres == (reprises[0].apres if reprises else avant):
            return None
        phrase = dire_la_ligne(enfant, "contact modifié" if apres else "contact à retirer")
        voulu = Changement("contact_habilite", contact_id, "fiche", avant, apres, phrase)
        return dossier.remplacer(auteur, famille, enfant, reprises, [voulu] if apres != avant else [])
