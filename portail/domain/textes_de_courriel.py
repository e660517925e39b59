"""What the town says at the beginning and at the end of the mails to families, and how it signs them.

The lines that the portal writes are never its to change: what was answered, the links and their tokens. The
town's words stand around them, with a few variables, whatever else is between braces is refused: a word of
the town is never taken for the place of a token.
"""

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass

from models import Compte, Responsable, TexteDeCourriel, Ville, db, verrouiller, write_transaction
from portail import clock
from portail.domain import perimetre
from portail.domain.refus import Introuvable, Refus
from portail.domain.transitions import Acteur, journaliser
from portail.domain.ville import FRAICHEUR, VilleVue, la_ville, oublier_la_ville

ACCUSE, REPONSE, PROMOTION, RAPPEL, PIECE = "accuse", "reponse", "promotion", "rappel", "piece"
FERMETURE, FIN, DOSSIER = "fermeture", "fin", "dossier"
SIGNATURE = "signature"
"""Not a kind of mail: what ends them all."""


@dataclass(frozen=True)
class Genre:
    """One kind of mail: its name, when it leaves."""

    nom: str
    quand: str


GENRES: dict[str, Genre] = {
    ACCUSE: Genre("Demande reçue", "Dès qu’une famille demande quelque chose."),
    REPONSE: Genre("Réponse à une demande", "Quand la mairie, ou une règle, a répondu."),
    PROMOTION: Genre("Place donnée", "Quand une place se libère pour un enfant en liste d’attente."),
    RAPPEL: Genre("Rappel", "Quand rien n’est réservé et que la date limite approche."),
    PIECE: Genre("Document demandé", "Quand il manque quelque chose pour répondre."),
    FERMETURE: Genre("Fermeture, réouverture", "Quand un accueil n’a pas lieu, ou a lieu de nouveau."),
    FIN: Genre("Fin d’une inscription", "Quand la mairie met fin à une inscription."),
    DOSSIER: Genre("Dossier mis à jour", "Quand un agent a changé le dossier au guichet."),
}
VARIABLES = {
    "prenom": "le prénom de la personne",
    "ville": "le nom de la ville",
    "guichet": "le nom du guichet",
    "telephone": "son téléphone",
    "horaires": "ses horaires",
    "courriel": "son adresse e-mail",
}
"""What may stand between braces in the town's words."""
TEXTE_MAX = 600
SIGNATURE_MAX = 400
QUESTION = "Une question ? Appelez-nous ou répondez à ce message."
"""How a mail ends, until the town says otherwise."""
REGLER, RETABLIR = "regler_le_courriel", "retablir_le_courriel"
ACCOLADES = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True)
class Texte:
    """The town's words of one kind of mail; empty: ours stand."""

    ouverture: str = ""
    cloture: str = ""


SANS_TEXTE = Texte()
_memoire: tuple[object, float, Mapping[str, Texte]] | None = None


def lire() -> Mapping[str, Texte]:
    """The words of each kind that the town has written; remembered for a minute in this process."""
    global _memoire
    if _memoire is None or _memoire[0] is not db.obj or time.monotonic() >= _memoire[1]:
        lus = {t.genre: Texte(t.ouverture, t.cloture) for t in TexteDeCourriel.select()}
        _memoire = (db.obj, time.monotonic() + FRAICHEUR, lus)
    return _memoire[2]


def oublier() -> None:
    """After an edit: the next reading goes to the database."""
    global _memoire
    _memoire = None


def composer(destinataire: Compte | Responsable, paragraphes: tuple[str, ...], texte: Texte) -> str:
    """A whole mail: who it is for, the town's opening, what it tells, the town's closing, who signs."""
    v = la_ville()

    def dire(mots: str) -> str:
        return _remplir(mots, v, destinataire)

    avant = [dire(texte.ouverture)] if texte.ouverture else []
    apres = dire(texte.cloture) if texte.cloture else QUESTION
    signature = dire(v.signature) if v.signature else _coordonnees(v)
    return "\n\n".join((f"Bonjour {destinataire.prenom},", *avant, *paragraphes, apres, signature))


