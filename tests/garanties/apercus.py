"""What an agent has seen before confirming: the mark that the page of an effect carries."""

import datetime as dt

from werkzeug.datastructures import MultiDict

from portail.domain import activites, capacites, seances
from portail.domain.capacites import Voulue
from portail.domain.refus import Refus
from portail.domain.seances import Reglage
from portail.forms.activites import ActiviteForm
from tests.garanties.route import Champs, Route

MONTRES = ("activites.creer", "activites.modifier", "seances.regler", "capacites.creer", "capacites.modifier")
"""The acts that only do what was shown."""


def vu(carte, route: Route, corps: Champs) -> str:
    """The mark of what this body would do now; empty when it cannot be done any more."""
    agent, ids = carte.monde.gestionnaire, carte.la_mienne(route)
    try:
        if route.endpoint.startswith("activites."):
            with carte.app.test_request_context():
                projet = ActiviteForm((), saisie=MultiDict(corps)).lire()
            assert projet, "the sound body of an activity cannot be read"
            return activites.prevoir(agent, ids.get("activite_id"), projet).empreinte
        if route.endpoint.startswith("capacites."):
            voulue = Voulue(
                corps["nom"][0], int(corps["places"][0]), False, frozenset(map(int, corps["activites"]))
            )
            return capacites.prevoir(agent, ids.get("capacite_id"), voulue).empreinte
        heures = (dt.time.fromisoformat(corps[nom][0]) for nom in ("debut", "fin"))
        return seances.prevoir(agent, ids["seance_id"], Reglage(*heures, int(corps["places"][0]))).empreinte
    except Refus:
        return ""
