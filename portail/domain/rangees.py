"""One row of the agents' queue, from the lines and the changes of a demande."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from peewee import JOIN, fn

import workflows as w
from models import Activite, Document, Ligne, Preinscription, numero_de_demande
from portail import clock, mots
from portail.domain import changements, documents
from portail.domain.parties_de_rangees import Partie

ATTEND_LA_FAMILLE, A_REPONDU = "Attend la famille", "La famille a répondu"


@dataclass(frozen=True)
class Rangee:
    """One demande of the queue, in the words of its row."""

    id: int
    numero: str
    famille: str
    personnes: list[str]
    """« Léa, 8 ans »; an adult, « Claire Moreau », whose sheet is to change."""
    sujet: str
    """« Réservation : Cantine, 4 jours, 14 – 18 déc. »."""
    etat: w.Etat
    deposee_le: dt.datetime
    a_traiter_avant: dt.datetime | None
    repondue_le: dt.datetime | None
    agent: str
    places: int | None
    """Left on the tightest of the séances that it asks for; None when no place is at stake."""
    complets: int = 0
    """On how many of the créneaux, or of the days asked for with a pre-registration, no place is left."""
    combien: int = 0
    """How many créneaux are asked for; zero when it is no demande about them."""
    incomplete: bool = False
    """Whether a document that an activity asks for has not come."""
    suivi: str = ""
    """Where the thread stands, if the town has asked for something: `ATTEND_LA_FAMILLE`, `A_REPONDU`."""
    chargee: str = ""
    """Which agent looks after it: « Marc Tessier »; empty: nobody."""
    a_moi: bool = False
    """Whether it is the agent who reads."""
    notes: int = 0
    """How many notes the agents have left each other."""

    @property
    def en_attente(self) -> bool:
        return self.etat.code == w.EN_ATTENTE

    @property
    def en_retard(self) -> bool:
        limite = self.a_traiter_avant
        return self.en_attente and limite is not None and limite <= clock.maintenant()

    @property
    def nom(self) -> str:
        """« Moreau, Léa »: how the demande is named in a sentence."""
        return ", ".join([self.famille, *(qui.split(",")[0] for qui in self.personnes)])

    @property
    def reste(self) -> str:
        """The places left, in words."""
        if self.places is None:
            return ""
        if self.combien and self.complets == self.combien:
            return "complet"
        if self.complets and self.combien:
            return mots.pluriel(self.complets, "créneau complet", "créneaux complets")
        if self.complets:
            return mots.pluriel(self.complets, "jour complet", "jours complets")
        return mots.pluriel(self.places, "place") if self.places > 0 else "complet"


def incompletes(demandes: Iterable[int]) -> set[int]:
    """Those of these demandes for which a document that the activity asks for has not come.

    One query; none when there is no demande of pre-registration among those looked at.
    """
    if not (demandees := list(demandes)):
        return set()
    requete = (
        Ligne.select(Ligne.demande, Activite.pieces, fn.COALESCE(Document.piece, ""))
        .join(Preinscription)
        .join(Activite)
        .join_from(Ligne, Document, JOIN.LEFT_OUTER, on=Document.demande == Ligne.demande)
        .where(
            Ligne.demande.in_(demandees),
            Ligne.statut.in_((w.EN_ATTENTE, w.ACCEPTEE)),
            Activite.pieces != "",
        )
    )
    attendues: dict[int, set[str]] = {}
    recues: dict[int, set[str]] = {}
    for demande_id, pieces, recue in requete.tuples():
        attendues.setdefault(demande_id, set()).update(documents.pieces(pieces))
        recues.setdefault(demande_id, set()).add(recue)
    return {ident for ident, pieces in attendues.items() if documents.manquants(pieces, recues[ident])}


def rangee(demande: tuple, parties: list[Partie], incomplete: bool = False, moi: int = 0) -> Rangee:
    """The row of a demande as `lecture_moderation` reads it; `moi`: id of the agent who does."""
    ident, nature, statut, deposee_le, avant, repondue_le, famille, *reste = demande
    prenom, nom, attendue, demandee, motif, chargee, prenom_chargee, nom_chargee, notes = reste
    prennent = (w.NATURE_RESERVATION, w.NATURE_PREINSCRIPTION)
    en_jeu = statut == w.EN_ATTENTE and nature in prennent
    libres = [partie.libres for partie in parties if en_jeu and partie.libres is not None]
    return Rangee(
        id=ident,
        numero=numero_de_demande(ident, deposee_le),
        famille=famille,
        personnes=list(dict.fromkeys(_nommer(partie) for partie in parties)),
        sujet=dire_le_sujet(nature, parties, motif or ""),
        etat=w.DEMANDE.etats[statut],
        deposee_le=deposee_le,
        a_traiter_avant=avant,
        repondue_le=repondue_le,
        agent=f"{prenom} {nom}" if prenom else "",
        places=max(min(libres), 0) if libres else None,
        complets=_complets(nature, parties) if libres else 0,
        combien=sum(partie.creneaux for partie in parties),
        incomplete=incomplete and statut == w.EN_ATTENTE,
        suivi=dire_le_suivi(statut, attendue, demandee),
        chargee=f"{prenom_chargee} {nom_chargee}" if chargee and statut == w.EN_ATTENTE else "",
        a_moi=chargee == moi,
        notes=notes,
    )


def _complets(nature: str, parties: list[Partie]) -> int:
    """The days that are full: those of two children registered together are the same ones."""
    complets = [partie.complets for partie in parties]
    return max(complets, default=0) if nature == w.NATURE_PREINSCRIPTION else sum(complets)


def dire_le_suivi(statut: str, attendue: str, demandee: bool) -> str:
    """Where the thread of a demande stands: `attendue` is what the family owes, `demandee` that it did."""
    if statut != w.EN_ATTENTE or not (attendue or demandee):
        return ""
    return ATTEND_LA_FAMILLE if attendue else A_REPONDU


def _nommer(partie: Partie) -> str:
    """« Léa, 8 ans »; « Claire Moreau » for an adult."""
    if partie.naissance is None:
        return f"{partie.prenom} {partie.nom}"
    return f"{partie.prenom}, {mots.age(partie.naissance, clock.aujourdhui())}"


def dire_le_sujet(nature: str, parties: list[Partie], motif: str = "") -> str:
    """« Réservation : Cantine, 4 jours, 14 – 18 déc. », « Dossier : Léa Moreau, classe et adresse ».

    `motif`: why a child will be absent, when the family said so.
    """
    if nature == w.NATURE_DOSSIER:
        quoi = changements.resumer_par_fiche((f"{p.prenom} {p.nom}", p.objet, p.champ) for p in parties)
    elif nature == w.NATURE_PREINSCRIPTION:
        quoi = dire_les_inscriptions(parties)
    elif nature == w.NATURE_CONTESTATION:
        quoi = dire_les_contestees(
            [p.activite for p in parties],
            [jour for p in parties for jour in (p.jour, p.fin) if jour],
            sum(p.jours for p in parties),
            sum(p.montant for p in parties),
        )
    else:
        quoi = _dire_les_parties([p for p in parties if p.creneaux])
    return " : ".join(filter(None, (", ".join(filter(None, (w.NATURES[nature], motif))), quoi)))


def _dire_les_parties(parties: list[Partie]) -> str:
    bornes = [jour for p in parties for jour in (p.jour, p.fin) if jour]
    creneaux, jours = sum(p.creneaux for p in parties), parties[0].jours if len(parties) == 1 else None
    return dire_les_creneaux([p.activite for p in parties], bornes, creneaux, jours)


def dire_les_creneaux(
    activites: Iterable[str], jours: Iterable[dt.date], creneaux: int, combien: int | None
) -> str:
    """« Cantine, 4 jours, 14 – 18 déc. », « Cantine et Accueil du soir, 834 créneaux, 7 sept. … ».

    `jours` holds the first and the last one; `combien`: how many, of one child in one activity.
    """
    if not creneaux:
        return ""
    noms, bornes = list(dict.fromkeys(activites)), sorted(jours)
    quoi = mots.enumeration(noms) if len(noms) < 3 else f"{len(noms)} activités"
    nombre = (
        mots.pluriel(creneaux, "créneau", "créneaux") if combien is None else mots.pluriel(combien, "jour")
    )
    return ", ".join([quoi, *([nombre] if creneaux > 1 else []), mots.periode(bornes[0], bornes[-1])])


def dire_les_inscriptions(parties: list[Partie]) -> str:
    """« Accueil du soir, 4 janv. – 2 juil., 2 enfants, 42 jours »."""
    dits = []
    for activite in dict.fromkeys(p.activite for p in parties):
        siennes = [p for p in parties if p.activite == activite]
        bornes = [jour for p in siennes for jour in (p.jour, p.fin) if jour]
        enfants, jours = len({p.qui for p in siennes}), max(p.jours for p in siennes)
        dits += [activite, mots.periode(min(bornes), max(bornes))] if bornes else [activite]
        dits += [mots.pluriel(enfants, "enfant")] if enfants > 1 else []
        dits += [mots.pluriel(jours, "jour")] if jours else []
    return ", ".join(dits)


def dire_les_contestees(activites: Iterable[str], jours: Iterable[dt.date], lignes: int, montant: int) -> str:
    """« Cantine, 3 lignes, 9 – 13 nov., 10,35 € »: of what is contested of an invoice."""
    bornes = sorted(jours)
    if not bornes:
        return ""
    combien = [mots.pluriel(lignes, "ligne")] if lignes > 1 else []
    quoi = mots.enumeration(list(dict.fromkeys(activites)))
    return ", ".join([quoi, *combien, mots.periode(bornes[0], bornes[-1]), mots.euros(montant)])


def dire_la_liste(combien: int) -> str:
    """« , dont 2 créneaux en liste d’attente »."""
    return f", dont {mots.pluriel(combien, 'créneau', 'créneaux')} en liste d’attente" if combien else ""
