"""The tariffs as whoever sets them reads them: by activity, with the days that have none; one of them."""

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from models import Activite, Compte, Evenement, Lieu, Tarif, normaliser
from portail import clock, mots
from portail.domain import copie_de_tarifs, effet_de_tarif, perimetre, tarifs
from portail.domain.calendrier import UN_JOUR, annee_scolaire
from portail.domain.effet_de_tarif import Etat, Pose
from portail.domain.grille_tarifaire import COMMUNE, HORS_COMMUNE, POUR_TOUS
from portail.domain.lecture_activites import Fait, dire_l_annee
from portail.domain.projet_de_tarif import Projet

PAR_PAGE = 40
HISTOIRE = 30
"""How many changes of a tariff are shown, the last ones."""
Jours = tuple[dt.date, dt.date]
"""First and last, both included."""


@dataclass(frozen=True)
class Recherche:
    """What the list is narrowed by. `annee`: the year in which the school year begins; 0 for all."""

    q: str = ""
    annee: int = 0
    manque: bool = False
    """Only the activities that have no tariff on some of their days."""
    page: int = 1

    def adresse(self, **autres: object) -> dict[str, object]:
        """The fields of the address of this search, changed."""
        valeurs = vars(replace(self, **{"page": 1, **autres}))  # type: ignore[arg-type]
        dites = {nom: v for nom, v in valeurs.items() if v != getattr(Recherche, nom) or nom == "annee"}
        return dites | ({"manque": "1"} if dites.get("manque") else {})


@dataclass(frozen=True)
class Rangee:
    """One activity of the list."""

    id: int
    nom: str
    lieu: str
    dates: str
    tarifs: list[Pose]
    manques: list[str]
    """The days that have no tariff, one sentence each."""


