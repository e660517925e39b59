"""The sheets that every page needs, sent as one: one file a room to write them, one request to read them."""

import hashlib
from pathlib import Path

from flask import Flask, Response, request

from portail import access

COMMUNES = ("base", "composants", "formulaires", "planning", "agents")
"""In this order: a later layer's rule wins over an earlier one's."""
ADRESSE = "/css/socle.css"
"""Under that of the static files: what a phone keeps for the roll call keeps it too."""


def installer(app: Flask, age_max: int) -> None:
    dossier = Path(app.static_folder or "") / "css"
    tout = "\n".join((dossier / f"{nom}.css").read_text(encoding="utf-8") for nom in COMMUNES)
    version = hashlib.sha256(tout.encode()).hexdigest()[:12]
    adresse = f"{app.static_url_path}{ADRESSE}"
    app.jinja_env.globals["feuille_de_style"] = f"{adresse}?v={version}"

    @app.get(adresse)
    @access.tous_pareil
    def feuille() -> Response:
        reponse = Response(tout, mimetype="text/css")
        a_jour = request.args.get("v") == version
        reponse.headers["Cache-Control"] = f"public, max-age={age_max}, immutable" if a_jour else "no-cache"
        return reponse
