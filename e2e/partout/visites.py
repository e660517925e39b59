"""Every page of the portal, from its map: each address that GET opens, and the people who may open it.

The map is that of the guarantees (`tests/garanties/routes.py`), that no route escapes: a page added to the
portal is looked at here by itself.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass

from flask import Flask

from tests.garanties.carte import Carte
from tests.garanties.route import (
    A_COMPLETER,
    ADMINISTRATION,
    AGENTS,
    CONNECTES,
    FAMILLES,
    GESTION,
    PERSONNEL,
    TOUS,
)
from tests.garanties.routes import ROUTES

TOUT = os.environ.get("PORTAIL_ACCES") == "1"
"""Whether all is opened, for everybody, and looked at in every way (`make acces`)."""
ANONYME = "anonyme"
A_COMPLETER_ENSUITE = "à compléter"
"""Of the staff, where a second factor is owed: only the password was given."""
SANS_DOSSIER = "sans dossier"
"""A family's account that no family file knows yet."""
DU_PERSONNEL = (TOUS, CONNECTES, PERSONNEL)
QUI = {
    ANONYME: (TOUS,),
    "famille": (TOUS, CONNECTES, FAMILLES),
    "animateur": DU_PERSONNEL,
    "agent": (*DU_PERSONNEL, AGENTS),
    "gestionnaire": (*DU_PERSONNEL, AGENTS, GESTION),
    "administrateur": (*DU_PERSONNEL, AGENTS, GESTION, ADMINISTRATION),
    A_COMPLETER_ENSUITE: (A_COMPLETER,),
    SANS_DOSSIER: (TOUS, CONNECTES, FAMILLES),
}
"""Who opens pages, and which: as the map says it."""

SANS_PAGE = {
    *("static", "feuille", "accueil.ville_css", "ville.logo", "ville.echantillon", "pointage.hors_ligne"),
    *("surveillance.sante", "surveillance.metriques"),
    *("agenda.flux", "mes_donnees.fichier", "papiers.archive", "preinscriptions.document", "pieces.ouvrir"),
    *("papiers.facture_en_pdf", "papiers.recu_en_pdf", "papiers.attestation_en_pdf"),
    *("papiers_des_familles.facture_en_pdf", "importation.rapport", "importation.modele"),
    *("photos.photo", "photos.une_photo", "photos.photo_pour_un_agent", "photos.une_photo_pour_un_agent"),
    *("pointage.photo", "pointage.nouvelles", "pointage.nouvelles_du_jour", "planning.nouvelles_du_planning"),
    *("campagnes.avancement", "importation.avancement", "paiements.retour"),
}
"""What answers with a file, with a piece of a page, or with the address of another page."""
A_L_ENTREE = {"accueil.page", "inscription.formulaire", "comptes.connexion"}
"""For whoever has not signed in: the others are led to their own first page."""
CONFIRMATION = "mes_donnees.confirmation"
"""For whoever has not given the password again for a while."""
REFUSENT = {
    **{"selection.apercu": 422, "preinscriptions.nouvelle": 403, "prelevements.nouvelle": 422},
    "agenda.nouveau": 404,
}
"""What may also be answered, by a page that says what misses: a choice, somebody to register, a mandate; a
planning to take along.
"""


@dataclass(frozen=True)
class Visite:
    """A page, as somebody opens it."""

    qui: str
    endpoint: str
    adresse: str
    nomme: bool = False
    """Whether the address names something of the town's."""

    @property
    def statuts(self) -> tuple[int, int]:
        """What may be answered."""
        return 200, REFUSENT.get(self.endpoint, 200)

    def __str__(self) -> str:
        return f"{self.adresse} ({self.qui})"


def de_la_carte(carte: Carte) -> Iterator[Visite]:
    """Every page for everybody who may open it, once bare and once with all the fields that it reads."""
    for route in carte.routes(methodes=("GET",)):
        if route.endpoint in SANS_PAGE:
            continue
        ids = carte.la_mienne(route)
        adresses = [route.url(ids)]
        if route.fiche.requete:
            adresses.append(route.url(ids, carte.filtres(route)))
        siens = [qui for qui in _de(route.endpoint) if qui != SANS_DOSSIER]
        if "jeton_adresse" in ids:
            siens = ["famille"]  # a link that was sent to Claire
        yield from (Visite(qui, route.endpoint, ou, bool(ids)) for qui in siens for ou in adresses)


def sans_numero(app: Flask) -> Iterator[Visite]:
    """Every page that names nothing, for everybody who may open it."""
    for regle in sorted(app.url_map.iter_rules(), key=lambda regle: regle.rule):
        if "GET" in (regle.methods or ()) and not regle.arguments and regle.endpoint not in SANS_PAGE:
            for qui in _de(regle.endpoint):
                yield Visite(qui, regle.endpoint, regle.rule)


def _de(endpoint: str) -> list[str]:
    """Who may open this page, and is not sent to another."""
    if endpoint in A_L_ENTREE:
        return [ANONYME]
    return [qui for qui, autorisees in QUI.items() if ROUTES[endpoint].qui in autorisees]
