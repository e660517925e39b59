"""The town changes its calendar: a closure, a day opened, holidays, the zone. Forecast, then done in one act.

Séances follow: those that the day no longer has are cancelled and told, those that it has again take place,
those that are missing are made. Deadlines that families have read do not move.
"""

from dataclasses import dataclass

from models import Activite, Calendrier, Compte, Lieu, Seance, Ville, verrouiller, write_transaction
from portail import clock, mots
from portail.domain import (
    annulation_de_seances,
    effet_du_calendrier,
    perimetre,
    retablissement_de_seances,
    zone,
)
from portail.domain.annulation_de_seances import Annulation
from portail.domain.droits import exiger_la_gestion
from portail.domain.effet_du_calendrier import Changement, Effet, Jours, ligne
from portail.domain.perimetre import INTROUVABLE, Perimetre
from portail.domain.places import verrouiller_les_places
from portail.domain.refus import DejaChange, Introuvable, Refus
from portail.domain.retablissement_de_seances import Retablissement
from portail.domain.transitions import Acteur, en_lots, journaliser
from portail.domain.ville import oublier_la_ville

DE_LA_VILLE = ("vacances", "ferie")
"""The kinds of rows that are the whole town's."""
JOURS_MAX = 400
RESERVE_A = "Seuls les gestionnaires changent le calendrier."
CHANGER, RETIRER, AJOUTER, CHANGER_DE_ZONE = "changer", "retirer", "ajouter", "changer_de_zone"
"""What the journal calls it, of a row of the calendar or of the town."""


@dataclass(frozen=True)
class Fait:
    """What an act has changed."""

    annulation: Annulation
    retablissement: Retablissement
    nouvelles: int

    @property
    def phrase(self) -> str:
        """What is said of it: « Le calendrier est à jour. 4 séances annulées… »."""
        dites = ["Le calendrier est à jour."]
        if self.annulation.seances:
            dites.append(self.annulation.phrase)
        if self.retablissement.seances:
            dites.append(self.retablissement.phrase)
        if self.nouvelles:
            dites.append(f"{mots.pluriel(self.nouvelles, 'séance créée', 'séances créées')}.")
        return " ".join(dites)


def prevoir(agent: Compte, changement: Changement, *, remettre: bool = False) -> Effet:
    """What :func:`appliquer` would do. The same refusals, and nothing is written."""
    _exiger(agent, changement)
    return effet_du_calendrier.effet(agent, changement, remettre=remettre)


def appliquer(
    agent: Compte,
    changement: Changement,
    motif: str,
    vu: str | None = None,
    *,
    remettre: bool = False,
) -> Fait:
    """The calendar is as wanted; what it no longer has is cancelled for this reason, that families read.

    `vu`: the fingerprint of the effect that the agent saw; :class:`DejaChange` when it is no longer that.
    `remettre`: what an earlier change had undone on days that open again is booked again.
    """
    with write_transaction():
        verrouiller(Ville, [1])  # one change at a time; nobody who holds a séance asks for the town
        _exiger(agent, changement)
        effet = effet_du_calendrier.effet(agent, changement, remettre=remettre)
        if vu is not None and vu != effet.empreinte:
            raise DejaChange(annulation_de_seances.CHANGE)
        a_annuler = [seance.id for seance in effet.annulees.seances]
        verrouiller_les_places([*a_annuler, *effet.a_retablir])
        annulation = Annulation(0, 0, 0, 0)
        if a_annuler:
            annulation = annulation_de_seances.annuler_ici(
                agent, a_annuler, motif, effet.annulees.empreinte, par_calendrier=True
            )
        _ecrire(agent, changement)
        verrouiller(Activite, {nouvelle["activite"] for nouvelle in effet.nouvelles})  # after the demandes
        for lot in en_lots(effet.nouvelles):
            Seance.insert_many(lot).execute()
        retablissement = Retablissement(0, 0, 0)
        if effet.a_retablir:
            retablissement = retablissement_de_seances.retablir_ici(
                agent, effet.a_retablir, remettre=remettre
            )
    oublier_la_ville()
    return Fait(annulation, retablissement, len(effet.nouvelles))


def charger(agent: Compte, jours_id: int) -> Calendrier:
    """A row of the calendar that this account may change. :class:`Introuvable` if there is none."""
    jours = Calendrier.get_or_none(Calendrier.id == jours_id)
    if jours is None:
        raise Introuvable(INTROUVABLE)
    _exiger_la_portee(perimetre.du_compte(agent), jours.activite_id, jours.lieu_id)
    return jours


