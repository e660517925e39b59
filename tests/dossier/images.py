"""Pictures made for the tests: sound ones, and those that somebody would make to do harm."""

import io
import struct
import zlib
from collections.abc import Callable

from PIL import Image, PngImagePlugin

CANARI = b"canari-du-domicile"
GPS = 0x8825
FRANCS = ((220, 40, 40), (40, 160, 40), (40, 40, 220), (240, 240, 40))
"""Colours of the four corners: top left, top right, bottom left, bottom right."""


def dessin(largeur: int = 60, hauteur: int = 40, mode: str = "RGB") -> Image.Image:
    """Four plain quarters."""
    image = Image.new("RGB", (largeur, hauteur))
    for rang, couleur in enumerate(FRANCS):
        x, y = (rang % 2) * (largeur // 2), (rang // 2) * (hauteur // 2)
        image.paste(couleur, (x, y, x + largeur // 2, y + hauteur // 2))
    return image.convert(mode)


def octets(image: Image.Image | None = None, format_: str = "JPEG", **options) -> bytes:
    sortie = io.BytesIO()
    (image or dessin()).save(sortie, format_, **options)
    return sortie.getvalue()


def exif(sens: int = 1) -> bytes:
    """How the camera was held, who took the picture, and where."""
    donnees = Image.Exif()
    donnees[0x0112] = sens
    donnees[0x013B] = CANARI.decode()
    donnees.get_ifd(GPS).update({1: "N", 2: (47.0, 28.0, 16.0), 3: "W", 4: (0.0, 33.0, 15.0)})
    return donnees.tobytes()


def morceau(nom: bytes, contenu: bytes) -> bytes:
    """A chunk of a PNG."""
    return struct.pack(">I", len(contenu)) + nom + contenu + struct.pack(">I", zlib.crc32(nom + contenu))


def entete_png(largeur: int, hauteur: int) -> bytes:
    """A PNG that says how large it is, and has next to nothing to show."""
    ihdr = struct.pack(">IIBBBBB", largeur, hauteur, 8, 2, 0, 0, 0)
    fin = morceau(b"IDAT", zlib.compress(b"\0" * 100)) + morceau(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + morceau(b"IHDR", ihdr) + fin


def png_avec(nom: bytes, contenu: bytes) -> bytes:
    """A sound PNG with one more chunk, right after its header."""
    sain = octets(format_="PNG")
    return sain[:33] + morceau(nom, contenu) + sain[33:]


def webp_immense() -> bytes:
    """A small WebP whose header says 16,383 × 16,383."""
    corps = octets(format_="WEBP")[12:]
    entete = b"VP8X" + struct.pack("<I", 10) + bytes(4) + (16_382).to_bytes(3, "little") * 2
    return b"RIFF" + struct.pack("<I", len(entete + corps) + 4) + b"WEBP" + entete + corps


def _jpeg_immense() -> bytes:
    sain = bytearray(octets())
    sof = sain.index(b"\xff\xc0")
    sain[sof + 5 : sof + 9] = struct.pack(">HH", 30_000, 30_000)
    return bytes(sain)


def _png_textes() -> bytes:
    textes = PngImagePlugin.PngInfo()
    textes.add_text("Comment", f"<script>alert(1)</script>{CANARI.decode()}")
    textes.add_itxt("XML:com.adobe.xmp", f"<x>{CANARI.decode()}</x>", zip=True)
    return octets(format_="PNG", pnginfo=textes)


def _animation(format_: str) -> bytes:
    return octets(
        dessin(), format_, save_all=True, append_images=[Image.new("RGB", (60, 40), "black")], duration=50
    )


def _palette() -> bytes:
    image = dessin(mode="P")
    return octets(image, "PNG", transparency=image.getpixel((0, 0)))


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!doctype html><script>alert(document.cookie)</script>"
PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog/OpenAction<</S/JavaScript/JS(app.alert(1))>>>>endobj\n%%EOF"
ZIP = b"PK\x03\x04" + bytes(26) + CANARI
JAR = ZIP + b"PK\x05\x06" + bytes(18)

REFUSEES: dict[str, Callable[[], bytes]] = {
    "zero bytes": lambda: b"",
    "SVG": lambda: SVG,
    "HTML named .jpg": lambda: HTML,
    "HTML behind the first bytes of a JPEG": lambda: b"\xff\xd8\xff" + HTML,
    "HTML behind the signature of a PNG": lambda: b"\x89PNG\r\n\x1a\n" + HTML,
    "PDF": lambda: PDF,
    "zip": lambda: ZIP,
    "a program": lambda: b"MZ" + bytes(200),
    "GIF": lambda: octets(format_="GIF"),
    "BMP": lambda: octets(format_="BMP"),
    "TIFF": lambda: octets(format_="TIFF"),
    "PostScript": lambda: octets(format_="EPS"),
    "PNG of 30,000 × 30,000": lambda: entete_png(30_000, 30_000),
    "PNG of 2**31 - 1 pixels a side": lambda: entete_png(2**31 - 1, 2**31 - 1),
    "PNG one pixel too large": lambda: entete_png(5_001, 5_000),
    "PNG one pixel high": lambda: entete_png(25_000_001, 1),
    "JPEG of 30,000 × 30,000": _jpeg_immense,
    "WebP of 16,383 × 16,383": webp_immense,
    "JPEG cut in its header": lambda: octets()[:40],
    "JPEG cut in its pixels": lambda: octets(dessin(600, 400))[:-2_000],
    "PNG cut in its header": lambda: octets(format_="PNG")[:20],
    "PNG cut in its pixels": lambda: octets(dessin(600, 400), "PNG")[:-80],
    "WebP cut in its pixels": lambda: octets(format_="WEBP")[:-20],
    "PNG without pixels": lambda: octets(format_="PNG")[:33] + morceau(b"IEND", b""),
    "PNG of no size": lambda: entete_png(0, 0),
    "text that unfolds into 80 MB": lambda: png_avec(b"zTXt", b"k\0\0" + zlib.compress(bytes(80_000_000), 9)),
    "5 MB and one byte": lambda: octets() + bytes(5 * 1024 * 1024 + 1 - len(octets())),
    "noise": lambda: bytes(range(256)) * 40,
}
"""What is no photo, or not one that the portal will look at."""

INOFFENSIVES: dict[str, Callable[[], bytes]] = {
    "JPEG and jar at once": lambda: octets() + JAR,
    "JPEG with a script behind it": lambda: octets() + HTML + CANARI,
    "PNG and zip at once": lambda: octets(format_="PNG") + ZIP,
    "GPS in a JPEG": lambda: octets(exif=exif()),
    "GPS in a PNG": lambda: octets(format_="PNG", exif=exif()),
    "GPS in a WebP": lambda: octets(format_="WEBP", exif=exif()),
    "HTML in the comment of a JPEG": lambda: octets(comment=HTML + CANARI),
    "HTML in the texts of a PNG": _png_textes,
    "EXIF that nobody can read": lambda: octets(exif=b"Exif\0\0II*\0" + b"\xff" * 60 + CANARI),
    "profile that nobody can read": lambda: octets(icc_profile=CANARI * 40),
    "profile that nobody can unfold": lambda: png_avec(b"iCCP", b"p\0\0" + b"\xff" * 50 + CANARI),
    "a megabyte beside the pixels": lambda: png_avec(b"prVt", CANARI * 55_000),
    "CMYK": lambda: octets(dessin(mode="CMYK")),
    "grey": lambda: octets(dessin(mode="L")),
    "one bit a pixel": lambda: octets(dessin(mode="1"), "PNG"),
    "16 bits a pixel": lambda: octets(Image.new("I;16", (60, 40), 40_000), "PNG"),
    "palette with transparency": _palette,
    "transparency": lambda: octets(Image.new("RGBA", (60, 40), (255, 0, 0, 0)), "PNG"),
    "grey with transparency": lambda: octets(Image.new("LA", (60, 40), (9, 128)), "PNG"),
    "progressive": lambda: octets(dessin(900, 600), progressive=True),
    "WebP without loss": lambda: octets(format_="WEBP", lossless=True),
    "animated WebP": lambda: _animation("WEBP"),
    "animated PNG": lambda: _animation("PNG"),
    "one pixel": lambda: octets(Image.new("RGB", (1, 1)), "PNG"),
    "a line of 20,000 pixels": lambda: octets(Image.new("RGB", (20_000, 1)), "PNG"),
    "25 million pixels": lambda: octets(Image.new("L", (5_000, 5_000)), "PNG"),
}
"""What is a photo with something beside it, or an unusual one: it is drawn anew, and nothing else is kept."""
