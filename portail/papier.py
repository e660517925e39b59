"""A sheet, from its template: the page to print, its PDF, or a file of an archive. Word for word the same.

A template of a sheet extends `gabarit`: the portal's page, or a bare one whose files come with it.
"""

import io
import logging
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from flask import make_response, render_template, request, url_for
from werkzeug.wrappers import Response

from portail import clock, pdf
from portail.domain import identite
from portail.domain.papiers_de_l_annee import Annee
from portail.domain.ville import la_ville
from portail.frontiere import joindre
from portail.page import est_une_famille

FACTURE, RECU, ATTESTATION = (
    f"facturation/{nom}.html" for nom in ("facture_imprimable", "recu", "attestation")
)
A_L_ECRAN = "facturation/_a_l_ecran.html"
NU = "communs/papier.html"
STYLE = (Path(__file__).parent / "static" / "css" / "papier.css").read_bytes()

_journal_du_serveur = logging.getLogger(__name__)


class Imprimable(Protocol):
    """What a sheet shows: `i` in its template."""

    @property
    def fichier(self) -> str:
        """How its file is called, without what says its kind: nothing of it was typed by anybody."""


def page(gabarit: str, i: Imprimable, pdf_manque: bool = False) -> str:
    """The page to print, in the portal. Its view and that of its PDF have the same address but for the end.

    `pdf_manque`: a PDF was asked for, and this is given instead.
    """
    logo, des_familles = la_ville().logo, est_une_famille()
    la_sienne = (request.endpoint or "").removesuffix("_en_pdf")
    return render_template(
        gabarit,
        i=i,
        gabarit=A_L_ECRAN,
        pdf_manque=pdf_manque,
        adresse_du_logo=url_for("ville.logo", empreinte=logo) if logo else "",
        emporter=url_for(f"{la_sienne}_en_pdf", **request.view_args or {}) if pdf.disponible() else "",
        methode="get" if des_familles else "post",
        retour=url_for("facturation.espace" if des_familles else "facturation_de_la_ville.page"),
    )


def fichier(gabarit: str, i: Imprimable) -> Response:
    """The PDF, to be kept; where none can be made, the page to print, that says so."""
    try:
        contenu = pdf.en_pdf(_nue(gabarit, i), _pieces())
    except pdf.PasDePdf as pourquoi:
        _journal_du_serveur.warning("a page to print instead of a PDF: %s", pourquoi)
        return make_response(page(gabarit, i, pdf_manque=True))
    return joindre(f"{i.fichier}.pdf", "application/pdf", contenu)


def archive(tout: Annee) -> Response:
    """All the sheets of a year in one file: PDFs, or pages with their style where none can be made."""
    feuilles: list[tuple[str, Imprimable]] = [
        *((FACTURE, facture) for facture in tout.factures),
        *((RECU, recu) for recu in tout.recus),
        (ATTESTATION, tout.attestation),
    ]
    pages, pieces = {i.fichier: _nue(gabarit, i) for gabarit, i in feuilles}, _pieces()
    try:
        pdfs = pdf.en_pdfs(list(pages.values()), pieces)
        fichiers = {f"{nom}.pdf": contenu for nom, contenu in zip(pages, pdfs, strict=True)}
    except pdf.PasDePdf as pourquoi:
        _journal_du_serveur.warning("an archive of pages instead of PDFs: %s", pourquoi)
        fichiers = {f"{nom}.html": page.encode() for nom, page in pages.items()} | pieces
    return joindre(f"{tout.fichier}.zip", "application/zip", _zip(tout.fichier, fichiers))


# ——— inside ———


def _nue(gabarit: str, i: Imprimable) -> str:
    """The page alone; it names the files of :func:`_pieces`."""
    return render_template(gabarit, i=i, gabarit=NU, adresse_du_logo="logo.png")


def _pieces() -> dict[str, bytes]:
    """The files that a bare page names: its style, the town's hue, its logo."""
    ville = la_ville()
    logo = identite.logo(ville.logo)
    teinte = f":root {{ --teinte: {ville.teinte}; }}\n".encode()
    return {"papier.css": STYLE, "ville.css": teinte} | ({"logo.png": logo} if logo else {})


def _zip(dossier: str, fichiers: Mapping[str, bytes]) -> bytes:
    """In a folder of their own, dated today: none may land beside what was there, nor outside."""
    flux, jour = io.BytesIO(), clock.aujourdhui()
    with zipfile.ZipFile(flux, "w", zipfile.ZIP_DEFLATED) as sortie:
        for nom, contenu in fichiers.items():
            un = zipfile.ZipInfo(f"{dossier}/{nom}", (jour.year, jour.month, jour.day, 0, 0, 0))
            un.external_attr = 0o600 << 16
            sortie.writestr(un, contenu, zipfile.ZIP_DEFLATED)
    return flux.getvalue()
