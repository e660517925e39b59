"""The accounts of the staff: opened, given a role and places, closed.

Asked from the command line, for whoever runs the machine: the journal names the system as the author. Asked
from a page, by an administrator, `par` is their session, in which the password was given of late; nobody
does anything to their own account there.
"""

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from peewee import IntegrityError

import workflows as w
from models import (
    ROLES_ADMINISTRATION,
    ROLES_DE_COMPTE,
    ROLES_PERSONNEL,
    Affectation,
    Compte,
    Lieu,
    SecondFacteur,
    SessionOuverte,
    verrouiller,
    write_transaction,
)
from portail import clock, mots
from portail.domain import comptes, courriels_du_personnel, essais, jetons, perimetre, second_facteur
from portail.domain.refus import Interdit, Introuvable, Refus
from portail.domain.transitions import SYSTEME, Acteur, journaliser

ADMINISTRATEUR = "administrateur"
ROLES = tuple(role for role in ROLES_DE_COMPTE if role != w.FAMILLE)
"""Of whoever works for the town."""
FONCTIONS = {
    "agent": "Agent",
    "animateur": "Animateur",
    "gestionnaire": "Gestionnaire",
    "administrateur": "Administrateur",
}
"""The roles, as the pages say them."""
TOUS_LES_LIEUX = "tous les lieux"

DERNIER = "C’est le dernier compte administrateur ouvert : donnez d’abord ce rôle à quelqu’un d’autre."
SOI = "C’est votre propre compte : demandez à un autre administrateur."
SANS_LIMITE = "Un administrateur a tous les lieux : choisissez un autre rôle, ou ne limitez pas ses lieux."


@dataclass(frozen=True)
class Personne:
    """One line of the list."""

    compte: Compte
    second_facteur: bool
    lieux: tuple[str, ...] = ()
    """The places that the account is limited to, by name; none: it has them all."""

    @property
    def fonction(self) -> str:
        return FONCTIONS.get(self.compte.role, self.compte.role.capitalize())

    @property
    def porte_sur(self) -> str:
        """« tous les lieux », « Centre Prévert et Groupe scolaire Jean-Zay »."""
        return mots.enumeration(list(self.lieux)) if self.lieux else TOUS_LES_LIEUX


# ——— the acts ———


def creer(
    email: str,
    prenom: str,
    nom: str,
    role: str,
    service: str = "",
    lieux: Collection[int] = (),
    *,
    par: SessionOuverte | None = None,
    par_courriel: bool = False,
) -> str:
    """Open an account that signs in once its password is chosen. Gives the token of the link that chooses it.

    The town answers for the address: there is no activation mail, and nobody can sign up with it meanwhile.
    `lieux`: the places that it is limited to; none, all of them. `par_courriel`: the link is mailed too.
    """
    email, maintenant = essais.normaliser_email(email), clock.maintenant()
    hache = _mot_de_passe_perdu()
    try:
        with write_transaction():
            acteur = _auteur(par)
            limites = _lieux_permis(_role_connu(role), lieux)
            compte = Compte.create(
                email=email,
                mot_de_passe=hache,
                prenom=prenom,
                nom=nom,
                role=role,
                service=service,
                cree_le=maintenant,
                active_le=maintenant,
            )
            _affecter(compte, limites)
            journaliser(compte, "compte_cree", acteur, vers=role, detail=_dire_les_lieux(limites))
            jeton = jetons.emettre(compte, jetons.MOT_DE_PASSE)
            if par_courriel:
                courriels_du_personnel.envoyer_l_ouverture(compte, FONCTIONS.get(role, role), jeton)
            return jeton
    except IntegrityError as deja:
        raise Refus(f"Il y a déjà un compte à l’adresse {email}.", champ="email") from deja


def donner_un_lien(email: str, *, par: SessionOuverte | None = None, par_courriel: bool = False) -> str:
    """Another link to choose a password with. Gives its token."""
    with write_transaction():
        compte, acteur, _ = _prendre(email, par)
        if not compte.actif:
            raise Refus(f"Le compte {compte.email} est fermé : rouvrez-le d’abord.")
        journaliser(compte, "lien_donne", acteur)
        jeton = jetons.emettre(compte, jetons.MOT_DE_PASSE)
        if par_courriel:
            courriels_du_personnel.envoyer_un_lien(compte, jeton)
        return jeton


