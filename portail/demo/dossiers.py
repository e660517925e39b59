"""The family files of the demonstration: homes, work, means, health; what families want changed.

Everything is invented: telephones of the ranges kept for fiction, a bank that does not exist.
"""

import datetime as dt
from collections.abc import Iterable
from random import Random

from models import Modele
from portail import clock
from portail.demo.demandes import Registre
from portail.demo.familles import AdulteDemo, EnfantDemo, FamilleDemo
from portail.demo.noms import EMPLOYEURS, MEDECINS, METIERS, RUES
from portail.domain import champs

COMMUNE, CODE_POSTAL = "Saint-Alban-sur-Loire", "49320"
FICTION = ("01 99 00", "02 61 91", "03 53 01", "04 65 71", "05 36 49", "06 39 98")
"""The ranges that no telephone will ever have (ARCEP)."""
AUTORISATIONS = ("rentre_seul", "transport", "image", "baignade", "soins_urgence")
ALLERGIES = ("Arachide", "Lait de vache", "Œuf", "Piqûres d’abeille", "Pénicilline", "Fruits à coque")
PIECE = "Pièce manquante : un justificatif de domicile de moins de trois mois"
DEMANDES = 8
"""How many other families wait for an answer about their file."""


# ——— what the sheets say ———


def remplir(familles: Iterable[FamilleDemo], alea: Random, aujourdhui: dt.date) -> None:
    """Fill the sheets in, as families do: not everything, not everybody."""
    for famille in familles:
        maison = _maison(alea)
        for rang, adulte in enumerate(famille.adultes):
            meme_toit = rang == 0 or alea.random() < 0.8
            _adulte(adulte, maison if meme_toit else _maison(alea), rang == 0, alea, aujourdhui)
        for enfant in famille.enfants:
            _enfant(enfant, alea, aujourdhui)


def _maison(alea: Random) -> dict[str, str]:
    complement = f"Appartement {alea.randint(1, 40)}" if alea.random() < 0.2 else ""
    voie = f"{alea.randint(1, 60)} {alea.choice(RUES)}"
    return {"voie": voie, "complement": complement, "code_postal": CODE_POSTAL, "commune": COMMUNE}


