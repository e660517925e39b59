"""What an answer changes and the journal does not tell: kept for a minute, so that it can be taken back."""

import base64
import datetime as dt
import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from models import Demande, Ligne, Modification, Photo
from portail.domain import champs, coffre
from portail.domain.changements import Etat
from portail.domain.reponse import Voulue


@dataclass
class Souvenir:
    """How one demande stood before it was answered."""

    agent_id: int | None = None
    repondue_le: dt.datetime | None = None
    piece_attendue: str = ""
    fratries: dict[int, int] = field(default_factory=dict)
    """By booking, what tied it to others."""
    presents: dict[int, str] = field(default_factory=dict)
    """By change of the file, what the file held."""
    photos: list[dict[str, Any]] = field(default_factory=list)
    """The pictures of the children whose picture was answered, whole."""


def prendre(voulues: Iterable[Voulue], etats: Mapping[int, Etat]) -> dict[int, Souvenir]:
    """By demande, how it stands before anything is written. A query when a picture is among it."""
    voulues = list(voulues)
    photos = _photos([m for v in voulues for m in v.parts if _est_une_photo(m)])
    return {v.demande.id: _souvenir(v.demande, v.parts, etats, photos) for v in voulues}


def ecrire(souvenir: Souvenir) -> tuple[str, str | None]:
    """The same in two columns of the table `reponse`, `avant` and `scelle`: in clear, sealed."""
    clair: dict[str, Any] = {}
    if souvenir.repondue_le:
        clair |= {"agent": souvenir.agent_id, "repondue_le": souvenir.repondue_le.isoformat()}
    if souvenir.piece_attendue:
        clair["piece"] = souvenir.piece_attendue
    if souvenir.fratries:
        clair["fratries"] = souvenir.fratries
    du_dossier = {"presents": souvenir.presents, "photos": souvenir.photos}
    scelle = coffre.sceller(json.dumps(du_dossier)) if souvenir.presents else None
    return json.dumps(clair) if clair else "", scelle


def lire(avant: str, scelle: str | None) -> Souvenir:
    """What :func:`ecrire` wrote."""
    clair = json.loads(avant) if avant else {}
    du_dossier = json.loads(coffre.desceller(scelle)) if scelle else {"presents": {}, "photos": []}
    repondue_le = clair.get("repondue_le")
    return Souvenir(
        clair.get("agent"),
        dt.datetime.fromisoformat(repondue_le) if repondue_le else None,
        clair.get("piece", ""),
        {int(ident): fratrie for ident, fratrie in clair.get("fratries", {}).items()},
        {int(ident): present for ident, present in du_dossier["presents"].items()},
        du_dossier["photos"],
    )


def remettre_les_photos(souvenir: Souvenir) -> dict[str, str]:
    """Put back the pictures of these children as they were; gives those that got another number, by theirs.

    A number may have been given to another picture since.
    """
    changees: dict[str, str] = {}
    for photo in souvenir.photos:
        contenu = base64.b64decode(photo["contenu"])
        valeurs = {
            "enfant": photo["enfant"],
            "deposee_le": dt.datetime.fromisoformat(photo["deposee_le"]),
            "validee_le": dt.datetime.fromisoformat(photo["validee_le"]) if photo["validee_le"] else None,
        }
        autre = Photo.get_or_none(Photo.id == photo["id"])
        if autre is None:
            Photo.insert(id=photo["id"], contenu=contenu, **valeurs).execute()
        elif autre.enfant_id == photo["enfant"] and bytes(autre.contenu) == contenu:
            Photo.update(valeurs).where(Photo.id == photo["id"]).execute()
        else:
            changees[str(photo["id"])] = str(Photo.create(contenu=contenu, **valeurs).id)
    return changees


# ——— inside ———


def _souvenir(
    demande: Demande,
    parts: Collection[Ligne | Modification],
    etats: Mapping[int, Etat],
    photos: Mapping[int, list[dict[str, Any]]],
) -> Souvenir:
    souvenir = Souvenir(demande.agent_id, demande.repondue_le, demande.piece_attendue)
    for part in parts:
        if isinstance(part, Modification):
            souvenir.presents[part.id] = etats[part.id].present
            if _est_une_photo(part):
                souvenir.photos += photos.get(part.objet_id, [])
        elif part.reservation_id and part.reservation.fratrie is not None:
            souvenir.fratries[part.reservation_id] = part.reservation.fratrie
    return souvenir


def _est_une_photo(part: Ligne | Modification) -> bool:
    return isinstance(part, Modification) and (part.objet, part.champ) == champs.DE_LA_PHOTO


def _photos(modifications: Collection[Modification]) -> dict[int, list[dict[str, Any]]]:
    """By child, all its pictures: those that stand, those that are asked for."""
    trouvees: dict[int, list[dict[str, Any]]] = {}
    if not modifications:
        return trouvees
    for photo in Photo.select().where(Photo.enfant.in_([m.objet_id for m in modifications])):
        trouvees.setdefault(photo.enfant_id, []).append(
            {
                "id": photo.id,
                "enfant": photo.enfant_id,
                "contenu": base64.b64encode(bytes(photo.contenu)).decode(),
                "deposee_le": photo.deposee_le.isoformat(),
                "validee_le": photo.validee_le.isoformat() if photo.validee_le else None,
            }
        )
    return trouvees
