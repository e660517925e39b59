"""What families contest of their last invoices: the known one a line, another one several. It waits."""

import datetime as dt
import hashlib

from models import Courriel, Demande, Facture, LigneDeFacture
from portail import clock
from portail.demo.factures import CONNUE
from portail.demo.temps import Temps
from portail.domain import contestations, payeurs

DITS = (
    "Ce jour-là, l’enfant était malade : nous avions appelé l’accueil le matin même.",
    "Nous avons déclaré l’absence de ces jours sur le portail, avant la date limite.",
)
"""In the words of each family; of the second, two lines at once."""


def ecrire(temps: Temps) -> None:
    """Yesterday evening, by the very act of the portal."""
    la_veille = temps.matin - dt.timedelta(hours=13)
    emises = Facture.select().where(Facture.total > 0, Facture.emise_le < la_veille)
    connue, autres = Facture.famille == CONNUE, Facture.famille > CONNUE
    for rang, (dit, siennes) in enumerate(zip(DITS, (connue, autres), strict=True), start=1):
        for facture in emises.where(siennes).order_by(Facture.mois.desc(), Facture.id):
            if _contester(facture, rang, dit, la_veille + dt.timedelta(minutes=9 * rang)):
                break


def _contester(facture: Facture, combien: int, dit: str, quand: dt.datetime) -> Demande | None:
    """Whoever reads this invoice contests its last lines; None when nobody does, or it has too few."""
    du = (facture.famille_id, facture.payeur_id, facture.foyer)
    auteur = next(iter(payeurs.lecteurs([du])[du]), None)
    lues = contestations.contestables(LigneDeFacture.select().where(LigneDeFacture.facture == facture))
    possibles = [vue.ligne.id for vue in lues if vue.ligne.seance_id and not vue.obstacle]
    if auteur is None or len(possibles) < combien:
        return None
    *les_autres, ligne = possibles[-combien:]
    with clock.figer(quand):
        demande = contestations.contester(auteur, facture.famille, ligne, les_autres, dit)
    _envoyer(demande)
    return demande


def _envoyer(demande: Demande) -> None:
    """Its acknowledgement has left; what identifies it is the same in each town of the same seed."""
    for courriel in Courriel.select().where(Courriel.demande == demande):
        marque = hashlib.sha256(courriel.cle.encode()).hexdigest()[:32]
        Courriel.update(
            message_id=f"<{marque}@saint-alban.example>",
            statut="envoye",
            essais=1,
            envoye_le=courriel.cree_le + dt.timedelta(minutes=1),
        ).where(Courriel.id == courriel.id).execute()
