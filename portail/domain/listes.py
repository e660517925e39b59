"""The lists: read on the screen, opened with what is sealed, taken away as a file.

Reading a list changes nothing. Whoever takes one away, or opens what is sealed of it, does an act: a line of
the journal says which list, and how many rows; each family of whom health was shown has a line of its own,
that it reads. The rows are read before the act: a long list must not keep everybody else from writing.
"""

from collections.abc import Collection
from dataclasses import dataclass

import workflows as w
from models import Compte, Evenement, write_transaction
from portail import clock
from portail.domain import choix_de_liste as c
from portail.domain import lecture_listes as lecture
from portail.domain import lecture_listes_a_suivre as a_suivre
from portail.domain import perimetre as perimetres
from portail.domain import repas, tableaux
from portail.domain import sante_des_listes as sante
from portail.domain.choix_de_liste import LISTES, Choix, Liste, Possibles
from portail.domain.perimetre import Perimetre
from portail.domain.refus import DejaChange, Interdit, Refus
from portail.domain.tableaux import Colonne, Fichier, Section, Tableau, Valeur
from portail.domain.transitions import Acteur, en_lots, journaliser

A_L_ECRAN = 1_000
"""How many rows a page shows; the file has them all."""

EXPORTEE, OUVERTE = "liste_exportee", "liste_ouverte"
"""What the journal of the account calls them."""
SANTE_AFFICHEE, SANTE_EXPORTEE = "sante_sur_liste", "sante_exportee"
"""What the journal of the families calls them."""

Colonnes = tuple[Colonne, ...]
DE_SECTION: dict[str, Colonnes] = {
    c.JOUR: lecture.DE_SEANCE,
    c.REPAS: repas.DE_JOUR,
    c.ATTENTE: lecture.DE_LIEU,
    c.INSCRIPTIONS: lecture.DE_LIEU,
    c.SANS_RESERVATION: lecture.DE_LIEU,
    c.DOSSIERS: a_suivre.D_ECOLE,
}
DE_RANGEE: dict[str, Colonnes] = {
    c.JOUR: lecture.DU_JOUR,
    c.REPAS: repas.DE_REPAS,
    c.ATTENTE: lecture.D_ATTENTE,
    c.INSCRIPTIONS: lecture.D_INSCRIPTION,
    c.SANS_RESERVATION: a_suivre.DE_SANS_RESERVATION,
    c.DOSSIERS: a_suivre.DE_DOSSIER,
}
AVEC_LA_SANTE: dict[str, Colonnes] = {c.JOUR: (*lecture.DU_JOUR, *sante.DE_SANTE), c.REPAS: repas.PAR_REGIME}
"""The lists of which something is sealed."""
LECTURES = {
    c.JOUR: lecture.jour,
    c.ATTENTE: lecture.attente,
    c.INSCRIPTIONS: lecture.inscriptions,
    c.SANS_RESERVATION: a_suivre.sans_reservation,
    c.DOSSIERS: a_suivre.dossiers,
}


@dataclass(frozen=True)
class Lecture:
    """A list that was read, and the families of whom it shows something of health."""

    tableau: Tableau
    possibles: Possibles
    familles: Collection[int] = ()


def siennes(compte: Compte) -> list[Liste]:
    """The lists that this account reads."""
    return [liste for liste in LISTES.values() if compte.role in liste.roles]


def consulter(code: str, choix: Choix, perimetre: Perimetre) -> Lecture:
    """The list on the screen, without anything sealed."""
    liste = LISTES[code]
    possibles = c.possibles(liste, choix, perimetre)
    sections, coupee = _lire(code, choix, perimetre, A_L_ECRAN)
    return Lecture(_tableau(liste, choix, possibles, sections, coupee), possibles)


# ——— the acts ———


def ouvrir(agent: Compte, code: str, choix: Choix) -> Lecture:
    """The list with what is sealed of it: diets, and that there is something to know."""
    perimetre = perimetres.du_compte(agent)
    lue = _lire_avec_la_sante(agent, code, choix, perimetre)
    with write_transaction():
        _exiger(agent, LISTES[code], perimetre)
        journaliser(agent, OUVERTE, Acteur(agent, w.AGENT), detail=_dire(lue.tableau))
        _raconter_aux_familles(agent, lue, SANTE_AFFICHEE)
    return lue


def exporter(agent: Compte, code: str, choix: Choix, genre: str, avec_la_sante: bool = False) -> Fichier:
    """The list as a file, as CSV or XLSX; `avec_la_sante`: with what is sealed of it.

    :class:`Refus` when it is longer than a file may be.
    """
    perimetre = perimetres.du_compte(agent)
    if avec_la_sante:
        lue = _lire_avec_la_sante(agent, code, choix, perimetre)
    else:
        lue = _lire_en_entier(code, choix, perimetre, tableaux.RANGEES_MAX[genre])
    with write_transaction():
        _exiger(agent, LISTES[code], perimetre)
        detail = f"{_dire(lue.tableau)}, en {genre.upper()}"
        journaliser(agent, EXPORTEE, Acteur(agent, w.AGENT), detail=detail)
        _raconter_aux_familles(agent, lue, SANTE_EXPORTEE)
    return tableaux.fichier([lue.tableau], genre, _nom(LISTES[code], choix))


