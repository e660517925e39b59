"""The accounts of the staff, looked after by whoever runs the portal: opened, given a role, closed.

These acts are asked from the command line: the journal names the system as their author.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from peewee import IntegrityError

import workflows as w
from models import ROLES_DE_COMPTE, Compte, SecondFacteur, verrouiller, write_transaction
from portail import clock
from portail.domain import comptes, essais, jetons
from portail.domain.refus import Introuvable, Refus
from portail.domain.transitions import SYSTEME, journaliser

ADMINISTRATEUR = "administrateur"
ROLES = tuple(role for role in ROLES_DE_COMPTE if role != w.FAMILLE)
"""Of whoever works for the town."""

DERNIER = "C’est le dernier compte administrateur ouvert : donnez d’abord ce rôle à quelqu’un d’autre."


@dataclass(frozen=True)
class Personne:
    """One line of the list."""

    compte: Compte
    second_facteur: bool


# ——— the acts ———


def creer(email: str, prenom: str, nom: str, role: str, service: str = "") -> str:
    """Open an account that signs in once its password is chosen. Gives the token of the link that chooses it.

    The town answers for the address: there is no activation mail, and nobody can sign up with it meanwhile.
    """
    email, maintenant = essais.normaliser_email(email), clock.maintenant()
    hache = _mot_de_passe_perdu()
    try:
        with write_transaction():
            compte = Compte.create(
                email=email,
                mot_de_passe=hache,
                prenom=prenom,
                nom=nom,
                role=_role_connu(role),
                service=service,
                cree_le=maintenant,
                active_le=maintenant,
            )
            journaliser(compte, "compte_cree", SYSTEME, vers=role)
            return jetons.emettre(compte, jetons.MOT_DE_PASSE)
    except IntegrityError as deja:
        raise Refus(f"Il y a déjà un compte à l’adresse {email}.", champ="email") from deja


def donner_un_lien(email: str) -> str:
    """Another link to choose a password with. Gives its token."""
    with write_transaction():
        compte, _ = _verrouiller(email)
        if not compte.actif:
            raise Refus(f"Le compte {compte.email} est fermé : rouvrez-le d’abord.")
        journaliser(compte, "lien_donne", SYSTEME)
        return jetons.emettre(compte, jetons.MOT_DE_PASSE)


def changer_le_role(email: str, role: str) -> str:
    """Give the account another role, and close it everywhere: what is on its screens is of the role before.

    A password good enough for a family is not for the staff: whoever comes in chooses another one, with the
    link whose token is given; otherwise it is empty.
    """
    hache = _mot_de_passe_perdu()
    with write_transaction():
        compte, dernier = _verrouiller(email)
        avant = compte.role
        if avant == _role_connu(role):
            return ""
        if dernier:
            raise Refus(DERNIER)
        entre = avant == w.FAMILLE
        valeurs = {"role": role} | ({"mot_de_passe": hache} if entre else {})
        Compte.update(valeurs).where(Compte.id == compte.id).execute()
        comptes.fermer_les_sessions(compte)
        journaliser(compte, "role_change", SYSTEME, de=avant, vers=role)
        return jetons.emettre(Compte.get_by_id(compte.id), jetons.MOT_DE_PASSE) if entre else ""


def fermer(email: str) -> bool:
    """Close the account: it signs in no more, and is out at once. Whether it was open."""
    with write_transaction():
        compte, dernier = _verrouiller(email)
        if dernier:
            raise Refus(DERNIER)
        if compte.actif:
            Compte.update(actif=False).where(Compte.id == compte.id).execute()
            comptes.fermer_les_sessions(compte)
            journaliser(compte, "compte_ferme", SYSTEME)
        return compte.actif


def rouvrir(email: str) -> bool:
    """Open a closed account again, with the password that it had. Whether it was closed."""
    with write_transaction():
        compte, _ = _verrouiller(email)
        if not compte.actif:
            Compte.update(actif=True).where(Compte.id == compte.id).execute()
            journaliser(compte, "compte_rouvert", SYSTEME)
        return not compte.actif


def fermer_les_sessions(email: str) -> None:
    """Sign the account out everywhere."""
    with write_transaction():
        compte, _ = _verrouiller(email)
        comptes.fermer_les_sessions(compte)
        journaliser(compte, "sessions_fermees", SYSTEME)


def garder_un_administrateur(compte: Compte) -> None:
    """:class:`Refus` if nobody would run the portal without `compte`.

    To be the first lock of whatever else ends an account.
    """
    if _verrouiller(compte.email)[1]:
        raise Refus(DERNIER)


# ——— what the command shows ———


def trouver(email: str) -> Compte:
    """The account of this address; :class:`Introuvable` when there is none."""
    email = essais.normaliser_email(email)
    compte = Compte.get_or_none(Compte.email == email)
    if compte is None:
        raise Introuvable(f"Aucun compte à l’adresse {email}.")
    return compte


def lister(*roles: str) -> Sequence[Personne]:
    """The accounts with these roles, by role and name."""
    equipes = SecondFacteur.select(SecondFacteur.compte).where(SecondFacteur.actif_depuis.is_null(False))
    munis = {facteur.compte_id for facteur in equipes}
    trouves = Compte.select().where(Compte.role.in_(roles)).order_by(Compte.role, Compte.email)
    return [Personne(compte, compte.id in munis) for compte in trouves]


# ——— inside ———


def _verrouiller(email: str) -> tuple[Compte, bool]:
    """The account, locked, and whether it is the last open one of the administrators.

    Theirs are locked with it, all at once and in one order: of two who go at the same moment, one stays.
    """
    voulu = trouver(email)
    en_poste = Compte.select(Compte.id).where(Compte.role == ADMINISTRATEUR, Compte.actif)
    verrouilles = verrouiller(Compte, [voulu.id, *(compte.id for compte in en_poste)])
    ouverts = {c.id for c in verrouilles.values() if c.role == ADMINISTRATEUR and c.actif}
    return verrouilles[voulu.id], ouverts == {voulu.id}


def _role_connu(role: str) -> str:
    if role not in ROLES_DE_COMPTE:
        raise Refus(f"Le rôle « {role} » n’existe pas : {', '.join(ROLES_DE_COMPTE)}.", champ="role")
    return role


def _mot_de_passe_perdu() -> str:
    """The hash of a password that nobody knows: only a link opens the account. Checking it takes as long."""
    return comptes.hacher(secrets.token_urlsafe(32))