# ——— what is allowed ———


def _exiger(agent: Compte, changement: Changement) -> None:
    exiger_la_gestion(agent, RESERVE_A)
    vues = perimetre.du_compte(agent)
    if changement.zone and not vues.entier:
        raise Introuvable(INTROUVABLE)
    if changement.retire is not None:
        ancienne = Calendrier.get_or_none(Calendrier.id == changement.retire.id)
        if ancienne is None:
            raise DejaChange("Quelqu’un vient de retirer ces jours du calendrier.")
        _exiger_la_portee(vues, ancienne.activite_id, ancienne.lieu_id)
    for jours in changement.ajoute:
        _exiger_la_portee(vues, jours.activite_id, jours.lieu_id)
        _verifier(jours, changement.retire)


def _exiger_la_portee(vues: Perimetre, activite_id: int | None, lieu_id: int | None) -> None:
    """Who is limited to places changes nothing for the others; what is not in sight does not exist."""
    if activite_id is not None:
        activite = Activite.get_or_none(Activite.id == activite_id)
        visible = activite is not None and vues.voit_le_lieu(activite.lieu_id)
    elif lieu_id is not None:
        visible = vues.voit_le_lieu(lieu_id) and Lieu.select().where(Lieu.id == lieu_id).exists()
    else:
        visible = vues.entier
    if not visible:
        raise Introuvable(INTROUVABLE)


def _verifier(jours: Jours, remplace: Calendrier | None) -> None:
    if not jours.nom:
        raise Refus("Donnez un nom : les familles le liront sur le planning.", champ="nom")
    if jours.fin < jours.debut:
        raise Refus("La date de fin est avant la date de début.", champ="fin")
    if (jours.fin - jours.debut).days > JOURS_MAX:
        raise Refus("La période est trop longue : une année au plus.", champ="fin")
    if jours.fin < clock.aujourdhui():
        raise Refus("Ces jours sont passés : ils ne changent plus.", champ="fin")
    if jours.genre == "ouverture" and jours.debut != jours.fin:
        raise Refus("Une journée exceptionnelle dure un jour.", champ="fin")
    contraires = {"ouverture": "fermeture", "fermeture": "ouverture"}
    memes = (
        (Calendrier.genre == contraires.get(jours.genre, ""))
        & (Calendrier.debut <= jours.fin)
        & (Calendrier.fin >= jours.debut)
        & (
            Calendrier.activite.is_null()
            if jours.activite_id is None
            else Calendrier.activite == jours.activite_id
        )
        & (Calendrier.lieu.is_null() if jours.lieu_id is None else Calendrier.lieu == jours.lieu_id)
    )
    contraire = Calendrier.select().where(memes, Calendrier.id != (remplace.id if remplace else 0)).first()
    if contraire is not None:
        quand = mots.du_au(contraire.debut, contraire.fin)
        raise Refus(f"« {contraire.nom} » dit le contraire {quand} : retirez d’abord l’un des deux.", "debut")


def _ecrire(agent: Compte, changement: Changement) -> None:
    """The rows, and the journal."""
    acteur = Acteur(agent, agent.role)
    ville = Ville.get_by_id(1)
    la_zone = changement.zone or ville.zone
    if changement.zone:
        for neuve in zone.a_importer(changement.zone):
            neuve.save(force_insert=True)
        Ville.update(zone=changement.zone).where(Ville.id == 1).execute()
        journaliser(ville, CHANGER_DE_ZONE, acteur, detail=f"de {ville.zone} à {changement.zone}")
    ancienne = changement.retire
    if ancienne is not None and len(changement.ajoute) == 1:
        nouvelle = ligne(changement.ajoute[0], la_zone)
        nouvelle.id = ancienne.id
        nouvelle.save()
        avant = f"{ancienne.nom}, {mots.du_au(ancienne.debut, ancienne.fin)}"
        journaliser(nouvelle, CHANGER, acteur, detail=f"{avant} : {changement.ajoute[0].dit}")
        return
    if ancienne is not None:
        Calendrier.delete().where(Calendrier.id == ancienne.id).execute()
        detail = f"{ancienne.nom}, {mots.du_au(ancienne.debut, ancienne.fin)}"
        journaliser(ancienne, RETIRER, acteur, detail=detail)
    for jours in changement.ajoute:
        neuve = ligne(jours, la_zone)
        neuve.save(force_insert=True)
        journaliser(neuve, AJOUTER, acteur, detail=jours.dit)
