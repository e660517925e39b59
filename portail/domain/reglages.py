"""What the acts need to know of this installation, said once by `create_app()`."""

from dataclasses import dataclass

from argon2 import PasswordHasher

ARGON2 = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
"""argon2id at OWASP's minimum: 19 MiB, two passes, one lane; about 20 ms."""


@dataclass(frozen=True)
class Reglages:
    base_url: str = "http://portail.invalid"
    """The only host that a link in a mail may have. Until it is said, links lead nowhere."""
    secret: bytes = b""
    """Keys the hashes that must not be guessed from a dump of the database."""
    hacheur: PasswordHasher = ARGON2
    cles: tuple[str, ...] = ()
    """Fernet keys: the first one seals, all of them open."""
    second_facteur: bool = True
    """Whether staff need their second factor to come in. A demonstration does without, and says so."""


_reglages = Reglages()


def poser(reglages: Reglages) -> None:
    global _reglages
    _reglages = reglages


def lire() -> Reglages:
    return _reglages
