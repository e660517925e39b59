"""The mails about pre-registrations: what is missing, what was answered, the days that differ, the end.

Whoever may not read what a child does is not told by mail.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

import workflows as w
from models import Activite, Compte, Demande, Enfant, Ligne, Preinscription, Seance
from portail import mots
from portail.domain import courriels, droits, textes_de_courriel
from portail.domain.courriels import LigneDite
from portail.domain.courriels_de_reponse import Annonce
from portail.domain.droits import Regard


@dataclass
class Recap:
    """What became of one child's pre-registration, and of each day asked for with it."""

    ligne: Ligne
    inscription: Preinscription
    """With its child and its activity."""
    reserves: list[Seance] = field(default_factory=list)
    en_liste: list[Seance] = field(default_factory=list)
    impossibles: list[tuple[Seance, str]] = field(default_factory=list)
    """And why."""

    @property
    def details(self) -> tuple[str, ...]:
        """The days, one by one where they differ from what was asked."""
        dits = []
        if self.reserves:
            dits.append(f"{mots.pluriel(len(self.reserves), 'jour réservé', 'jours réservés')}.")
        if self.en_liste:
            dits.append(f"En liste d’attente : {_jours(self.en_liste)}.")
        dits += [f"Non réservé : {mots.jour_long(s.jour)} ({pourquoi})." for s, pourquoi in self.impossibles]
        return tuple(dits)


def dire(prenom: str, activite: str, debut: dt.date, fin: dt.date, jours: int = 0) -> str:
    """A line of mail: « Pré-inscription : Léa, Accueil du soir, du 4 janvier au 2 juillet 2027 »."""
    voulus = f", {mots.pluriel(jours, 'jour')} à réserver" if jours else ""
    nature = w.NATURES[w.NATURE_PREINSCRIPTION]
    return f"{nature} : {prenom}, {activite}, {mots.du_au(debut, fin)}{voulus}"


def annonce(
    demande: Demande, recaps: Sequence[Recap], restantes: int, regard_de: Callable[[Compte], Regard]
) -> Annonce:
    """What was answered, child by child, and what became of the days asked for.

    `restantes`: how many lines the demande has, without those that the family withdrew.
    """
    en_partie = len(recaps) < restantes
    dites = [
        (
            recap.inscription.enfant_id,
            LigneDite(
                _dire(recap.inscription),
                recap.ligne.statut,
                recap.ligne.motif,
                recap.details,
                recap.inscription.enfant.prenom if en_partie else "",
            ),
        )
        for recap in recaps
    ]
    suite = ""
    if all(recap.ligne.statut == w.REFUSEE for recap in recaps):
        suite = f"Vos pré-inscriptions :\n{courriels.lien('/famille/preinscriptions')}"
    return Annonce(demande, droits.lignes_pour(demande.famille, dites, regard_de), suite)


def demander_une_piece(demande: Demande, texte: str) -> None:
    """Tell the family what the town waits for: whoever may answer, and follows every child of the demande."""
    regard_de = droits.regards(demande.famille)
    enfants = droits.enfants_de_la_demande(demande.id)
    page = "preinscriptions" if demande.nature == w.NATURE_PREINSCRIPTION else "demandes"
    rang = demande.messages.count()
    for lecteur in courriels.destinataires(demande.famille_id):
        regard = regard_de(lecteur)
        if not enfants & regard.decide or not enfants <= regard.suit:
            continue
        courriels.ecrire(
            cle=f"piece:{demande.id}:{rang}:{lecteur.id}",
            destinataire=lecteur.email,
            sujet=f"Votre demande n° {demande.numero} : il manque quelque chose",
            corps=courriels.lettre(
                lecteur,
                f"Pour répondre à votre demande n° {demande.numero}, la mairie a besoin de ceci :",
                texte,
                "Répondez, ou joignez le document, sur la page de la demande :\n"
                + courriels.lien(f"/famille/{page}/{demande.id}"),
                "La mairie répondra à la demande quand elle l’aura reçu.",
                genre=textes_de_courriel.PIECE,
            ),
            famille_id=demande.famille_id,
            demande_id=demande.id,
        )


def annoncer_la_fin(
    inscription: Preinscription, enfant: Enfant, activite: Activite, liberes: Sequence[Seance], motif: str
) -> None:
    """Tell that the town has ended a registration before its end date, and what that frees."""
    annulee = inscription.statut == w.ANNULEE
    quand = "est annulée" if annulee else f"prend fin le {mots.jour_annee(inscription.fin)}"
    phrase = f"L’inscription {mots.de(enfant.prenom)} à l’activité « {activite.nom} » {quand}."
    jours = f"Ces jours ne sont plus réservés : {_jours(liberes)}." if liberes else ""
    lus = droits.lignes_pour(enfant.famille, [(enfant.id, phrase)])
    for lecteur in courriels.destinataires(enfant.famille_id):
        if not lus(lecteur):
            continue
        courriels.ecrire(
            cle=f"fin:{inscription.id}:{inscription.fin}:{inscription.statut}:{lecteur.id}",
            destinataire=lecteur.email,
            sujet="Fin d’une inscription",
            corps=courriels.lettre(
                lecteur,
                *filter(None, (phrase, motif and f"Motif : {motif}", jours)),
                f"Le planning de vos enfants :\n{courriels.lien('/famille/planning')}",
                genre=textes_de_courriel.FIN,
            ),
            famille_id=enfant.famille_id,
        )


def _dire(inscription: Preinscription) -> str:
    return dire(inscription.enfant.prenom, inscription.activite.nom, inscription.debut, inscription.fin)


def _jours(seances: Iterable[Seance]) -> str:
    """« jeudi 4 mars, jeudi 11 mars et jeudi 18 mars », each day once."""
    return mots.enumeration([mots.jour_long(jour) for jour in dict.fromkeys(s.jour for s in seances)])
