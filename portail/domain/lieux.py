"""The town's places: added, changed, retired when nothing takes place there any more. Never deleted."""

from dataclasses import dataclass

from peewee import IntegrityError, fn

import workflows as w
from models import Activite, Affectation, Compte, Enfant, Lieu, normaliser, verrouiller, write_transaction
from portail import clock, mots
from portail.domain import perimetre
from portail.domain.droits import exiger_la_gestion
from portail.domain.perimetre import Perimetre
from portail.domain.refus import Interdit, Introuvable, Refus
from portail.domain.transitions import Acteur, journaliser

NOM_MAX, ADRESSE_MAX = 100, 200
CREE, MODIFIE, RETIRE, REMIS = "lieu_cree", "lieu_modifie", "lieu_retire", "lieu_remis"
RESERVE_A = "Seuls les gestionnaires règlent les lieux."
INTROUVABLE = "Ce lieu n’existe pas, ou vous n’en avez pas la charge."
DEJA = "Un autre lieu porte déjà ce nom."


@dataclass(frozen=True)
class LieuVu:
    """One place, and what it serves for."""

    id: int
    nom: str
    adresse: str
    ecole: bool
    retire: bool
    en_cours: int
    """How many activities take place there, or will."""
    activites: int
    """All of them, the past ones too."""
    enfants: int
    """How many children go to school there."""

    @property
    def en_mots(self) -> str:
        """« 3 activités, 120 enfants »."""
        dits = []
        if self.activites:
            dits.append(
                mots.pluriel(self.en_cours, "activité en cours ou à venir", "activités en cours ou à venir")
            )
        if self.enfants:
            dits.append(mots.pluriel(self.enfants, "enfant"))
        return ", ".join(dits) or "rien pour le moment"


# ——— the acts ———


def creer(agent: Compte, nom: str, adresse: str, ecole: bool) -> Lieu:
    """Add a place. Whoever is limited to some places adds none: it would be out of their sight."""
    _verifier(nom, adresse)
    try:
        with write_transaction():
            exiger_la_gestion(agent, RESERVE_A)
            if not perimetre.du_compte(agent).entier:
                raise Interdit("Votre compte est limité à certains lieux : il ne peut pas en ajouter.")
            _exiger_un_nom_neuf(nom)
            lieu = Lieu.create(nom=nom, adresse=adresse, ecole=ecole)
            journaliser(lieu, CREE, Acteur(agent, w.AGENT), detail=nom)
            return lieu
    except IntegrityError as deja:
        raise Refus(DEJA, champ="nom") from deja


def modifier(agent: Compte, lieu_id: int, nom: str, adresse: str, ecole: bool) -> Lieu:
    """Change a place. Saving what stands already is harmless."""
    exiger_la_gestion(agent, RESERVE_A)
    charger(agent, lieu_id)
    _verifier(nom, adresse)
    try:
        with write_transaction():
            lieu = _verrouiller(agent, lieu_id)
            _exiger_un_nom_neuf(nom, lieu_id)
            if lieu.ecole and not ecole and Enfant.select().where(Enfant.ecole == lieu).exists():
                raise Refus("Des enfants y sont à l’école.", champ="ecole")
            voulu = {"nom": nom, "adresse": adresse, "ecole": ecole}
            change = [n for n, valeur in voulu.items() if getattr(lieu, n) != valeur]
            if change:
                Lieu.update(voulu).where(Lieu.id == lieu_id).execute()
                journaliser(lieu, MODIFIE, Acteur(agent, w.AGENT), detail=_raconter(lieu, voulu))
            return Lieu.get_by_id(lieu_id)
    except IntegrityError as deja:
        raise Refus(DEJA, champ="nom") from deja


def retirer(agent: Compte, lieu_id: int) -> Lieu:
    """The place serves no more. Twice is harmless; :class:`Refus` while something takes place there."""
    with write_transaction():
        lieu = _verrouiller(agent, lieu_id)
        if lieu.retire_le is None:
            if obstacle := obstacle_retrait(lieu_id):
                raise Refus(obstacle)
            Lieu.update(retire_le=clock.maintenant()).where(Lieu.id == lieu_id).execute()
            journaliser(lieu, RETIRE, Acteur(agent, w.AGENT), detail=lieu.nom)
        return lieu


def remettre(agent: Compte, lieu_id: int) -> Lieu:
    """The place serves again."""
    with write_transaction():
        lieu = _verrouiller(agent, lieu_id)
        if lieu.retire_le is not None:
            Lieu.update(retire_le=None).where(Lieu.id == lieu_id).execute()
            journaliser(lieu, REMIS, Acteur(agent, w.AGENT), detail=lieu.nom)
        return lieu


