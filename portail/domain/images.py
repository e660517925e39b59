"""Pictures that people send: read with suspicion, drawn anew, so that nothing but the picture is kept."""

import io
from contextlib import suppress

from PIL import ExifTags, Image

from portail.domain.refus import Refus, TropVite
from portail.domain.tours import PasDeTour, Tours

OCTETS_MAX = 5 * 1024 * 1024
PIXELS_MAX = 25_000_000
COTE = 800
"""The longest side of a photo as it is kept, in pixels."""
COTE_D_UN_DOCUMENT = 2000
"""Of a page: its small print stays legible."""
FORMATS = ("JPEG", "PNG", "WEBP")

TROP_LOURDE = "Cette photo dépasse 5 Mo : choisissez-en une plus légère, ou réduisez-la."
TROP_GRANDE = "Cette photo a trop de pixels : 25 millions au plus."
ILLISIBLE = "Ce fichier n’est pas une photo que le portail sait lire : envoyez une image JPEG, PNG ou WebP."

EN_COURS = "D’autres photos sont en cours d’envoi : réessayez dans un instant."

REDRESSEMENTS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""How the camera was held (EXIF, Orientation), and what puts the picture upright again."""

BALAYAGES_MAX = 100
"""A progressive JPEG has about ten scans; each costs a pass over the whole picture, for a few bytes."""
DEBUT_DE_BALAYAGE = b"\xff\xda"
PATIENCE = 10
"""Seconds that a picture waits for the one before it."""

_tours = Tours(1, en_attente=1)
"""A picture of 25 million pixels takes 200 MB while it is made small: never two at once in a process."""


def assainir(octets: bytes, cote: int = COTE, *, png: bool = False) -> bytes:
    """The picture as a JPEG, upright, with nothing hidden in it; :class:`Refus` for anything else.

    `png`: as a PNG, what is transparent in it stays so.

    Its size is read in its first bytes, before anything is decoded: a few kilobytes can tell of a picture
    that no memory holds. Of an animation the first image is kept.
    """
    if len(octets) > OCTETS_MAX:
        raise Refus(TROP_LOURDE, champ="photo")
    try:
        image = Image.open(io.BytesIO(octets), formats=FORMATS)
    except Image.DecompressionBombError as bombe:
        raise Refus(TROP_GRANDE, champ="photo") from bombe
    except Exception as faute:  # whatever a decoder makes of hostile bytes, it is no photo
        raise Refus(ILLISIBLE, champ="photo") from faute
    if image.width * image.height > PIXELS_MAX:
        raise Refus(TROP_GRANDE, champ="photo")
    if image.format == "JPEG" and octets.count(DEBUT_DE_BALAYAGE) > BALAYAGES_MAX:
        raise Refus(ILLISIBLE, champ="photo")
    try:
        with _tours.prendre(PATIENCE), image:
            return _redessiner(image, cote, png)
    except PasDeTour as trop:
        raise TropVite(EN_COURS, champ="photo") from trop
    except Exception as faute:
        raise Refus(ILLISIBLE, champ="photo") from faute


def _redessiner(image: Image.Image, cote: int, png: bool) -> bytes:
    """Drawn on a new sheet, white or of nothing: what came beside the pixels stays behind."""
    image.draft("RGB", (cote, cote))  # a JPEG is decoded at the size that is needed
    image.load()
    sens = None
    with suppress(Exception):  # EXIF that nobody can read says nothing
        sens = REDRESSEMENTS.get(image.getexif().get(ExifTags.Base.Orientation, 1))
    dessin = _en_couleurs(image)
    dessin.thumbnail((cote, cote))
    if sens is not None:
        dessin = dessin.transpose(sens)
    sortie = io.BytesIO()
    if png:
        feuille = Image.new("RGBA", dessin.size)
        feuille.paste(dessin)
        feuille.save(sortie, "PNG", optimize=True)
        return sortie.getvalue()
    feuille = Image.new("RGB", dessin.size, "white")
    feuille.paste(dessin, mask=dessin.getchannel("A") if dessin.mode == "RGBA" else None)
    feuille.save(sortie, "JPEG", quality=85, optimize=True)
    return sortie.getvalue()


def _en_couleurs(image: Image.Image) -> Image.Image:
    if image.mode.startswith("I"):  # 16 bits a pixel: the eight that are seen
        image = image.convert("I").point(lambda v: v / 256).convert("L")
    return image.convert("RGBA" if image.has_transparency_data else "RGB")
