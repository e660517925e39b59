"""Somebody who sends anything at all to a route that they may take, and looks at the answer."""

import functools
import re
from html import unescape

from peewee import Select, fn

import models
from models import Courriel, Demande, Evenement, Ligne, Reservation, SessionOuverte, db
from tests.garanties.empreinte import REFUS_JOURNALISES
from tests.garanties.gens import Gens
from tests.garanties.hostiles import remettre_en_attente, remettre_les_contacts
from tests.garanties.route import AGENTS, Route

ATTENDUS = {200, 204, 303, 400, 404, 405, 409, 410, 413, 415, 422, 429}
ANGLAIS = re.compile(
    r"Bad Request|Not Found|Unprocessable|Method Not|Internal Server|Traceback|Werkzeug|CSRF"
)
DITE = re.compile(
    r'role="alert"|class="(message|chapeau)"[^>]*>[^.]*\w|target="#annonce"[^>]*>[A-ZÀÉ][^<]*\.'
)
"""Where a sentence says what is wrong: beside the field, on the page of an error, aloud."""


class Attaquant(Gens):
    """Sends to a route, as somebody who may take it, and looks at the answer."""

    def envoyer(self, route: Route, requete: str = "", corps: str | None = None, **autres):
        """One call, its status and its words checked; nothing is written by a call that is refused."""
        client, jeton = self.qui(route)
        if not route.lit and "data" not in autres and "json" not in autres:
            autres["data"] = f"csrf_token={jeton}&{corps}" if corps is not None else f"csrf_token={jeton}"
            autres.setdefault("content_type", "application/x-www-form-urlencoded")
        autres.setdefault("headers", {})
        ids = self.carte.la_mienne(route)
        if route.fiche.qui == AGENTS and not route.lit:
            remettre_en_attente(int(self.carte.champs["demande"][0][0]))
        if "contact_id" in route.parametres:
            remettre_les_contacts(ids["contact_id"])
        avant = traces() if not route.lit else None
        reponse = client.open(route.url(ids), method=route.methode, query_string=requete, **autres)
        cas = f"{route} ?{requete[:80]} {str(autres)[:160]}"
        assert reponse.status_code in ATTENDUS, (cas, reponse.status_code)
        if reponse.status_code >= 400:
            assert route.lit or traces() == avant, f"refused, and yet written: {cas}"
            assert en_francais(unescape(reponse.text)), (cas, reponse.text)
        reponse.close()
        return reponse


def traces() -> tuple:
    """What any act leaves, counted in one query. What is journalled of a refusal, on purpose, is not."""
    return db.execute_sql(*_compte_des_traces(models.moteur())).fetchone()


@functools.cache
def _compte_des_traces(moteur: str) -> tuple[str, list]:
    """That query, as this engine takes it: it is asked ten thousand times."""
    journal = Evenement.select(fn.COUNT(Evenement.id)).where(Evenement.acte.not_in(REFUS_JOURNALISES))
    autres = [t.select(fn.COUNT(t.id)) for t in (Demande, Ligne, Reservation, Courriel, SessionOuverte)]
    return Select(columns=[journal, *autres]).bind(db).sql()


def en_francais(texte: str) -> bool:
    """A sentence of ours says what is wrong; none of the libraries' English."""
    sans_jetons = re.sub(
        r'name="csrf_token" value="[^"]*"', "", texte
    )  # drawn at random, one may spell anything
    return bool(DITE.search(texte)) and not ANGLAIS.search(sans_jetons)
