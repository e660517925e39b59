"""What agents do for a family file: the letter of a code abonné, its renewal, the end of a subscription.

One act at a time on one family: its row is locked first, then its codes. So an adult never has two codes that
open, and whoever comes second is told who was first.
"""

import datetime as dt
from dataclasses import dataclass

import workflows as w
from models import (
    Abonnement,
    Agenda,
    CodeAbonne,
    Compte,
    Evenement,
    Famille,
    Responsable,
    verrouiller,
    write_transaction,
)
from portail import clock, mots
from portail.domain import adresses_d_agenda, codes, coffre, courriels, courriels_de_compte, perimetre
from portail.domain.droits import exiger_un_agent, exiger_une_autre_famille
from portail.domain.refus import DejaChange, Introuvable, Refus
from portail.domain.transitions import Acteur, franchir, journaliser

VALIDITE = dt.timedelta(days=90)
"""The longest that a code is good for: it ends at midnight, so that a letter can say its last day."""

EMIS, IMPRIMEE, REMPLACE, ANNULE = "code_emis", "lettre_imprimee", "code_remplace", "code_annule"
"""What the journal tells of a code; never the code itself."""


@dataclass(frozen=True)
class Lettre:
    """What is printed for one adult. It holds the code in clear: it is kept nowhere."""

    famille: Famille
    destinataire: str
    """« Claire Moreau »; « Famille Moreau » when it is made out to nobody in particular."""
    code: str
    """« K7QM-4RTX-9WPH »."""
    dernier_jour: dt.date
    """The last day on which the code is good."""
    adresse: str
    """Of the portal."""


def en_cours():
    """The codes that open: neither used, nor replaced, nor past their end."""
    libre = CodeAbonne.abonnement.is_null() & CodeAbonne.remplace_le.is_null()
    return libre & (CodeAbonne.expire_le > clock.maintenant())


def dernier_jour(expire_le: dt.datetime) -> dt.date:
    """The last civil day of what ends at this instant."""
    return clock.a_paris(expire_le - dt.timedelta(microseconds=1)).date()


# ——— the acts ———


def emettre_un_code(agent: Compte, famille_id: int, responsable_id: int | None = None) -> Lettre:
    """The letter of this adult: with the code that they have already and did not use, else with a new one."""
    with write_transaction():
        famille = prendre(agent, famille_id)
        adulte = _adulte(famille, responsable_id)
        code = CodeAbonne.get_or_none(
            en_cours(), CodeAbonne.famille == famille, _fait_pour(adulte.id if adulte else None)
        )
        if code is None:
            return _emettre(agent, famille, adulte)
        lettre = _lettre(famille, adulte, _relire(code), code.expire_le)
        journaliser(code, IMPRIMEE, Acteur(agent, w.AGENT), famille_id=famille.id)
        return lettre


def renouveler_le_code(agent: Compte, famille_id: int, code_id: int) -> Lettre:
    """Another code in place of this one, that opens nothing any more: the letter is lost, or went astray."""
    with write_transaction():
        famille = prendre(agent, famille_id)
        code = CodeAbonne.get_or_none(CodeAbonne.id == code_id, CodeAbonne.famille == famille)
        if code is None:
            raise Introuvable("Ce code n’existe pas.")
        if not _eteindre(agent, famille, REMPLACE, CodeAbonne.id == code.id):
            raise DejaChange(_dire_pourquoi(code))
        return _emettre(agent, famille, code.responsable)


def mettre_fin_a_l_abonnement(agent: Compte, famille_id: int, abonnement_id: int) -> Abonnement:
    """Close the family file to this account, at once; the letter that its adult did not use dies with it."""
    with write_transaction():
        famille = prendre(agent, famille_id)
        abonnement = (
            Abonnement.select(Abonnement, Compte)
            .join(Compte)
            .where(Abonnement.id == abonnement_id, Abonnement.famille == famille)
            .first()
        )
        if abonnement is None:
            raise Introuvable("Cet abonnement n’existe pas.")
        if abonnement.statut == w.RESILIE:
            raise DejaChange(f"Cet abonnement a déjà pris fin{_dire_qui(abonnement)}. Rien n’a changé.")
        vu = abonnement.statut == w.ACTIF
        franchir(abonnement, w.RESILIER, Acteur(agent, w.AGENT), famille_id=famille.id)
        adresses_d_agenda.eteindre(Agenda.compte == abonnement.compte_id, Agenda.famille == famille)
        if abonnement.responsable_id:
            _eteindre(agent, famille, ANNULE, _fait_pour(abonnement.responsable_id))
        courriels_de_compte.dire_la_fin_d_un_abonnement(abonnement.compte, famille.nom if vu else "")
        return abonnement


