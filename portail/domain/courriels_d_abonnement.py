"""The mails about who is subscribed to a family file: to whoever is, and to the adults of the file."""

from collections.abc import Iterable

from models import Abonnement, Compte, Responsable
from portail import clock
from portail.domain.courriels import destinataires, ecrire, lettre, lien
from portail.domain.essais import normaliser_email
from portail.domain.ville import la_ville


def confirmer(abonnement: Abonnement, compte: Compte, actif: bool) -> None:
    """To the account itself. Not a word of the family: it is not theirs to read yet."""
    suite = (
        f"L’Espace Famille vous est ouvert :\n{lien('/famille')}"
        if actif
        else "Pour le rendre actif, déconnectez-vous puis reconnectez-vous :\n"
        + lien("/mon-espace/abonnements")
    )
    _ecrire(
        f"abonnement:{abonnement.id}:fait",
        compte,
        "Votre abonnement est enregistré",
        "Vous venez de vous abonner à un dossier famille avec un code abonné.",
        suite,
        "Ce n’est pas vous ? Choisissez tout de suite un nouveau mot de passe, puis prévenez-nous :\n"
        + lien("/mot-de-passe/oublie"),
    )


def annoncer(abonnement: Abonnement, compte: Compte) -> None:
    """To the other adults of the file: somebody has just joined them."""
    for autre in _les_autres(abonnement.famille_id, compte):
        _ecrire(
            f"abonnement:{abonnement.id}:{_qui(autre)}",
            autre,
            "Une personne vient de s’abonner à votre dossier",
            f"{compte.nom_complet} vient de s’abonner à votre dossier famille, avec un code abonné. Cette"
            " personne verra le planning de vos enfants et pourra faire des demandes.",
            _pas_normal("mettre fin à cet abonnement"),
            famille_id=abonnement.famille_id,
        )


def alerter(famille_id: int, compte: Compte) -> None:
    """To the same: a code of theirs was refused to somebody. Once a day, however often it is tried."""
    jour = clock.aujourdhui()
    for autre in _les_autres(famille_id, compte):
        _ecrire(
            f"code-refuse:{famille_id}:{jour}:{_qui(autre)}",
            autre,
            "Quelqu’un a essayé de s’abonner à votre dossier",
            "Quelqu’un a donné aujourd’hui, pour s’abonner à votre dossier famille, un code qui ne sert plus"
            " ou une date de naissance fausse. L’abonnement a été refusé : rien du dossier n’a été montré.",
            "C’est peut-être vous, ou l’autre parent : il suffit de demander un nouveau code au"
            f" {la_ville().guichet}.",
            _pas_normal("remplacer vos codes"),
            famille_id=famille_id,
        )


def dire_la_fin(abonnement: Abonnement, compte: Compte) -> None:
    """The subscription is over, whoever ended it."""
    _ecrire(
        f"abonnement:{abonnement.id}:fin",
        compte,
        "Votre abonnement a pris fin",
        "Votre compte n’est plus abonné à un dossier famille : vous ne le voyez plus sur le Portail Citoyen,"
        " et ne recevez plus ses e-mails. Le dossier lui-même n’a pas changé.",
        f"Pour vous abonner de nouveau, demandez un code abonné au {la_ville().guichet}.",
    )


def alarmer(nombre: int) -> None:
    """To the town: codes are being guessed. Once an hour at most."""
    v, maintenant = la_ville(), clock.maintenant()
    ecrire(
        cle=f"codes-refuses:{maintenant:%Y-%m-%dT%H%z}",
        destinataire=v.courriel,
        sujet=f"{nombre} codes abonnés refusés en une heure",
        corps="\n\n".join(
            (
                "Bonjour,",
                f"Le Portail Citoyen a refusé {nombre} codes abonnés en une heure, tous comptes ensemble :"
                " quelqu’un essaie peut-être d’en deviner. Chaque compte est arrêté pour un jour après cinq"
                " refus, et les refus n’ont rien montré d’aucun dossier.",
                "Si des familles s’abonnent aujourd’hui en nombre, c’est sans doute cela. Sinon, prévenez la"
                " personne qui administre le portail : le journal dit quels comptes ont essayé.",
                f"{v.nom} – Portail Citoyen",
            )
        ),
    )


# ——— inside ———


def _les_autres(famille_id: int, compte: Compte) -> Iterable[Compte | Responsable]:
    """The adults subscribed, and those whom the file itself names: each address once, never the account's."""
    nommes = Responsable.select().where(Responsable.famille == famille_id, Responsable.email != "")
    par_adresse: dict[str, Compte | Responsable] = {}
    for adulte in (*destinataires(famille_id), *nommes.order_by(Responsable.rang, Responsable.id)):
        par_adresse.setdefault(normaliser_email(adulte.email), adulte)
    par_adresse.pop(normaliser_email(compte.email), None)
    return par_adresse.values()


def _pas_normal(remede: str) -> str:
    v = la_ville()
    joindre = f"Appelez le {v.guichet}{f', {v.telephone}' if v.telephone else ''} : il peut {remede}."
    return f"Ce n’est pas normal ? {joindre}"


def _qui(adulte: Compte | Responsable) -> str:
    return f"{adulte._meta.table_name}:{adulte.id}"


def _ecrire(
    cle: str, adulte: Compte | Responsable, sujet: str, *paragraphes: str, famille_id: int | None = None
) -> None:
    ecrire(
        cle=cle,
        destinataire=adulte.email,
        sujet=sujet,
        corps=lettre(adulte, *paragraphes),
        famille_id=famille_id,
    )
