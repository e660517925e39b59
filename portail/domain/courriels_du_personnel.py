"""The mails about an account of the staff: what the town has done to it."""

from models import Compte
from portail.domain.courriels import JETON, lien
from portail.domain.courriels_de_compte import ecrire_au_compte

QUI = "Une question ? Demandez à la personne qui administre le portail."


def envoyer_l_ouverture(compte: Compte, fonction: str, jeton: str) -> None:
    """The account is open: the link that chooses its password."""
    ecrire_au_compte(
        compte,
        "Votre compte de la mairie est ouvert",
        f"La mairie vous a ouvert un compte sur le Portail Citoyen, avec le rôle « {fonction} ». Choisissez"
        " votre mot de passe, dans les 30 minutes :",
        lien(f"/mot-de-passe/{JETON}"),
        _passe_ce_delai(),
        QUI,
        jeton=jeton,
    )


def envoyer_un_lien(compte: Compte, jeton: str) -> None:
    """Another link to choose a password with."""
    ecrire_au_compte(
        compte,
        "Choisissez votre mot de passe",
        "La mairie vous donne un lien pour choisir le mot de passe de votre compte sur le Portail Citoyen."
        " Ouvrez-le dans les 30 minutes :",
        lien(f"/mot-de-passe/{JETON}"),
        _passe_ce_delai(),
        QUI,
        jeton=jeton,
    )


def dire_la_charge(compte: Compte, fonction: str, lieux: str) -> None:
    """Another role, other places."""
    ecrire_au_compte(
        compte,
        "Votre compte de la mairie a changé",
        f"Votre compte sur le Portail Citoyen a maintenant le rôle « {fonction} », pour {lieux}."
        " Vos appareils ont été déconnectés : reconnectez-vous.",
        QUI,
    )


def dire_la_fermeture(compte: Compte) -> None:
    """The town has closed the account."""
    ecrire_au_compte(
        compte,
        "Votre compte est fermé",
        "La mairie a fermé votre compte sur le Portail Citoyen : il ne permet plus de se connecter.",
        QUI,
    )


def dire_la_reouverture(compte: Compte) -> None:
    """The town has opened the account again."""
    ecrire_au_compte(
        compte,
        "Votre compte est rouvert",
        "La mairie a rouvert votre compte sur le Portail Citoyen. Votre mot de passe est celui d’avant.",
        f"Vous connecter :\n{lien('/connexion')}",
    )


def dire_la_deconnexion(compte: Compte) -> None:
    """An administrator has signed the account out everywhere."""
    ecrire_au_compte(
        compte,
        "Vos appareils ont été déconnectés",
        "La mairie a déconnecté de votre compte tous les appareils qui l’étaient. Reconnectez-vous quand vous"
        " voulez, avec votre mot de passe.",
        QUI,
    )


def _passe_ce_delai() -> str:
    return f"Passé ce délai, demandez-en un autre ici, avec cette adresse :\n{lien('/mot-de-passe/oublie')}"