def changer_le_role(
    email: str, role: str, lieux: Collection[int] | None = None, *, par: SessionOuverte | None = None
) -> str:
    """Give the account this role and these places (none: all of them; None: those that it has), and close it
    everywhere: what is on its screens is of the role before. The same again changes nothing.

    A password good enough for a family is not for the staff: whoever comes in chooses another one, with the
    link whose token is given; otherwise it is empty.
    """
    hache = _mot_de_passe_perdu()
    with write_transaction():
        compte, acteur, dernier = _prendre(email, par)
        avant, siens = compte.role, set(perimetre.lieux_de([compte.id])[compte.id])
        _role_connu(role)
        if lieux is None:
            lieux = siens if role in ROLES_PERSONNEL and role not in ROLES_ADMINISTRATION else ()
        voulus = _lieux_permis(role, lieux)
        if (avant, siens) == (role, set(voulus)):
            return ""
        if dernier:
            raise Refus(DERNIER, champ="role")
        entre = avant == w.FAMILLE
        valeurs = {"role": role} | ({"mot_de_passe": hache} if entre else {})
        Compte.update(valeurs).where(Compte.id == compte.id).execute()
        _affecter(compte, voulus)
        comptes.fermer_les_sessions(compte)
        if avant != role:
            journaliser(compte, "role_change", acteur, de=avant, vers=role)
        if siens != set(voulus):
            journaliser(compte, "lieux_changes", acteur, detail=_dire_les_lieux(voulus))
        compte = Compte.get_by_id(compte.id)
        if role != w.FAMILLE:
            courriels_du_personnel.dire_la_charge(compte, FONCTIONS[role], _dire_les_lieux(voulus))
        return jetons.emettre(compte, jetons.MOT_DE_PASSE) if entre else ""


def fermer(email: str, *, par: SessionOuverte | None = None) -> bool:
    """Close the account: it signs in no more, and is out at once. Whether it was open."""
    with write_transaction():
        compte, acteur, dernier = _prendre(email, par)
        if dernier:
            raise Refus(DERNIER)
        if compte.actif:
            Compte.update(actif=False).where(Compte.id == compte.id).execute()
            comptes.fermer_les_sessions(compte)
            journaliser(compte, "compte_ferme", acteur)
            courriels_du_personnel.dire_la_fermeture(compte)
        return compte.actif


def rouvrir(email: str, *, par: SessionOuverte | None = None) -> bool:
    """Open a closed account again, with the password that it had. Whether it was closed."""
    with write_transaction():
        compte, acteur, _ = _prendre(email, par)
        if not compte.actif:
            Compte.update(actif=True).where(Compte.id == compte.id).execute()
            journaliser(compte, "compte_rouvert", acteur)
            courriels_du_personnel.dire_la_reouverture(compte)
        return not compte.actif


def oublier_le_second_facteur(email: str, *, par: SessionOuverte | None = None) -> bool:
    """Take a lost authenticator away: the next sign-in sets another one up. Whether there was one."""
    with write_transaction():
        compte, acteur, _ = _prendre(email, par)
        return second_facteur.oublier(compte, acteur)


def fermer_les_sessions(email: str, *, par: SessionOuverte | None = None) -> None:
    """Sign the account out everywhere."""
    with write_transaction():
        compte, acteur, _ = _prendre(email, par)
        comptes.fermer_les_sessions(compte)
        journaliser(compte, "sessions_fermees", acteur)
        if par is not None:
            courriels_du_personnel.dire_la_deconnexion(compte)


# ——— what the command and the pages show ———


def trouver(email: str) -> Compte:
    """The account of this address; :class:`Introuvable` when there is none."""
    email = essais.normaliser_email(email)
    compte = Compte.get_or_none(Compte.email == email)
    if compte is None:
        raise Introuvable(f"Aucun compte à l’adresse {email}.")
    return compte


def lister(*roles: str) -> Sequence[Personne]:
    """The accounts with these roles, by role and name. Three queries."""
    return _personnes(Compte.role.in_(roles))


