"""What an agent has seen before confirming: the mark that the page of an effect carries."""

import datetime as dt

from werkzeug.datastructures import MultiDict

from portail.domain import activites, capacites, lecture_tarifs, seances, tarifs
from portail.domain.capacites import Voulue
from portail.domain.refus import Refus
from portail.domain.seances import Reglage
from portail.forms.activites import ActiviteForm
from portail.forms.tarifs import TarifForm
from tests.garanties.route import Champs, Route

MONTRES = (
    *("activites.creer", "activites.modifier", "seances.regler", "capacites.creer", "capacites.modifier"),
    *("tarifs.creer", "tarifs.modifier", "tarifs.arreter", "tarifs.supprimer"),
)
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
        if route.endpoint.startswith("tarifs."):
            return _du_tarif(carte, route, corps, ids.get("tarif_id"))
        heures = (dt.time.fromisoformat(corps[nom][0]) for nom in ("debut", "fin"))
        return seances.prevoir(agent, ids["seance_id"], Reglage(*heures, int(corps["places"][0]))).empreinte
    except Refus:
        return ""


def _du_tarif(carte, route: Route, corps: Champs, tarif_id: int | None) -> str:
    """The mark of the tariff’s own page, or of what its form would do."""
    agent = carte.monde.gestionnaire
    if tarif_id and route.endpoint != "tarifs.modifier":
        return tarifs.marque(*tarifs.charger(agent, tarif_id))
    activite = tarifs.charger(agent, tarif_id)[0].activite_id if tarif_id else None
    with carte.app.test_request_context():
        form = TarifForm(lecture_tarifs.groupes(agent), saisie=MultiDict(corps), activite=activite)
        projet = form.lire()
    assert projet, "the sound body of a tariff cannot be read"
    return tarifs.prevoir(agent, projet, tarif_id).empreinte
