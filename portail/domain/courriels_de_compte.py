"""The mails about an account itself: its activation, its password, what is asked or ended with it."""

import uuid

from models import Compte, Demande
from portail.domain.courriels import JETON, ecrire, lettre, lien

PAS_VOUS = "Ce n’est pas vous ? Vous n’avez rien à faire : sans ce lien, rien ne change."


def envoyer_l_activation(compte: Compte, jeton: str) -> None:
    """The link that activates the account."""
    _ecrire(
        compte,
        "Activez votre compte",
        "Vous avez créé un compte sur le Portail Citoyen. Ouvrez ce lien dans les 24 heures pour l’activer :",
        lien(f"/compte/activer/{JETON}"),
        "Passé ce délai, vous pourrez demander un nouveau lien. Un compte qui n’est pas activé est effacé au"
        " bout de 7 jours.",
        "Ce n’est pas vous ? N’ouvrez pas le lien : le compte sera effacé.",
        jeton=jeton,
    )


def dire_deja_inscrit(compte: Compte) -> None:
    """Somebody asks for an account with an address that has one: told here, and nowhere on the screen."""
    _ecrire(
        compte,
        "Vous avez déjà un compte",
        "Quelqu’un, sans doute vous, vient de demander un compte sur le Portail Citoyen avec cette adresse."
        " Or vous en avez déjà un, prêt à servir.",
        f"Vous connecter :\n{lien('/connexion')}",
        f"Choisir un nouveau mot de passe, si vous l’avez oublié :\n{lien('/mot-de-passe/oublie')}",
        "Ce n’est pas vous ? Vous n’avez rien à faire : votre compte n’a pas changé.",
    )


def dire_ferme(compte: Compte) -> None:
    """The same, for an account that the town has closed."""
    _ecrire(
        compte,
        "Votre compte est fermé",
        "Quelqu’un, sans doute vous, vient de demander un compte sur le Portail Citoyen avec cette adresse."
        " Elle a déjà servi à un compte, que la mairie a fermé : elle seule peut le rouvrir.",
    )


def envoyer_l_oubli(compte: Compte, jeton: str) -> None:
    """The link that lets a new password be chosen."""
    _ecrire(
        compte,
        "Choisissez un nouveau mot de passe",
        "Vous avez demandé à changer le mot de passe de votre compte sur le Portail Citoyen. Ouvrez ce lien"
        " dans les 30 minutes :",
        lien(f"/mot-de-passe/{JETON}"),
        PAS_VOUS,
        jeton=jeton,
    )


def dire_le_changement(compte: Compte) -> None:
    """The password has changed: whoever did not do it must know."""
    _ecrire(
        compte,
        "Votre mot de passe a changé",
        "Le mot de passe de votre compte sur le Portail Citoyen vient d’être changé, et les appareils qui"
        " étaient connectés ne le sont plus.",
        "Ce n’est pas vous ? Choisissez tout de suite un nouveau mot de passe, puis prévenez-nous :\n"
        + lien("/mot-de-passe/oublie"),
    )


def dire_la_fin_d_un_abonnement(compte: Compte, famille: str) -> None:
    """The town has ended a subscription. `famille`: its name, empty for whoever has never seen it."""
    dossier = f"au dossier de la famille {famille}" if famille else "à un dossier famille"
    _ecrire(
        compte,
        "La mairie a mis fin à votre abonnement",
        f"La mairie a mis fin à votre abonnement {dossier} sur le Portail Citoyen : votre compte n’y a plus"
        " accès.",
        "Votre compte, lui, reste ouvert. Ce qui a été demandé pour les enfants ne change pas.",
    )


def dire_la_demande_bancaire(compte: Compte, demande: Demande) -> None:
    """Somebody asks with this account that other bank details be used: whoever did not must know."""
    _ecrire(
        compte,
        "Changement de données bancaires demandé",
        "Un changement de vos données bancaires vient d’être demandé avec votre compte"
        f" (demande n° {demande.numero}). Rien ne change avant la réponse de la mairie.",
        "Ce n’est pas vous ? Annulez la demande, changez de mot de passe, puis prévenez-nous :\n"
        + lien(f"/famille/demandes/{demande.id}"),
    )


def _ecrire(compte: Compte, sujet: str, *paragraphes: str, jeton: str = "") -> None:
    ecrire(
        cle=f"compte:{uuid.uuid4().hex}",
        destinataire=compte.email,
        sujet=sujet,
        corps=lettre(compte, *paragraphes),
        jeton=jeton,
    )
