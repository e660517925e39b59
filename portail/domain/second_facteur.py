"""The second factor of staff: the code that a device shows (TOTP, RFC 6238), or one kept on paper for the day
when the device is lost. A code by mail would not be one: whoever has the letter box resets the password too.
"""

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass

import pyotp

import workflows as w
from models import CodeDeSecours, Compte, SecondFacteur, SessionOuverte, verrouiller, write_transaction
from portail import clock
from portail.domain import codes, coffre, comptes, courriels_de_compte, essais, reglages
from portail.domain.refus import DejaChange, Refus
from portail.domain.transitions import Acteur, journaliser
from portail.domain.ville import la_ville

PAS = 30
"""Seconds that a code lasts."""
TOLERANCE = 1
"""A phone may be early or late by so many codes (RFC 6238, §5.2)."""
CODES_DE_SECOURS = 10

CHAMP = "code"
INCONNU = "Ce code n’est pas le bon, ou il a déjà servi."


@dataclass(frozen=True)
class Installation:
    """What a device needs in order to show the codes of an account."""

    secret: str
    adresse: str
    """`otpauth://…`: the secret, the account and the town; what the QR code says."""

    @property
    def a_taper(self) -> str:
        """« ABCD EFGH … »"""
        return " ".join(self.secret[i : i + 4] for i in range(0, len(self.secret), 4))


@dataclass(frozen=True)
class Activation:
    jeton: str
    """The session's new token."""
    codes: list[str]
    """The recovery codes, in clear: shown once, never again."""


@dataclass(frozen=True)
class Etat:
    """Where an account stands."""

    exige: bool
    """False in a demonstration."""
    actif: bool
    restants: int
    """Recovery codes not used yet."""


# ——— the acts ———


def preparer(compte: Compte, jeton: str) -> Installation:
    """The secret to set up in this half session, whose token is `jeton`: the same each time it is asked.

    It is drawn from the token, that the browser alone has, and kept nowhere until it is proven. Whoever knows
    the password and looks first learns the secret of their own session, never the one that is set up later.
    """
    graine = hmac.new(reglages.lire().secret, f"second-facteur:{jeton}".encode(), hashlib.sha256).digest()
    secret = base64.b32encode(graine[:20]).decode()
    adresse = pyotp.TOTP(secret).provisioning_uri(name=compte.email, issuer_name=la_ville().nom)
    return Installation(secret, adresse)


def activer(session: SessionOuverte, jeton: str, code: str) -> Activation:
    """The first right code proves that the device has the secret: from now on the account asks for it.

    The session becomes whole.
    """
    compte = session.compte
    secret = preparer(compte, jeton).secret
    essais.compter_un_second_facteur(compte)
    pas = _pas_du_code(secret, _ranger(code))
    if pas is None:
        raise _refus(compte)
    with write_transaction():
        verrouiller(Compte, [compte.id])
        if est_actif(compte):
            raise DejaChange("Une application de codes vient d’être installée pour ce compte.", champ=CHAMP)
        SecondFacteur.create(
            compte=compte,
            scelle=coffre.sceller(secret),
            actif_depuis=clock.maintenant(),
            dernier_pas=pas,
        )
        journaliser(compte, "second_facteur_active", Acteur(compte, compte.role))
        courriels_de_compte.dire_le_second_facteur(compte)
        return Activation(_completer(session), _tirer_les_codes(compte))


def donner(session: SessionOuverte, code: str) -> str:
    """The second factor, after the password: the session becomes whole. Gives its new token.

    Counted before it is looked at, as a password is.
    """
    compte, saisi = session.compte, _ranger(code)
    essais.compter_un_second_facteur(compte)
    with write_transaction():
        facteur = _actif(compte)
        if facteur and _user_le_code(facteur, saisi):
            journaliser(compte, "second_facteur_donne", Acteur(compte, compte.role))
            return _completer(session)
        if facteur and _user_le_code_de_secours(compte, saisi):
            journaliser(compte, "code_de_secours_utilise", Acteur(compte, compte.role))
            courriels_de_compte.dire_le_code_de_secours(compte, _restants(compte))
            return _completer(session)
        _journaliser_le_refus(compte)
    raise Refus(INCONNU, champ=CHAMP)


def refaire_les_codes(session: SessionOuverte) -> list[str]:
    """New recovery codes; the old ones open nothing any more."""
    compte = session.compte
    with write_transaction():
        comptes.exiger_la_confirmation(session)
        facteur = _actif(compte)
        if facteur is None or not verrouiller(SecondFacteur, [facteur.id]):
            raise Refus("Aucune application de codes n’est installée pour ce compte.")
        journaliser(compte, "codes_de_secours_refaits", Acteur(compte, compte.role))
        courriels_de_compte.dire_les_codes_refaits(compte)
        return _tirer_les_codes(compte)