def eteindre_les_codes(acteur: Acteur, famille: Famille) -> None:
    """The letters of this file that nobody used open nothing any more, inside the transaction of the act."""
    assert acteur.compte is not None
    _eteindre(acteur.compte, famille, ANNULE, CodeAbonne.famille == famille)


# ——— inside ———


def prendre(agent: Compte, famille_id: int) -> Famille:
    """The family file, locked until the end of the act, for an agent who may act on it."""
    exiger(agent, famille_id)
    return verrouiller(Famille, [famille_id])[famille_id]


def exiger(agent: Compte, famille_id: int) -> Famille:
    """The family file, for an agent who may act on it: in sight, and not their own.

    An act that locks a sheet does not lock the family besides: whatever writes in the journal holds it a
    little, and would wait for whoever waits for the sheet.
    """
    exiger_un_agent(agent, "Seuls les agents de la mairie s’occupent des dossiers des familles.")
    famille = Famille.get_or_none(Famille.id == famille_id, Famille.fusionnee_dans.is_null())
    if famille is None:
        raise Introuvable("Cette famille n’existe pas.")
    perimetre.exiger_la_famille(agent, famille_id)
    exiger_une_autre_famille(
        agent, famille.id, "Vous êtes abonné à cette famille : un autre agent doit s’en occuper."
    )
    return famille


def _adulte(famille: Famille, responsable_id: int | None) -> Responsable | None:
    if responsable_id is None:
        return None
    adulte = Responsable.get_or_none(Responsable.id == responsable_id, Responsable.famille == famille)
    if adulte is None:
        raise Introuvable("Cette personne n’est pas au dossier de la famille.")
    return adulte


def _fait_pour(responsable_id: int | None):
    """The codes made out to this adult, or to nobody in particular."""
    if responsable_id is None:
        return CodeAbonne.responsable.is_null()
    return CodeAbonne.responsable == responsable_id


def _emettre(agent: Compte, famille: Famille, adulte: Responsable | None) -> Lettre:
    clair, fin = codes.tirer(), clock.instant(clock.aujourdhui() + VALIDITE, dt.time())
    code = CodeAbonne.create(
        famille=famille,
        responsable=adulte,
        empreinte=codes.empreinte(clair),
        scelle=coffre.sceller(clair),
        cree_le=clock.maintenant(),
        expire_le=fin,
        agent=agent,
    )
    journaliser(code, EMIS, Acteur(agent, w.AGENT), famille_id=famille.id)
    return _lettre(famille, adulte, clair, fin)


def _eteindre(agent: Compte, famille: Famille, acte: str, condition) -> int:
    """The codes that still open, among these, open nothing any more. Gives how many there were."""
    vises = list(CodeAbonne.select().where(en_cours(), CodeAbonne.famille == famille, condition))
    eteints = 0
    for code in vises:
        faits = (
            CodeAbonne.update(remplace_le=clock.maintenant())
            .where(CodeAbonne.id == code.id, en_cours())
            .execute()
        )
        if faits:
            journaliser(code, acte, Acteur(agent, w.AGENT), famille_id=famille.id)
        eteints += faits
    return eteints


def _relire(code: CodeAbonne) -> str:
    try:
        return coffre.desceller(code.scelle)
    except coffre.Illisible as illisible:
        raise Refus(
            "Cette lettre ne peut pas être réimprimée : la clé qui protégeait son code n’est plus là."
            " Renouvelez le code."
        ) from illisible


def _lettre(famille: Famille, adulte: Responsable | None, code: str, fin: dt.datetime) -> Lettre:
    pour = f"{adulte.prenom} {adulte.nom}" if adulte else f"Famille {famille.nom}"
    return Lettre(famille, pour, codes.presenter(code), dernier_jour(fin), courriels.lien(""))


def _dire_pourquoi(code: CodeAbonne) -> str:
    """Why this code is no longer to be renewed."""
    present = CodeAbonne.get_by_id(code.id)
    if present.abonnement_id:
        return f"Ce code a servi : {present.abonnement.compte.nom_complet} est au nombre des abonnés."
    if present.remplace_le:
        return f"Ce code a déjà été remplacé{_dire_qui(code)}. La lettre en cours est la bonne."
    return "Ce code n’est plus valable : imprimez une nouvelle lettre."


def _dire_qui(objet: Abonnement | CodeAbonne) -> str:
    """« par Marc Tessier, mardi 1er décembre à 10 h »: the last to have done something to it."""
    dernier = (
        Evenement.select(Evenement, Compte)
        .join(Compte)
        .where(Evenement.objet == objet._meta.table_name, Evenement.objet_id == objet.id)
        .order_by(Evenement.id.desc())
        .first()
    )
    return f" par {dernier.auteur.nom_complet}, {mots.moment(dernier.quand)}" if dernier else ""
