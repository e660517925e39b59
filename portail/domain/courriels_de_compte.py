"""The mails about an account itself: activation, password, address, second factor, subscription, end."""

import uuid

from models import Compte, Demande
from portail.domain.courriels import JETON, ecrire, lettre, lien

PAS_VOUS = "Ce n’est pas vous ? Vous n’avez rien à faire : sans ce lien, rien ne change."
PAS_VOUS_DU_TOUT = (
    "Ce n’est pas vous ? Prévenez tout de suite la personne qui administre le portail : quelqu’un connaît"
    " votre mot de passe."
)


def envoyer_l_activation(compte: Compte, jeton: str) -> None:
    """The link that activates the account."""
    ecrire_au_compte(
        compte,
        "Activez votre compte",
        "Vous avez créé un compte sur le Portail Citoyen. Ouvrez ce lien dans les 24 heures pour l’activer :",
        lien(f"/compte/activer/{JETON}"),
        "Pour voir le planning de vos enfants, il faut aussi votre code abonné. Si vous l’avez donné en"
        " créant le compte, il sera vérifié à votre première connexion. Sinon, vous le saisirez ensuite,"
        " dans « Mes abonnements ».",
        "Passé ce délai, vous pourrez demander un nouveau lien. Un compte qui n’est pas activé est effacé au"
        " bout de 7 jours.",
        "Ce n’est pas vous ? N’ouvrez pas le lien : le compte sera effacé.",
        jeton=jeton,
    )


