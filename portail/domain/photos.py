"""The photo of a child: asked for by the family, accepted by the town, shown to who may see it.

It is kept in the database, so that one backup holds all. What no longer serves (refused, withdrawn, replaced)
is deleted in the transaction that decides it.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

import workflows as w
from models import Compte, Demande, Enfant, Famille, Modification, Photo, write_transaction
from portail import clock
from portail.domain import champs, dossier, images, perimetre
from portail.domain.courriels_du_dossier import dire_la_ligne
from portail.domain.droits import Regard

ENFANT, PHOTO = champs.DE_LA_PHOTO


@dataclass(frozen=True)
class PhotoVue:
    """The photo on the sheet of a child: the one that stands, and what waits."""

    enfant: Enfant
    presente: str
    """Id of the one that stands, as a modification has it; empty when there is none."""
    attente: Modification | None
    modifiable: bool

    @property
    def a_retirer(self) -> bool:
        """The family asked that it be taken off."""
        return self.attente is not None and not self.attente.apres


# ——— acts of the family ———


def proposer_une_photo(auteur: Compte, famille: Famille, enfant_id: int, octets: bytes) -> Demande | None:
    """Ask that this be the photo of the child. None when the same one waits already: a double click."""
    contenu = images.assainir(octets)  # before the transaction, that nobody waits for it
    with write_transaction():
        enfant = _a_modifier(auteur, famille, enfant_id)
        attente = _en_attente(enfant.id)
        if attente and attente.apres and contenu == bytes(Photo.get_by_id(int(attente.apres)).contenu):
            return None
        photo = Photo.create(enfant=enfant, contenu=contenu, deposee_le=clock.maintenant())
        return _demander(auteur, famille, enfant, attente, str(photo.id))


def retirer_la_photo(auteur: Compte, famille: Famille, enfant_id: int) -> Demande | None:
    """Ask that the child have no photo any more; one that only waited is withdrawn. Twice is harmless."""
    with write_transaction():
        enfant = _a_modifier(auteur, famille, enfant_id)
        attente = _en_attente(enfant.id)
        if attente and not attente.apres:
            return None
        return _demander(auteur, famille, enfant, attente, "")


# ——— the answer of the town ———


def presentes(modifications: Iterable[Modification]) -> dict[int, str]:
    """For each change of a photo: what stands now, to be compared with `avant`. One query."""
    photos = [m for m in modifications if (m.objet, m.champ) == champs.DE_LA_PHOTO]
    validees = _validees({m.objet_id for m in photos})
    return {m.id: validees.get(m.objet_id, "") for m in photos}


def ecrire(modification: Modification) -> None:
    """The photo asked for stands, the one before it is gone. The child is locked by the caller."""
    nouvelle = int(modification.apres or 0)
    Photo.update(validee_le=clock.maintenant()).where(Photo.id == nouvelle).execute()
    Photo.delete().where(
        Photo.enfant == modification.objet_id, Photo.validee_le.is_null(False), Photo.id != nouvelle
    ).execute()


# ——— reads ———


def voir(regard: Regard, enfant: Enfant) -> PhotoVue | None:
    """The photo of this child as the family sees it; None for whoever may not."""
    permis = regard.sur(enfant)[champs.PHOTO]
    if champs.LIRE not in permis:
        return None
    presente = _validees([enfant.id]).get(enfant.id, "")
    return PhotoVue(enfant, presente, _en_attente(enfant.id), champs.MODIFIER in permis)


def presente(enfant_id: int) -> str:
    """The photo of this child that stands: its id, as a modification has it; empty when there is none."""
    return _validees([enfant_id]).get(enfant_id, "")


def a_montrer(*regards: Regard) -> set[int]:
    """The children of these families who have a photo that the account may see. One query."""
    return set(_validees(enfant for regard in regards for enfant in regard.lisibles(champs.PHOTO)))


def en_place(enfants: Collection[int]) -> set[int]:
    """Those of these children who have a photo that stands. One query."""
    return set(_validees(enfants))


def lire(enfant_id: int, photo_id: int | None = None) -> bytes | None:
    """The picture of this child: the one that stands, or this very one, that may still wait."""
    photo = Photo.select(Photo.contenu).where(Photo.enfant == enfant_id)
    if photo_id is None:
        photo = photo.where(Photo.validee_le.is_null(False)).order_by(Photo.id.desc())
    else:
        photo = photo.where(Photo.id == photo_id)
    trouvee = photo.first()
    return bytes(trouvee.contenu) if trouvee else None


def lire_pour_la_mairie(agent: Compte, enfant_id: int, photo_id: int | None = None) -> bytes | None:
    """The same, for whoever works for the town; :class:`Introuvable` when the child is out of their sight."""
    perimetre.exiger_l_enfant(agent, enfant_id)
    return lire(enfant_id, photo_id)


def lire_par(regard: Regard, enfant: Enfant, photo_id: int | None = None) -> bytes | None:
    """The same, for an account of the family; None as well when it may not see it."""
    return lire(enfant.id, photo_id) if champs.LIRE in regard.sur(enfant)[champs.PHOTO] else None


# ——— inside ———


def _a_modifier(auteur: Compte, famille: Famille, enfant_id: int) -> Enfant:
    """The child, locked; :class:`Introuvable` when its photo is not theirs to change."""
    enfant = dossier.verrouiller_la_fiche(famille, ENFANT, enfant_id)
    dossier.exiger(auteur, famille, enfant, champs.PHOTO, champs.MODIFIER)
    assert isinstance(enfant, Enfant)
    return enfant


def _demander(
    auteur: Compte, famille: Famille, enfant: Enfant, attente: Modification | None, apres: str
) -> Demande | None:
    avant = _validees([enfant.id]).get(enfant.id, "")
    phrase = dire_la_ligne(enfant, "photo")
    voulu = dossier.Changement(ENFANT, enfant.id, PHOTO, avant, apres, phrase)
    reprises = [attente] if attente else []
    return dossier.remplacer(auteur, famille, enfant, reprises, [voulu] if apres != avant else [])


def _en_attente(enfant_id: int) -> Modification | None:
    return (
        Modification.select()
        .where(
            Modification.objet == ENFANT,
            Modification.objet_id == enfant_id,
            Modification.champ == PHOTO,
            Modification.statut == w.EN_ATTENTE,
        )
        .first()
    )


def _validees(enfants: Iterable[int]) -> dict[int, str]:
    """The photo that stands, by child: its id, as a modification has it."""
    requete = Photo.select(Photo.enfant, Photo.id).where(
        Photo.enfant.in_(list(enfants) or [0]), Photo.validee_le.is_null(False)
    )
    return {enfant: str(ident) for enfant, ident in requete.order_by(Photo.id).tuples()}
