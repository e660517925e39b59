"""What the demonstration town charges, how it is paid, and one child whose parents each pay a share."""

from collections.abc import Sequence
from itertools import count

from models import PartDePayeur, ReglagesDeFacturation, Tarif, TrancheDeTarif
from portail.demo import dossiers
from portail.demo.equipements import ActiviteDemo
from portail.demo.familles import FamilleDemo
from portail.domain import champs
from portail.domain.ecriture import inserer
from portail.domain.grille_tarifaire import COMMUNE, HORS_COMMUNE, POUR_TOUS
from portail.domain.tarification import DEMI_HEURE, EFFORT, FORFAIT, MOIS, SEANCE, TRANCHES

FRATRIE = {"fratrie_2": 10, "fratrie_3": 20}
DE_CANTINE = {"supplement_tardif": 100, "supplement_sans_reservation": 200}
ACCUEIL = {"mode": TRANCHES, "unite": DEMI_HEURE, "supplement_sans_reservation": 150, "garde": True}
GRILLE: dict[str, tuple[dict, ...]] = {
    "matin": (ACCUEIL | {"tranches": ((0, 30), (50_000, 50), (80_000, 70), (120_000, 90))},),
    "soir": (ACCUEIL | {"tranches": ((0, 40), (50_000, 60), (80_000, 80), (120_000, 105))},),
    "cantine": (
        {"categorie": COMMUNE, "mode": TRANCHES, "unite": SEANCE}
        | DE_CANTINE
        | {"tranches": ((0, 100), (40_000, 195), (70_000, 295), (100_000, 390), (140_000, 480))},
        {"categorie": HORS_COMMUNE, "mode": FORFAIT, "unite": SEANCE, "prix": 690} | DE_CANTINE,
    ),
    "centre": (
        {"mode": EFFORT, "unite": SEANCE, "taux": 1400, "plancher": 450, "plafond": 1900, "garde": True}
        | FRATRIE
        | {"supplement_sans_reservation": 500},
    ),
    "stage": (
        {"categorie": COMMUNE, "mode": FORFAIT, "unite": SEANCE, "prix": 1450} | FRATRIE,
        {"categorie": HORS_COMMUNE, "mode": FORFAIT, "unite": SEANCE, "prix": 2100},
    ),
    "atelier": (
        {"mode": TRANCHES, "unite": MOIS}
        | FRATRIE
        | {"tranches": ((0, 900), (60_000, 1350), (110_000, 1800))},
    ),
}
"""By kind of activity: one tariff, or one for the families of the town and one for the others."""
PAYER = (
    "En ligne, par carte ou prélèvement unique, sur le portail.\n"
    "Par chèque à l’ordre du Trésor public, en espèces ou en CESU, au Guichet Familles."
)
REGLAGES = {"delai": 30, "payer": PAYER, "payfip": "006382"}
CREANCIER, ICS, BIC = "Ville de Saint-Alban-sur-Loire", "FR72ZZZ123456", "DEMOFRPP"
PARTS = (60, 40)
"""What each of two parents who live apart pays."""
CHAMPS = (
    *("id", "activite", "debut", "fin", "categorie", "mode", "unite", "prix", "taux", "plancher", "plafond"),
    *("fratrie_2", "fratrie_3", "supplement_tardif", "supplement_sans_reservation", "garde"),
)
DE_BASE = {"categorie": POUR_TOUS} | dict.fromkeys(CHAMPS[7:-1], 0) | {"garde": False}


def ecrire(activites: Sequence[ActiviteDemo], familles: Sequence[FamilleDemo]) -> None:
    """A tariff for every activity, on all its days; the settings; the shares of one family."""
    ids, rangees, tranches = count(1), [], []
    for activite in activites:
        for voulu in GRILLE[activite.genre]:
            modele = activite.modele
            tarif = DE_BASE | voulu | {"id": next(ids), "activite": modele.id}
            tarif |= {"debut": modele.debut, "fin": modele.fin}
            rangees.append(tuple(tarif[nom] for nom in CHAMPS))
            tranches += [(tarif["id"], *tranche) for tranche in voulu.get("tranches", ())]
    inserer(Tarif, CHAMPS, rangees)
    inserer(TrancheDeTarif, ("tarif", "a_partir_de", "prix"), tranches)
    banque = champs.fermer({"iban": dossiers.iban(20_260_001), "bic": BIC})
    ReglagesDeFacturation.create(id=1, **REGLAGES, creancier=CREANCIER, ics=ICS, banque=banque)
    _partager(familles)


def _partager(familles: Sequence[FamilleDemo]) -> None:
    """The first family whose two adults live at two addresses, the Moreau family left aside."""
    separee = next((f for f in familles[1:] if f.enfants and _vivent_separes(f)), None)
    if separee:
        parts = [
            (enfant.id, adulte.id, part)
            for enfant in separee.enfants
            for adulte, part in zip(separee.adultes, PARTS, strict=True)
        ]
        inserer(PartDePayeur, ("enfant", "responsable", "part"), parts)


def _vivent_separes(famille: FamilleDemo) -> bool:
    adresses = {(a.textes["voie"], a.textes["commune"]) for a in famille.adultes}
    return len(famille.adultes) == 2 and len(adresses) == 2
