"""What changed on a family's planning since its page was drawn: the open page asks, every few seconds."""

import datetime as dt
from dataclasses import dataclass

from models import Evenement, Famille, Reservation, Seance
from portail import clock
from portail.domain import lecture_planning
from portail.domain.cadre import Cadre
from portail.domain.creneaux import Creneau
from portail.domain.droits import Regard

RECUL = dt.timedelta(seconds=20)
"""How long a journal line may stay unseen after its number was given: longer than any transaction.

Numbers are given before the commit: a smaller one may appear after a larger one was read. What is younger
than this is told once more rather than missed.
"""


@dataclass(frozen=True)
class Nouvelles:
    """`creneaux`: the slots that changed, as they are now; `a_dire`: those changed by somebody else.

    `marque`: up to where the journal has been told for good; `dit`: its last line spoken of.
    """

    marque: int
    dit: int
    creneaux: list[Creneau]
    a_dire: list[Creneau]


def au_dessin(famille: Famille) -> Nouvelles:
    """Where the journal stands when the page is drawn: nothing to tell yet. One query."""
    dernieres = list(
        Evenement.select(Evenement.id, Evenement.quand)
        .where(Evenement.famille == famille)
        .order_by(Evenement.id.desc())
        .limit(30)
        .tuples()
    )
    if not dernieres:
        return Nouvelles(0, 0, [], [])
    sures = [ident for ident, quand in dernieres if quand < clock.maintenant() - RECUL]
    return Nouvelles(sures[0] if sures else dernieres[-1][0] - 1, dernieres[0][0], [], [])


def depuis(regard: Regard, repere: int, dit: int, cadre: Cadre, ouvert: str = "") -> Nouvelles:
    """The slots of this look that changed after the line `repere` of the journal; `regard` reads the page.

    The slot whose confirmation is open (`ouvert`, its id on the page) is left alone, then told.
    """
    famille = regard.famille
    changes = (
        Evenement.select(Evenement.id, Evenement.auteur, Reservation.enfant, Reservation.seance)
        .join(Reservation, on=(Evenement.objet == "reservation") & (Evenement.objet_id == Reservation.id))
        .join(Seance)
        .where(
            Evenement.famille == famille,
            Evenement.id > repere,
            Seance.jour.between(cadre.debut, cadre.fin),
        )
        .order_by(Evenement.id)
        .tuples()
    )
    jusqua, dernier = max(repere, au_dessin(famille).marque), dit
    couples: dict[tuple[int, int], bool] = {}
    for evenement_id, auteur_id, enfant_id, seance_id in changes:
        if f"c-{enfant_id}-{seance_id}" == ouvert:
            jusqua = min(jusqua, evenement_id - 1)
        elif enfant_id in regard.suit and cadre.montre_enfant(enfant_id):
            nouveau = evenement_id > dit and auteur_id != regard.compte.id
            couples[enfant_id, seance_id] = nouveau or couples.get((enfant_id, seance_id), False)
            dernier = max(dernier, evenement_id)
    creneaux = lecture_planning.creneaux(famille, couples, regard=regard) if couples else []
    visibles = [c for c in creneaux if cadre.montre_activite(c.seance.activite.id)]
    return Nouvelles(jusqua, dernier, visibles, [c for c in visibles if couples[c.enfant.id, c.seance.id]])
