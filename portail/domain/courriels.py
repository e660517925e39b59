"""The outbox, written: which mail an act owes to whom, in the act's own transaction. Sending: `envoi.py`.

Mails about an account itself: `courriels_de_compte.py`; about who is subscribed: `courriels_d_abonnement.py`;
that answer a demande: `courriels_de_reponse.py`.
"""

import datetime as dt
import uuid
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from peewee import ModelSelect, fn

import workflows as w
from models import Abonnement, Compte, Courriel, Demande, Famille, Responsable, db
from portail import clock, mots
from portail.domain import coffre, droits, reglages, textes_de_courriel
from portail.domain.preparees import modification_preparee, preparee
from portail.domain.transitions import en_lots

JETON = "{jeton}"
"""Where the token goes in the text of a mail; where the nth of several does, `{jeton:n}`."""
RAPPEL = "rappel:"
"""How the key of a reminder begins."""
RECEPTION = "/mon-espace/courriels"
"""Where each chooses what to receive."""
GROUPAGE = dt.timedelta(seconds=45)
"""How long an acknowledgement waits for the next click of the same person, to tell them together."""


@dataclass(frozen=True)
class LigneDite:
    """One answered line, in words. `issue`: `w.ACCEPTEE`, `w.REFUSEE` or `w.LISTE_ATTENTE`."""

    texte: str
    issue: str
    motif: str = ""
    details: tuple[str, ...] = ()
    """What has to be told besides, each on its line."""
    qui: str = ""
    """Whom it is about, to be named in the subject: where the others of the demande have another answer."""


ISSUES = {
    w.ACCEPTEE: "demande acceptée",
    w.LISTE_ATTENTE: "plus de place pour le moment, en liste d’attente",
    w.REFUSEE: "demande refusée",
}

# ——— the acts ———


def accuser_reception(
    demande: Demande, compte: Compte, lignes_en_mots: Callable[[Compte], list[str]]
) -> None:
    """Acknowledge a demande (CRPA, L112-11) to the family's accounts; `compte` is its author.

    The lines depend on who reads them: whoever may read none gets no mail.
    Clicks that follow each other closely are told in one mail: its lines grow until it leaves.
    """
    prefixe = f"accuse:{compte.id}:"
    for destinataire in _a_qui_accuser(demande.famille_id, compte):
        lignes = [f"– {ligne} (demande n° {demande.numero})" for ligne in lignes_en_mots(destinataire)]
        if not lignes or _ajouter_a_l_accuse(prefixe, demande.famille_id, destinataire, lignes):
            continue
        ecrire(
            cle=f"{prefixe}{demande.id}:{destinataire.id}",
            destinataire=destinataire.email,
            sujet="Votre demande est bien arrivée",
            corps=lettre(
                destinataire,
                f"Nous avons bien reçu ce {mots.que(_qui_demande(compte, destinataire))} demandé"
                f" le {mots.moment(demande.deposee_le)} :",
                "\n".join(lignes),
                SUITE_DE_L_ACCUSE,
                f"Suivre vos demandes, ou les annuler avant la réponse :\n{lien('/famille/demandes')}",
                genre=textes_de_courriel.ACCUSE,
            ),
            famille_id=demande.famille_id,
            demande_id=demande.id,
            pas_avant=clock.maintenant() + GROUPAGE,
        )


def _a_qui_accuser(famille_id: int, auteur: Compte) -> Iterable[Compte]:
    """Whoever asks always gets the acknowledgement: it proves the date. The other parents may do without."""
    if auteur.role != w.FAMILLE:
        return destinataires(famille_id)
    lus = _qui_veut_des_accuses(famille_id, auteur.id)
    return [Compte(id=ident, email=email, prenom=prenom, nom=nom) for ident, email, prenom, nom in lus]


@preparee
def _qui_veut_des_accuses(famille, auteur):
    return destinataires(famille).where((Compte.id == auteur) | ~Abonnement.sans_accuses_des_autres)


def _qui_demande(auteur: Compte, destinataire: Compte) -> str:
    """« vous avez » to the author, « Claire Moreau a » to the other accounts of the family."""
    return "vous avez" if auteur.id == destinataire.id else f"{auteur.nom_complet} a"


