"""How accessible the town declares the portal to be: the mention that the law wants in sight, and its act.

Code: loi n° 2005-102, art. 47; décret n° 2019-768, art. 5. The mention is on every page and leads to the
declaration, which says the same.
"""

from models import Compte, PageDeLaVille, Ville, verrouiller, write_transaction
from portail import clock
from portail.domain import perimetre
from portail.domain.refus import Refus
from portail.domain.transitions import Acteur, journaliser
from portail.domain.ville import CONFORMITE, NIVEAUX, conformite_declaree, oublier_la_ville

DECLARER = "declarer_la_conformite"


def declarer(agent: Compte, niveau: str) -> bool:
    """The portal is this accessible, says the town. Whether that is new."""
    if niveau not in NIVEAUX:
        raise Refus("Choisissez l’un des trois états de conformité.", champ="conformite")
    with write_transaction():
        perimetre.exiger_toute_la_ville(agent)
        ville = verrouiller(Ville, [1])[1]
        change = conformite_declaree() != niveau
        if change:
            PageDeLaVille.delete().where(PageDeLaVille.cle == CONFORMITE).execute()
            PageDeLaVille.create(cle=CONFORMITE, texte=niveau, modifiee_le=clock.maintenant())
            journaliser(ville, DECLARER, Acteur(agent, agent.role), detail=NIVEAUX[niveau])
    oublier_la_ville()
    return change