def obstacle_retrait(lieu_id: int) -> str:
    """What still takes place there, in a sentence; empty when nothing does. Three queries."""
    en_cours = Activite.select(Activite.nom).where(
        Activite.lieu == lieu_id, Activite.fin >= clock.aujourdhui()
    )
    noms = [nom for (nom,) in en_cours.order_by(Activite.rang, Activite.nom).tuples()]
    if noms:
        dits = mots.enumeration([f"« {nom} »" for nom in noms[:3]])
        suite = f" et {len(noms) - 3} autres" if len(noms) > 3 else ""
        return f"Des activités y ont lieu, ou y auront lieu : {dits}{suite}. Déplacez-les d’abord."
    if enfants := Enfant.select().where(Enfant.ecole == lieu_id).count():
        return f"{mots.pluriel(enfants, 'enfant y est', 'enfants y sont')} à l’école."
    if Affectation.select().where(Affectation.lieu == lieu_id).exists():
        return "Des comptes de l’équipe sont limités à ce lieu : changez d’abord leurs lieux."
    return ""


# ——— to show ———


def lister(vues: Perimetre) -> list[LieuVu]:
    """The places in sight, by name, the retired ones last. Three queries."""
    visibles = [lieu for lieu in Lieu.select() if vues.voit_le_lieu(lieu.id)]
    toutes = _compter(Activite.select(Activite.lieu, Activite.fin))
    enfants = dict(Enfant.select(Enfant.ecole, fn.COUNT(Enfant.id)).group_by(Enfant.ecole).tuples())
    vus = [
        LieuVu(
            lieu.id,
            lieu.nom,
            lieu.adresse,
            lieu.ecole,
            lieu.retire_le is not None,
            *toutes.get(lieu.id, (0, 0)),
            enfants.get(lieu.id, 0),
        )
        for lieu in visibles
    ]
    return sorted(vus, key=lambda lieu: (lieu.retire, normaliser(lieu.nom)))


def _compter(requete) -> dict[int, tuple[int, int]]:
    """By place, how many activities are not over, and how many there are."""
    comptes: dict[int, list[int]] = {}
    for lieu_id, fin in requete.tuples():
        compte = comptes.setdefault(lieu_id, [0, 0])
        compte[0] += fin >= clock.aujourdhui()
        compte[1] += 1
    return {ident: (a, b) for ident, (a, b) in comptes.items()}


def charger(compte: Compte, lieu_id: int) -> Lieu:
    """This place, if in sight."""
    lieu = Lieu.get_or_none(Lieu.id == lieu_id)
    if lieu is None or not perimetre.du_compte(compte).voit_le_lieu(lieu_id):
        raise Introuvable(INTROUVABLE)
    return lieu


def a_choisir(vues: Perimetre, deja: int | None = None) -> list[tuple[int, str]]:
    """The places that an activity may take place in, by name; `deja`: the one that it has, though retired."""
    requete = Lieu.select(Lieu.id, Lieu.nom).where(Lieu.retire_le.is_null() | (Lieu.id == (deja or 0)))
    choix = [(ident, nom) for ident, nom in requete.tuples() if vues.voit_le_lieu(ident)]
    return sorted(choix, key=lambda lieu: normaliser(lieu[1]))


# ——— inside ———


def _verrouiller(agent: Compte, lieu_id: int) -> Lieu:
    exiger_la_gestion(agent, RESERVE_A)
    charger(agent, lieu_id)
    return verrouiller(Lieu, [lieu_id])[lieu_id]


def _verifier(nom: str, adresse: str) -> None:
    if not nom:
        raise Refus("Donnez un nom au lieu.", champ="nom")
    if len(nom) > NOM_MAX:
        raise Refus(f"{NOM_MAX} caractères au plus.", champ="nom")
    if len(adresse) > ADRESSE_MAX:
        raise Refus(f"{ADRESSE_MAX} caractères au plus.", champ="adresse")


def _exiger_un_nom_neuf(nom: str, sauf: int = 0) -> None:
    """Two places whose names are read alike would be taken for each other."""
    autres = Lieu.select(Lieu.nom).where(Lieu.id != sauf).tuples()
    if normaliser(nom) in {normaliser(autre) for (autre,) in autres}:
        raise Refus(DEJA, champ="nom")


def _raconter(lieu: Lieu, voulu: dict) -> str:
    dits = {"nom": "Nom", "adresse": "Adresse", "ecole": "École"}
    return " ; ".join(
        f"{dits[nom]} : {_dire(valeur)}, au lieu de {_dire(getattr(lieu, nom))}"
        for nom, valeur in voulu.items()
        if getattr(lieu, nom) != valeur
    )


def _dire(valeur: object) -> str:
    if isinstance(valeur, bool):
        return "oui" if valeur else "non"
    return f"« {valeur} »"
