"""What makes a password good enough, told in plain sentences. No composition rule, no bar to decipher.

CNIL, délibération 2022-100, second case: 50 bits at least, since attempts are limited (`essais.py`). The
measure is length × log2(alphabet used); what people try first is refused whatever it measures.
"""

import functools
import math
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import workflows as w
from models import normaliser
from portail import mots
from portail.domain.refus import Refus
from portail.domain.ville import la_ville

LONGUEUR_MIN = 12
LONGUEUR_MAX = 256
BITS_MIN = 50
BITS_DU_PERSONNEL = 80
"""What opens the whole town asks for more: eighteen small letters, or fourteen with spaces."""
IMPREVUS_MIN = 6
"""How many characters must not follow from the one before, as they do in « aaaa », « 1234 », « azerty »."""
MOT_MIN = 4
"""A shorter word of the context is found inside any sentence: it would forbid too much."""

CHAMP = "mot_de_passe"

DES_FAMILLES, DU_PERSONNEL = "familles", "personnel"
"""Two requirements, by who the account is of."""

ALPHABETS = (("[a-z]", 26), ("[A-Z]", 26), ("[0-9]", 10), (r"[ -/:-@\[-`{-~]", 33), (r"[^ -~]", 100))
"""The last one, accented letters, other scripts and emoji, is counted for far less than it is."""
CLAVIER = ("azertyuiop", "qsdfghjklm", "wxcvbn", "qwertyuiop", "asdfghjkl", "zxcvbnm", "&é\"'(-è_çà)=")
LECTURES = (str.maketrans("0134579@$!", "oleastgasi"), str.maketrans("01345789@$|", "oieastbgasl"))
"""« p0rt4il », « ec0|e » read as they are meant; 1 may be an l or an i."""
DU_PORTAIL = ("portail", "citoyen", "famille", "mairie")
COURANTS_ICI = (
    "anniversaire bebe bienvenue bisounours cantine cheval chouchou code coucou doudou ecole enfant fleur"
    " football jardin loulou loulous maitresse maman mamie mamour mercredi papa papillon papy pompier"
    " poussin princesse secret tonton vacances ville"
)
"""What French families choose first, that the list, made of leaks from everywhere, does not hold."""


@dataclass(frozen=True)
class Avis:
    """What is thought of a password: `refus` says why it will not do, `force` how strong it is, in words."""

    refus: str
    force: str

    @property
    def bon(self) -> bool:
        return not self.refus


def contexte(*personnels: str) -> frozenset[str]:
    """The words that a password must not hold: the portal's, the town's, those of whoever chooses it."""
    morceaux = [
        morceau
        for texte in (la_ville().nom, *personnels)
        for morceau in re.split(r"[^a-z0-9]+", normaliser(texte.partition("@")[0]))
    ]
    return frozenset(mot for mot in (*DU_PORTAIL, *morceaux) if len(mot) >= MOT_MIN and not mot.isdigit())


def exigence(role: str) -> str:
    """What is asked of the password of such an account."""
    return DES_FAMILLES if role == w.FAMILLE else DU_PERSONNEL


def juger(mot_de_passe: str, interdits: Iterable[str] = (), exigence: str = DES_FAMILLES) -> Avis:
    """What `mot_de_passe` is worth, for somebody whose context holds the words `interdits`."""
    compose = composer(mot_de_passe)
    manque = _manque_au_personnel(compose) if exigence == DU_PERSONNEL else ""
    refus = manque or next(filter(None, _refus(compose, interdits)), "")
    return Avis(refus, "Trop fragile" if refus else _force(mesurer(compose)))


def exiger(mot_de_passe: str, interdits: Iterable[str] = (), exigence: str = DES_FAMILLES) -> str:
    """The password as it is to be hashed; :class:`Refus` when it will not do."""
    avis = juger(mot_de_passe, interdits, exigence)
    if not avis.bon:
        raise Refus(avis.refus, champ=CHAMP)
    return composer(mot_de_passe)


def composer(mot_de_passe: str) -> str:
    """The same password whichever keyboard typed it: é is one character, in one key or in two."""
    return unicodedata.normalize("NFC", mot_de_passe)


def mesurer(mot_de_passe: str) -> float:
    """Bits: length × log2(alphabet used)."""
    return len(mot_de_passe) * _bits_par_caractere(mot_de_passe)


# ——— inside ———


