"""What the town says of itself: name, colour, logo, contacts; and two settings of its own."""

import hashlib
from dataclasses import asdict, dataclass

from models import Compte, LogoDeVille, Ville, verrouiller, write_transaction
from portail.domain import images, perimetre
from portail.domain.refus import Refus
from portail.domain.transitions import Acteur, journaliser
from portail.domain.ville import la_ville, oublier_la_ville

REGLER, POSER_LE_LOGO, RETIRER_LE_LOGO = "regler_l_identite", "poser_le_logo", "retirer_le_logo"
COTE_DU_LOGO = 320
"""Pixels of its longest side: four times what is shown, for fine screens."""
SANS_IMAGE = "Ce fichier n’est pas une image que le portail sait lire : envoyez un PNG, un JPEG ou un WebP."


@dataclass(frozen=True)
class Identite:
    """The fields are those of the town's row."""

    nom: str
    teinte: int
    guichet: str
    adresse: str
    horaires: str
    telephone: str
    courriel: str
    places_en_niveau: bool


def lire() -> Identite:
    v = la_ville()
    return Identite(**{champ: getattr(v, champ) for champ in Identite.__dataclass_fields__})


def regler(agent: Compte, voulue: Identite) -> bool:
    """The town says this of itself. Whether that is new. :class:`Refus` beside the field that cannot be."""
    if not voulue.nom:
        raise Refus("Indiquez le nom de la ville.", champ="nom")
    if not voulue.guichet:
        raise Refus("Donnez un nom au guichet : les familles le lisent partout.", champ="guichet")
    if not 0 <= voulue.teinte <= 360:
        raise Refus("Choisissez une teinte entre 0 et 360.", champ="teinte")
    with write_transaction():
        perimetre.exiger_toute_la_ville(agent)
        ville = verrouiller(Ville, [1])[1]
        changes = {nom: valeur for nom, valeur in asdict(voulue).items() if getattr(ville, nom) != valeur}
        if changes:
            Ville.update(changes).where(Ville.id == 1).execute()
            journaliser(ville, REGLER, Acteur(agent, agent.role), detail=", ".join(sorted(changes)))
    oublier_la_ville()
    return bool(changes)


def poser_le_logo(agent: Compte, octets: bytes) -> None:
    """The town's logo, drawn anew as a PNG; :class:`Refus` for anything that is no picture, an SVG too."""
    try:
        contenu = images.assainir(octets, COTE_DU_LOGO, png=True)
    except Refus as refus:
        phrase = SANS_IMAGE if refus.phrase == images.ILLISIBLE else refus.phrase.replace("photo", "image")
        raise type(refus)(phrase, champ="logo") from refus
    empreinte = hashlib.sha256(contenu).hexdigest()
    with write_transaction():
        perimetre.exiger_toute_la_ville(agent)
        ville = verrouiller(Ville, [1])[1]
        if ville.logo != empreinte:
            LogoDeVille.delete().execute()
            LogoDeVille.create(id=1, contenu=contenu)
            Ville.update(logo=empreinte).where(Ville.id == 1).execute()
            journaliser(ville, POSER_LE_LOGO, Acteur(agent, agent.role), detail=empreinte[:12])
    oublier_la_ville()


def retirer_le_logo(agent: Compte) -> None:
    """The portal's own drawing again; nothing happens when it stands already."""
    with write_transaction():
        perimetre.exiger_toute_la_ville(agent)
        ville = verrouiller(Ville, [1])[1]
        if ville.logo:
            LogoDeVille.delete().execute()
            Ville.update(logo="").where(Ville.id == 1).execute()
            journaliser(ville, RETIRER_LE_LOGO, Acteur(agent, agent.role))
    oublier_la_ville()


def logo(empreinte: str) -> bytes | None:
    """The picture that this fingerprint names; None when the town has another one, or none."""
    if not empreinte or la_ville().logo != empreinte:
        return None
    ligne = LogoDeVille.get_or_none(LogoDeVille.id == 1)
    return bytes(ligne.contenu) if ligne else None
