"""The acts on an activity: make one, change one, complete its séances, take away one that nobody used.

Nothing is written but what was shown: see `effet_d_activite.py`. Locks: the séances, in id order, then the
activity.
"""

from collections.abc import Iterable, Sequence

import workflows as w
from models import (
    Activite,
    Calendrier,
    CapaciteActivite,
    Compte,
    Demande,
    Horaire,
    Lieu,
    Preinscription,
    RegleDeReponse,
    SansRappel,
    Seance,
    Tarif,
    verrouiller,
    write_transaction,
)
from portail import mots
from portail.domain import courriels_d_activite, effet_d_activite, perimetre, touches
from portail.domain.calendrier import REMONTEE, jours_particuliers, seances_prevues
from portail.domain.droits import exiger_la_gestion
from portail.domain.ecriture_de_seances import (
    changer_les_seances,
    creer_les_seances,
    qui_attendent,
    reprendre_les_echeances,
    retirer_les_seances,
)
from portail.domain.effet_d_activite import Effet, a_venir
from portail.domain.effet_sur_les_seances import Changement, cles_du_projet
from portail.domain.liste_attente import pourvoir
from portail.domain.places import verrouiller_les_places
from portail.domain.projet_d_activite import Projet, dire_les_plages, verifier
from portail.domain.refus import DejaChange, Introuvable, Refus
from portail.domain.transitions import Acteur, journaliser

CREEE, MODIFIEE, COMPLETEE, SUPPRIMEE = (
    "activite_creee", "activite_modifiee", "seances_completees", "activite_supprimee",
)  # fmt: skip
CHANGE = (
    "La situation a changé depuis que cet effet vous a été montré : relisez-le avant de confirmer."
    " Rien n’a été enregistré."
)
RESERVE_A = "Seuls les gestionnaires règlent les activités."
INTROUVABLE = "Cette activité n’existe pas, ou vous n’en avez pas la charge."


# ——— what would be done ———


def prevoir(agent: Compte, activite_id: int | None, projet: Projet) -> Effet:
    """What saving this would do; nothing is written. :class:`Refus` beside its field when it cannot be."""
    exiger_la_gestion(agent, RESERVE_A)
    if activite_id is None:
        _verifier(agent, projet, None)
        return effet_d_activite.prevoir(None, (), projet, ())
    activite, horaires = charger(agent, activite_id)
    _verifier(agent, projet, activite_id)
    return effet_d_activite.prevoir(activite, horaires, projet, a_venir(activite_id))


def charger(agent: Compte, activite_id: int) -> tuple[Activite, list[Horaire]]:
    """The activity and its weekly pattern, if they are in sight."""
    visible = perimetre.du_compte(agent).activites()
    activite = Activite.select(Activite, Lieu).join(Lieu).where(Activite.id == activite_id, *visible).first()
    if activite is None:
        raise Introuvable(INTROUVABLE)
    return activite, horaires_de(activite_id)


def horaires_de(activite_id: int) -> list[Horaire]:
    """Its weekly pattern, in the order of the week."""
    siens = Horaire.select().where(Horaire.activite == activite_id)
    return list(siens.order_by(Horaire.jour, Horaire.debut, Horaire.id))


# ——— the acts ———


def creer(agent: Compte, projet: Projet, vu: str) -> Activite:
    """Make the activity and its séances. `vu`: the mark of the effect that was shown."""
    with write_transaction():
        effet = prevoir(agent, None, projet)
        _exiger_ce_qui_a_ete_montre(effet, vu)
        return ecrire(agent, effet)


def ecrire(agent: Compte, effet: Effet) -> Activite:
    """A new activity, its pattern, its séances; inside the transaction of the act."""
    activite = Activite.create(**effet.projet.valeurs)
    voulus = cles_du_projet(effet.projet.plages, ())
    _inserer_les_horaires(activite.id, voulus.values())
    creer_les_seances(activite.id, effet.seances.creees)
    combien = mots.pluriel(len(effet.seances.creees), "séance")
    detail = f"{activite.nom} ; {dire_les_plages(effet.projet)} ; {combien}"
    journaliser(activite, CREEE, Acteur(agent, w.AGENT), detail=detail)
    return activite


