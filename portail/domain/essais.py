"""The throttle: failures counted by account and by address, waits that double, no lock for ever.

CNIL, délibération 2022-100, second case (password with restriction of access): at most 25 attempts a day.
"""

import datetime as dt
import hashlib
import hmac
import ipaddress
import unicodedata
from dataclasses import dataclass

from peewee import fn

from models import Compte, EchecConnexion, write_transaction
from portail import clock, mots
from portail.domain import reglages
from portail.domain.refus import Refus


@dataclass(frozen=True)
class Patience:
    """How many failures in `fenetre` before one waits, and how long at most."""

    echecs: int
    fenetre: dt.timedelta
    attente_max: dt.timedelta
    premiere_attente: dt.timedelta = dt.timedelta(minutes=1)

    def attente(self, nombre: int) -> dt.timedelta:
        """The wait after the `nombre`-th failure: the first one, then the double each time."""
        if nombre < self.echecs:
            return dt.timedelta()
        return min(self.premiere_attente * 2 ** min(nombre - self.echecs, 20), self.attente_max)


COMPTE = Patience(5, dt.timedelta(hours=24), dt.timedelta(hours=2))
"""5 + 7 tries in the first two hours, then one every two hours: 23 in a day."""
ADRESSE = Patience(300, dt.timedelta(hours=1), dt.timedelta(minutes=15))
"""Generous: a school, a town hall, a whole mobile network come from one address."""

SECOND_FACTEUR = COMPTE
"""As many tries, counted apart: whoever comes this far has given the password."""


DEMANDES_DU_COMPTE = Patience(3, dt.timedelta(hours=24), dt.timedelta(hours=2))
DEMANDES_DE_L_ADRESSE = Patience(100, dt.timedelta(hours=1), dt.timedelta(minutes=15))
"""Mails asked for by whoever has not signed in: nobody's letter box is filled."""

UN_JOUR = dt.timedelta(hours=24)
CODES_DU_COMPTE = Patience(5, UN_JOUR, UN_JOUR, premiere_attente=UN_JOUR)
CODES_DU_NUMERO = Patience(10, UN_JOUR, UN_JOUR, premiere_attente=UN_JOUR)
"""Of all accounts together, on one code: the dates of birth that go with a short number are few."""
CODES_DE_L_ADRESSE = Patience(50, dt.timedelta(hours=1), dt.timedelta(minutes=15))
"""A town hall helps many families in an hour; slips of the pen are told before anything is counted."""


class TropDEssais(Refus):
    """Too many failures: when one may try again, said in the sentence and counted in `secondes`."""

    statut = 429
    quoi = "Trop d’essais manqués."
    champ_dit = "email"

    def __init__(self, jusqua: dt.datetime) -> None:
        self.secondes = max(1, int((jusqua - clock.maintenant()).total_seconds()) + 1)
        reprise = jusqua + dt.timedelta(seconds=59)
        a_paris = clock.a_paris(reprise)
        demain = a_paris.date() != clock.aujourdhui()
        quand = f"du {mots.moment(reprise)}" if demain else f"de {mots.heure(a_paris.time())}"
        super().__init__(f"{self.quoi} Vous pourrez réessayer à partir {quand}.", champ=self.champ_dit)


class TropDeDemandes(TropDEssais):
    """Too many mails asked for."""

    quoi = "Trop de demandes."


class TropDeCodesDeConnexion(TropDEssais):
    """Too many codes of a second factor."""

    champ_dit = "code"


class TropDeCodes(TropDEssais):
    """Too many codes abonnés that were none."""

    quoi = "Trop de codes refusés."
    champ_dit = "code"


def compter(email: str, adresse: str, connu: str = "") -> None:
    """Count an attempt on the account before its password is looked at; :class:`TropDEssais` if too many.

    A right password takes the count away again (:func:`oublier`). `connu` names a browser in which the
    person has signed in before: it has a count of its own, that no stranger adds to.
    """
    with write_transaction(prealable=True):
        if not connu:
            _permettre(EchecConnexion.get_or_none(EchecConnexion.cle == _cle_adresse(adresse)))
        echec = _verrouiller(_cle_essai(email, connu))
        _permettre(echec)
        _ajouter(echec, COMPTE)


def compter_un_second_facteur(compte: Compte) -> None:
    """Count a code tried, before it is looked at; :class:`TropDEssais` if too many.

    The right one takes the count away again (:func:`oublier_le_second_facteur`).
    """
    with write_transaction(prealable=True):
        echec = _verrouiller(_cle_second_facteur(compte))
        _permettre(echec, TropDeCodesDeConnexion)
        _ajouter(echec, SECOND_FACTEUR)


def oublier_le_second_facteur(compte: Compte) -> None:
    """Inside the transaction of the act that the right code opened."""
    EchecConnexion.delete().where(EchecConnexion.cle == _cle_second_facteur(compte)).execute()


def compter_une_demande(email: str, adresse: str) -> None:
    """Count a mail asked for, inside the transaction that writes it; :class:`TropDeDemandes` if too many.

    A known and an unknown account are counted alike: the count tells nothing.
    """
    for cle, patience in (
        (_cle("demande-adresse", _reseau(adresse)), DEMANDES_DE_L_ADRESSE),
        (_cle("demande", email), DEMANDES_DU_COMPTE),
    ):
        compte = _verrouiller(cle)
        _permettre(compte, TropDeDemandes)
        _ajouter(compte, patience)