def annoncer_promotion(famille: Famille, dites: Iterable[tuple[int, str]], cle: str) -> None:
    """Tell the accounts that follow these waiting children which places they got; `dites`: the créneaux."""
    regard_de, toutes = droits.regards(famille), list(dites)
    for destinataire in destinataires(famille.id):
        regard = regard_de(destinataire)
        lues = [(enfant, texte) for enfant, texte in toutes if enfant in regard.suit]
        if not lues:
            continue
        decide = any(enfant in regard.decide for enfant, _ in lues)
        une = len(lues) == 1
        annonce = (
            "Une place s’est libérée : elle est pour votre enfant, premier sur la liste d’attente."
            if une
            else "Des places se sont libérées : elles sont pour vos enfants, premiers sur la liste d’attente."
        )
        suite = "S’il ne vient pas, déclarez son absence sur le planning" if decide else "Voir le planning"
        ecrire(
            cle=f"{cle}:{destinataire.id}",
            destinataire=destinataire.email,
            sujet="Une place s’est libérée" if une else f"{len(lues)} places se sont libérées",
            corps=lettre(
                destinataire,
                annonce,
                "\n".join(f"– {texte} : réservé" for _, texte in lues),
                f"{suite} :\n{lien('/famille/planning')}",
                genre=textes_de_courriel.PROMOTION,
            ),
            famille_id=famille.id,
        )


# ——— the outbox ———


@dataclass(frozen=True, kw_only=True)
class Lettre:
    """One mail to put in the outbox."""

    cle: str
    """What it tells, to whom: the same is never written twice."""
    destinataire: str
    sujet: str
    corps: str
    famille_id: int | None = None
    demande_id: int | None = None
    pas_avant: dt.datetime | None = None
    jeton: str = ""
    """Takes the place of `JETON` in `corps` when the mail leaves: till then it is kept sealed."""


def annoncer_la_reunion(compte: Compte, garde: Famille, vide: Famille) -> None:
    """Two files of the family are one from now on: told to whoever had either of them."""
    ecrire(
        cle=f"reunion:{garde.id}:{vide.id}:{compte.id}",
        destinataire=compte.email,
        sujet="Vos deux dossiers n’en font plus qu’un",
        corps=lettre(
            compte,
            f"Votre famille avait deux dossiers à la mairie, les numéros {garde.code_abonne} et"
            f" {vide.code_abonne}. La mairie les a réunis : tout est maintenant au dossier"
            f" {garde.code_abonne}, enfants, inscriptions, réservations et demandes.",
            "Vous n’avez rien à faire. Vérifiez que tout y est, et dites-nous ce qui manquerait :\n"
            + lien("/famille"),
        ),
        famille_id=garde.id,
    )


def annoncer_une_arrivee(compte: Compte, famille: Famille, phrase: str, cle: str) -> None:
    """The town has put somebody in the family's file."""
    ecrire(
        cle=cle,
        destinataire=compte.email,
        sujet="Votre dossier famille a changé",
        corps=lettre(
            compte,
            f"La mairie a complété votre dossier au guichet. {phrase}",
            f"Voir le dossier :\n{lien('/famille/dossier')}",
            "Une erreur ? Appelez-nous : la mairie la corrigera.",
        ),
        famille_id=famille.id,
    )


def ecrire(**lettre: Any) -> None:
    """Put one :class:`Lettre` in the outbox, in the transaction of the act."""
    ecrire_ensemble([Lettre(**lettre)])


def ecrire_ensemble(lettres: Iterable[Lettre]) -> None:
    """Put these mails in the outbox, in the transaction of the act; a `cle` that is there stays as it is."""
    if not db.in_transaction():
        raise RuntimeError("a mail is written inside the transaction of the act that it tells")
    maintenant, hote = clock.maintenant(), urlsplit(reglages.lire().base_url).hostname
    rangees = [
        {
            "cle": une.cle,
            "destinataire": une.destinataire,
            "sujet": " ".join(une.sujet.split())[:200],
            "corps": une.corps,
            "famille": une.famille_id,
            "demande": une.demande_id,
            "message_id": f"<{uuid.uuid4().hex}@{hote}>",
            "cree_le": maintenant,
            "prochain_essai": une.pas_avant or maintenant,
            "scelle": coffre.sceller(une.jeton) if une.jeton else None,
        }
        for une in lettres
    ]
    for lot in en_lots(rangees):
        Courriel.insert_many(lot).on_conflict(conflict_target=[Courriel.cle], action="IGNORE").execute()


