"""The demonstration town, decided in memory: the same for the same size, seed and day."""

from dataclasses import dataclass
from random import Random

import workflows as w
from portail.demo import dossiers, habitudes, preinscriptions, temps
from portail.demo.demandes import Registre
from portail.demo.equipements import Equipements, construire
from portail.demo.familles import CompteDemo, EtatCivil, FamilleDemo, peupler
from portail.demo.moreau import famille_moreau, raconter
from portail.demo.temps import Temps
from portail.demo.tirage import EN_ATTENTE_AU_TOTAL, Tirage

EQUIPE = (
    ("agent@example.org", "Sophie", "Garnier", "agent", "service Enfance"),
    ("agent2@example.org", "Marc", "Tessier", "agent", "service Enfance"),
    ("gestionnaire@example.org", "Nadia", "Benali", "gestionnaire", "service Enfance"),
    ("animateur@example.org", "Yann", "Le Goff", "animateur", "accueils périscolaires"),
    ("administrateur@example.org", "Hélène", "Marchand", "administrateur", "direction générale"),
)


@dataclass
class Monde:
    alea: Random
    temps: Temps
    equipements: Equipements
    equipe: list[CompteDemo]
    familles: list[FamilleDemo]
    registre: Registre


def imaginer(nombre: int, graine: int) -> Monde:
    """A town of `nombre` families. Its calendar is read, and put right, in the database; nothing else is."""
    alea = Random(graine)
    quand = temps.etablir()
    equipements = construire(nombre, quand)
    etat_civil = EtatCivil(alea, quand)
    equipe = [etat_civil.agent(email, prenom, nom) for email, prenom, nom, _, _ in EQUIPE]
    moreau = famille_moreau(etat_civil, equipements)
    autres = list(peupler(nombre - 1, etat_civil, equipements))
    enfants = [enfant for famille in autres for enfant in famille.enfants]
    for enfant in enfants:
        habitudes.vouloir(enfant, alea, quand)

    # Its own dice: what the files say changes nothing of the planning of the same seed.
    des_dossiers = Random(f"dossiers {graine}")
    dossiers.remplir([moreau, *autres], des_dossiers, quand.aujourdhui)
    registre = Registre(quand, tuple(equipe[:2]), equipe[3])
    raconter(moreau, registre)
    dossiers.raconter(moreau, registre)
    dossiers.demander(autres, registre, des_dossiers)
    preinscriptions.raconter(moreau, registre, equipements)
    preinscriptions.demander(autres, registre, equipements, Random(f"préinscriptions {graine}"))
    tirage = Tirage(registre, enfants, alea)
    if enfants:
        tirage.en_attente(EN_ATTENTE_AU_TOTAL - sum(d.statut == w.EN_ATTENTE for d in registre.demandes))
        tirage.historique(max(300, nombre // 2))
    registre.numeroter()

    familles = [moreau, *autres]
    inscriptions = (i for f in familles for e in f.enfants for i in e.inscriptions)
    for numero, inscription in enumerate(inscriptions, start=1):
        inscription.id = numero
    habitudes.dimensionner(equipements)
    habitudes.attribuer(familles, equipements.seances, set(registre.creneaux), alea, quand)
    return Monde(alea, quand, equipements, equipe, familles, registre)
