"""The school zone of the town: what another one would change of the calendar."""

from models import Calendrier
from portail import clock
from portail.domain.calendrier import annee_scolaire, calendrier_publie
from portail.domain.ville import la_ville

ZONES = {
    "A": "Besançon, Bordeaux, Clermont-Ferrand, Dijon, Grenoble, Limoges, Lyon, Poitiers",
    "B": "Aix-Marseille, Amiens, Lille, Nancy-Metz, Nantes, Nice, Normandie, Orléans-Tours, Reims, Rennes,"
    " Strasbourg",
    "C": "Créteil, Montpellier, Paris, Toulouse, Versailles",
}
"""The académies of each (arrêté of the school calendar)."""
ANNEES_D_AVANCE = 2


def a_importer(zone: str) -> list[Calendrier]:
    """The published holidays of this zone, of the school years around now that the calendar has none of."""
    premiere = annee_scolaire(clock.aujourdhui())[0].year
    lignes = []
    for annee in range(premiere, premiere + ANNEES_D_AVANCE + 1):
        debut, fin = annee_scolaire(annee_de(annee))
        siennes = (Calendrier.genre == "vacances") & (Calendrier.zone == zone)
        if Calendrier.select().where(siennes, Calendrier.debut.between(debut, fin)).exists():
            continue
        lignes += [
            Calendrier(
                genre="vacances",
                nom=p.nom,
                debut=p.debut,
                fin=p.fin,
                zone=zone,
                confirme=p.confirme,
                periode="",
            )
            for p in calendrier_publie(zone, annee)
            if p.genre == "vacances"
        ]
    return lignes


def annee_de(annee: int):
    """The first day of the school year that begins in `annee`."""
    return clock.dt.date(annee, 9, 1)


def actuelle() -> str:
    return la_ville().zone