def modifier(
    agent: Compte, activite_id: int, projet: Projet, vu: str, *, garder: bool = False, motif: str = ""
) -> Effet:
    """Save the activity, and bring its coming séances to what was shown; gives what was done.

    `garder`: where more children have a place than there would be places, as many places as are taken are
    kept that day; else :class:`Refus` says where. `motif`: why séances that somebody has booked are
    cancelled, for the families. More places go at once to who waits. :class:`DejaChange` when the effect is
    no longer the one whose mark is `vu`.
    """
    with write_transaction():
        exiger_la_gestion(agent, RESERVE_A)
        perimetre.exiger_l_activite(agent, activite_id)
        ids = [seance.id for seance in a_venir(activite_id)]
        verrouiller_les_places(ids)
        verrouiller(Demande, qui_attendent(ids))
        verrouiller(Activite, [activite_id])
        effet = prevoir(agent, activite_id, projet)
        _exiger_ce_qui_a_ete_montre(effet, vu)
        changees = _avec_assez_de_places(effet, garder)
        if effet.rien:
            return effet
        retirer_les_seances(agent, effet, motif)
        _ecrire_l_activite(activite_id, projet)
        places = verrouiller_les_places([c.seance.id for c in changees])  # as what was cancelled leaves them
        plus = changer_les_seances(places, changees)
        creer_les_seances(activite_id, effet.seances.creees)
        reprendre_les_echeances([c.seance.id for c in changees if c.limites or c.deplacee])
        activite = Activite.get_by_id(activite_id)
        dit = journaliser(activite, MODIFIEE, Acteur(agent, w.AGENT), detail=_raconter(effet))
        pourvoir(places, plus)
        courriels_d_activite.annoncer_les_horaires(activite, effet.deplacees, dit.id)
        return effet


def completer(agent: Compte, activite_id: int, vu: int) -> int:
    """Make the séances that the pattern wants and that are not there, from tomorrow; gives how many.

    `vu`: how many were announced. What somebody took away for a day comes back too: it is said.
    """
    with write_transaction():
        exiger_la_gestion(agent, RESERVE_A)
        perimetre.exiger_l_activite(agent, activite_id)
        activite = verrouiller(Activite, [activite_id])[activite_id]
        manquantes = seances_manquantes(activite, horaires_de(activite_id))
        if len(manquantes) != vu:
            raise DejaChange(CHANGE)
        creer_les_seances(activite_id, manquantes)
        if manquantes:
            detail = mots.pluriel(len(manquantes), "séance")
            journaliser(activite, COMPLETEE, Acteur(agent, w.AGENT), detail=detail)
        return len(manquantes)


def seances_manquantes(activite: Activite, horaires: Sequence[Horaire]) -> list[dict]:
    """The séances that the pattern makes from tomorrow and that are not there. Two queries."""
    depuis = effet_d_activite.premier_jour()
    debut = max(depuis, activite.debut)
    if activite.fin < debut:
        return []
    presentes = {(s.jour, s.debut) for s in a_venir(activite.id)}
    particuliers = jours_particuliers(debut - REMONTEE, activite.fin)
    prevues = seances_prevues(activite, horaires, particuliers, debut, activite.fin)
    return [ligne for ligne in prevues if (ligne["jour"], ligne["debut"]) not in presentes]


def supprimer(agent: Compte, activite_id: int) -> str:
    """Take away an activity made by mistake, that nobody was ever registered in; gives its name."""
    with write_transaction():
        exiger_la_gestion(agent, RESERVE_A)
        perimetre.exiger_l_activite(agent, activite_id)
        seances = verrouiller(
            Seance, [s.id for s in Seance.select(Seance.id).where(Seance.activite == activite_id)]
        )
        activite = verrouiller(Activite, [activite_id])[activite_id]
        if obstacle := obstacle_suppression(activite_id, list(seances)):
            raise Refus(obstacle)
        journaliser(activite, SUPPRIMEE, Acteur(agent, w.AGENT), detail=activite.nom)
        for modele in (Seance, Horaire, CapaciteActivite, SansRappel, Calendrier, RegleDeReponse, Tarif):
            modele.delete().where(modele.activite == activite_id).execute()
        Activite.delete().where(Activite.id == activite_id).execute()
        return activite.nom