def _bits_par_caractere(mot_de_passe: str) -> float:
    taille = sum(taille for motif, taille in ALPHABETS if re.search(motif, mot_de_passe))
    return math.log2(taille) if taille else 0.0


def _manque_au_personnel(mot_de_passe: str) -> str:
    """How many more characters, like those that are there, an account of the staff still asks for."""
    par_caractere = _bits_par_caractere(mot_de_passe) or _bits_par_caractere("a")
    manque = max(LONGUEUR_MIN, math.ceil(BITS_DU_PERSONNEL / par_caractere)) - len(mot_de_passe)
    if manque <= 0:
        return ""
    return (
        f"Il manque {mots.pluriel(manque, 'caractère')} comme ceux-là, ou un mot de plus : un compte de la"
        " mairie ouvre les dossiers de toutes les familles."
    )


def _refus(mot_de_passe: str, interdits: Iterable[str]) -> Iterator[str]:
    """A sentence for each rule that does not hold, empty for one that does; the simplest first."""
    longueur = len(mot_de_passe)
    if longueur > LONGUEUR_MAX:
        yield f"Ce mot de passe est trop long : {LONGUEUR_MAX} caractères au plus."
    if longueur < LONGUEUR_MIN:
        manque = mots.pluriel(LONGUEUR_MIN - longueur, "caractère")
        yield f"Il manque {manque} : il en faut {LONGUEUR_MIN} au moins."
    yield _mot_interdit(mot_de_passe, interdits)
    if est_courant(mot_de_passe):
        yield "Ce mot de passe est parmi les premiers que l’on essaie : choisissez-en un autre."
    if imprevus(_sans_repetition(mot_de_passe)) < IMPREVUS_MIN:
        yield "Ce mot de passe se devine : il répète ou suit les touches du clavier. Mêlez plusieurs mots."
    if mesurer(mot_de_passe) < BITS_MIN:
        yield "Ce mot de passe est trop simple : allongez-le, ou ajoutez-lui un mot."


def _mot_interdit(mot_de_passe: str, interdits: Iterable[str]) -> str:
    ecrit = normaliser(mot_de_passe)
    formes = (ecrit, _colle(ecrit), *_lectures(ecrit))
    trouve = next((mot for mot in sorted(interdits) if any(mot in forme for forme in formes)), "")
    if not trouve:
        return ""
    return f"Évitez « {trouve} » : on essaie d’abord votre nom, votre adresse, la ville et le portail."


def est_courant(mot_de_passe: str) -> bool:
    """Whether it is a password that everybody tries, as it is, repeated, or dressed with digits and signs."""
    ecrit = normaliser(mot_de_passe)
    formes = {ecrit, *_lectures(ecrit)}
    formes |= {_sans_repetition(forme) for forme in formes}
    formes |= {re.sub(r"^[\W\d_]+|[\W\d_]+$", "", forme) for forme in formes}
    formes |= {_sans_repetition(forme) for forme in formes}
    formes |= {_sans_repetition(_colle(forme)) for forme in formes}
    return not formes.isdisjoint(_courants())


def imprevus(texte: str) -> int:
    """How many characters do not follow from the one before: neither itself, nor its neighbour."""
    suites = {a + b for rangee in CLAVIER for a, b in zip(rangee, rangee[1:], strict=False)}
    suites |= {paire[::-1] for paire in suites}
    paires = zip(texte.casefold(), texte.casefold()[1:], strict=False)
    return bool(texte) + sum(a + b not in suites and abs(ord(a) - ord(b)) > 1 for a, b in paires)


def _lectures(ecrit: str) -> list[str]:
    return [ecrit.translate(lecture) for lecture in LECTURES]


def _sans_repetition(texte: str) -> str:
    """« zouzouzou » is no longer than « zou »."""
    return re.sub(r"^(.+?)\1+$", r"\1", texte, flags=re.DOTALL)


def _colle(texte: str) -> str:
    """« mot de passe » is no better than « motdepasse »."""
    return re.sub(r"[\W_]+", "", texte)


def _force(bits: float) -> str:
    return "Suffisant" if bits < 65 else "Solide" if bits < 90 else "Très solide"


@functools.cache
def _courants() -> frozenset[str]:
    """The 30,000 passwords that leak most, and ours. Read when one is first chosen: it takes a while."""
    from zxcvbn.frequency_lists import FREQUENCY_LISTS

    return frozenset(FREQUENCY_LISTS["passwords"]) | frozenset(COURANTS_ICI.split())