# ——— inside ———


def _lire(code: str, choix: Choix, perimetre: Perimetre, limite: int) -> tuple[list[Section], bool]:
    if code == c.REPAS:
        return repas.compter(choix, perimetre), False
    return LECTURES[code](choix, perimetre, limite)


def _lire_en_entier(code: str, choix: Choix, perimetre: Perimetre, limite: int) -> Lecture:
    liste = LISTES[code]
    possibles = c.possibles(liste, choix, perimetre)
    sections, coupee = _lire(code, choix, perimetre, limite)
    _exiger_la_mesure(coupee, limite < tableaux.RANGEES_MAX[tableaux.CSV])
    return Lecture(_tableau(liste, choix, possibles, sections), possibles)


def _lire_avec_la_sante(agent: Compte, code: str, choix: Choix, perimetre: Perimetre) -> Lecture:
    liste = LISTES[code]
    if code not in AVEC_LA_SANTE:
        raise Refus("Cette liste ne contient pas de données sanitaires.")
    possibles = c.possibles(liste, choix, perimetre)
    if code == c.REPAS:
        comptes = repas.compter_par_regime(choix, perimetre)
        tableau = _tableau(liste, choix, possibles, comptes.sections, colonnes=AVEC_LA_SANTE[code])
        return Lecture(tableau, possibles, comptes.familles)
    lues = lecture.lire_le_jour(choix, perimetre, tableaux.EN_MEMOIRE)
    _exiger_la_mesure(len(lues) > tableaux.EN_MEMOIRE)
    miennes = sante.familles_de_l_agent(agent)
    familles = {rangee[lecture.ENFANT_DU_JOUR + 1] for rangee in lues} - miennes
    connus = {rangee[lecture.ENFANT_DU_JOUR]: rangee[lecture.ENFANT_DU_JOUR + 1] for rangee in lues}
    autrui = [enfant for enfant, famille in connus.items() if famille in familles]
    de_plus: dict[int, tuple[Valeur, ...]] = dict.fromkeys(connus, sante.D_UN_PROCHE)
    de_plus |= {enfant: une.en_mots for enfant, une in sante.lire(autrui, choix.jour).items()}
    sections = lecture.en_seances(choix, lues, de_plus)
    tableau = _tableau(liste, choix, possibles, sections, colonnes=AVEC_LA_SANTE[code])
    return Lecture(tableau, possibles, familles)


def _tableau(
    liste: Liste,
    choix: Choix,
    possibles: Possibles,
    sections: list[Section],
    coupee: bool = False,
    colonnes: Colonnes = (),
) -> Tableau:
    portee = ", ".join(filter(None, (c.dire_les_dates(liste, choix), possibles.portee(choix))))
    avec = lecture.DE_COORDONNEES if liste.code == c.INSCRIPTIONS and choix.coordonnees else ()
    return Tableau(
        liste.titre,
        portee,
        DE_SECTION[liste.code],
        colonnes or (*DE_RANGEE[liste.code], *avec),
        sections,
        coupee,
    )


def _exiger(agent: Compte, liste: Liste, perimetre: Perimetre) -> None:
    """Whoever reads this list may, and sees no less than what was read for them a moment ago."""
    if agent.role not in liste.roles:
        raise Interdit("Cette liste est réservée aux agents de la mairie.")
    if perimetres.du_compte(agent) != perimetre:
        raise DejaChange("Les lieux dont vous avez la charge viennent de changer : recommencez.")


def _exiger_la_mesure(trop: bool, csv: bool = False) -> None:
    """`csv`: whether such a file would hold more."""
    if trop:
        ou = ", ou emportez-la en CSV" if csv else ""
        raise Refus(f"Cette liste est trop longue : choisissez un lieu ou une activité{ou}.")


def _raconter_aux_familles(agent: Compte, lue: Lecture, acte: str) -> None:
    """One line for each family of whom something of health is shown, whatever its children."""
    detail = _dire(lue.tableau)
    for lot in en_lots(sorted(lue.familles)):
        Evenement.insert_many(
            {
                "quand": clock.maintenant(),
                "auteur": agent,
                "acte": acte,
                "objet": "famille",
                "objet_id": famille_id,
                "famille": famille_id,
                "detail": detail,
            }
            for famille_id in lot
        ).execute()


def _dire(tableau: Tableau) -> str:
    """« Liste du jour, jeudi 3 décembre 2026, tous les lieux : 87 lignes »."""
    return f"{tableau.titre}, {tableau.portee} : {tableau.combien} ligne{'s' if tableau.combien > 1 else ''}"


def _nom(liste: Liste, choix: Choix) -> str:
    """What the file is called: the list, and the day that it begins with."""
    if "jour" in liste.criteres:
        return f"{liste.titre} {choix.premier}"
    return f"{liste.titre} {choix.du if 'du' in liste.criteres else clock.aujourdhui()}"
