"""The sheet of an adult or of a child, as an agent reads it: what is sealed once it is asked for."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass, field

import workflows as w
from models import (
    Abonnement,
    Compte,
    Enfant,
    Famille,
    LienParental,
    Modification,
    Responsable,
)
from portail import clock, mots
from portail.domain import champs, guichet, lecture_guichet_enfant, parts_de_payeur, perimetre
from portail.domain.champs import Champ
from portail.domain.lecture_guichet_enfant import EnfantAuGuichet
from portail.domain.refus import Introuvable


@dataclass(frozen=True)
class ChampVu:
    """One field: what the file holds, and the demande that asks otherwise, if one waits."""

    champ: Champ
    mots: str
    demande_id: int | None


@dataclass(frozen=True)
class RubriqueVue:
    """One part of the sheet."""

    code: str
    protegee: bool
    """Sealed, and not open here: it has no field."""
    champs: list[ChampVu]
    valeurs: dict[str, str]
    """As text: what a form begins with."""
    repere: str

    @property
    def nom(self) -> str:
        return champs.RUBRIQUES[self.code]

    @property
    def note(self) -> str:
        """What is said of it to whoever takes it down."""
        if self.code == champs.FISCAL:
            return "Tenues à jour par la mairie, sur pièces justificatives."
        if self.code in champs.SCELLEES:
            return "Chiffrées. Chaque lecture est inscrite au journal, que la famille peut lire."
        return ""


@dataclass(frozen=True)
class FicheVue:
    """The sheet of an adult or of a child, open in front of an agent."""

    famille_id: int
    famille: str
    objet: str
    id: int
    nom: str
    naissance: dt.date | None
    a_moi: bool
    """The agent is subscribed to this family: somebody else must act."""
    rubriques: list[RubriqueVue]
    adultes: list[tuple[int, str, str]] = field(default_factory=list)
    """Of a child: the adults of the family, and the right of each."""
    qui_paie: str = ""
    """Of a child: who pays what it costs, in one sentence."""
    comptes: list[tuple[int, str, int | None]] = field(default_factory=list)
    """Of an adult: the subscribed accounts of the family, and which adult each is."""
    enfant: EnfantAuGuichet | None = None
    """Of a child: the contacts and the photo."""

    droits = guichet.DROITS

    @property
    def age(self) -> str:
        return mots.age(self.naissance, clock.aujourdhui()) if self.naissance else ""

    def dits(self, code: str) -> dict[str, str]:
        """What the fields of a part hold, in words, by name."""
        vue = self.rubrique(code)
        return {c.champ.nom: c.mots for c in vue.champs} if vue else {}

    def rubrique(self, code: str) -> RubriqueVue | None:
        """The part of this name, when it can be read here."""
        return next((r for r in self.rubriques if r.code == code and not r.protegee), None)


def fiche(
    agent: Compte, famille_id: int, objet: str, objet_id: int, ouvertes: Collection[str] = ()
) -> FicheVue:
    """This sheet of this family; :class:`Introuvable` when there is none in sight."""
    perimetre.exiger_la_famille(agent, famille_id)
    famille = Famille.get_or_none(Famille.id == famille_id)
    modele = champs.FICHES[objet][0]
    lue = modele.get_or_none(modele.id == objet_id, modele.famille == famille_id) if famille else None
    if lue is None:
        raise Introuvable("Cette fiche n’existe pas.")
    a_moi = lecture_guichet_enfant.est_a_moi(agent, famille.id)
    return FicheVue(
        famille_id=famille.id,
        famille=famille.nom,
        objet=objet,
        id=lue.id,
        nom=lue.nom_complet,
        naissance=lue.naissance if isinstance(lue, Enfant) else None,
        a_moi=a_moi,
        rubriques=_rubriques(lue, ouvertes),
        enfant=lecture_guichet_enfant.autour(famille, lue, a_moi) if isinstance(lue, Enfant) else None,
        **_autour(famille, lue),
    )


def _rubriques(lue: Responsable | Enfant, ouvertes: Collection[str]) -> list[RubriqueVue]:
    objet = lue._meta.table_name
    attentes = dict(
        Modification.select(Modification.champ, Modification.demande)
        .where(
            Modification.objet == objet,
            Modification.objet_id == lue.id,
            Modification.statut == w.EN_ATTENTE,
        )
        .tuples()
    )
    vues = []
    for code in dict.fromkeys(c.rubrique for c in champs.FICHES[objet][1]):
        if code in champs.SCELLEES and code not in ouvertes:
            vues.append(RubriqueVue(code, True, [], {}, ""))
            continue
        valeurs = champs.valeurs(lue, [code])
        siens = [
            ChampVu(c, champs.en_mots(c, valeurs[c.nom], entier=True), attentes.get(c.nom))
            for c in champs.de_la_rubrique(objet, code)
        ]
        vues.append(RubriqueVue(code, False, siens, valeurs, guichet.marquer(lue, code)))
    return vues


def _autour(famille: Famille, lue: Responsable | Enfant) -> dict:
    """What else the town decides about this person."""
    if isinstance(lue, Responsable):
        abonnements = (
            Abonnement.select(Abonnement.id, Compte.prenom, Compte.nom, Compte.email, Abonnement.responsable)
            .join(Compte)
            .where(Abonnement.famille == famille, Abonnement.statut != w.RESILIE)
            .order_by(Abonnement.id)
        )
        return {
            "comptes": [
                (i, f"{prenom} {nom}, {email}", r) for i, prenom, nom, email, r in abonnements.tuples()
            ]
        }
    liens = dict(
        LienParental.select(LienParental.responsable, LienParental.droit)
        .where(LienParental.enfant == lue)
        .tuples()
    )
    adultes = Responsable.select().where(Responsable.famille == famille)
    return {
        "adultes": [
            (a.id, a.nom_complet, liens.get(a.id, "aucun"))
            for a in adultes.order_by(Responsable.rang, Responsable.id)
        ],
        "qui_paie": parts_de_payeur.partage(lue).phrase,
    }
