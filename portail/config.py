"""The settings, read once from the environment. A bad one stops everything, with a sentence that names it."""

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qs, unquote, urlsplit

from argon2 import PasswordHasher
from click import ClickException
from cryptography.fernet import Fernet

from portail.domain.reglages import ARGON2

REGLAGES_DE_CONNEXION = frozenset(
    {
        *("host", "port", "user", "service", "passfile", "connect_timeout", "application_name"),
        *("sslmode", "sslrootcert", "sslcert", "sslkey", "target_session_attrs"),
    }
)
"""What the address of a PostgreSQL may say of how to reach it. The rest is set by `models.ouvrir()`."""

PAYFIP_DE_DEMONSTRATION = "/demo/payfip"
"""Where a demonstration plays PayFiP, on its own address."""


class ConfigErreur(ClickException):
    """A setting is missing or wrong: `flask` prints the sentence and leaves with 1, no server starts."""


@dataclass(frozen=True)
class Smtp:
    hote: str
    port: int
    utilisateur: str
    mot_de_passe: str
    chiffre: bool
    """TLS from the first byte (`smtps://`); otherwise STARTTLS, required unless the server is local."""

    @property
    def local(self) -> bool:
        return est_local(self.hote)


@dataclass(frozen=True)
class Config:
    base_url: str
    """PORTAIL_URL without its last slash: the only host of this portal."""
    cle_secrete: str
    cles: tuple[str, ...]
    """Fernet keys of the fields kept encrypted: the first one writes, all of them read."""
    url_base: str
    smtp: Smtp | None
    demo: bool = False
    proxys: int = 0
    """How many proxies stand in front and may say where a request comes from."""
    payfip: str = ""
    """Where PayFiP is: its web service is at `/services/securite` under this address, its payment page at
    `/paiementws.web`. Empty: nothing is paid online, and the screens say so."""
    jeton_de_mesure: str = ""
    """Opens `/metriques` from another machine. Empty: only the machine itself reads it."""
    hacheur: PasswordHasher = ARGON2

    @property
    def https(self) -> bool:
        return self.base_url.startswith("https:")

    @property
    def hote(self) -> str:
        return urlsplit(self.base_url).hostname or ""

    @property
    def origine_de_payfip(self) -> str:
        """The origin of the payment page, when it is another than ours: a form of ours may end there."""
        url = urlsplit(self.payfip)
        origine = f"{url.scheme}://{url.netloc}"
        return "" if not self.payfip or origine == self.base_url else origine


def lire_environnement(env: Mapping[str, str]) -> Config:
    """The settings of `env`, all checked; :class:`ConfigErreur` at the first that does not hold."""
    demo = _demo(env)
    base_url = _base_url(env, demo)
    return Config(
        base_url=base_url,
        cle_secrete=_cle_secrete(env),
        cles=_cles(env),
        url_base=_url_base(env),
        smtp=_smtp(env, demo),
        demo=demo,
        proxys=_proxys(env),
        payfip=_payfip(env, base_url, demo),
        jeton_de_mesure=_jeton_de_mesure(env),
    )


def est_local(hote: str) -> bool:
    """Whether this name is that of the machine itself."""
    if hote == "localhost":
        return True
    try:
        return ipaddress.ip_address(hote).is_loopback
    except ValueError:
        return False


def _exige(env: Mapping[str, str], nom: str, quoi: str) -> str:
    valeur = env.get(nom, "").strip()
    if not valeur:
        raise ConfigErreur(f"{nom} manque : {quoi}.")
    return valeur


def _demo(env: Mapping[str, str]) -> bool:
    valeur = env.get("PORTAIL_DEMO", "").strip()
    if valeur not in ("", "0", "1"):
        raise ConfigErreur("PORTAIL_DEMO vaut 1 pour la démonstration, sinon 0 ou rien.")
    return valeur == "1"


def _base_url(env: Mapping[str, str], demo: bool) -> str:
    valeur = _exige(env, "PORTAIL_URL", "l’adresse publique du portail, par exemple https://famille.ville.fr")
    try:
        url = urlsplit(valeur)
        hote, port = url.hostname, url.port
    except ValueError:
        hote = port = None
    if not hote or url.scheme not in ("http", "https") or url.username or port == 0 or not valeur.isascii():
        raise ConfigErreur(
            f"PORTAIL_URL n’est pas une adresse complète en http:// ou https:// : « {valeur} »."
        )
    if url.path.strip("/") or url.query or url.fragment:
        raise ConfigErreur(f"PORTAIL_URL ne porte que le nom du serveur, sans chemin : « {valeur} ».")
    if url.scheme == "http" and not (est_local(hote) or demo):
        raise ConfigErreur("PORTAIL_URL doit être en https:// : http:// n’est permis que sur cette machine.")
    return valeur.rstrip("/")


