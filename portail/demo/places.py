"""What the demonstration says of places that are shared, and of absences: the kitchen, the town's reasons."""

from collections import Counter

from models import Capacite, CapaciteActivite, MotifAbsence
from portail.demo.equipements import Equipements
from portail.domain.ecriture import inserer

MOTIFS = (
    ("Maladie", "jamais", "Certificat médical"),
    ("Raison familiale", "hors_delai", ""),
    ("Sortie scolaire", "jamais", ""),
    ("Autre", "hors_delai", ""),
)
"""Name, when such an absence is billed, the document that goes with it."""
CUISINE = "Repas de la cuisine centrale"
MARGE = 1.01
"""What the kitchen can do, over its fullest day: it leaves a few meals there, and many on the others."""


def ecrire(equipements: Equipements) -> None:
    """Write the reasons, and the meals that all the canteens share."""
    champs = ("id", "nom", "facturation", "justificatif", "actif", "rang")
    rangs = enumerate(MOTIFS, start=1)
    inserer(MotifAbsence, champs, ((rang, *motif, True, rang) for rang, motif in rangs))
    cantines = [activite for activite in equipements.activites if activite.genre == "cantine"]
    repas: Counter = Counter()
    for seance in (seance for cantine in cantines for seance in cantine.seances):
        repas[seance.jour] += seance.prises
    places = int(max(repas.values()) * MARGE) + 1
    inserer(Capacite, ("id", "nom", "places", "simultanee"), [(1, CUISINE, places, False)])
    partages = ((rang, 1, cantine.modele.id) for rang, cantine in enumerate(cantines, start=1))
    inserer(CapaciteActivite, ("id", "capacite", "activite"), partages)
