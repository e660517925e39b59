"""A family comes to the counter for the first time: its file, its adults, its children, one act each.

Whoever looks like somebody of another file is proposed first: the agent opens that file, or says that it is
somebody else. Nobody has to be told by mail: no account sees a file that is new.
"""

import datetime as dt
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from peewee import Expression, IntegrityError

import workflows as w
from models import (
    DROITS_PARENTAUX,
    Compte,
    Enfant,
    Famille,
    LienParental,
    Lieu,
    Responsable,
    normaliser,
    write_transaction,
)
from portail import clock, mots
from portail.domain import courriels, familles, guichet, perimetre
from portail.domain.droits import exiger_un_agent
from portail.domain.refus import Refus
from portail.domain.transitions import Acteur, journaliser

OUVRIR, AJOUTER_UN_ADULTE, AJOUTER_UN_ENFANT = "dossier_ouvert", "adulte_ajoute", "enfant_ajoute"
"""What the journal calls these acts."""
ADULTES_MAX, ENFANTS_MAX = 8, 15
"""Of one file: more than any family has; a mistake stops there."""
AGE_MAX = 26
"""Years: an older « child » is a birth date mistyped."""
RESSEMBLANCES_DITES = 10


@dataclass(frozen=True)
class Adulte:
    """An adult as taken down at the counter."""

    prenom: str
    nom: str
    email: str = ""
    telephone: str = ""


@dataclass(frozen=True)
class NouvelEnfant:
    """A child as taken down at the counter."""

    prenom: str
    nom: str
    naissance: dt.date
    ecole_id: int | None = None
    classe: str = ""


@dataclass(frozen=True)
class Ressemblance:
    """Somebody of another file who may be the same person."""

    famille_id: int
    code_abonne: str
    phrase: str
    """« Claire Moreau, claire@example.org : famille Moreau »."""


class DejaLa(Refus):
    """Somebody looks the same in another file: to be looked at before another one is made."""

    def __init__(self, ressemblances: Sequence[Ressemblance]) -> None:
        super().__init__(
            "Cette personne a peut-être déjà un dossier : regardez avant de continuer.", "certain"
        )
        self.ressemblances = ressemblances


def ouvrir_un_dossier(agent: Compte, adulte: Adulte, *, certain: bool = False) -> Famille:
    """A new file, with its first adult. :class:`DejaLa` names who looks the same, unless `certain`."""
    with write_transaction():
        exiger_un_agent(agent, "Seuls les agents de la mairie ouvrent un dossier.")
        if not certain and (semblables := _adultes_semblables(agent, adulte)):
            raise DejaLa(semblables)
        famille = _creer(adulte.nom)
        journaliser(famille, OUVRIR, Acteur(agent, w.AGENT), famille_id=famille.id, detail="au guichet")
        _ajouter_l_adulte(agent, famille, adulte, rang=1)
        return famille


def ajouter_un_adulte(
    agent: Compte, famille_id: int, adulte: Adulte, *, certain: bool = False
) -> Responsable:
    """One more adult in this file. No right over any child yet: it is given child by child."""
    with write_transaction():
        famille = familles.prendre(agent, famille_id)
        presents = list(Responsable.select().where(Responsable.famille == famille))
        if len(presents) >= ADULTES_MAX:
            raise Refus(f"{ADULTES_MAX} adultes au plus par dossier.")
        if any(normaliser(un.nom_complet) == normaliser(f"{adulte.prenom} {adulte.nom}") for un in presents):
            raise Refus(f"{adulte.prenom} {adulte.nom} est déjà au dossier.", champ="nom")
        if not certain and (semblables := _adultes_semblables(agent, adulte, famille.id)):
            raise DejaLa(semblables)
        neuf = _ajouter_l_adulte(
            agent, famille, adulte, rang=max((un.rang for un in presents), default=0) + 1
        )
        _prevenir(famille, f"{neuf.nom_complet} est maintenant un adulte du dossier.", f"adulte:{neuf.id}")
        return neuf


def ajouter_un_enfant(
    agent: Compte,
    famille_id: int,
    enfant: NouvelEnfant,
    droits: Mapping[int, str],
    *,
    certain: bool = False,
) -> Enfant:
    """One more child in this file. `droits`: by adult of the file, what he or she is to the child.

    At least one has to have parental authority: nobody could decide for the child.
    """
    with write_transaction():
        famille = familles.prendre(agent, famille_id)
        presents = list(Enfant.select().where(Enfant.famille == famille))
        _exiger_l_enfant(agent, famille, presents, enfant, droits)
        if not certain and (semblables := _enfants_semblables(agent, enfant, famille.id)):
            raise DejaLa(semblables)
        neuf = Enfant.create(
            famille=famille,
            prenom=enfant.prenom,
            nom=enfant.nom,
            naissance=enfant.naissance,
            ecole=enfant.ecole_id,
            classe=enfant.classe,
            rang=max((un.rang for un in presents), default=0) + 1,
            recherche=normaliser(f"{enfant.prenom} {enfant.nom}"),
        )
        for adulte_id, droit in droits.items():
            LienParental.create(responsable=adulte_id, enfant=neuf, droit=droit)
        dits = ", ".join(guichet.DROITS[droit] for droit in droits.values())
        journaliser(neuf, AJOUTER_UN_ENFANT, Acteur(agent, w.AGENT), famille_id=famille.id, detail=dits)
        _prevenir(famille, f"{neuf.nom_complet} est maintenant au dossier.", f"enfant:{neuf.id}")
        return neuf