def compter_un_code(compte_id: int, code: str, adresse: str) -> None:
    """Count a code abonné before it is looked up; :class:`TropDeCodes` if too many failed."""
    with write_transaction(prealable=True):
        _permettre(EchecConnexion.get_or_none(EchecConnexion.cle == _cle_codes(adresse)), TropDeCodes)
        for cle, patience in _cles_du_code(compte_id, code).items():
            echec = _verrouiller(cle)
            _permettre(echec, TropDeCodes)
            _ajouter(echec, patience)


def rendre_un_code(compte_id: int, code: str) -> None:
    """The code was right: its own attempt no longer counts. Those that failed before still do.

    Otherwise whoever has one good code would try others for ever, clearing the count between.
    """
    EchecConnexion.update(nombre=EchecConnexion.nombre - 1, bloque_jusqua=None).where(
        EchecConnexion.cle.in_(list(_cles_du_code(compte_id, code)))
    ).execute()


def noter_un_code_refuse(adresse: str) -> int:
    """Count a refusal of the address and of the town, inside the transaction that journals it.

    Gives how many the town has refused in the last hour: there is a count a minute.
    """
    _ajouter(_verrouiller(_cle_codes(adresse)), CODES_DE_L_ADRESSE)
    minute = int(clock.maintenant().timestamp()) // 60
    cles = [_cle("codes-ville", str(minute - n)) for n in range(61)]
    EchecConnexion.update(nombre=EchecConnexion.nombre + 1).where(
        EchecConnexion.id == _verrouiller(cles[0]).id
    ).execute()
    return EchecConnexion.select(fn.SUM(EchecConnexion.nombre)).where(EchecConnexion.cle.in_(cles)).scalar()


def noter_l_echec(adresse: str) -> None:
    """Count a failure of the address, inside the transaction that journals it."""
    _ajouter(_verrouiller(_cle_adresse(adresse)), ADRESSE)


def oublier(email: str, connu: str = "") -> None:
    """The person knows the password, or reads the mails: what failed before no longer counts.

    Coming from a known browser says nothing of the strangers who try: their count stays.
    """
    cles = [_cle_essai(email, connu), _cle("demande", email)]
    EchecConnexion.delete().where(EchecConnexion.cle.in_(cles)).execute()


def faire_le_menage() -> None:
    EchecConnexion.delete().where(
        EchecConnexion.premier_le < clock.maintenant() - dt.timedelta(days=2)
    ).execute()


def normaliser_email(email: str) -> str:
    """How an address is stored and sought: no two accounts differ by case or by how an accent is typed."""
    return unicodedata.normalize("NFC", email.strip()).casefold()


# ——— inside ———


def _verrouiller(cle: str) -> EchecConnexion:
    """The row of this key, made if need be, locked: attempts made at once are counted one after the other.

    Written again rather than left alone when it is there: so it is locked at once, and cannot go meanwhile.
    """
    EchecConnexion.insert(cle=cle, nombre=0, premier_le=clock.maintenant()).on_conflict(
        conflict_target=[EchecConnexion.cle], update={EchecConnexion.cle: cle}
    ).execute()
    return EchecConnexion.get(EchecConnexion.cle == cle)


def _permettre(echec: EchecConnexion | None, refus: type[TropDEssais] = TropDEssais) -> None:
    if echec is not None and echec.bloque_jusqua and echec.bloque_jusqua > clock.maintenant():
        raise refus(echec.bloque_jusqua)


def _ajouter(echec: EchecConnexion, patience: Patience) -> None:
    maintenant = clock.maintenant()
    ancien = maintenant - echec.premier_le >= patience.fenetre
    nombre = 1 if ancien else echec.nombre + 1
    attente = patience.attente(nombre)
    EchecConnexion.update(
        nombre=nombre,
        premier_le=maintenant if ancien else echec.premier_le,
        bloque_jusqua=maintenant + attente if attente else None,
    ).where(EchecConnexion.id == echec.id).execute()


def _cle(genre: str, valeur: str) -> str:
    """Not guessable from a dump: keyed by the secret of the installation."""
    return hmac.new(reglages.lire().secret, f"{genre}:{valeur}".encode(), hashlib.sha256).hexdigest()


def _cle_second_facteur(compte: Compte) -> str:
    return _cle("second-facteur", str(compte.id))


def _cle_essai(email: str, connu: str) -> str:
    return _cle("appareil", f"{connu}:{email}") if connu else _cle("compte", email)


def _cle_adresse(adresse: str) -> str:
    return _cle("adresse", _reseau(adresse))


def _cle_codes(adresse: str) -> str:
    return _cle("codes-adresse", _reseau(adresse))


def _cles_du_code(compte_id: int, code: str) -> dict[str, Patience]:
    return {
        _cle("codes-compte", str(compte_id)): CODES_DU_COMPTE,
        _cle("codes-numero", code): CODES_DU_NUMERO,
    }


def _reseau(adresse: str) -> str:
    """An IPv4 address as it is; the 64 bits of network that an IPv6 subscriber has.

    Listening on `::`, an IPv4 visitor is seen as `::ffff:192.0.2.1`: that is an IPv4 address.
    """
    try:
        ip = ipaddress.ip_address(adresse)
    except ValueError:
        return adresse
    if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped is None:
        return str(ipaddress.ip_network((ip, 64), strict=False))
    return str(getattr(ip, "ipv4_mapped", None) or ip)
