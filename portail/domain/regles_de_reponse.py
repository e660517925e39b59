"""The rules by which the town accepts by itself what is asked of an activity: written, tried, switched on.

What does not meet a rule waits for an agent, as everything does without one. A rule is switched on as it was
tried: changed, it is off until it is tried once more. Where it is applied: `office.py`; tried: `essai.py`.
"""

import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from peewee import JOIN

import workflows as w
from models import (
    NATURES_DE_REGLE,
    ROLES_GESTION,
    Activite,
    Compte,
    Lieu,
    RegleDeReponse,
    verrouiller,
    write_transaction,
)
from portail import clock, mots
from portail.domain import dossier_complet, perimetre
from portail.domain.perimetre import Perimetre
from portail.domain.preparees import preparee
from portail.domain.refus import DejaChange, Interdit, Introuvable, Refus
from portail.domain.transitions import Acteur, journaliser

PLACES_MAX = 999
ECRIRE, ALLUMER, ETEINDRE = "regle_ecrite", "regle_activee", "regle_arretee"
"""What the journal calls these acts."""
ELLE_N_EST_PLUS = "Cette règle n’existe pas."


@dataclass(frozen=True)
class Conditions:
    """What must hold for the answer to be yes."""

    places_min: int = 1
    """Places that must be left on each séance; of an absence, none is looked at."""
    dossier: tuple[str, ...] = ()
    """Parts of the file that must be complete (`dossier_complet.PARTIES`)."""
    dans_les_delais: bool = True
    """Of an absence: only if it is told before its deadline."""

    def dire(self, nature: str) -> str:
        """« s’il reste au moins 5 places, si le dossier est complet (contacts, fiche sanitaire) »."""
        dites = []
        if nature != w.NATURE_ABSENCE:
            reste = mots.pluriel(self.places_min, "place")
            dites.append(f"s’il reste au moins {reste} sur chaque séance")
        elif self.dans_les_delais:
            dites.append("si elle est déclarée avant la date limite")
        if self.dossier:
            dites.append(f"si le dossier est complet ({dossier_complet.dire(self.dossier)})")
        return ", ".join(dites) or "toujours"


@dataclass(frozen=True)
class RegleVue:
    """A rule as it is read."""

    id: int
    activite_id: int
    activite: str
    lieu: str
    nature: str
    conditions: Conditions
    active: bool
    agent: str

    @property
    def titre(self) -> str:
        """« Cantine, réservation »."""
        return f"{self.activite}, {w.NATURES[self.nature].lower()}"

    @property
    def phrase(self) -> str:
        return self.conditions.dire(self.nature)

    @property
    def empreinte(self) -> str:
        """What the page carries of the rule that was tried: it is switched on as it was seen."""
        texte = f"{self.id} {self.activite_id} {self.nature} {self.conditions}"
        return hashlib.sha256(texte.encode()).hexdigest()[:16]

    @property
    def detail(self) -> str:
        """As the journal says it of an answer."""
        return f"règle n° {self.id} : {self.titre}, {self.phrase}"


def lister(vu: Perimetre) -> list[RegleVue]:
    """The rules of the activities in sight, in their order. One query."""
    return [_vue(regle) for regle in _requete(*vu.activites())]


def lire(regle_id: int, vu: Perimetre) -> RegleVue:
    """This rule; :class:`Introuvable` when it is of no activity in sight. One query."""
    trouvee = next(iter(_requete(RegleDeReponse.id == regle_id, *vu.activites())), None)
    if trouvee is None:
        raise Introuvable(ELLE_N_EST_PLUS)
    return _vue(trouvee)


def actives(nature: str, activites: Collection[int]) -> dict[int, RegleVue]:
    """By activity, the rule that answers what is asked now. One query, two when there is one."""
    ids = [ident for (ident,) in _actives(nature, list(activites) or [0])]
    return {regle.activite_id: _vue(regle) for regle in _requete(RegleDeReponse.id.in_(ids))} if ids else {}


@preparee
def _actives(nature, activites):
    return RegleDeReponse.select(RegleDeReponse.id).where(
        RegleDeReponse.activite.in_(activites), RegleDeReponse.nature == nature, RegleDeReponse.active
    )


def activites_possibles(vu: Perimetre) -> list[tuple[int, str]]:
    """The activities in sight that are not over, in their order. One query."""
    requete = (
        Activite.select(Activite.id, Activite.nom, Lieu.nom)
        .join(Lieu)
        .where(Activite.fin >= clock.aujourdhui(), *vu.activites())
        .order_by(Activite.rang, Activite.nom, Lieu.nom, Activite.id)
    )
    return [(ident, f"{nom}, {lieu}") for ident, nom, lieu in requete.tuples()]


# ——— acts ———