def _adulte(
    adulte: AdulteDemo, maison: dict[str, str], payeur: bool, alea: Random, aujourdhui: dt.date
) -> None:
    adulte.textes |= maison
    if alea.random() < 0.85:
        adulte.textes |= {"profession": alea.choice(METIERS), "employeur": alea.choice(EMPLOYEURS)}
    if alea.random() < 0.4:
        adulte.textes["telephone_travail"] = telephone(alea)
    if not payeur:
        return
    if alea.random() < 0.7:
        titulaire = f"{adulte.prenom} {adulte.nom}"
        adulte.textes |= {"titulaire": titulaire, "iban": iban(alea.randrange(10**11)), "bic": "DEMOFRPP"}
    if alea.random() < 0.85:
        revenu, parts = alea.randrange(900_000, 9_000_000), 150 + 50 * alea.randint(0, 6)
        releve = aujourdhui - dt.timedelta(alea.randint(30, 300))
        adulte.textes |= {
            "quotient": str(revenu * 100 // (12 * parts)),
            "revenu_fiscal": str(revenu),
            "parts": str(parts),
            "fiscal_le": releve.isoformat(),
        }


def _enfant(enfant: EnfantDemo, alea: Random, aujourdhui: dt.date) -> None:
    for nom in AUTORISATIONS:
        enfant.textes[nom] = alea.choices(("oui", "non", ""), (70, 20, 10))[0]
    if alea.random() < 0.85:
        enfant.textes |= {"medecin": alea.choice(MEDECINS), "medecin_telephone": telephone(alea)}
    if alea.random() < 0.12:
        enfant.textes["regime"] = alea.choice(("sans_porc", "sans_viande"))
    if alea.random() < 0.08:
        enfant.textes["allergies"] = alea.choice(ALLERGIES)
    if alea.random() < 0.7:
        vaccin = aujourdhui - dt.timedelta(alea.randint(100, 1_000))
        enfant.textes["rappel_dtp"] = max(vaccin, enfant.naissance).isoformat()


def telephone(alea: Random) -> str:
    return f"{alea.choice(FICTION[:5])} {alea.randrange(100):02} {alea.randrange(100):02}"


def iban(compte: int) -> str:
    """An IBAN whose keys are right, of a bank that does not exist."""
    banque, guichet = 99_999, 1
    cle = 97 - (89 * banque + 15 * guichet + 3 * compte) % 97
    bban = f"{banque:05}{guichet:05}{compte:011}{cle:02}"
    return f"FR{98 - int(f'{bban}152700') % 97:02}{bban}"


# ——— what families want changed ———


def raconter(moreau: FamilleDemo, registre: Registre) -> None:
    """The Moreau family: three demandes that wait, one refused."""
    claire, julien = moreau.comptes
    lea, noe, ines = moreau.enfants
    mere = moreau.adultes[0]
    mere.textes["iban"] = "FR7630006000011234567890189"  # the one of every example
    noe.textes |= {
        "allergies": "Arachide",
        "pai_debut": (registre.temps.aujourdhui - dt.timedelta(40)).isoformat(),
        "pai_fin": (registre.temps.aujourdhui + dt.timedelta(325)).isoformat(),
        "pai_consignes": "Stylo d’adrénaline dans le cartable.\nAppeler le 15, puis les parents.",
    }
    ines.textes |= {"medecin": "", "medecin_telephone": "", "image": ""}
    lea.textes["soins_urgence"] = ""
    quand = _il_y_a(registre, 8, "21:20")
    refusee = registre.demander_des_modifications(claire, quand, mere, {"voie": "6 chemin des Mariniers"})
    registre.refuser_les_modifications(refusee, _il_y_a(registre, 6, "10:05"), registre.agents[0], PIECE)
    registre.demander_des_modifications(
        claire,
        _il_y_a(registre, 2, "22:10"),
        lea,
        {"allergies": "Pénicilline", "medecin": "Docteur Anne Roy"},
    )
    registre.demander_des_modifications(
        claire, _il_y_a(registre, 1, "20:45"), mere, {"telephone": "06 39 98 12 40"}
    )
    registre.demander_des_modifications(julien, _il_y_a(registre, 1, "07:30"), noe, {"rentre_seul": "oui"})


def demander(familles: list[FamilleDemo], registre: Registre, alea: Random) -> None:
    """A few other families wait too."""
    for famille in alea.sample(familles, min(DEMANDES, len(familles))):
        auteur, quand = (
            famille.comptes[0],
            _il_y_a(registre, alea.randint(1, 5), f"{alea.randint(18, 22)}:{alea.randint(10, 59)}"),
        )
        if alea.random() < 0.5:
            voulues = _maison(alea) | {"complement": ""}
            fiche: AdulteDemo | EnfantDemo = famille.adultes[0]
        else:
            fiche, voulues = (
                famille.enfants[0],
                {"medecin": alea.choice(MEDECINS), "medecin_telephone": telephone(alea)},
            )
        neuves = {nom: texte for nom, texte in voulues.items() if texte != fiche.textes.get(nom, "")}
        if neuves:
            registre.demander_des_modifications(auteur, quand, fiche, neuves)


def _il_y_a(registre: Registre, jours: int, heure: str) -> dt.datetime:
    return clock.instant(registre.temps.aujourdhui - dt.timedelta(jours), dt.time.fromisoformat(heure))


# ——— rows ———


def colonnes(modele: type[Modele]) -> tuple[str, ...]:
    """The columns of a sheet that `valeurs` fills in."""
    siens = champs.FICHES[modele._meta.table_name][1]
    scellees = dict.fromkeys(champs.SCELLEES[c.rubrique] for c in siens if c.scelle)
    return (*(c.nom for c in siens if not c.scelle and c.nom not in DEJA), *scellees)


def valeurs(modele: type[Modele], textes: dict[str, str]) -> tuple:
    """The same, from what the sheet says."""
    siens = champs.FICHES[modele._meta.table_name][1]
    ouvertes = [
        champs.en_valeur(c, textes.get(c.nom, "")) for c in siens if not c.scelle and c.nom not in DEJA
    ]
    boites: dict[str, dict[str, str]] = {}
    for c in siens:
        if c.scelle:
            boite = boites.setdefault(champs.SCELLEES[c.rubrique], {})
            if textes.get(c.nom):
                boite[c.nom] = textes[c.nom]
    return (*ouvertes, *(champs.fermer(boite) if boite else "" for boite in boites.values()))


DEJA = ("prenom", "nom", "naissance", "classe")
"""What a member of a family has outside the sheet's texts."""
