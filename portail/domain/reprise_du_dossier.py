"""Taking back an answer about the family file: each field holds again what it held, if nobody touched it."""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import TYPE_CHECKING

import workflows as w
from models import ContactHabilite, Modification
from portail import clock
from portail.domain import application, champs, changements, souvenir
from portail.domain.changements import Simple

if TYPE_CHECKING:
    from portail.domain.reprise import Reprise

CHANGE_DEPUIS = "Le dossier a changé depuis : cette réponse ne s’annule plus."
DEMANDE_DEPUIS = "Depuis, la famille a demandé autre chose pour la même information."


def obstacles(reprises: Collection[Reprise]) -> dict[int, str]:
    """By demande, why its changes cannot be undone. A few queries, where there is any."""
    demandes = {m.id: reprise.demande.id for reprise in reprises for m in reprise.de("modification")}
    if not demandes:
        return {}
    modifications = [m for reprise in reprises for m in reprise.de("modification")]
    trouves: dict[int, str] = {}
    appliquees = [m for m in modifications if m.statut == w.APPLIQUEE]
    etats = changements.etats(appliquees, reprises_fiches(reprises))
    for m in appliquees:
        if etats[m.id].present != etats[m.id].apres:
            trouves[demandes[m.id]] = CHANGE_DEPUIS
    attendent = Modification.select(Modification.objet, Modification.objet_id, Modification.champ).where(
        Modification.statut == w.EN_ATTENTE,
        Modification.objet_id.in_([m.objet_id for m in modifications]),
        Modification.champ != "contact",
    )
    prises = set(attendent.tuples())
    for m in modifications:
        if (m.objet, m.objet_id, m.champ) in prises:
            trouves[demandes[m.id]] = DEMANDE_DEPUIS
    return trouves


def reprises_fiches(reprises: Collection[Reprise]) -> dict[int, application.Fiche]:
    """The sheets, locked: the same for all."""
    return next(iter(reprises)).fiches


def remettre(reprises: Collection[Reprise]) -> None:
    """Put back what the file held. The sheets are locked, and still hold what was applied."""
    for reprise in reprises:
        for m in reprise.de("modification"):
            if m.statut == w.APPLIQUEE:
                _remettre(m, reprise.fiches[m.id], reprise.souvenir.presents[m.id])
        for ancien, nouveau in souvenir.remettre_les_photos(reprise.souvenir).items():
            _renumeroter(reprise, ancien, nouveau)


def _remettre(m: Modification, fiche: application.Fiche, present: str) -> None:
    genre = changements.genre(m)
    if isinstance(genre, Simple):
        application.ecrire_la_fiche(fiche, {genre.champ.nom: present})
    elif (m.objet, m.champ) == champs.CONTACT:
        _oter_le_contact(m, present)
    elif (m.objet, m.champ) == champs.FICHE_DE_CONTACT:
        valeurs = json.loads(present) | {"retire_le": None} if present else {"retire_le": clock.maintenant()}
        ContactHabilite.update(valeurs).where(ContactHabilite.id == m.objet_id).execute()


def _oter_le_contact(m: Modification, present: str) -> None:
    """The contact that the answer added; if the child had the same already, none was."""
    if present:
        return
    valeurs = json.loads(m.apres)
    memes = [getattr(ContactHabilite, nom) == valeur for nom, valeur in valeurs.items()]
    ajoute = (
        ContactHabilite.select()
        .where(ContactHabilite.enfant == m.objet_id, ContactHabilite.retire_le.is_null(), *memes)
        .order_by(ContactHabilite.id.desc())
        .first()
    )
    if ajoute:
        maintenant = clock.maintenant()
        ContactHabilite.update(retire_le=maintenant).where(ContactHabilite.id == ajoute.id).execute()


def _renumeroter(reprise: Reprise, ancien: str, nouveau: str) -> None:
    """A picture is known by another number: what is asked of it says so."""
    ids = [m.id for m in reprise.de("modification") if (m.objet, m.champ) == champs.DE_LA_PHOTO]
    for colonne in (Modification.avant, Modification.apres):
        Modification.update({colonne: nouveau}).where(Modification.id.in_(ids), colonne == ancien).execute()