def les_ecoles(agent: Compte) -> list[tuple[int, str]]:
    """The places that a child may have for a school, among those that the agent has."""
    lieux = Lieu.select(Lieu.id, Lieu.nom).order_by(Lieu.nom)
    vu = perimetre.du_compte(agent)
    return [(ident, nom) for ident, nom in lieux.tuples() if vu.voit_le_lieu(ident)]


# ——— inside ———


def _creer(nom: str) -> Famille:
    """A file with a number that no other has: six digits, drawn, so that none tells of the next."""
    for _ in range(20):
        code = str(100_000 + secrets.randbelow(900_000))
        if not Famille.select().where(Famille.code_abonne == code).exists():
            return Famille.create(
                code_abonne=code, nom=nom, recherche=normaliser(nom), cree_le=clock.maintenant()
            )
    raise IntegrityError("no free number of a family file")


def _ajouter_l_adulte(agent: Compte, famille: Famille, adulte: Adulte, rang: int) -> Responsable:
    neuf = Responsable.create(
        famille=famille,
        prenom=adulte.prenom,
        nom=adulte.nom,
        email=adulte.email,
        telephone=adulte.telephone,
        rang=rang,
    )
    journaliser(neuf, AJOUTER_UN_ADULTE, Acteur(agent, w.AGENT), famille_id=famille.id)
    return neuf


def _exiger_l_enfant(
    agent: Compte,
    famille: Famille,
    presents: Sequence[Enfant],
    enfant: NouvelEnfant,
    droits: Mapping[int, str],
) -> None:
    if len(presents) >= ENFANTS_MAX:
        raise Refus(f"{ENFANTS_MAX} enfants au plus par dossier.")
    if any(
        (normaliser(un.prenom), un.naissance) == (normaliser(enfant.prenom), enfant.naissance)
        for un in presents
    ):
        raise Refus(f"{enfant.prenom} est déjà au dossier, avec cette date de naissance.", champ="prenom")
    aujourdhui = clock.aujourdhui()
    if not aujourdhui.year - AGE_MAX <= enfant.naissance.year or enfant.naissance > aujourdhui:
        raise Refus("Vérifiez la date de naissance.", champ="naissance")
    siens = {
        ident
        for (ident,) in Responsable.select(Responsable.id).where(Responsable.famille == famille).tuples()
    }
    if not set(droits) <= siens or not set(droits.values()) <= set(DROITS_PARENTAUX):
        raise Refus("Choisissez un des droits proposés.", champ="droit")
    if "plein" not in droits.values():
        raise Refus(
            "Un adulte au moins a l’autorité parentale : personne ne pourrait décider.", champ="droit"
        )
    if enfant.ecole_id is not None and enfant.ecole_id not in dict(les_ecoles(agent)):
        raise Refus("Choisissez une école dans la liste.", champ="ecole")
    if enfant.ecole_id is None and not perimetre.du_compte(agent).entier:
        raise Refus("Choisissez l’école : sans elle, vous ne verriez plus l’enfant.", champ="ecole")


def _adultes_semblables(agent: Compte, adulte: Adulte, sauf: int = 0) -> list[Ressemblance]:
    """The adults of other files with the same address, phone or name."""
    memes: list[Expression] = [_meme_nom(adulte)]
    if adulte.email:
        memes.append(Responsable.email == adulte.email.casefold())
    if adulte.telephone:
        memes.append(Responsable.telephone == adulte.telephone)
    trouves: dict[int, Ressemblance] = {}
    for meme in memes:
        requete = (
            Responsable.select(Responsable, Famille)
            .join(Famille)
            .where(meme, Famille.id != sauf, Famille.fusionnee_dans.is_null(), *_en_vue(agent))
            .limit(RESSEMBLANCES_DITES)
        )
        for un in requete:
            qui = ", ".join(filter(None, (un.nom_complet, un.email, un.telephone)))
            trouves.setdefault(un.id, _dire(un.famille, qui))
    return list(trouves.values())[:RESSEMBLANCES_DITES]


def _meme_nom(adulte: Adulte) -> Expression:
    """The family of that name, an adult of that first name: what is written with other accents escapes it."""
    return (Famille.recherche == normaliser(adulte.nom)) & (Responsable.prenom == adulte.prenom)


def _enfants_semblables(agent: Compte, enfant: NouvelEnfant, sauf: int) -> list[Ressemblance]:
    """The children of other files with the same name and birth date."""
    requete = (
        Enfant.select(Enfant, Famille)
        .join(Famille)
        .where(
            Enfant.recherche == normaliser(f"{enfant.prenom} {enfant.nom}"),
            Enfant.naissance == enfant.naissance,
            Famille.id != sauf,
            *_en_vue(agent),
        )
        .limit(RESSEMBLANCES_DITES)
    )
    ne = mots.jour_annee(enfant.naissance)
    return [_dire(un.famille, f"{un.nom_complet}, né(e) le {ne}") for un in requete]


def _en_vue(agent: Compte) -> list[Expression]:
    return perimetre.du_compte(agent).familles()


def _dire(famille: Famille, qui: str) -> Ressemblance:
    return Ressemblance(famille.id, famille.code_abonne, f"{qui} : famille {famille.nom}")


def _prevenir(famille: Famille, phrase: str, cle: str) -> None:
    """Whoever sees the file is told who came into it."""
    for compte in courriels.destinataires(famille.id):
        courriels.annoncer_une_arrivee(compte, famille, phrase, f"arrivee:{cle}:{compte.id}")
