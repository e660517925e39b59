"""The acts on one séance: other places or hours that day, one more out of the pattern, one taken away.

Shown before it is written, as a whole activity is: the act is given the mark of what was shown.
"""

import datetime as dt
import hashlib
from dataclasses import dataclass, replace

import workflows as w
from models import (
    Activite,
    Compte,
    Demande,
    Enfant,
    Lieu,
    Reservation,
    Seance,
    verrouiller,
    write_transaction,
)
from portail import mots
from portail.domain import courriels_d_activite, perimetre, touches
from portail.domain.activites import CHANGE, RESERVE_A
from portail.domain.calendrier import REMONTEE, jours_particuliers, limite
from portail.domain.droits import exiger_la_gestion
from portail.domain.ecriture_de_seances import (
    changer_les_seances,
    creer_les_seances,
    qui_attendent,
    reprendre_les_echeances,
)
from portail.domain.effet_d_activite import premier_jour
from portail.domain.effet_sur_les_seances import Apres, Changement
from portail.domain.liste_attente import pourvoir
from portail.domain.places import Comptee, lire_les_places, verrouiller_les_places
from portail.domain.projet_d_activite import PLACES_MAX
from portail.domain.refus import DejaChange, Introuvable, Refus
from portail.domain.touches import Touches
from portail.domain.transitions import Acteur, journaliser

REGLEE, AJOUTEE, RETIREE = "seance_reglee", "seance_ajoutee", "seance_retiree"
INTROUVABLE = "Cette séance n’existe pas, ou vous n’en avez pas la charge."
PASSEE = "Cette séance a lieu aujourd’hui, ou est passée : elle ne se change plus."
NOMS_MAX = 20
"""How many children are named where there would not be a place for each."""


@dataclass(frozen=True)
class Reglage:
    """What a séance is to be, that day."""

    debut: dt.time
    fin: dt.time
    places: int


@dataclass(frozen=True)
class EffetSurUnJour:
    """What setting one séance would do."""

    seance: Seance
    changement: Changement
    touches: Touches
    attendent: int
    """How many children wait for a place there."""

    @property
    def reglage(self) -> Reglage:
        apres = self.changement.apres
        return Reglage(apres.debut, apres.fin, apres.places)

    @property
    def rien(self) -> bool:
        return self.changement.avant == self.changement.apres

    @property
    def servis(self) -> int:
        """How many of those who wait could get a place, of the séance's own."""
        libres = self.changement.apres.places - self.seance.prises
        return max(min(libres, self.attendent), 0) if self.changement.places else 0

    @property
    def empreinte(self) -> str:
        dit = repr((self.changement.avant, self.changement.apres, self.seance.prises, self.touches.creneaux))
        return hashlib.sha256(dit.encode()).hexdigest()[:16]


# ——— to show ———


def charger(agent: Compte, seance_id: int) -> Seance:
    """The séance, with its activity and place, if in sight."""
    visibles = perimetre.du_compte(agent).seances()
    seance = (
        Seance.select(Seance, Activite, Lieu)
        .join(Activite)
        .join(Lieu)
        .where(Seance.id == seance_id, *visibles)
        .first()
    )
    if seance is None:
        raise Introuvable(INTROUVABLE)
    return seance


def obstacle(seance: Seance) -> str:
    """Why it cannot be set any more; empty when it can."""
    if seance.jour < premier_jour():
        return PASSEE
    return f"Cette séance est annulée : {mots.phrase(seance.annulee)}" if seance.annulee else ""


def prevoir(agent: Compte, seance_id: int, reglage: Reglage) -> EffetSurUnJour:
    """What it would do; nothing is written. :class:`Refus` beside its field when it cannot be."""
    exiger_la_gestion(agent, RESERVE_A)
    seance = charger(agent, seance_id)
    if empechement := obstacle(seance):
        raise Refus(empechement)
    _verifier(reglage)
    if reglage.places < seance.prises:
        raise Refus(_dire_qui_manquerait(seance, reglage.places), champ="places")
    if reglage.debut != seance.debut:
        _exiger_un_debut_libre(seance.activite_id, seance.jour, reglage.debut)
    apres = Apres(
        reglage.debut, reglage.fin, reglage.places, *_limites(seance.activite, seance.jour, reglage.debut)
    )
    if reglage.debut == seance.debut:
        apres = replace(
            apres, limite_reservation=seance.limite_reservation, limite_absence=seance.limite_absence
        )
    avant = Apres(*(getattr(seance, nom) for nom in Apres.__dataclass_fields__))
    changement = Changement(seance, avant, apres)
    if changement.deplacee:
        _exiger_la_salle(seance, apres)
    la = touches.par_seance([seance_id])
    attendent = sum(statut == w.LISTE_ATTENTE for _, statut in la.creneaux)
    return EffetSurUnJour(
        seance, changement, la if changement.deplacee else Touches((), la.creneaux), attendent
    )


# ——— the acts ———


def regler(agent: Compte, seance_id: int, reglage: Reglage, vu: str) -> EffetSurUnJour:
    """Set this séance for its day. More places go at once to who waits; fewer than are taken are refused.

    Who has booked there is told of other hours. :class:`DejaChange` when it is no longer what was shown.
    """
    with write_transaction():
        places = verrouiller_les_places([seance_id])
        verrouiller(Demande, qui_attendent([seance_id]))
        effet = prevoir(agent, seance_id, reglage)
        if effet.empreinte != vu:
            raise DejaChange(CHANGE)
        if effet.rien:
            return effet
        activite = effet.seance.activite
        plus = changer_les_seances(places, [effet.changement])
        if effet.changement.deplacee:
            reprendre_les_echeances([seance_id])
        dit = journaliser(activite, REGLEE, Acteur(agent, w.AGENT), detail=_raconter(effet))
        pourvoir(places, plus)
        deplacees = [effet.changement] if effet.changement.deplacee else []
        courriels_d_activite.annoncer_les_horaires(activite, deplacees, dit.id)
        return effet