def oublier(compte: Compte, acteur: Acteur) -> bool:
    """Take a lost authenticator away: the next sign-in sets another one up. Whether there was one.

    Inside the transaction of the act.
    """
    oublie = SecondFacteur.delete().where(SecondFacteur.compte == compte).execute()
    CodeDeSecours.delete().where(CodeDeSecours.compte == compte).execute()
    essais.oublier_le_second_facteur(compte)
    comptes.fermer_les_sessions(compte)
    if oublie:
        journaliser(compte, "second_facteur_oublie", acteur)
        courriels_de_compte.dire_le_second_facteur_oublie(compte)
    return bool(oublie)


# ——— what the screens ask ———


def est_actif(compte: Compte) -> bool:
    """Whether the account has an authenticator that was proven."""
    return _actif(compte) is not None


def etat(compte: Compte) -> Etat:
    return Etat(
        reglages.lire().second_facteur and compte.role != w.FAMILLE, est_actif(compte), _restants(compte)
    )


# ——— inside ———


def _actif(compte: Compte) -> SecondFacteur | None:
    return SecondFacteur.get_or_none(
        SecondFacteur.compte == compte, SecondFacteur.actif_depuis.is_null(False)
    )


def _restants(compte: Compte) -> int:
    return (
        CodeDeSecours.select()
        .where(CodeDeSecours.compte == compte, CodeDeSecours.utilise_le.is_null())
        .count()
    )


def _completer(session: SessionOuverte) -> str:
    """The session is worth more: another token, and its idle time begins anew."""
    essais.oublier_le_second_facteur(session.compte)
    maintenant = clock.maintenant()
    return comptes.renouveler(session, second_facteur_le=maintenant, vue_le=maintenant)


def _refus(compte: Compte) -> Refus:
    """What is answered to a wrong code, once it is in the journal."""
    with write_transaction():
        _journaliser_le_refus(compte)
    return Refus(INCONNU, champ=CHAMP)


def _journaliser_le_refus(compte: Compte) -> None:
    journaliser(compte, "second_facteur_refuse", Acteur(None, compte.role))


def _ranger(code: str) -> str:
    """As it was meant: capitals, without what separates groups."""
    return re.sub(r"[\s\-–—.]+", "", code).upper()


def _pas_du_code(secret: str, code: str) -> int | None:
    """The last step, of those that one may be in, whose code is this one. All are computed, always."""
    totp = pyotp.TOTP(secret)
    present = int(clock.maintenant().timestamp()) // PAS
    attendus = {pas: totp.generate_otp(pas) for pas in range(present - TOLERANCE, present + TOLERANCE + 1)}
    saisi = code.encode(errors="replace")
    bons = [pas for pas, attendu in attendus.items() if hmac.compare_digest(attendu.encode(), saisi)]
    return max(bons, default=None)


def _user_le_code(facteur: SecondFacteur, code: str) -> bool:
    """Whether the code is that of a step not yet used; the step is used up, for requests made at once too."""
    pas = _pas_du_code(coffre.desceller(facteur.scelle), code)
    if pas is None:
        return False
    neuf = (SecondFacteur.id == facteur.id) & (SecondFacteur.dernier_pas < pas)
    return SecondFacteur.update(dernier_pas=pas).where(neuf).execute() == 1


def _user_le_code_de_secours(compte: Compte, code: str) -> bool:
    neuf = (
        (CodeDeSecours.compte == compte)
        & (CodeDeSecours.empreinte == _empreinte(compte, code))
        & CodeDeSecours.utilise_le.is_null()
    )
    return CodeDeSecours.update(utilise_le=clock.maintenant()).where(neuf).execute() == 1


def _tirer_les_codes(compte: Compte) -> list[str]:
    """New codes in place of those that it had, inside the transaction of the act. Only their hashes stay."""
    CodeDeSecours.delete().where(CodeDeSecours.compte == compte).execute()
    tires = [codes.tirer() for _ in range(CODES_DE_SECOURS)]
    lignes = [{"compte": compte, "empreinte": _empreinte(compte, code)} for code in tires]
    CodeDeSecours.insert_many(lignes).execute()
    return [codes.presenter(code) for code in tires]


def _empreinte(compte: Compte, code: str) -> str:
    texte = f"secours:{compte.id}:{code}"
    return hmac.new(reglages.lire().secret, texte.encode(), hashlib.sha256).hexdigest()
