"""A picture that comes is drawn anew or refused: nothing that was hidden in it is kept (threat T36)."""

import io
import subprocess
import sys

import pytest
from PIL import Image, ImageFile

from portail.domain import images
from portail.domain.refus import Refus, TropVite
from tests.dossier.images import CANARI, FRANCS, INOFFENSIVES, REFUSEES, dessin, exif, octets
from tests.sources import RACINE

DITES = (images.TROP_LOURDE, images.TROP_GRANDE, images.ILLISIBLE)
SEGMENTS = {0xE0, 0xDB, 0xC0, 0xC4, 0xDA}
"""JFIF, quantization, frame, Huffman, scan: what makes a picture, and no more."""


def segments(jpeg: bytes) -> set[int]:
    """The markers of a JPEG up to its pixels."""
    assert jpeg[:2] == b"\xff\xd8"
    trouves, ou = set(), 2
    while jpeg[ou + 1] != 0xDA:
        assert jpeg[ou] == 0xFF
        trouves.add(jpeg[ou + 1])
        ou += 2 + int.from_bytes(jpeg[ou + 2 : ou + 4], "big")
    return trouves | {0xDA}


def saine(jpeg: bytes) -> Image.Image:
    """The picture, held to be nothing but a picture."""
    assert segments(jpeg) <= SEGMENTS
    assert jpeg.endswith(b"\xff\xd9")
    assert CANARI not in jpeg
    image = Image.open(io.BytesIO(jpeg))
    image.load()
    assert (image.format, image.mode, dict(image.getexif())) == ("JPEG", "RGB", {})
    assert {"exif", "icc_profile", "comment", "xmp"} & set(image.info) == set()
    assert max(image.size) <= images.COTE
    return image


@pytest.mark.parametrize("nom", REFUSEES)
def test_what_is_no_photo_is_refused_with_a_sentence(nom):
    with pytest.raises(Refus) as refus:
        images.assainir(REFUSEES[nom]())
    assert refus.value.phrase in DITES
    assert refus.value.champ == "photo"


@pytest.mark.parametrize("nom", INOFFENSIVES)
def test_what_comes_beside_the_pixels_stays_behind(nom):
    saine(images.assainir(INOFFENSIVES[nom]()))


def test_there_are_more_than_twenty_five_of_them():
    assert len(REFUSEES) + len(INOFFENSIVES) > 50


IMMENSES = [nom for nom in REFUSEES if "×" in nom or "pixel" in nom and "in its pixels" not in nom]


@pytest.mark.parametrize("nom", [nom for nom in IMMENSES if nom != "PNG without pixels"])
def test_what_is_too_large_is_refused_from_its_header_nothing_is_decoded(nom, monkeypatch):
    decodees, immense = [], REFUSEES[nom]()
    monkeypatch.setattr(ImageFile.ImageFile, "load", lambda image: decodees.append(image.size))
    monkeypatch.setattr(Image.Image, "load", lambda image: decodees.append(image.size))
    with pytest.raises(Refus) as refus:
        images.assainir(immense)
    assert refus.value.phrase == images.TROP_GRANDE
    assert decodees == []


def test_too_heavy_is_told_as_such_and_five_megabytes_are_not():
    with pytest.raises(Refus, match="5 Mo"):
        images.assainir(REFUSEES["5 MB and one byte"]())
    juste = octets()
    saine(images.assainir(juste + bytes(images.OCTETS_MAX - len(juste))))


MESURE = """
import resource, sys
from portail.domain import images
from portail.domain.refus import Refus
avant = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    images.assainir(sys.stdin.buffer.read())
except Refus as refus:
    print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - avant) // 1024)
"""


@pytest.mark.parametrize(
    "nom", ["PNG of 30,000 × 30,000", "WebP of 16,383 × 16,383", "text that unfolds into 80 MB"]
)
def test_a_bomb_takes_no_memory(nom):
    faite = subprocess.run(
        [sys.executable, "-c", MESURE], input=REFUSEES[nom](), capture_output=True, cwd=RACINE, check=True
    )
    assert int(faite.stdout) < 100, "megabytes"


def test_a_large_photo_becomes_a_small_one_of_the_same_shape():
    image = saine(images.assainir(octets(dessin(3_000, 2_000))))
    assert image.size == (800, 533)


@pytest.mark.parametrize("sens", range(1, 9))
@pytest.mark.parametrize("format_", ["JPEG", "PNG", "WEBP"])
def test_a_photo_taken_sideways_is_turned_upright(sens, format_):
    """Saved as the camera would, turned the other way round, with the note that says so."""
    T = Image.Transpose
    envers = {
        2: T.FLIP_LEFT_RIGHT,
        3: T.ROTATE_180,
        4: T.FLIP_TOP_BOTTOM,
        5: T.TRANSPOSE,
        6: T.ROTATE_90,
        7: T.TRANSVERSE,
        8: T.ROTATE_270,
    }
    couchee = dessin().transpose(envers[sens]) if sens > 1 else dessin()
    image = saine(images.assainir(octets(couchee, format_, exif=exif(sens))))
    assert image.size == (60, 40)
    coins = [image.getpixel((x, y)) for y in (8, 32) for x in (8, 52)]
    for vu, voulu in zip(coins, FRANCS, strict=True):
        assert all(abs(a - b) < 40 for a, b in zip(vu, voulu, strict=True)), (sens, vu, voulu)


def test_what_is_transparent_becomes_white_and_sixteen_bits_keep_their_grey():
    blanche = saine(images.assainir(INOFFENSIVES["transparency"]()))
    assert min(blanche.getpixel((10, 10))) > 250
    grise = saine(images.assainir(INOFFENSIVES["16 bits a pixel"]()))
    assert abs(grise.getpixel((10, 10))[0] - 156) < 3


@pytest.mark.parametrize("format_", ["WEBP", "PNG"])
def test_of_an_animation_the_first_image_is_kept(format_):
    image = saine(images.assainir(INOFFENSIVES["animated WebP" if format_ == "WEBP" else "animated PNG"]()))
    assert max(image.getpixel((8, 8))) > 150, "the second one is black"


def test_the_decoders_of_other_formats_are_never_asked(monkeypatch):
    """A file that begins like a TIFF never reaches the TIFF decoder, the one with most holes."""
    demandes = []
    ouvrir = Image.open
    monkeypatch.setattr(Image, "open", lambda *a, **o: demandes.append(o["formats"]) or ouvrir(*a, **o))
    with pytest.raises(Refus):
        images.assainir(REFUSEES["TIFF"]())
    assert demandes == [("JPEG", "PNG", "WEBP")]


def test_a_jpeg_of_hundreds_of_scans_is_refused_before_any_is_drawn(monkeypatch):
    dessines = []
    monkeypatch.setattr(images, "_redessiner", lambda image, *_: dessines.append(image) or b"")
    progressive = octets(progressive=True)
    images.assainir(progressive)
    bombe = progressive[:-2] + b"\xff\xda\x00\x08" * 101 + progressive[-2:]
    with pytest.raises(Refus) as refus:
        images.assainir(bombe)
    assert refus.value.phrase == images.ILLISIBLE
    assert len(dessines) == 1


def test_a_picture_does_not_wait_for_ever_for_the_one_before_it(monkeypatch):
    monkeypatch.setattr(images, "PATIENCE", 0.01)
    with images._tours.prendre(1), pytest.raises(TropVite):
        images.assainir(octets())
    assert images.assainir(octets())
