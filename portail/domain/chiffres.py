"""The figures of the town over some weeks: bookings, absences, what is asked and refused, how long one waits.

A few grouped queries, each by an index; nothing of health is among them. A reason that was given less than
three times is counted with the others: typed by hand, it may speak of one child.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import workflows as w
from models import Compte, write_transaction
from portail import mots
from portail.domain import lecture_chiffres as lecture
from portail.domain import perimetre as perimetres
from portail.domain import periode, tableaux
from portail.domain.choix_de_liste import Choix, Possibles
from portail.domain.dessins import Dessin, Serie, colonnes
from portail.domain.droits import exiger_un_agent
from portail.domain.lecture_chiffres import Semaine
from portail.domain.perimetre import Perimetre
from portail.domain.periode import Periode
from portail.domain.refus import DejaChange, Refus
from portail.domain.tableaux import (
    CSV,
    DATE,
    DUREE,
    NOMBRE,
    POURCENT,
    Colonne,
    Fichier,
    Section,
    Tableau,
    Valeur,
)
from portail.domain.transitions import Acteur, journaliser

EXPORTES = "chiffres_exportes"
RARE = 3
"""Under so many times, a reason is counted with the others."""
AUTRES_MOTIFS = "Autres motifs, donnés moins de trois fois chacun"
SEMAINE = Colonne("Semaine du", DATE)
DE_PLACES = (
    Colonne("Réservées", NOMBRE), Colonne("Ouvertes", NOMBRE), Colonne("Remplissage", POURCENT),
)  # fmt: skip


@dataclass(frozen=True)
class Figure:
    """One figure: what it says, its drawings, and the same as a table."""

    code: str
    titre: str
    phrase: str
    """What is counted, in one sentence."""
    tableau: Tableau
    dessins: tuple[Dessin, ...] = ()
    jauge: int | None = None
    """Of a list of things: which of its columns is drawn beside the number, from 0."""

    @property
    def maximum(self) -> float:
        """The longest gauge."""
        if self.jauge is None:
            return 1
        lues = [rangee[self.jauge] or 0 for section in self.tableau.sections for rangee in section.rangees]
        return max((valeur for valeur in lues if isinstance(valeur, int | float)), default=1) or 1


@dataclass(frozen=True)
class Chiffres:
    periode: Periode
    possibles: Possibles
    portee: str
    figures: list[Figure]


def compter(choix: Choix, perimetre: Perimetre) -> Chiffres:
    """All the figures. A dozen queries, whatever the town."""
    quand, possibles = periode.etablir(choix, perimetre)
    portee = f"{mots.du_au(quand.du, quand.au)}, {possibles.portee(choix)}"
    par_activite = lecture.par_activite(quand)
    figures = [
        _reservations(quand, portee),
        _activites(par_activite, portee),
        _absences(quand, portee),
        _attente(quand, portee),
        _demandes(quand, portee),
        _delais(quand, portee),
        _refus(quand, portee),
        _familles(quand, portee),
    ]
    return Chiffres(quand, possibles, portee, figures)


def exporter(agent: Compte, choix: Choix, genre: str, code: str = "") -> Fichier:
    """The figures as a file: all of them in a workbook, or the one called `code` as CSV."""
    perimetre = perimetres.du_compte(agent)
    chiffres = compter(choix, perimetre)
    voulues = [figure for figure in chiffres.figures if code in ("", figure.code)]
    if not voulues or (genre == CSV and len(voulues) > 1):
        raise Refus("Choisissez le tableau à emporter en CSV.")
    with write_transaction():
        exiger_un_agent(agent, "Les chiffres sont réservés aux agents de la mairie.")
        if perimetres.du_compte(agent) != perimetre:
            raise DejaChange("Les lieux dont vous avez la charge viennent de changer : recommencez.")
        quoi = voulues[0].titre if len(voulues) == 1 else "tous les tableaux"
        detail = f"{quoi}, {chiffres.portee}, en {genre.upper()}"
        journaliser(agent, EXPORTES, Acteur(agent, w.AGENT), detail=detail)
    nom = f"Chiffres {code} {chiffres.periode.du}"
    return tableaux.fichier([figure.tableau for figure in voulues], genre, nom)


# ——— the figures ———


def _reservations(quand: Periode, portee: str) -> Figure:
    lues = lecture.par_semaine(quand)
    rangees: list[tuple[Valeur, ...]] = [
        (lundi, s.prises, s.places, s.prises / s.places if s.places else None)
        for lundi, s in zip(quand.lundis, lues, strict=True)
    ]
    dessin = colonnes(
        "Places réservées, semaine par semaine",
        quand.noms,
        [
            Serie("places ouvertes", "clair", [s.places for s in lues]),
            Serie("places réservées", "plein", [s.prises for s in lues]),
        ],
        _nombre,
    )
    tableau = _tableau(
        "Réservations",
        portee,
        (SEMAINE, *DE_PLACES),
        rangees,
    )
    phrase = "Les places réservées, parmi celles qui sont ouvertes. Une absence acceptée libère la place."
    return Figure("reservations", "Réservations", phrase, tableau, (dessin,))


def _activites(lues: Iterable[lecture.DActivite], portee: str) -> Figure:
    rangees: list[tuple[Valeur, ...]] = [
        (a.nom, a.lieu, a.prises, a.places, a.prises / a.places if a.places else None) for a in lues
    ]
    entetes = (Colonne("Activité"), Colonne("Lieu"), *DE_PLACES)
    tableau = _tableau("Remplissage", portee, entetes, rangees)
    phrase = "Choisissez plus haut une activité pour voir ses réservations semaine par semaine."
    return Figure("activites", "Remplissage par activité", phrase, tableau, jauge=4)


def _absences(quand: Periode, portee: str) -> Figure:
    declarees, pas_venus = lecture.absences(quand)
    dessin = colonnes(
        "Absences, semaine par semaine",
        quand.noms,
        [Serie("absences déclarées", "clair", declarees), Serie("non venus", "plein", pas_venus)],
        _nombre,
        empilees=True,
    )
    rangees: list[tuple[Valeur, ...]] = list(zip(quand.lundis, declarees, pas_venus, strict=True))
    entetes = (SEMAINE, Colonne("Absences déclarées", NOMBRE), Colonne("Non venus", NOMBRE))
    phrase = "Déclarées par les familles, ou constatées au pointage : réservés, et non venus."
    return Figure("absences", "Absences", phrase, _tableau("Absences", portee, entetes, rangees), (dessin,))


def _attente(quand: Periode, portee: str) -> Figure:
    attendent = lecture.en_attente(quand)
    dessin = colonnes(
        "Enfants en liste d’attente, par semaine de la séance",
        quand.noms,
        [Serie("attentes", "plein", attendent)],
        _nombre,
    )
    rangees: list[tuple[Valeur, ...]] = list(zip(quand.lundis, attendent, strict=True))
    tableau = _tableau("Listes d’attente", portee, (SEMAINE, Colonne("Attentes", NOMBRE)), rangees)
    phrase = "Combien attendent aujourd’hui une place, par semaine de la séance demandée."
    return Figure("attente", "Listes d’attente", phrase, tableau, (dessin,))


def _demandes(quand: Periode, portee: str) -> Figure:
    nombres = lecture.demandes(quand)
    dessins = tuple(
        colonnes(nom, quand.noms, [Serie("demandes", "plein", nombres[nature])], _nombre)
        for nature, nom in w.NATURES.items()
    )
    rangees: list[tuple[Valeur, ...]] = [
        (lundi, *(nombres[nature][rang] for nature in w.NATURES)) for rang, lundi in enumerate(quand.lundis)
    ]
    entetes = (SEMAINE, *(Colonne(nom, NOMBRE) for nom in w.NATURES.values()))
    tableau = _tableau("Demandes", portee, entetes, rangees)
    return Figure("demandes", "Demandes reçues", "Par nature, la semaine de leur dépôt.", tableau, dessins)


def _delais(quand: Periode, portee: str) -> Figure:
    par_nature = lecture.delais(quand)
    dessins = tuple(_dessin_des_delais(nom, quand, par_nature[n]) for n, nom in w.NATURES.items())
    sections = [
        Section(
            nom,
            _en_tout(par_nature[nature]),
            (nom,),
            [
                (lundi, s.combien, s.mediane, s.neuf_sur_dix)
                for lundi, s in zip(quand.lundis, par_nature[nature].semaines, strict=True)
                if s.combien
            ],
        )
        for nature, nom in w.NATURES.items()
        if par_nature[nature].tout.combien
    ]
    entetes = (
        *(SEMAINE, Colonne("Réponses", NOMBRE), Colonne("Médiane, en heures", DUREE)),
        Colonne("9 sur 10 avant, en heures", DUREE),
    )
    tableau = Tableau("Délais de réponse", portee, (Colonne("Nature"),), entetes, sections)
    phrase = (
        "Du dépôt à la réponse d’un agent, nuits et fins de semaine comprises, par semaine de la réponse."
        " La moitié des réponses arrive avant la médiane."
    )
    return Figure("delais", "Délais de réponse", phrase, tableau, dessins)


def _dessin_des_delais(nom: str, quand: Periode, delais: lecture.Delais) -> Dessin:
    jours = [
        (s.neuf_sur_dix / 24 if s.combien else None, s.mediane / 24 if s.combien else None)
        for s in delais.semaines
    ]
    return colonnes(
        nom,
        quand.noms,
        [
            Serie("9 sur 10 avant", "clair", [neuf for neuf, _ in jours]),
            Serie("médiane", "plein", [mediane for _, mediane in jours]),
        ],
        lambda v: mots.duree(v * 24),
        graduer=lambda v: f"{v:g} j".replace(".", ","),
    )


def _en_tout(delais: lecture.Delais) -> str:
    tout = delais.tout
    return (
        f"{mots.pluriel(tout.combien, 'réponse')}, la moitié en moins de {mots.duree(tout.mediane)},"
        f" neuf sur dix en moins de {mots.duree(tout.neuf_sur_dix)}"
    )


def _refus(quand: Periode, portee: str) -> Figure:
    nombres: Mapping[tuple[str, str], int] = lecture.refus(quand)
    comptes: dict[tuple[str, str], int] = defaultdict(int)
    for (nature, motif), combien in nombres.items():
        comptes[nature, motif if combien >= RARE else AUTRES_MOTIFS] += combien
    rares_a_la_fin = sorted(comptes.items(), key=lambda un: (un[0][1] == AUTRES_MOTIFS, -un[1], un[0]))
    rangees: list[tuple[Valeur, ...]] = [
        (motif, w.NATURES[nature], combien) for (nature, motif), combien in rares_a_la_fin
    ]
    entetes = (Colonne("Motif"), Colonne("Nature"), Colonne("Refus", NOMBRE))
    tableau = _tableau("Refus", portee, entetes, rangees)
    return Figure(
        "refus",
        "Refus, par motif",
        "Ligne par ligne : une demande en compte souvent plusieurs.",
        tableau,
        jauge=2,
    )


def _familles(quand: Periode, portee: str) -> Figure:
    lues = lecture.familles(quand)
    rangees: list[tuple[Valeur, ...]] = [
        ("Familles dont un enfant est inscrit pendant la période", lues.actives),
        ("dont au moins un adulte est abonné au portail", lues.abonnees),
        ("dont personne n’est abonné", lues.actives - lues.abonnees),
    ]
    if lues.dossiers is not None:
        rangees.append(("Dossiers en tout, inscrits ou non", lues.dossiers))
    entetes = (Colonne("Familles"), Colonne("Nombre", NOMBRE))
    phrase = "Sans personne d’abonné, une famille ne passe que par le guichet."
    return Figure("familles", "Familles", phrase, _tableau("Familles", portee, entetes, rangees))


def _tableau(
    titre: str, portee: str, colonnes: tuple[Colonne, ...], rangees: list[tuple[Valeur, ...]]
) -> Tableau:
    """A table of one part."""
    return Tableau(titre, portee, (), colonnes, [Section(titre, portee, (), rangees)] if rangees else [])


def _nombre(valeur: float) -> str:
    return mots.nombre(round(valeur)) if valeur == round(valeur) else f"{valeur:g}".replace(".", ",")


__all__ = ["Chiffres", "Figure", "Semaine", "compter", "exporter"]
