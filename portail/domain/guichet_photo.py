"""The photo of a child, put or taken off at the counter: at once, as the town's."""

from models import Compte, Famille, Modification, Photo, write_transaction
from portail import clock
from portail.domain import champs, familles, guichet, images, photos
from portail.domain.application import Fiche, empreinte
from portail.domain.champs import Champ
from portail.domain.dossier import verrouiller_la_fiche
from portail.domain.refus import DejaChange

POSEE, RETIREE = (Champ("photo", libelle, champs.PHOTO) for libelle in ("Photo", "Photo retirée"))
"""What the journal and the mail say of it."""


def poser_une_photo(
    agent: Compte, famille_id: int, enfant_id: int, octets: bytes, repere: str
) -> list[Champ]:
    """This is the photo of the child from now on; the one before it is thrown away. Twice is harmless.

    `repere`: of the photo that was under the eyes; :class:`DejaChange` when another one stands by now.
    """
    contenu = images.assainir(octets)  # before the transaction, that nobody waits for it
    with write_transaction():
        famille, enfant, presente = _prendre(agent, famille_id, enfant_id)
        if presente and contenu == photos.lire(enfant.id):
            return []
        _exiger_la_meme(presente, repere)
        photo = Photo.create(enfant=enfant.id, contenu=contenu, deposee_le=clock.maintenant())
        voulue = _changement(enfant, presente, str(photo.id))
        return guichet.porter_au_dossier(agent, famille, enfant, [voulue], POSEE)


def retirer_la_photo(agent: Compte, famille_id: int, enfant_id: int, repere: str) -> list[Champ]:
    """The child has no photo any more. Twice is harmless."""
    with write_transaction():
        famille, enfant, presente = _prendre(agent, famille_id, enfant_id)
        if not presente:
            return []
        _exiger_la_meme(presente, repere)
        voulue = _changement(enfant, presente, "")
        return guichet.porter_au_dossier(agent, famille, enfant, [voulue], RETIREE)


def marquer(presente: str) -> str:
    """A mark of the photo that stands, empty when there is none."""
    return empreinte([champs.PHOTO, presente])


# ——— inside ———


def _prendre(agent: Compte, famille_id: int, enfant_id: int) -> tuple[Famille, Fiche, str]:
    """The family, for an agent who may act on it; the child, locked; the photo that stands."""
    famille = familles.exiger(agent, famille_id)
    enfant = verrouiller_la_fiche(famille, photos.ENFANT, enfant_id)
    return famille, enfant, photos.presente(enfant.id)


def _exiger_la_meme(presente: str, repere: str) -> None:
    if repere != marquer(presente):
        raise DejaChange("La photo a changé entre-temps. Regardez-la, puis recommencez.")


def _changement(enfant: Fiche, avant: str, apres: str) -> Modification:
    return Modification(objet=photos.ENFANT, objet_id=enfant.id, champ=photos.PHOTO, avant=avant, apres=apres)
