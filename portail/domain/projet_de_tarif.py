"""A tariff as it is wanted: its rules, and its words. Pure: nothing is read, nothing is written."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace

from models import CATEGORIES_DE_TARIF, TARIFICATIONS, UNITES_DE_TARIF
from portail import mots
from portail.domain.cadre import ANNEES
from portail.domain.grille_tarifaire import COMMUNE, HORS_COMMUNE, POUR_TOUS
from portail.domain.refus import Refus
from portail.domain.tarification import (
    EFFORT,
    FORFAIT,
    MOIS,
    PAR_UNITE,
    TRANCHES,
    Bareme,
    taux_en_mots,
)

MODES = {
    FORFAIT: "Le même prix pour toutes",
    TRANCHES: "Par tranches de quotient familial",
    EFFORT: "Au taux d’effort",
}
CATEGORIES = {
    POUR_TOUS: "Toutes les familles",
    COMMUNE: "Celles qui habitent la commune",
    HORS_COMMUNE: "Celles qui habitent ailleurs",
}
PRIX_MAX = 100_000
"""In cents: a thousand euros for a séance, a half hour or a month is a mistake."""
QUOTIENT_MAX = 1_000_000
"""In cents."""
TAUX_MAX = 20_000
"""In thousandths of a percent: 20 %."""
TRANCHES_MAX = 30
ACTIVITES_MAX = 200
JOURS_MAX = 3 * 366


@dataclass(frozen=True)
class Projet:
    """One tariff, for one activity or several at once."""

    activites: tuple[int, ...]
    debut: dt.date
    fin: dt.date
    categorie: str
    bareme: Bareme

    def au_net(self) -> "Projet":
        """Without what its way of counting does not use: what is not on the screen is not kept."""
        b = self.bareme
        net: dict[str, object] = {}
        if b.mode != FORFAIT:
            net |= {"prix": 0}
        if b.mode != EFFORT:
            net |= {"taux": 0, "plancher": 0, "plafond": 0}
        if b.mode != TRANCHES:
            net |= {"tranches": ()}
        if b.unite == MOIS:
            net |= {"supplement_tardif": 0, "supplement_sans_reservation": 0, "absence_non_prevenue": True}
        return replace(
            self,
            activites=tuple(sorted(set(self.activites))),
            bareme=replace(b, **net),  # type: ignore[arg-type]
        )


AUCUNE_ACTIVITE = "Choisissez au moins une activité."


def verifier(p: Projet) -> None:
    """:class:`Refus` beside the first field that cannot be."""
    for champ, permis, phrase in _regles(p):
        if not permis:
            raise Refus(phrase, champ=champ)


def _regles(p: Projet) -> list[tuple[str, bool, str]]:
    """Field, whether it is right, what is said when it is not."""
    b = p.bareme
    cher = f"{mots.euros(PRIX_MAX)} au plus : vérifiez ce montant."
    montants = ("prix", "plancher", "plafond", "supplement_tardif", "supplement_sans_reservation")
    return [
        ("activites", bool(p.activites), AUCUNE_ACTIVITE),
        ("activites", len(p.activites) <= ACTIVITES_MAX, f"{ACTIVITES_MAX} activités au plus à la fois."),
        ("debut", p.debut.year in ANNEES, "Cette année est trop loin : vérifiez la date."),
        ("fin", p.fin.year in ANNEES, "Cette année est trop loin : vérifiez la date."),
        ("fin", p.debut <= p.fin, "Le dernier jour est avant le premier."),
        ("fin", (p.fin - p.debut).days < JOURS_MAX, "Il dure trois ans au plus : vérifiez les dates."),
        ("categorie", p.categorie in CATEGORIES_DE_TARIF, "Choisissez à quelles familles il s’applique."),
        ("mode", b.mode in TARIFICATIONS, "Choisissez comment le prix se calcule."),
        ("unite", b.unite in UNITES_DE_TARIF, "Choisissez ce que paie ce prix."),
        *((nom, 0 <= getattr(b, nom) <= PRIX_MAX, cher) for nom in montants),
        ("taux", b.mode != EFFORT or 0 < b.taux <= TAUX_MAX,
         f"Le taux est entre 0,001 % et {taux_en_mots(TAUX_MAX)} du quotient familial."),
        ("plafond", b.mode != EFFORT or b.plafond > 0,
         "Donnez un maximum : les familles sans quotient connu le paient."),
        ("plafond", b.plancher <= b.plafond, "Le maximum est sous le minimum."),
        ("fratrie_2", 0 <= b.fratrie_2 <= 100, "La réduction va de 0 à 100 %."),
        ("fratrie_3", 0 <= b.fratrie_3 <= 100, "La réduction va de 0 à 100 %."),
        *_regles_des_tranches(b),
    ]  # fmt: skip


def _regles_des_tranches(b: Bareme) -> list[tuple[str, bool, str]]:
    if b.mode != TRANCHES:
        return []
    bornes = [tranche.a_partir_de for tranche in b.tranches]
    prix = [tranche.prix for tranche in b.tranches]
    return [
        ("tranches", bool(b.tranches), "Ajoutez au moins une tranche : la première part de 0 €."),
        ("tranches", len(bornes) <= TRANCHES_MAX, f"{TRANCHES_MAX} tranches au plus."),
        ("tranches", min(bornes, default=0) == 0, "La première tranche part de 0 €."),
        ("tranches", len(set(bornes)) == len(bornes), "Deux tranches partent du même quotient."),
        ("tranches", max(bornes, default=0) <= QUOTIENT_MAX, "Ce quotient est trop grand : vérifiez-le."),
        ("tranches", max(prix, default=0) <= PRIX_MAX, f"{mots.euros(PRIX_MAX)} au plus par tranche."),
    ]


# ——— in words ———


def dire_le_prix(b: Bareme) -> str:
    """« 3,45 € la séance », « 5 tranches, de 1,00 € à 4,80 € la séance », « 1,4 % du quotient, de … »."""
    la = PAR_UNITE[b.unite]
    if b.mode == FORFAIT:
        return f"{mots.euros(b.prix)} {la}"
    if b.mode == EFFORT:
        bornes = f"de {mots.euros(b.plancher)} à {mots.euros(b.plafond)}"
        return f"{taux_en_mots(b.taux)} du quotient, {bornes} {la}"
    prix = [tranche.prix for tranche in b.tranches] or [0]
    combien = mots.pluriel(len(b.tranches), "tranche")
    if min(prix) == max(prix):
        return f"{combien}, {mots.euros(prix[0])} {la}"
    return f"{combien}, de {mots.euros(min(prix))} à {mots.euros(max(prix))} {la}"


def dire_le_reste(b: Bareme) -> list[str]:
    """What else it says, a sentence each; nothing that is as it is by itself."""
    dits = []
    if b.fratrie_2 or b.fratrie_3:
        dits.append(f"Frères et sœurs : {b.fratrie_2} % de moins pour le 2e enfant, {b.fratrie_3} % ensuite.")
    if b.supplement_tardif:
        dits.append(f"Réservation hors délai : {mots.euros(b.supplement_tardif)} de plus.")
    if b.supplement_sans_reservation:
        dits.append(f"Présent sans réservation : {mots.euros(b.supplement_sans_reservation)} de plus.")
    if not b.absence_non_prevenue:
        dits.append("Une absence dont personne n’a prévenu n’est pas facturée.")
    if b.garde:
        dits.append("Compte comme frais de garde dans l’attestation fiscale.")
    return dits


def dire_les_activites(noms: Iterable[str]) -> str:
    """« Cantine », « Cantine et Accueil du soir », « Cantine et 4 autres activités »."""
    connus = list(dict.fromkeys(noms))
    if len(connus) <= 3:
        return mots.enumeration(connus)
    return f"{connus[0]} et {len(connus) - 1} autres activités"
