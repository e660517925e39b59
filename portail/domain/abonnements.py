"""Subscribing an account to a family file, and ending it: the guide, §1 and §1.1.

Two kinds of code (`codes.py`): the long one of a letter, good once, for a while; the short number of the
file, that goes with the date of birth of one of its children. Unknown, used, expired, replaced, or with a
wrong date: one answer, the same to the letter. Nothing of the family is shown before the link is final.
"""

import datetime as dt
import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass

import workflows as w
from models import (
    ROLES_AGENTS,
    Abonnement,
    Agenda,
    CodeAbonne,
    Compte,
    Enfant,
    Evenement,
    Famille,
    Ville,
    verrouiller,
    write_transaction,
)
from portail import clock
from portail.domain import adresses_d_agenda, codes, coffre, courriels_d_abonnement, essais
from portail.domain.refus import Introuvable, Refus
from portail.domain.transitions import SYSTEME, Acteur, franchir, journaliser
from portail.domain.ville import la_ville

SEUIL_D_ALARME = 50
"""How many codes the whole town may refuse in an hour before somebody is told."""

CODE_NON_RETENU = (
    "Vous êtes connecté, mais le code abonné donné à la création du compte n’a pas été accepté. Vous pouvez"
    " le saisir de nouveau dans « Mes abonnements »."
)

_journal_du_serveur = logging.getLogger(__name__)


class DejaAbonne(Refus):
    """The code is right, and the account has this file already: nothing is used up."""

    def __init__(self, abonnement: Abonnement) -> None:
        super().__init__(
            "Vous êtes déjà abonné à ce dossier : ce code n’a pas été utilisé."
            if abonnement.statut == w.ACTIF
            else "Vous avez déjà demandé cet abonnement : il sera actif quand vous vous reconnecterez.",
            champ=codes.CHAMP,
        )


class _Inconnu(Exception):
    """The code opens nothing to this account. `famille_id`: whose it was, if it ever was somebody's."""

    def __init__(self, famille_id: int) -> None:
        super().__init__(famille_id)
        self.famille_id = famille_id


@dataclass(frozen=True)
class AbonnementVu:
    """A subscription as the person reads it: of the family, nothing before it is active."""

    id: int
    etat: w.Etat
    depuis: dt.datetime
    famille: str
    numero: str

    @property
    def jour(self) -> dt.date:
        return clock.a_paris(self.depuis).date()


# ——— the acts ———


def s_abonner(compte: Compte, saisi: str, naissance: dt.date | None = None, adresse: str = "") -> Abonnement:
    """Subscribe the account to the family file of this code; active when the person signs in again.

    :class:`Refus` when the code is badly typed (nothing is counted), :class:`DejaAbonne`, or one sentence for
    all that is wrong; :class:`essais.TropDeCodes` after too many.
    """
    return _s_abonner(compte, saisi, naissance, adresse, actif=False)


def honorer_le_code_donne(compte: Compte, adresse: str = "") -> str:
    """The first sign-in: subscribe with the code given in the sign-up form, active at once.

    Never prevents from signing in: gives the sentence to say when the code was not accepted.
    """
    if not compte.code_donne:
        return ""
    phrase = ""
    try:
        code, naissance = _desceller(compte.code_donne)
        _s_abonner(compte, code, naissance, adresse, actif=True)
    except DejaAbonne:
        pass
    except (Refus, coffre.Illisible):
        phrase = CODE_NON_RETENU
    Compte.update(code_donne=None).where(Compte.id == compte.id).execute()
    return phrase


def sceller(code: str, naissance: dt.date | None) -> str | None:
    """What `Compte.code_donne` keeps of a sign-up form until then."""
    return coffre.sceller(json.dumps([code, naissance and naissance.isoformat()])) if code else None


def resilier(compte: Compte, abonnement_id: int) -> None:
    """The person ends a subscription of theirs."""
    abonnement = le_sien(compte, abonnement_id)
    mettre_fin(abonnement.id, Acteur(compte, w.FAMILLE), abonnement.famille_id)