def verifier(texte: Texte) -> None:
    """:class:`Refus`, beside its field, when these words are too long, or hold an unknown variable."""
    _verifier(texte.ouverture, "ouverture", TEXTE_MAX)
    _verifier(texte.cloture, "cloture", TEXTE_MAX)


# ——— the acts ———


def regler(agent: Compte, genre: str, texte: Texte) -> None:
    """These are the town's words in mails of this kind. Refuses as :func:`verifier`."""
    _exiger_le_genre(genre)
    verifier(texte)
    with write_transaction():
        perimetre.exiger_toute_la_ville(agent)
        ville = verrouiller(Ville, [1])[1]
        ancien = TexteDeCourriel.get_or_none(TexteDeCourriel.genre == genre)
        if (Texte(ancien.ouverture, ancien.cloture) if ancien else SANS_TEXTE) == texte:
            return
        TexteDeCourriel.delete().where(TexteDeCourriel.genre == genre).execute()
        if texte != SANS_TEXTE:
            valeurs = {"ouverture": texte.ouverture, "cloture": texte.cloture}
            TexteDeCourriel.create(genre=genre, modifie_le=clock.maintenant(), **valeurs)
        journaliser(ville, REGLER, Acteur(agent, agent.role), detail=genre)
    oublier()


def retablir(agent: Compte, genre: str) -> None:
    """Our words again; nothing happens when they stand already."""
    regler(agent, genre, SANS_TEXTE)


def signer(agent: Compte, signature: str) -> None:
    """How all mails to families end; empty: the guichet, its phone, its hours."""
    _verifier(signature, SIGNATURE, SIGNATURE_MAX)
    with write_transaction():
        perimetre.exiger_toute_la_ville(agent)
        ville = verrouiller(Ville, [1])[1]
        if ville.signature != signature:
            Ville.update(signature=signature).where(Ville.id == 1).execute()
            journaliser(ville, REGLER, Acteur(agent, agent.role), detail=SIGNATURE)
    oublier_la_ville()


# ——— inside ———


def _exiger_le_genre(genre: str) -> None:
    if genre not in GENRES:
        raise Introuvable("Ce courriel n’existe pas.")


def _verifier(texte: str, champ: str, longueur: int) -> None:
    if len(texte) > longueur:
        raise Refus(f"Ce texte est trop long : {longueur} caractères au plus.", champ=champ)
    inconnues = [nom for nom in ACCOLADES.findall(texte) if nom not in VARIABLES]
    if inconnues:
        connues = ", ".join(f"{{{nom}}}" for nom in VARIABLES)
        raise Refus(
            f"« {{{inconnues[0]}}} » n’est pas une variable : choisissez parmi {connues}.", champ=champ
        )
    reste = ACCOLADES.sub("", texte)
    if "{" in reste or "}" in reste:
        raise Refus("Une accolade est ouverte sans être fermée, ou l’inverse.", champ=champ)


def _remplir(texte: str, v: VilleVue, destinataire: Compte | Responsable) -> str:
    """The variables replaced; a value that holds braces is put as it stands, without them."""
    valeurs = {
        "prenom": destinataire.prenom,
        "ville": v.nom,
        "guichet": v.guichet,
        "telephone": v.telephone,
        "horaires": v.horaires,
        "courriel": v.courriel,
    }
    return ACCOLADES.sub(lambda lu: valeurs.get(lu[1], "").replace("{", "").replace("}", ""), texte)


def _coordonnees(v: VilleVue) -> str:
    contact = [v.guichet + (f", {v.telephone}" if v.telephone else ""), v.horaires, v.courriel]
    return "\n".join([*filter(None, contact), f"{v.nom} – Portail Citoyen"])