def destinataires(famille_id: int) -> ModelSelect:
    """The accounts that hear of this family: theirs is open, and so is their subscription."""
    return (
        Compte.select(Compte.id, Compte.email, Compte.prenom, Compte.nom)
        .join(Abonnement)
        .where(Abonnement.famille == famille_id, Abonnement.statut == w.ACTIF, Compte.actif)
        .order_by(Compte.id)
    )


def destinataires_par_famille(familles: Collection[int]) -> dict[int, list[Compte]]:
    """The same of each of these families, by id: one query, however many they are."""
    trouves: dict[int, list[Compte]] = {ident: [] for ident in familles}
    requete = (
        Abonnement.select(Abonnement.famille, Compte.id, Compte.email, Compte.prenom, Compte.nom)
        .join(Compte)
        .where(Abonnement.famille.in_(list(trouves) or [0]), Abonnement.statut == w.ACTIF, Compte.actif)
        .order_by(Compte.id)
    )
    for abonnement in requete:
        trouves[abonnement.famille_id].append(abonnement.compte)
    return trouves


def derniers(nombre: int = 100) -> Sequence[Courriel]:
    """The last mails written, newest first."""
    courriels = list(Courriel.select().order_by(Courriel.cree_le.desc(), Courriel.id.desc()).limit(nombre))
    for courriel in courriels:
        courriel.corps = en_clair(courriel)
    return courriels


def en_clair(courriel: Courriel) -> str:
    """The text of a mail as it is to be read, its sealed part opened."""
    if not courriel.scelle:
        return courriel.corps
    jetons = coffre.desceller(courriel.scelle).split("\n")
    corps = courriel.corps.replace(JETON, jetons[0])
    for rang, jeton in enumerate(jetons):
        corps = corps.replace(jeton_de_rang(rang), jeton)
    return corps


def jeton_de_rang(rang: int) -> str:
    """Where the token of this rank goes, in the text of a mail that has several."""
    return f"{JETON[:-1]}:{rang}}}"


def lien(chemin: str) -> str:
    """An absolute address on this portal: the configured host, never the one of a request."""
    return reglages.lire().base_url + chemin


def marque(destinataire: Compte | Responsable) -> str:
    """Of whom a mail is for, in its key: an account, or an adult who has none."""
    return f"{'c' if isinstance(destinataire, Compte) else 'r'}{destinataire.id}"


# ——— the words ———

SUITE_DE_L_ACCUSE = (
    "Ce qui est en attente sera examiné par un agent : vous recevrez sa réponse par e-mail."
    " D’ici là, rien n’est décidé."
)


def lettre(destinataire: Compte | Responsable, *paragraphes: str, genre: str = "") -> str:
    """The text of a mail: who it is for, what it tells, who answers a question.

    `genre`: which kind of mail to families it is, whose opening and closing words may be the town's.
    """
    texte = textes_de_courriel.lire().get(genre, textes_de_courriel.SANS_TEXTE) if genre else None
    return textes_de_courriel.composer(destinataire, paragraphes, texte or textes_de_courriel.SANS_TEXTE)


def _ajouter_a_l_accuse(prefixe: str, famille_id: int, destinataire: Compte, lignes: list[str]) -> bool:
    """Whether an acknowledgement that nobody has begun to send could take these lines too."""
    accuses = _accuses_a_venir(clock.maintenant(), prefixe, famille_id, destinataire.email)
    if not accuses:
        return False
    ident, dit = accuses[0]
    avant, suite, apres = dit.rpartition("\n\n" + SUITE_DE_L_ACCUSE)
    return _reecrire("\n".join([avant, *lignes]) + suite + apres, ident, dit) == 1


@preparee
def _accuses_a_venir(maintenant, prefixe, famille, adresse):
    """Nobody has begun to send them; the last one first."""
    return (
        Courriel.select(Courriel.id, Courriel.corps)
        .where(
            Courriel.statut == "a_envoyer",
            Courriel.prochain_essai > maintenant,
            fn.SUBSTR(Courriel.cle, 1, fn.LENGTH(prefixe)) == prefixe,
            Courriel.famille == famille,
            Courriel.destinataire == adresse,
        )
        .order_by(Courriel.id.desc())
        .limit(1)
    )


@modification_preparee
def _reecrire(corps, courriel, avant):
    return Courriel.update(corps=corps).where(
        Courriel.id == courriel, Courriel.essais == 0, Courriel.corps == avant
    )