def creer(agent: Compte, activite_id: int, nature: str, conditions: Conditions) -> int:
    """Write a rule, off; gives its id. :class:`Refus` when the activity has one already for that nature."""
    with write_transaction():
        _exiger(agent)
        if not Activite.select().where(Activite.id == activite_id).exists():
            raise Refus("Choisissez une activité dans la liste.", champ="activite")
        perimetre.exiger_l_activite(agent, activite_id)
        _verifier(nature, conditions)
        memes = (RegleDeReponse.activite == activite_id) & (RegleDeReponse.nature == nature)
        if RegleDeReponse.select().where(memes).exists():
            raise DejaChange("Cette activité a déjà une règle pour cette nature : modifiez-la.")
        regle = RegleDeReponse.create(
            activite=activite_id,
            nature=nature,
            agent=agent,
            changee_le=clock.maintenant(),
            **_en_base(conditions),
        )
        journaliser(regle, ECRIRE, Acteur(agent, w.AGENT), detail=_vue_de(regle.id).detail)
        return regle.id


def changer(agent: Compte, regle_id: int, conditions: Conditions) -> None:
    """Change what it requires. It is off from then on, until it is tried again; the same asks for nothing."""
    with write_transaction():
        regle = _verrouiller(agent, regle_id)
        _verifier(regle.nature, conditions)
        if _vue_de(regle_id).conditions == conditions:
            return
        RegleDeReponse.update(
            active=False, agent=agent, changee_le=clock.maintenant(), **_en_base(conditions)
        ).where(RegleDeReponse.id == regle_id).execute()
        journaliser(regle, ECRIRE, Acteur(agent, w.AGENT), detail=_vue_de(regle_id).detail)


def allumer(agent: Compte, regle_id: int, empreinte: str) -> None:
    """From now on it answers. :class:`DejaChange` when it is no longer the rule that was tried."""
    with write_transaction():
        regle = _verrouiller(agent, regle_id)
        vue = _vue_de(regle_id)
        if vue.empreinte != empreinte:
            raise DejaChange(
                "La règle a changé depuis l’essai : regardez ce qu’elle ferait avant de l’activer."
            )
        _mettre(agent, regle, True, vue)


def eteindre(agent: Compte, regle_id: int) -> None:
    """It answers no more; what it has answered stands. Twice is harmless."""
    with write_transaction():
        regle = _verrouiller(agent, regle_id)
        _mettre(agent, regle, False, _vue_de(regle_id))


# ——— inside ———


def _mettre(agent: Compte, regle: RegleDeReponse, active: bool, vue: RegleVue) -> None:
    if regle.active == active:
        return
    RegleDeReponse.update(active=active, agent=agent, changee_le=clock.maintenant()).where(
        RegleDeReponse.id == regle.id
    ).execute()
    journaliser(regle, ALLUMER if active else ETEINDRE, Acteur(agent, w.AGENT), detail=vue.detail)


def _exiger(agent: Compte) -> None:
    if agent.role not in ROLES_GESTION:
        raise Interdit("Seuls les gestionnaires écrivent les règles de réponse.")


def _verrouiller(agent: Compte, regle_id: int) -> RegleDeReponse:
    _exiger(agent)
    regle = verrouiller(RegleDeReponse, [regle_id]).get(regle_id)
    if regle is None:
        raise Introuvable(ELLE_N_EST_PLUS)
    perimetre.exiger_l_activite(agent, regle.activite_id)
    return regle


def _verifier(nature: str, conditions: Conditions) -> None:
    if nature not in NATURES_DE_REGLE:
        raise Refus("Choisissez ce que la règle accepte.", champ="nature")
    if not 1 <= conditions.places_min <= PLACES_MAX:
        raise Refus(f"Le nombre de places va de 1 à {PLACES_MAX}.", champ="places_min")
    if any(partie not in dossier_complet.PARTIES for partie in conditions.dossier):
        raise Refus("Choisissez les parties du dossier dans la liste.", champ="dossier")
    if dossier_complet.PIECES in conditions.dossier and nature != w.NATURE_PREINSCRIPTION:
        raise Refus("Des pièces ne sont demandées qu’avec une pré-inscription.", champ="dossier")


def _en_base(conditions: Conditions) -> dict[str, object]:
    return {
        "places_min": conditions.places_min,
        "dossier": " ".join(p for p in dossier_complet.PARTIES if p in conditions.dossier),
        "dans_les_delais": conditions.dans_les_delais,
    }


def _requete(*conditions) -> Iterable[RegleDeReponse]:
    return (
        RegleDeReponse.select(RegleDeReponse, Activite, Lieu, Compte)
        .join(Activite)
        .join(Lieu)
        .join_from(RegleDeReponse, Compte, JOIN.LEFT_OUTER)
        .where(RegleDeReponse.id.is_null(False), *conditions)
        .order_by(Activite.rang, Activite.nom, Lieu.nom, RegleDeReponse.id)
    )


def _vue_de(regle_id: int) -> RegleVue:
    (regle,) = _requete(RegleDeReponse.id == regle_id)
    return _vue(regle)


def _vue(regle: RegleDeReponse) -> RegleVue:
    parties: Sequence[str] = regle.dossier.split()
    return RegleVue(
        regle.id,
        regle.activite_id,
        regle.activite.nom,
        regle.activite.lieu.nom,
        regle.nature,
        Conditions(regle.places_min, tuple(parties), regle.dans_les_delais),
        regle.active,
        regle.agent.nom_complet,
    )