def dire_deja_inscrit(compte: Compte) -> None:
    """Somebody asks for an account with an address that has one: told here, and nowhere on the screen."""
    ecrire_au_compte(
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
    ecrire_au_compte(
        compte,
        "Votre compte est fermé",
        "Quelqu’un, sans doute vous, vient de demander un compte sur le Portail Citoyen avec cette adresse."
        " Elle a déjà servi à un compte, que la mairie a fermé : elle seule peut le rouvrir.",
    )


def envoyer_l_oubli(compte: Compte, jeton: str) -> None:
    """The link that lets a new password be chosen."""
    ecrire_au_compte(
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
    ecrire_au_compte(
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
    ecrire_au_compte(
        compte,
        "La mairie a mis fin à votre abonnement",
        f"La mairie a mis fin à votre abonnement {dossier} sur le Portail Citoyen : votre compte n’y a plus"
        " accès.",
        "Votre compte, lui, reste ouvert. Ce qui a été demandé pour les enfants ne change pas.",
    )


def dire_la_demande_bancaire(compte: Compte, demande: Demande) -> None:
    """Somebody asks with this account that other bank details be used: whoever did not must know."""
    ecrire_au_compte(
        compte,
        "Changement de données bancaires demandé",
        "Un changement de vos données bancaires vient d’être demandé avec votre compte"
        f" (demande n° {demande.numero}). Rien ne change avant la réponse de la mairie.",
        "Ce n’est pas vous ? Annulez la demande, changez de mot de passe, puis prévenez-nous :\n"
        + lien(f"/famille/demandes/{demande.id}"),
    )


def envoyer_la_nouvelle_adresse(compte: Compte, email: str, jeton: str) -> None:
    """To the new address: the link that makes it that of the account."""
    ecrire_au_compte(
        compte,
        "Confirmez votre nouvelle adresse",
        "Vous avez demandé à utiliser cette adresse pour votre compte sur le Portail Citoyen. Connectez-vous"
        " avec l’adresse d’avant, puis ouvrez ce lien dans les 24 heures :",
        lien(f"/mon-espace/adresse/{JETON}"),
        PAS_VOUS,
        jeton=jeton,
        destinataire=email,
    )


def dire_adresse_prise(autre: Compte) -> None:
    """To the new address, when it has an account already: told here, and nowhere on the screen."""
    ecrire_au_compte(
        autre,
        "Cette adresse a déjà un compte",
        "Quelqu’un, peut-être vous, a demandé à mettre cette adresse sur un autre compte du Portail Citoyen."
        " Or elle sert déjà à un compte : rien n’a changé, ni d’un côté ni de l’autre.",
        "C’est vous ? Servez-vous de ce compte, ou choisissez une autre adresse. Ce n’est pas vous ? Vous"
        " n’avez rien à faire.",
    )


def dire_la_demande_d_adresse(compte: Compte) -> None:
    """To the present address: another one is asked for. Which one is not said: it may be anybody’s."""
    ecrire_au_compte(
        compte,
        "On demande à changer votre adresse e-mail",
        "Vous avez demandé à changer l’adresse e-mail de votre compte sur le Portail Citoyen. Elle changera"
        " quand vous aurez ouvert le lien envoyé à la nouvelle adresse.",
        "Ce n’est pas vous ? Quelqu’un connaît votre mot de passe : choisissez-en tout de suite un autre, la"
        f" demande tombera d’elle-même.\n{lien('/mot-de-passe/oublie')}",
    )


def dire_la_nouvelle_adresse(compte: Compte) -> None:
    """To the address that was: it is no longer that of the account."""
    ecrire_au_compte(
        compte,
        "Votre adresse e-mail a changé",
        "Votre compte sur le Portail Citoyen a une autre adresse e-mail, et les autres appareils qui étaient"
        " connectés ne le sont plus. Celle-ci ne sert plus à se connecter.",
        "Ce n’est pas vous ? Appelez-nous tout de suite : la mairie peut vous rendre votre compte.",
    )


def dire_la_fermeture(compte: Compte) -> None:
    """The account is no more."""
    ecrire_au_compte(
        compte,
        "Votre compte est fermé",
        "Vous avez fermé votre compte sur le Portail Citoyen. Vos abonnements sont résiliés et cette adresse"
        " n’y est plus : rien ne vous sera plus envoyé.",
        "Le dossier de votre famille reste à la mairie. Pour revenir, il suffit de créer un compte.",
        "Ce n’est pas vous ? Appelez-nous tout de suite.",
    )


def dire_le_second_facteur(compte: Compte) -> None:
    """An authenticator has been set up: whoever did not do it must know."""
    ecrire_au_compte(
        compte,
        "Une application de codes protège votre compte",
        "Une application de codes vient d’être installée pour votre compte sur le Portail Citoyen : elle"
        " sera demandée à chaque connexion, après le mot de passe.",
        PAS_VOUS_DU_TOUT,
    )


def dire_le_code_de_secours(compte: Compte, restants: int) -> None:
    """A recovery code has been used."""
    reste = f"il vous en reste {restants}" if restants else "c’était le dernier"
    ecrire_au_compte(
        compte,
        "Un code de secours a servi",
        "Quelqu’un, sans doute vous, vient de se connecter à votre compte sur le Portail Citoyen avec un code"
        f" de secours. Il ne servira plus, et {reste}.",
        f"Vous pouvez en faire de nouveaux :\n{lien('/mon-espace/second-facteur')}",
        PAS_VOUS_DU_TOUT,
    )


def dire_les_codes_refaits(compte: Compte) -> None:
    """The recovery codes have been made again."""
    ecrire_au_compte(
        compte,
        "Vos codes de secours ont été refaits",
        "De nouveaux codes de secours viennent d’être faits pour votre compte sur le Portail Citoyen. Les"
        " précédents ne servent plus.",
        PAS_VOUS_DU_TOUT,
    )


def dire_le_second_facteur_oublie(compte: Compte) -> None:
    """The authenticator has been taken away by whoever runs the portal."""
    ecrire_au_compte(
        compte,
        "Votre application de codes n’est plus demandée",
        "La mairie vient de retirer l’application de codes de votre compte sur le Portail Citoyen. À votre"
        " prochaine connexion, vous en installerez une autre. Vos codes de secours ne servent plus.",
        PAS_VOUS_DU_TOUT,
    )


def ecrire_au_compte(
    compte: Compte, sujet: str, *paragraphes: str, jeton: str = "", destinataire: str = ""
) -> None:
    """To `destinataire`, or to the account's own address. The account is in the key: see `mes_donnees.py`."""
    ecrire(
        cle=f"{prefixe(compte)}{uuid.uuid4().hex}",
        destinataire=destinataire or compte.email,
        sujet=sujet,
        corps=lettre(compte, *paragraphes),
        jeton=jeton,
    )


def prefixe(compte: Compte) -> str:
    """How the keys of the mails about this account begin."""
    return f"compte:{compte.id}:"