def mettre_fin(abonnement_id: int, acteur: Acteur, famille_id: int) -> None:
    """End a subscription to this family file, and tell its account. One that has ended stays as it is."""
    with write_transaction():
        abonnement = verrouiller(Abonnement, [abonnement_id]).get(abonnement_id)
        if abonnement is None or abonnement.famille_id != famille_id:
            raise Introuvable("Cet abonnement n’existe pas.")
        if abonnement.statut != w.RESILIE:
            franchir(abonnement, w.RESILIER, acteur, famille_id=famille_id)
            adresses_d_agenda.eteindre(Agenda.compte == abonnement.compte_id, Agenda.famille == famille_id)
            courriels_d_abonnement.dire_la_fin(abonnement, abonnement.compte)


# ——— what is read ———


def lister(compte: Compte) -> Sequence[AbonnementVu]:
    """The subscriptions that have not ended, those that wait first."""
    requete = Abonnement.select(Abonnement, Famille).join(Famille)
    ouverts = requete.where(Abonnement.compte == compte, Abonnement.statut != w.RESILIE)
    return [_voir(a) for a in sorted(ouverts, key=lambda a: (a.statut == w.ACTIF, a.famille.recherche, a.id))]


def lire(compte: Compte, abonnement_id: int) -> AbonnementVu:
    """One of them, ended or not."""
    return _voir(le_sien(compte, abonnement_id))


def le_sien(compte: Compte, abonnement_id: int) -> Abonnement:
    """This subscription, if it is the account's; else :class:`Introuvable`."""
    requete = Abonnement.select(Abonnement, Famille).join(Famille)
    abonnement = requete.where(Abonnement.id == abonnement_id, Abonnement.compte == compte).first()
    if abonnement is None:
        raise Introuvable("Cet abonnement n’existe pas.")
    return abonnement


# ——— inside ———


def _s_abonner(
    compte: Compte, saisi: str, naissance: dt.date | None, adresse: str, actif: bool
) -> Abonnement:
    code = codes.lire(saisi)
    if codes.est_court(code) and naissance is None:
        raise Refus("Indiquez la date de naissance d’un de vos enfants.", champ="naissance")
    essais.compter_un_code(compte.id, code, adresse)
    try:
        with write_transaction():
            abonnement = _ouvrir(compte, code, naissance)
            if actif:
                franchir(abonnement, w.ACTIVER, Acteur(compte, w.FAMILLE), famille_id=abonnement.famille_id)
            courriels_d_abonnement.confirmer(abonnement, compte, actif)
            courriels_d_abonnement.annoncer(abonnement, compte)
            essais.rendre_un_code(compte.id, code)
    except DejaAbonne:
        essais.rendre_un_code(compte.id, code)
        raise
    except _Inconnu as inconnu:
        _noter_le_refus(compte, inconnu.famille_id, adresse)
        raise Refus(
            "Ces informations ne permettent pas de vous abonner. Relisez-les ; si elles sont justes, demandez"
            f" un nouveau code au {la_ville().guichet}.",
            champ=codes.CHAMP,
        ) from None
    return abonnement


