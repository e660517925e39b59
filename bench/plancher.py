"""The floor: a bare Flask application on the portal's server, base and compression, that does the least.

Five queries by an index, in plain SQL, of as many rows as a planning has; a page of Jinja as heavy as the
one that it is compared with, made of rows of ten values, escaped. No session, no rights, no journal: what any
application would have to do. Posted to, it writes and commits a row in place of one reading, as an act does.
"""

from itertools import cycle, islice

from flask import Flask, request
from flask_compress import Compress

import models
from models import db
from portail.base import rendre_la_connexion
from portail.config import Config
from portail.serveur import Serveur

DEBUT, FIN = "2026-11-30", "2027-01-03"
"""The days that the planning of December draws."""
LECTURES = {
    "session": "SELECT id, jeton, compte_id, vue_le FROM session_ouverte WHERE id = ?",
    "famille": "SELECT id, nom, code_abonne FROM famille WHERE id = ?",
    "enfants": "SELECT id, prenom, rang FROM enfant WHERE famille_id = ? ORDER BY rang",
    "inscriptions": "SELECT id, enfant_id, activite_id, debut, fin FROM preinscription"
    " WHERE enfant_id IN (SELECT id FROM enfant WHERE famille_id = ?)",
    "creneaux": "SELECT r.id, r.enfant_id, r.statut, s.id, s.activite_id, s.jour, s.debut, s.fin, s.places,"
    " s.prises FROM reservation r JOIN seance s ON s.id = r.seance_id"
    " WHERE r.enfant_id IN (SELECT id FROM enfant WHERE famille_id = ?) AND s.jour BETWEEN ? AND ?",
}
ECRITURE = "UPDATE famille SET nom = nom WHERE id = ?"

PAGE = """<!doctype html>
<html lang="fr"><head><meta charset="utf-8"><title>{{ famille[1] }}</title></head><body>
<h1>Famille {{ famille[1] }}, {{ famille[2] }}</h1>
<ul>{% for e in enfants %}<li>{{ e[2] }} {{ e[1] }}</li>{% endfor %}</ul>
<ol>{% for l in creneaux %}<li class="place" id="c-{{ l[0] }}"><a class="creneau {{ l[2] }}" \
href="/creneaux/{{ l[1] }}/{{ l[3] }}" aria-label="{{ l[5] }}, {{ l[6] }} – {{ l[7] }}">{{ l[2] }}</a>\
<span class="infobulle">Places restantes : {{ l[9] }} sur {{ l[8] }}</span></li>
{% endfor %}</ol>
</body></html>"""
OCTETS_D_UNE_RANGEE = 237


def application(config: Config) -> Flask:
    models.db.initialize(models.ouvrir(config.url_base))
    app = Flask(__name__)
    app.config.update(COMPRESS_ALGORITHM=["br", "gzip"], COMPRESS_MIMETYPES=["text/html"])
    Compress(app)
    app.teardown_request(lambda _: rendre_la_connexion())
    page = app.jinja_env.from_string(PAGE)

    def dessiner(lus: dict[str, list[tuple]], octets: int) -> str:
        """The rows that were read, again and again up to the weight."""
        creneaux = list(islice(cycle(lus["creneaux"]), octets // OCTETS_D_UNE_RANGEE))
        return page.render(famille=lus["famille"][0], enfants=lus["enfants"], creneaux=creneaux)

    @app.get("/")
    def lire() -> str:
        """A page of some `octets`."""
        famille = request.args.get("famille", 1, int)
        lus = {nom: _lire(ordre, famille) for nom, ordre in LECTURES.items()}
        return dessiner(lus, request.args.get("octets", 0, int))

    @app.post("/")
    def ecrire() -> str:
        """The same, the first reading being a row written instead, and committed."""
        famille = request.args.get("famille", 1, int)
        with models.write_transaction():
            db.execute_sql(_marques(ECRITURE), (famille,))
        lus = {nom: _lire(ordre, famille) for nom, ordre in LECTURES.items() if nom != "session"}
        return dessiner(lus, request.args.get("octets", 0, int))

    return app


class Plancher(Serveur):
    """The portal's own server, its settings too: another application in it, and no mail to send."""

    def load(self) -> Flask:
        return application(self.config)

    def commencer(self, worker) -> None:
        return

    def finir(self, arbiter, worker) -> None:
        return


def _lire(ordre: str, famille: int) -> list[tuple]:
    valeurs = (famille, DEBUT, FIN)[: ordre.count("?")]
    return db.execute_sql(_marques(ordre), valeurs).fetchall()


def _marques(ordre: str) -> str:
    return ordre.replace("?", "%s") if models.moteur() == "postgresql" else ordre