def une_personne(compte_id: int) -> Personne:
    """This account, if it is of the staff; :class:`Introuvable` otherwise."""
    trouvees = _personnes((Compte.id == compte_id) & Compte.role.in_(ROLES))
    if not trouvees:
        raise Introuvable("Ce compte n’existe pas.")
    return trouvees[0]


def les_lieux() -> Sequence[tuple[int, str]]:
    """The places of the town to choose from, by name."""
    return list(Lieu.select(Lieu.id, Lieu.nom).order_by(Lieu.nom, Lieu.id).tuples())


def lieux_nommes(noms: Collection[str]) -> list[int]:
    """The places of these names, typed at the command line. :class:`Introuvable` names one that is not."""
    connus = dict(Lieu.select(Lieu.nom, Lieu.id).where(Lieu.nom.in_(list(noms) or [""])).tuples())
    for nom in noms:
        if nom not in connus:
            raise Introuvable(f"Aucun lieu ne s’appelle « {nom} ».")
    return list(connus.values())


# ——— inside ———


def _personnes(condition) -> Sequence[Personne]:
    equipes = SecondFacteur.select(SecondFacteur.compte).where(SecondFacteur.actif_depuis.is_null(False))
    munis = {facteur.compte_id for facteur in equipes}
    trouves = list(Compte.select().where(condition).order_by(Compte.role, Compte.email))
    limites = Affectation.select(Affectation.compte, Lieu.nom).join(Lieu)
    noms: dict[int, list[str]] = {}
    for compte_id, nom in limites.where(Affectation.compte.in_(trouves or [0])).order_by(Lieu.nom).tuples():
        noms.setdefault(compte_id, []).append(nom)
    return [Personne(compte, compte.id in munis, tuple(noms.get(compte.id, ()))) for compte in trouves]


def _prendre(email: str, par: SessionOuverte | None) -> tuple[Compte, Acteur, bool]:
    """The account, locked; who acts on it; whether it is the last open one of the administrators.

    Once the lock is taken, and not before: who was an administrator may not be one any more.
    """
    compte, dernier = _verrouiller(email)
    acteur = _auteur(par)
    if acteur.compte is not None and acteur.compte.id == compte.id:
        raise Refus(SOI)
    if acteur.compte is not None and compte.role == w.FAMILLE:
        raise Introuvable("Ce compte n’existe pas.")
    return compte, acteur, dernier


def _auteur(par: SessionOuverte | None) -> Acteur:
    """Who acts: the system, or the administrator of this session."""
    if par is None:
        return SYSTEME
    compte = Compte.get_by_id(par.compte_id)
    if not compte.actif or compte.role not in ROLES_ADMINISTRATION:
        raise Interdit("Seuls les administrateurs s’occupent des comptes de la mairie.")
    comptes.exiger_la_confirmation(par)
    return Acteur(compte, w.AGENT)


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


def _lieux_permis(role: str, lieux: Collection[int]) -> list[int]:
    """These places, each once. :class:`Refus` where the role is not limited, or one of them is not there."""
    voulus = sorted(set(lieux))
    if voulus and (role in ROLES_ADMINISTRATION or role not in ROLES_PERSONNEL):
        raise Refus(SANS_LIMITE, champ="lieux")
    if Lieu.select().where(Lieu.id.in_(voulus or [0])).count() < len(voulus):
        raise Refus("Choisissez les lieux dans la liste.", champ="lieux")
    return voulus


def _affecter(compte: Compte, lieux: Collection[int]) -> None:
    """The account is limited to these places from now on; to none when there is none."""
    Affectation.delete().where(Affectation.compte == compte, Affectation.lieu.not_in(lieux or [0])).execute()
    deja = set(perimetre.lieux_de([compte.id])[compte.id])
    for lieu in lieux:
        if lieu not in deja:
            Affectation.create(compte=compte, lieu=lieu)


def _dire_les_lieux(lieux: Collection[int]) -> str:
    noms = Lieu.select(Lieu.nom).where(Lieu.id.in_(list(lieux) or [0])).order_by(Lieu.nom)
    return mots.enumeration([nom for (nom,) in noms.tuples()]) if lieux else TOUS_LES_LIEUX


def _mot_de_passe_perdu() -> str:
    """The hash of a password that nobody knows: only a link opens the account. Checking it takes as long."""
    return comptes.hacher(secrets.token_urlsafe(32))