@dataclass(frozen=True)
class Liste:
    recherche: Recherche
    rangees: list[Rangee]
    combien: int
    incompletes: int
    """How many activities of these have no tariff on some of their days."""
    annees: list[int]
    rien: bool
    """Whether the town has no activity at all yet."""

    @property
    def pages(self) -> int:
        return max(-(-self.combien // PAR_PAGE), 1)


@dataclass(frozen=True)
class Place:
    """One activity, as the form of a tariff lets it be chosen."""

    id: int
    lieu: str


@dataclass(frozen=True)
class Groupe:
    """The activities of one name in one school year, to be chosen together or one by one."""

    cle: str
    nom: str
    annee: str
    activites: list[Place]


@dataclass(frozen=True)
class Depart:
    """What the form of a new tariff begins with."""

    activites: tuple[int, ...]
    debut: dt.date
    fin: dt.date
    projet: Projet | None = None


@dataclass(frozen=True)
class Fiche:
    """One tariff, and what may be done of it."""

    tarif: Pose
    etat: Etat
    obstacle: str
    """Why it can no more be changed, nor taken away; empty when it can."""
    marque: str
    faits: list[Fait]


PHRASES = {
    tarifs.CREE: "Créé",
    tarifs.MODIFIE: "Modifié",
    tarifs.ARRETE: "Arrêté à une date",
    copie_de_tarifs.COPIE: "Copié d’une autre année",
}


def lister(agent: Compte, recherche: Recherche) -> Liste:
    """One page of the activities, by place then order, with their tariffs. Five queries."""
    perimetre.exiger_toute_la_ville(agent)
    requete = Activite.select(Activite, Lieu).join(Lieu)
    toutes = list(requete.order_by(Lieu.nom, Lieu.id, Activite.rang, Activite.nom, Activite.debut))
    gardees = [a for a in toutes if _garde(a, recherche)]
    poses = _par_activite(gardees)
    manques = {a.id: dire_les_manques(manquants(a, poses.get(a.id, ()))) for a in gardees}
    voulues = [a for a in gardees if manques[a.id] or not recherche.manque]
    page = min(recherche.page, max(-(-len(voulues) // PAR_PAGE), 1))
    montrees = voulues[(page - 1) * PAR_PAGE : page * PAR_PAGE]
    return Liste(
        replace(recherche, page=page),
        [
            Rangee(
                *(a.id, a.nom, a.lieu.nom, mots.du_au(a.debut, a.fin)),
                poses.get(a.id, []),
                manques[a.id],
            )
            for a in montrees
        ],
        len(voulues),
        sum(bool(m) for m in manques.values()),
        sorted({annee for a in toutes for annee in _annees(a)}, reverse=True),
        not toutes,
    )


def fiche(agent: Compte, tarif_id: int) -> Fiche:
    """This tariff; :class:`Introuvable` when there is none."""
    pose, etat = tarifs.charger(agent, tarif_id)
    return Fiche(
        pose, etat, tarifs.obstacle(pose, etat), tarifs.marque(pose, etat),
        _histoire(tarif_id),
    )  # fmt: skip


def groupes(agent: Compte, choisies: Collection[int] = ()) -> list[Groupe]:
    """The activities for which a tariff may be set: those that are not over, and these. One query."""
    perimetre.exiger_toute_la_ville(agent)
    requete = (
        Activite.select(Activite, Lieu)
        .join(Lieu)
        .where((Activite.fin >= clock.aujourdhui()) | Activite.id.in_(list(choisies) or [0]))
        .order_by(Activite.rang, Activite.nom, Activite.debut, Lieu.nom, Activite.id)
    )
    par_cle: dict[str, Groupe] = {}
    for a in requete:
        annee = annee_scolaire(a.debut)[0].year
        cle = f"{annee}-{normaliser(a.nom)}"
        groupe = par_cle.setdefault(cle, Groupe(cle, a.nom, dire_l_annee(annee), []))
        groupe.activites.append(Place(a.id, a.lieu.nom))
    return list(par_cle.values())


def depart(agent: Compte, comme: int = 0, activite_id: int = 0) -> Depart:
    """What the form of a new tariff begins with: as the tariff `comme`, or for one activity, or empty.

    For an activity, the first of its days that have none; else the school year.
    """
    if comme:
        pose, _ = tarifs.charger(agent, comme)
        return Depart((), pose.debut, pose.fin, tarifs.projet_de(pose))
    etat = effet_de_tarif.etats_de([activite_id]).get(activite_id) if activite_id else None
    if etat is None:
        return Depart((), *annee_scolaire(clock.aujourdhui()))
    trous = manquants(etat.activite, etat.poses)
    libres = [*trous[COMMUNE], *trous[HORS_COMMUNE], (etat.activite.debut, etat.activite.fin)]
    return Depart((activite_id,), *libres[0])


def manquants(activite: Activite, poses: Iterable[Pose]) -> dict[str, list[Jours]]:
    """By category of families: the days of the activity on which no tariff holds."""
    trous = {}
    for categorie in (COMMUNE, HORS_COMMUNE):
        siens = sorted((pose.debut, pose.fin) for pose in poses if pose.categorie in (POUR_TOUS, categorie))
        trous[categorie] = list(_trous(activite.debut, activite.fin, siens))
    return trous


def dire_les_manques(trous: dict[str, list[Jours]]) -> list[str]:
    """« Aucun tarif du 5 juillet au 31 août 2027. », one sentence for each kind of families that differs."""
    ici, ailleurs = trous[COMMUNE], trous[HORS_COMMUNE]
    if ici == ailleurs:
        return [f"Aucun tarif {_dire(ici)}."] if ici else []
    qui = ((ici, "les familles de la commune"), (ailleurs, "les familles d’ailleurs"))
    return [f"Aucun tarif pour {familles} {_dire(jours)}." for jours, familles in qui if jours]


# ——— inside ———


def _histoire(tarif_id: int) -> list[Fait]:
    """Who changed what of it, the last first."""
    requete = (
        Evenement.select(Evenement.quand, Evenement.acte, Evenement.detail, Compte.prenom, Compte.nom)
        .join(Compte)
        .where(Evenement.objet == "tarif", Evenement.objet_id == tarif_id)
        .order_by(Evenement.id.desc())
        .limit(HISTOIRE)
    )
    return [
        Fait(quand, f"{prenom} {nom}", PHRASES[acte], detail.split(" ; "))
        for quand, acte, detail, prenom, nom in requete.tuples()
    ]


def _garde(activite: Activite, recherche: Recherche) -> bool:
    dit = normaliser(f"{activite.nom} {activite.lieu.nom}")
    return (not recherche.annee or recherche.annee in _annees(activite)) and all(
        mot in dit for mot in normaliser(recherche.q).split()
    )


def _annees(activite: Activite) -> range:
    return range(annee_scolaire(activite.debut)[0].year, annee_scolaire(activite.fin)[0].year + 1)


def _par_activite(activites: Sequence[Activite]) -> dict[int, list[Pose]]:
    siens = Tarif.select().where(Tarif.activite.in_([a.id for a in activites] or [0]))
    par_activite: dict[int, list[Pose]] = {}
    for pose in effet_de_tarif.poser(list(siens.order_by(Tarif.debut, Tarif.categorie, Tarif.id))):
        par_activite.setdefault(pose.activite_id, []).append(pose)
    return par_activite


def _trous(debut: dt.date, fin: dt.date, couverts: Iterable[Jours]) -> Iterable[Jours]:
    """What is left of these days by those that are covered, sorted by their first."""
    for premier, dernier in couverts:
        if premier > fin:
            break
        if debut < premier:
            yield debut, premier - UN_JOUR
        debut = max(debut, dernier + UN_JOUR)
    if debut <= fin:
        yield debut, fin


def _dire(jours: Sequence[Jours]) -> str:
    return mots.enumeration([mots.du_au(*un) for un in jours])