def obstacle_suppression(activite_id: int, seance_ids: Sequence[int]) -> str:
    """Why it cannot be taken away; empty when it can. Two or three queries."""
    if Preinscription.select().where(Preinscription.activite == activite_id).exists():
        return (
            "Des enfants y sont, ou y ont été, pré-inscrits : elle se garde. Changez plutôt son dernier jour."
        )
    if touches.employees(seance_ids):
        return (
            "Des séances en ont été réservées ou pointées : elle se garde. Changez plutôt son dernier jour."
        )
    return ""


# ——— inside ———


def _verifier(agent: Compte, projet: Projet, activite_id: int | None) -> None:
    verifier(projet)
    lieu = Lieu.get_or_none(Lieu.id == projet.lieu_id)
    if lieu is None or not perimetre.du_compte(agent).voit_le_lieu(lieu.id):
        raise Refus("Choisissez un lieu dans la liste.", champ="lieu_id")
    memes = (Activite.nom == projet.nom) & (Activite.lieu == lieu) & (Activite.id != (activite_id or 0))
    chevauche = (Activite.debut <= projet.fin) & (Activite.fin >= projet.debut)
    if Activite.select().where(memes, chevauche).exists():
        raise Refus(f"« {projet.nom} » existe déjà à ce lieu, à ces dates.", champ="nom")
    if lieu.retire_le is not None:
        ici = Activite.select().where(Activite.id == (activite_id or 0), Activite.lieu == lieu)
        if not ici.exists():
            raise Refus("Ce lieu est retiré : il ne reçoit plus d’activité.", champ="lieu_id")


def _exiger_ce_qui_a_ete_montre(effet: Effet, vu: str) -> None:
    if effet.empreinte != vu:
        raise DejaChange(CHANGE)
    if effet.impossibilites:
        raise Refus(effet.impossibilites[0], champ="plages")


def _avec_assez_de_places(effet: Effet, garder: bool) -> list[Changement]:
    """What changes, no séance with fewer places than are taken."""
    if effet.depassees and not garder:
        premiere = effet.depassees[0].seance
        raise Refus(
            f"Le {mots.jour_long(premiere.jour)}, {mots.pluriel(premiere.prises, 'enfant')}"
            f" {'a' if premiere.prises < 2 else 'ont'} déjà une place : il n’y en aurait plus que"
            f" {effet.depassees[0].apres.places}.",
            champ="garder",
        )
    return [c.avec_ses_places() if c.depassee and c.places else c for c in effet.seances.changees]


def _ecrire_l_activite(activite_id: int, projet: Projet) -> None:
    """The row and its pattern: what is the same is not written."""
    Activite.update(projet.valeurs).where(Activite.id == activite_id).execute()
    presents = {horaire.id: horaire for horaire in horaires_de(activite_id)}
    voulus = list(cles_du_projet(projet.plages, presents.values()).values())
    gardes = {horaire.id for horaire in voulus if horaire.id}
    if partis := sorted(set(presents) - gardes):
        Horaire.delete().where(Horaire.id.in_(partis)).execute()
    for horaire in voulus:
        if horaire.id:
            valeurs = {nom: getattr(horaire, nom) for nom in ("debut", "fin", "places", "periode")}
            if any(getattr(presents[horaire.id], nom) != valeur for nom, valeur in valeurs.items()):
                Horaire.update(valeurs).where(Horaire.id == horaire.id).execute()
    _inserer_les_horaires(activite_id, [horaire for horaire in voulus if not horaire.id])


def _inserer_les_horaires(activite_id: int, horaires: Iterable[Horaire]) -> None:
    noms = ("jour", "debut", "fin", "places", "periode")
    if rangees := [{"activite": activite_id} | {n: getattr(h, n) for n in noms} for h in horaires]:
        Horaire.insert_many(rangees).execute()


def _raconter(effet: Effet) -> str:
    """What was done, in one sentence of the journal."""
    s = effet.seances
    comptes = (
        (len(s.creees), "séance créée", "séances créées"),
        (len(s.changees), "séance changée", "séances changées"),
        (len(s.retirees), "séance retirée", "séances retirées"),
    )
    dits = [mots.pluriel(n, un, plusieurs) for n, un, plusieurs in comptes if n]
    return " ; ".join([*effet.changements, *dits])
