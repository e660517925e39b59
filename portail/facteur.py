"""The way out of the outbox: the mail server, and the round made again and again beside the web."""

import logging
import smtplib
import ssl
import threading
import time
from email.message import EmailMessage

from portail.base import rendre_la_connexion
from portail.config import Config, Smtp
from portail.domain import (
    campagnes,
    comptes,
    documents,
    envoi,
    importation,
    liste_attente,
    rappels,
    retour,
    suite_des_paiements,
    taches,
)
from portail.domain.payfip import Service
from portail.payfip import joindre

DELAI_RESEAU = 20
"""Seconds that the mail server has to answer."""
PAUSE = 3
"""Seconds between two looks at the outbox."""
REPRISE = 60
"""Seconds between two looks at the places that stayed free while somebody waits."""
RAPPELS = 300
"""Seconds between two looks at the deadlines that come near."""
PAIEMENTS = 15
"""Seconds between two rounds of the payments whose result was not told."""
MENAGE = 3600
"""Seconds between two clearings of what serves no more."""

journal = logging.getLogger(__name__)


class Facteur:
    """Hands mails to the server, over one connection for a whole round.

    Once nobody has answered there, the other mails of the round fail without waiting as long: what is done
    beside the mail (`distribuer`) has its turn.
    """

    def __init__(self, smtp: Smtp) -> None:
        self.smtp = smtp
        self._ouverte: smtplib.SMTP | None = None
        self._injoignable = ""

    def __call__(self, message: EmailMessage) -> None:
        """Hand over one mail, or say whether it is refused for good or only for now."""
        connexion = self._connexion()
        try:
            connexion.send_message(message)
        except smtplib.SMTPRecipientsRefused as refus:
            code, texte = next(iter(refus.recipients.values()))
            raise _refus(code, texte) from refus
        except smtplib.SMTPDataError as refus:
            raise _refus(refus.smtp_code, refus.smtp_error) from refus
        except (OSError, smtplib.SMTPException) as panne:
            self.fermer()
            raise envoi.Panne(_dire(panne)) from panne

    def essayer(self) -> str:
        """Go to the server as with a mail, and back; says what went wrong, or nothing."""
        try:
            self._connexion().noop()
        except envoi.Panne as panne:
            return str(panne)
        except (OSError, smtplib.SMTPException) as panne:
            return _dire(panne)
        finally:
            self.fermer()
        return ""

    def fermer(self) -> None:
        ouverte, self._ouverte = self._ouverte, None
        if ouverte is not None:
            ouverte.close()

    def _connexion(self) -> smtplib.SMTP:
        if self._injoignable:
            raise envoi.Panne(self._injoignable)
        if self._ouverte is None:
            try:
                self._ouvrir()
            except (OSError, smtplib.SMTPException) as panne:
                self.fermer()
                self._injoignable = _dire(panne)
                raise envoi.Panne(self._injoignable) from panne
        assert self._ouverte is not None
        return self._ouverte

    def _ouvrir(self) -> None:
        contexte = ssl.create_default_context()
        ou = (self.smtp.hote, self.smtp.port)
        if self.smtp.chiffre:
            self._ouverte = smtplib.SMTP_SSL(*ou, timeout=DELAI_RESEAU, context=contexte)
        else:
            self._ouverte = smtplib.SMTP(*ou, timeout=DELAI_RESEAU)
        if not self.smtp.chiffre and not self.smtp.local:
            self._ouverte.starttls(context=contexte)
        if self.smtp.utilisateur:
            self._ouverte.login(self.smtp.utilisateur, self.smtp.mot_de_passe)


def _dire(panne: Exception) -> str:
    return f"{type(panne).__name__} : {panne}"


def _refus(code: int, texte: bytes | str) -> Exception:
    mots = texte.decode("utf-8", "replace") if isinstance(texte, bytes) else texte
    return (envoi.Refuse if code >= 500 else envoi.Panne)(f"{code} {mots}")


def tournee(config: Config) -> int:
    """Send all that is due now; gives how many mails were taken. In the demonstration nothing leaves."""
    facteur = Facteur(config.smtp) if config.smtp else None
    total = 0
    try:
        while True:
            pris = envoi.envoyer_en_attente(facteur or (lambda message: None))
            total += pris
            if pris < envoi.LOT:
                taches.noter(taches.COURRIELS)
                return total
    finally:
        if facteur:
            facteur.fermer()


def donner_les_places() -> None:
    """Give all the places that stayed free while somebody waits."""
    apres = liste_attente.reprendre()
    while apres:
        apres = liste_attente.reprendre(apres)
    taches.noter(taches.PLACES)


def ecrire_les_rappels() -> None:
    rappels.ecrire_les_rappels()
    taches.noter(taches.RAPPELS)


def suivre_les_paiements(service: Service | None) -> int:
    """Ask about those whose result was not told; gives how many."""
    faits = suite_des_paiements.relancer(service)
    taches.noter(taches.PAIEMENTS)
    return faits


def distribuer(config: Config, arret: threading.Event) -> None:
    """Round after round until `arret`, whatever fails: the next round starts afresh."""
    prochain_menage = prochaine_reprise = prochains_rappels = prochains_paiements = 0.0
    apres, service = 0, joindre(config.payfip)
    while not arret.is_set():
        en_panne = False
        try:
            if time.monotonic() >= prochaine_reprise:
                prochaine_reprise = time.monotonic() + REPRISE  # even if it fails: the mail has to go
                apres = liste_attente.reprendre(apres)
                taches.noter(taches.PLACES)
            if time.monotonic() >= prochains_rappels:
                prochains_rappels = time.monotonic() + RAPPELS
                ecrire_les_rappels()
            tournee(config)
            if time.monotonic() >= prochain_menage:
                comptes.faire_le_menage()
                documents.faire_le_menage()
                retour.faire_le_menage()
                importation.faire_le_menage()
                taches.noter(taches.MENAGE)
                prochain_menage = time.monotonic() + MENAGE
            if time.monotonic() >= prochains_paiements:
                prochains_paiements = time.monotonic() + PAIEMENTS
                suivre_les_paiements(service)  # PayFiP may be slow: the mail has gone
            campagnes.servir()
            importation.servir()  # last: it may take half a minute, and the mail has gone
        except Exception:
            en_panne = True
            journal.exception("a round of mail failed")
        finally:
            rendre_la_connexion(en_panne)
        arret.wait(PAUSE)