def _ouvrir(compte: Compte, code: str, naissance: dt.date | None) -> Abonnement:
    """The new subscription, the code used up; :class:`_Inconnu`, and then the whole is rolled back.

    Whatever is wrong, the same questions are asked of the database.
    """
    verrouiller(Compte, [compte.id])  # two tabs of the same person: one after the other
    ligne = None
    if codes.est_court(code):
        famille = Famille.get_or_none(Famille.code_abonne == code)
        famille_id = (famille.fusionnee_dans_id or famille.id) if famille else 0
        de_la_famille = Enfant.select().where(Enfant.famille == famille_id, Enfant.naissance == naissance)
        bon = de_la_famille.exists() and not _numero_ferme(famille_id)
    else:
        ligne = CodeAbonne.get_or_none(CodeAbonne.empreinte == codes.empreinte(code))
        famille_id = ligne.famille_id if ligne else 0
        bon = ligne is not None and ligne.abonnement_id is None and _est_valable(ligne)
    ouvert = Abonnement.get_or_none(
        Abonnement.compte == compte, Abonnement.famille == famille_id, Abonnement.statut != w.RESILIE
    )
    if ouvert and (bon or (ligne and ligne.abonnement_id == ouvert.id)):  # or their own, sent a second time
        raise DejaAbonne(ouvert)
    if not bon:
        raise _Inconnu(famille_id)
    abonnement = Abonnement.create(
        compte=compte,
        famille=famille_id,
        responsable=ligne and ligne.responsable_id,
        cree_le=clock.maintenant(),
    )
    if ligne and not _prendre(ligne, abonnement):
        raise _Inconnu(famille_id)
    acteur = Acteur(compte, w.FAMILLE)
    journaliser(abonnement, "s_abonner", acteur, vers=w.ATTENTE_RECONNEXION, famille_id=famille_id)
    return abonnement


def _numero_ferme(famille_id: int) -> bool:
    """Once the town has ended a subscription to the file, its short number opens it no more: a letter does.

    Otherwise whoever was put out would come back in a minute, by another account.
    """
    fins = (
        Evenement.select()
        .join(Compte)
        .where(
            Evenement.famille == famille_id,
            Evenement.objet == "abonnement",
            Evenement.acte == w.RESILIER,
            Compte.role.in_(ROLES_AGENTS),
        )
    )
    return fins.exists()


def _est_valable(ligne: CodeAbonne) -> bool:
    return ligne.remplace_le is None and ligne.expire_le > clock.maintenant()


def _prendre(ligne: CodeAbonne, abonnement: Abonnement) -> bool:
    """Use the code up, unless somebody else was first."""
    libre = (CodeAbonne.id == ligne.id) & CodeAbonne.abonnement.is_null() & CodeAbonne.remplace_le.is_null()
    return CodeAbonne.update(abonnement=abonnement).where(libre).execute() == 1


def _noter_le_refus(compte: Compte, famille_id: int, adresse: str) -> None:
    with write_transaction():
        nombre = essais.noter_un_code_refuse(adresse)
        journaliser(compte, "code_refuse", Acteur(compte, w.FAMILLE))
        courriels_d_abonnement.alerter(famille_id, compte)
        if nombre >= SEUIL_D_ALARME:
            _alarmer(nombre)


def _alarmer(nombre: int) -> None:
    """A line of the journal, a mail to the town: once an hour."""
    ville = Ville.get_by_id(1)
    derniere = (
        Evenement.select(Evenement.quand)
        .where(Evenement.objet == "ville", Evenement.objet_id == ville.id, Evenement.acte == "alarme_codes")
        .order_by(Evenement.id.desc())
        .first()
    )
    if derniere is None or clock.maintenant() - derniere.quand >= dt.timedelta(hours=1):
        journaliser(ville, "alarme_codes", SYSTEME, detail=str(nombre))
        courriels_d_abonnement.alarmer(nombre)
        _journal_du_serveur.warning("%s codes abonnés were refused in one hour", nombre)


def _desceller(scelle: str) -> tuple[str, dt.date | None]:
    code, naissance = json.loads(coffre.desceller(scelle))
    return code, dt.date.fromisoformat(naissance) if naissance else None


def _voir(abonnement: Abonnement) -> AbonnementVu:
    montre = abonnement.statut == w.ACTIF
    return AbonnementVu(
        id=abonnement.id,
        etat=w.ABONNEMENT.etats[abonnement.statut],
        depuis=abonnement.cree_le,
        famille=abonnement.famille.nom if montre else "",
        numero=abonnement.famille.code_abonne if montre else "",
    )
