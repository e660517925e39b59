"""What a PDF says to whoever reads it: its text, its structure, its title."""

import io
from collections.abc import Iterator
from dataclasses import dataclass

from pypdf import PdfReader


@dataclass(frozen=True)
class Lu:
    titre: str
    langue: str
    balise: bool
    """Whether it says that its structure is marked."""
    accessible: bool
    """Whether it says that it keeps to PDF/UA-1, and shows its title."""
    pages: list[str]
    """The text of each page, spaces made one."""
    structure: list[str]
    """The tags, in the order in which they are read: `Document`, `H1`, `Table`, `TR`…"""
    joints: bool
    """Whether a file is attached to it."""

    @property
    def texte(self) -> str:
        return " ".join(self.pages)


def lire(octets: bytes) -> Lu:
    lecteur = PdfReader(io.BytesIO(octets))
    racine = lecteur.trailer["/Root"]
    xmp = racine["/Metadata"].get_data().decode()
    noms = racine.get("/Names", {})
    return Lu(
        titre=lecteur.metadata.title,
        langue=racine["/Lang"],
        balise=bool(racine["/MarkInfo"]["/Marked"]),
        accessible='pdfuaid:part="1"' in xmp and bool(racine["/ViewerPreferences"]["/DisplayDocTitle"]),
        pages=[" ".join(page.extract_text().split()) for page in lecteur.pages],
        structure=list(_balises(racine["/StructTreeRoot"])),
        joints="/EmbeddedFiles" in noms or "/AF" in racine,
    )


def _balises(noeud) -> Iterator[str]:
    noeud = noeud.get_object()
    if isinstance(noeud, list):
        for enfant in noeud:
            yield from _balises(enfant)
    elif hasattr(noeud, "get"):
        if "/S" in noeud:
            yield noeud["/S"].lstrip("/")
        if "/K" in noeud:
            yield from _balises(noeud["/K"])
