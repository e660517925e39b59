"""The family file as the family reads it: the household at a glance, the sheet of each of its members.

Nothing of a part of a sheet that the account may not read leaves this module.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from peewee import JOIN

import workflows as w
from models import Compte, ContactHabilite, Demande, Enfant, Famille, Lieu, Modification, Responsable
from portail import clock, mots
from portail.domain import champs, dossier
from portail.domain.champs import Champ
from portail.domain.droits import Regard

REFUS_MONTRE = dt.timedelta(days=30)
"""How long the sheet tells that a change was refused."""


@dataclass(frozen=True)
class Suivi:
    """What a family wants a field to hold: it waits, or was refused of late."""

    id: int
    texte: str
    mots: str
    par: str
    le: dt.datetime
    repondue_le: dt.datetime | None
    motif: str


@dataclass(frozen=True)
class ChampVu:
    champ: Champ
    texte: str
    """What the file holds."""
    attente: Suivi | None = None
    refus: Suivi | None = None

    @property
    def mots(self) -> str:
        return champs.en_mots(self.champ, self.texte)

    @property
    def vide(self) -> bool:
        return not self.texte and self.champ.genre != champs.CHOIX

    @property
    def manque(self) -> bool:
        """Missed by the town, and not even asked for."""
        return (self.champ.requis or self.champ.utile) and not self.texte and self.attente is None

    @property
    def voulu(self) -> str:
        """What waits, or what stands: a form begins with it."""
        return self.attente.texte if self.attente else self.texte


@dataclass(frozen=True)
class RubriqueVue:
    """One part of a sheet that the account may read."""

    code: str
    champs: list[ChampVu]
    modifiable: bool

    @property
    def titre(self) -> str:
        return champs.RUBRIQUES[self.code]

    @property
    def note(self) -> str:
        return champs.NOTES.get(self.code, "")

    @property
    def manquants(self) -> list[str]:
        """« téléphone », « adresse e-mail »: what is missing, in words."""
        return [champs.en_phrase(vu.champ) for vu in self.champs if vu.manque]

    @property
    def en_attente(self) -> list[ChampVu]:
        return [vu for vu in self.champs if vu.attente]

    @property
    def voulus(self) -> dict[str, str]:
        return {vu.champ.nom: vu.voulu for vu in self.champs}

    @property
    def repere(self) -> str:
        """A mark of what the form showed: another one means that something changed meanwhile."""
        return champs.repere((vu.texte, vu.voulu) for vu in self.champs)


@dataclass(frozen=True)
class FicheVue:
    """The sheet of one member of the family, as far as the account may read it."""

    fiche: Responsable | Enfant
    rubriques: dict[str, RubriqueVue]
    regard: Regard

    @property
    def objet(self) -> str:
        return self.fiche._meta.table_name

    @property
    def id(self) -> int:
        return self.fiche.id

    @property
    def est_un_enfant(self) -> bool:
        return isinstance(self.fiche, Enfant)

    @property
    def nom(self) -> str:
        return self.fiche.nom_complet

    @property
    def c_est_moi(self) -> bool:
        return not self.est_un_enfant and self.regard.moi == self.fiche.id

    @property
    def modifiables(self) -> dict[str, RubriqueVue]:
        """The parts that the account may ask to change."""
        return {code: rubrique for code, rubrique in self.rubriques.items() if rubrique.modifiable}

    @property
    def precision(self) -> str:
        """« 8 ans, CE2, Groupe scolaire Jean-Zay »."""
        if not isinstance(self.fiche, Enfant) or champs.GENERAL not in self.rubriques:
            return ""
        ecole = self.fiche.ecole.nom if self.fiche.ecole else ""
        age = mots.age(self.fiche.naissance, clock.aujourdhui())
        return ", ".join(filter(None, (age, self.fiche.classe, ecole)))

    @property
    def attentes(self) -> list[str]:
        """« classe », « allergies »: what waits for the town, in words."""
        return [champs.en_phrase(vu.champ) for r in self.rubriques.values() for vu in r.en_attente]

    @property
    def incompletes(self) -> list[RubriqueVue]:
        """The parts to complete, that the account may complete."""
        return [rubrique for rubrique in self.modifiables.values() if rubrique.manquants]


@dataclass(frozen=True)
class Retiree:
    """What a family asked, then withdrew."""

    id: int
    champ: Champ
    texte: str

    @property
    def dit(self) -> str:
        """Never the value: a page that comes after says it, by way of a cookie."""
        return f"Demande annulée : {champs.en_phrase(self.champ)}. Votre dossier reste tel qu’il est."

    @property
    def se_redemande(self) -> bool:
        """An IBAN is never shown whole again: it is typed."""
        return self.champ.genre != champs.IBAN


@dataclass(frozen=True)
class Foyer:
    """Who the family is: its adults, then its children."""

    regard: Regard
    adultes: list[FicheVue]
    enfants: list[FicheVue]

    @property
    def fiches(self) -> list[FicheVue]:
        return self.adultes + self.enfants


def foyer(regard: Regard) -> Foyer:
    """The household at a glance. Three queries."""
    adultes, enfants = membres(regard.famille)
    suivis = _suivis(Demande.famille == regard.famille)
    return Foyer(
        regard,
        [_vue(adulte, regard, suivis) for adulte in adultes],
        [_vue(enfant, regard, suivis) for enfant in enfants],
    )


def fiche(regard: Regard, fiche: Responsable | Enfant) -> FicheVue:
    """One sheet, with what waits and what was refused of late. One query."""
    objet = fiche._meta.table_name
    suivis = _suivis((Modification.objet == objet) & (Modification.objet_id == fiche.id))
    return _vue(fiche, regard, suivis)


def place(famille: Famille, modification_id: int) -> tuple[Responsable | Enfant, str] | None:
    """The sheet of a change that the family asked for, and the part of it; None when there is no such."""
    de_la_famille = (Modification.id == modification_id) & (Demande.famille == famille)
    modification = Modification.select().join(Demande).where(de_la_famille).first()
    if modification is None:
        return None
    if modification.objet == "contact_habilite":
        contact = ContactHabilite.get_by_id(modification.objet_id)
        return contact.enfant, champs.CONTACTS
    fiche = champs.FICHES[modification.objet][0].get_by_id(modification.objet_id)
    champ = champs.champ(modification.objet, modification.champ)
    ailleurs = champs.PHOTO if modification.champ == "photo" else champs.CONTACTS
    return fiche, champ.rubrique if champ else ailleurs


def retiree(vue: FicheVue, modification_id: int) -> Retiree | None:
    """A change of this sheet that the family withdrew, and may ask for again; None when there is none."""
    m = Modification.get_or_none(
        Modification.id == modification_id,
        Modification.objet == vue.objet,
        Modification.objet_id == vue.id,
        Modification.statut == w.ANNULEE,
    )
    champ = champs.champ(m.objet, m.champ) if m else None
    if m is None or champ is None or champ.rubrique not in vue.modifiables:
        return None
    return Retiree(m.id, champ, dossier.clair(champ, m.apres))


def membres(famille: Famille) -> tuple[list[Responsable], list[Enfant]]:
    """The adults and the children of the family, in their order."""
    adultes = Responsable.select().where(Responsable.famille == famille)
    enfants = _avec_leur_ecole().where(Enfant.famille == famille)
    return (
        list(adultes.order_by(Responsable.rang, Responsable.id)),
        list(enfants.order_by(Enfant.rang, Enfant.id)),
    )


def enfant(famille: Famille, enfant_id: int) -> Enfant | None:
    """This child of the family, with its school; None when the family has no such child."""
    return _avec_leur_ecole().where(Enfant.id == enfant_id, Enfant.famille == famille).first()


# ——— inside ———


def _avec_leur_ecole():
    return Enfant.select(Enfant, Lieu).join(Lieu, JOIN.LEFT_OUTER)


Suivis = Mapping[tuple[str, int, str], Modification]


def _suivis(condition) -> Suivis:
    """The last wish for each field that waits, or was answered of late, with its demande and who made it."""
    recentes = Demande.repondue_le.is_null() | (Demande.repondue_le > clock.maintenant() - REFUS_MONTRE)
    requete = (
        Modification.select(Modification, Demande, Compte)
        .join(Demande)
        .join(Compte, on=Demande.auteur)
        .where(condition, Modification.statut != w.ANNULEE, (Modification.statut == w.EN_ATTENTE) | recentes)
        .order_by(Modification.id)
    )
    return {(m.objet, m.objet_id, m.champ): m for m in requete}


def _vue(fiche: Responsable | Enfant, regard: Regard, suivis: Suivis) -> FicheVue:
    permis = regard.sur(fiche)
    lisibles = [code for code, droit in permis.items() if champs.LIRE in droit]
    textes = champs.valeurs(fiche, lisibles)
    objet = fiche._meta.table_name
    rubriques = {}
    for code in lisibles:
        siens = champs.de_la_rubrique(objet, code)
        if siens:
            vus = [_champ_vu(c, textes[c.nom], suivis.get((objet, fiche.id, c.nom))) for c in siens]
            modifiable = champs.MODIFIER in permis[code] and code not in champs.LECTURE_SEULE
            rubriques[code] = RubriqueVue(code, vus, modifiable)
    return FicheVue(fiche, rubriques, regard)


def _champ_vu(champ: Champ, texte: str, modification: Modification | None) -> ChampVu:
    if modification is None or modification.statut not in (w.EN_ATTENTE, w.REFUSEE):
        return ChampVu(champ, texte)
    demande = modification.demande
    voulu = dossier.clair(champ, modification.apres)
    suivi = Suivi(
        modification.id,
        voulu,
        champs.en_mots(champ, voulu),
        demande.auteur.nom_complet,
        demande.deposee_le,
        demande.repondue_le,
        modification.motif,
    )
    if modification.statut == w.EN_ATTENTE:
        return ChampVu(champ, texte, attente=suivi)
    return ChampVu(champ, texte, refus=suivi)