def _cle_secrete(env: Mapping[str, str]) -> str:
    valeur = _exige(env, "PORTAIL_SECRET_KEY", "une suite de 32 caractères au hasard, ou plus")
    if len(valeur) < 32 or len(set(valeur)) < 10:
        raise ConfigErreur("PORTAIL_SECRET_KEY doit compter au moins 32 caractères tirés au hasard.")
    return valeur


def _cles(env: Mapping[str, str]) -> tuple[str, ...]:
    valeur = _exige(env, "PORTAIL_CLES", "une clé Fernet, ou plusieurs séparées par des virgules")
    cles = tuple(cle.strip() for cle in valeur.split(","))
    for rang, cle in enumerate(cles, 1):
        try:
            Fernet(cle)
        except ValueError as erreur:
            raise ConfigErreur(f"PORTAIL_CLES : la clé {rang} n’est pas une clé Fernet.") from erreur
    return cles


def _url_base(env: Mapping[str, str]) -> str:
    valeur = _exige(env, "PORTAIL_DATABASE_URL", "sqlite:////chemin/portail.sqlite3 ou postgresql://…")
    if not valeur.startswith(("sqlite:///", "postgresql://", "postgres://")) or valeur == "sqlite:///":
        raise ConfigErreur("PORTAIL_DATABASE_URL doit commencer par sqlite:/// ou postgresql://.")
    try:
        url = urlsplit(valeur)
        url.port  # noqa: B018 - reading it is what checks it
    except ValueError as erreur:
        raise ConfigErreur("PORTAIL_DATABASE_URL n’est pas une adresse lisible.") from erreur
    permis = REGLAGES_DE_CONNEXION if url.scheme != "sqlite" else frozenset()
    if inconnus := parse_qs(url.query, keep_blank_values=True).keys() - permis:
        raise ConfigErreur(
            f"PORTAIL_DATABASE_URL : « {min(inconnus)} » ne se règle pas là, le portail s’en charge."
        )
    return valeur


def _smtp(env: Mapping[str, str], demo: bool) -> Smtp | None:
    if demo:
        return None  # the people of the demonstration do not exist: nothing is ever sent to them
    valeur = _exige(env, "PORTAIL_SMTP", "le serveur d’envoi, smtps://compte:mot-de-passe@serveur:465")
    try:
        url = urlsplit(valeur)
        hote, port = url.hostname, url.port
    except ValueError:
        hote = port = None
    if not hote or url.scheme not in ("smtp", "smtps") or url.path.strip("/"):
        # The value holds a password: the sentence does not repeat it.
        raise ConfigErreur("PORTAIL_SMTP doit s’écrire smtp://compte:mot-de-passe@serveur:port ou smtps://….")
    chiffre = url.scheme == "smtps"
    return Smtp(
        hote=hote,
        port=port or (465 if chiffre else 587),
        utilisateur=unquote(url.username or ""),
        mot_de_passe=unquote(url.password or ""),
        chiffre=chiffre,
    )


def _proxys(env: Mapping[str, str]) -> int:
    valeur = env.get("PORTAIL_PROXYS", "").strip() or "0"
    if not (valeur.isascii() and valeur.isdigit()) or int(valeur) > 5:
        raise ConfigErreur(
            "PORTAIL_PROXYS est le nombre de serveurs mandataires devant le portail, de 0 à 5."
        )
    return int(valeur)


def _jeton_de_mesure(env: Mapping[str, str]) -> str:
    valeur = env.get("PORTAIL_METRIQUES", "").strip()
    if valeur and (len(valeur) < 32 or not valeur.isascii() or " " in valeur):
        raise ConfigErreur("PORTAIL_METRIQUES compte au moins 32 lettres et chiffres au hasard, ou rien.")
    return valeur


def _payfip(env: Mapping[str, str], base_url: str, demo: bool) -> str:
    """PayFiP's address, without its last slash; a demonstration plays it itself."""
    valeur = env.get("PORTAIL_PAYFIP", "").strip().rstrip("/")
    if not valeur:
        return base_url + PAYFIP_DE_DEMONSTRATION if demo else ""
    try:
        url = urlsplit(valeur)
        hote, port = url.hostname, url.port
    except ValueError:
        hote = port = None
    lisible = re.fullmatch(r"[\w.:/\[\]~-]+", valeur, re.ASCII) and "@" not in valeur
    if not hote or not lisible or url.scheme not in ("http", "https") or port == 0:
        raise ConfigErreur("PORTAIL_PAYFIP est l’adresse de PayFiP, https://www.payfip.gouv.fr/tpa, ou rien.")
    if url.scheme == "http" and not (est_local(hote) or demo):
        raise ConfigErreur(
            "PORTAIL_PAYFIP doit être en https:// : http:// n’est permis que sur cette machine."
        )
    return valeur