def ajouter(agent: Compte, activite_id: int, jour: dt.date, reglage: Reglage) -> Seance:
    """One séance more, on a day or at an hour that the pattern does not have."""
    _verifier(reglage)
    with write_transaction():
        exiger_la_gestion(agent, RESERVE_A)
        perimetre.exiger_l_activite(agent, activite_id)
        activite = verrouiller(Activite, [activite_id])[activite_id]
        _exiger_un_jour_possible(activite, jour)
        _exiger_un_debut_libre(activite_id, jour, reglage.debut)
        ligne = vars(reglage) | {"jour": jour, "prises": 0}
        ligne |= dict(
            zip(
                ("limite_reservation", "limite_absence"), _limites(activite, jour, reglage.debut), strict=True
            )
        )
        creer_les_seances(activite_id, [ligne])
        quand = f"{mots.jour_long(jour)} {jour.year}, {mots.plage(reglage.debut, reglage.fin)}"
        detail = f"{quand}, {mots.pluriel(reglage.places, 'place')}"
        journaliser(activite, AJOUTEE, Acteur(agent, w.AGENT), detail=detail)
        return Seance.get(activite=activite_id, jour=jour, debut=reglage.debut)


# ——— inside ———


def _verifier(reglage: Reglage) -> None:
    if reglage.debut == reglage.fin:
        raise Refus("La fin est à la même heure que le début.", champ="fin")
    if not 0 <= reglage.places <= PLACES_MAX:
        raise Refus(f"Le nombre de places va de 0 à {PLACES_MAX}.", champ="places")


def _exiger_un_jour_possible(activite: Activite, jour: dt.date) -> None:
    if jour < premier_jour():
        raise Refus("Choisissez un jour à partir de demain.", champ="jour")
    if not activite.debut <= jour <= activite.fin:
        dates = mots.du_au(activite.debut, activite.fin)
        raise Refus(f"L’activité a lieu {dates} : changez d’abord ses dates.", champ="jour")
    fermeture = jours_particuliers(jour, jour).ferme(jour, activite.id, activite.lieu_id)
    if fermeture:
        raise Refus(f"Ce jour est fermé ({fermeture}) : changez d’abord le calendrier.", champ="jour")


def _exiger_un_debut_libre(activite_id: int, jour: dt.date, debut: dt.time) -> None:
    if (
        Seance.select()
        .where(Seance.activite == activite_id, Seance.jour == jour, Seance.debut == debut)
        .exists()
    ):
        raise Refus(f"Une séance commence déjà à {mots.heure(debut)} ce jour-là.", champ="debut")


def _exiger_la_salle(seance: Seance, apres: Apres) -> None:
    """A room is shared by the hour: at other hours it may be too small."""
    comptee = Comptee(seance.id, seance.jour, apres.debut, apres.fin, apres.places, seance.prises)
    if salle := lire_les_places([(seance.activite_id, comptee)]).debordee(seance.id):
        raise Refus(f"« {salle} » n’aurait plus assez de places à ces heures.", champ="debut")


def _dire_qui_manquerait(seance: Seance, places: int) -> str:
    """Who has a place there: nobody loses it by this."""
    requete = (
        Reservation.select(Enfant.prenom, Enfant.nom)
        .join(Enfant)
        .where(Reservation.seance == seance.id, Reservation.statut.in_(w.OCCUPENT_UNE_PLACE))
        .order_by(Enfant.recherche)
        .tuples()
    )
    noms = [f"{prenom} {nom}" for prenom, nom in requete]
    reste = len(noms) - NOMS_MAX
    dits = mots.enumeration([*noms[:NOMS_MAX], *([f"{reste} autres"] if reste > 0 else [])])
    return (
        f"{mots.pluriel(seance.prises, 'enfant a', 'enfants ont')} déjà une place ({dits}) :"
        f" il en faut {seance.prises} au moins, et non {places}."
    )


def _limites(activite: Activite, jour: dt.date, debut: dt.time) -> tuple[dt.datetime, dt.datetime]:
    particuliers = jours_particuliers(jour - REMONTEE, jour)

    def non_ouvre(quand: dt.date) -> bool:
        return particuliers.non_ouvre(quand, activite.id, activite.lieu_id)

    return (
        limite(activite.delai_reservation, jour, debut, non_ouvre),
        limite(activite.delai_absence, jour, debut, non_ouvre),
    )


def _raconter(effet: EffetSurUnJour) -> str:
    avant, apres, jour = effet.changement.avant, effet.changement.apres, effet.seance.jour
    dits = [f"{mots.jour_long(jour)} {jour.year}"]
    if effet.changement.deplacee:
        dits.append(f"{mots.plage(apres.debut, apres.fin)}, au lieu de {mots.plage(avant.debut, avant.fin)}")
    if effet.changement.places:
        dits.append(f"{mots.pluriel(apres.places, 'place')}, au lieu de {avant.places}")
    return " ; ".join(dits)
