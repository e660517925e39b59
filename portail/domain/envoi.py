"""The outbox, sent: each mail at least once, by one process at a time, tried again until clearly failed.

A process takes a lease on a row, sends, then says so. If it dies between the two, the lease runs out and the
mail goes again with the same Message-ID: twice rather than never.
"""

import datetime as dt
from collections.abc import Callable
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from models import Courriel
from portail import clock
from portail.domain import courriels
from portail.domain.ville import la_ville

BAIL = dt.timedelta(minutes=5)
ESSAIS_MAX = 48
ATTENTE_MAX = 60
"""Minutes between two tries at most: 1, 2, 4… 60. Forty-eight tries last almost two days."""
LOT = 50


class Refuse(Exception):
    """The mail itself is refused for good: trying again would change nothing."""


class Panne(Exception):
    """It could not be handed over this time."""


def envoyer_en_attente(remettre: Callable[[EmailMessage], None], lot: int = LOT) -> int:
    """Send what is due, at most `lot` mails, handed over by `remettre`. Gives how many were taken."""
    maintenant = clock.maintenant()
    libre = Courriel.bail_jusqua.is_null() | (Courriel.bail_jusqua <= maintenant)
    dus = list(
        Courriel.select(Courriel.id, Courriel.essais)
        .where(Courriel.statut == "a_envoyer", Courriel.prochain_essai <= maintenant, libre)
        .order_by(Courriel.prochain_essai, Courriel.id)
        .limit(lot)
    )
    return sum(_envoyer(du.id, du.essais, remettre) for du in dus)


def _envoyer(courriel_id: int, essais: int, remettre: Callable[[EmailMessage], None]) -> bool:
    maintenant = clock.maintenant()
    pris = (
        Courriel.update(bail_jusqua=maintenant + BAIL, essais=essais + 1)
        .where(Courriel.id == courriel_id, Courriel.statut == "a_envoyer", Courriel.essais == essais)
        .execute()
    )
    if not pris:
        return False  # another process was first
    courriel = Courriel.get_by_id(courriel_id)
    try:
        remettre(composer(courriel))
    except (Refuse, ValueError, MessageError) as refus:
        _noter(courriel, statut="echec", erreur=str(refus))
    except Panne as panne:
        attente = min(2 ** (courriel.essais - 1), ATTENTE_MAX)
        _noter(
            courriel,
            statut="a_envoyer" if courriel.essais < ESSAIS_MAX else "echec",
            prochain_essai=clock.maintenant() + dt.timedelta(minutes=attente),
            erreur=str(panne),
        )
    else:
        _noter(courriel, statut="envoye", envoye_le=clock.maintenant(), erreur="")
    return True


def _noter(courriel: Courriel, **valeurs) -> None:
    """Write the outcome and give the lease back, unless another process holds it by now."""
    if "erreur" in valeurs:
        valeurs["erreur"] = valeurs["erreur"].replace("\0", "")[:500]
    Courriel.update(bail_jusqua=None, **valeurs).where(
        Courriel.id == courriel.id, Courriel.statut == "a_envoyer", Courriel.essais == courriel.essais
    ).execute()


def composer(courriel: Courriel) -> EmailMessage:
    """The mail as it goes. A header that would hold a line break is refused with ValueError."""
    ville = la_ville()
    message = EmailMessage(policy=SMTP)
    message["From"] = _adresse(ville.courriel, f"{ville.nom} – {ville.guichet}")
    message["To"] = _adresse(courriel.destinataire)
    message["Subject"] = courriel.sujet
    message["Date"] = format_datetime(courriel.cree_le)
    message["Message-ID"] = courriel.message_id
    message["Auto-Submitted"] = "auto-generated"
    if courriel.cle.startswith(courriels.RAPPEL):
        message["List-Unsubscribe"] = f"<{courriels.lien(courriels.RECEPTION)}>"
    message.set_content(courriels.en_clair(courriel), cte="quoted-printable")
    return message


def _adresse(adresse: str, nom: str = "") -> Address:
    """The parser of the standard library trips over some addresses (« dupont@ »): those are refused too."""
    try:
        return Address(nom, addr_spec=adresse)
    except (IndexError, AttributeError, UnboundLocalError) as faux_pas:
        raise ValueError(f"adresse illisible : {adresse}") from faux_pas
