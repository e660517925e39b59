"""The agents' queue of the demonstration: what each looks after, notes that they left, kept filters."""

import datetime as dt

import workflows as w
from models import FiltreGarde, NoteInterne, PriseEnCharge
from portail import clock
from portail.demo.monde import Monde
from portail.domain import filtres_gardes, notes, prises_en_charge
from portail.domain.ecriture import inserer

FILTRES = (("Anciennes", "age=ancien"), ("Absences à personne", "nature=absence&suivi=personne"))
NOTES = (
    "La famille a rappelé ce matin : elle attend une réponse avant vendredi.",
    "Vu avec la directrice de l’école, qui confirme.",
    "Le justificatif est arrivé au guichet, il reste à le joindre.",
)
UNE_SUR = 12
"""Of how many demandes that wait one is looked after, and has a note."""


def ecrire(monde: Monde) -> list[tuple]:
    """Write them. Gives their lines of the journal, without their id."""
    hier = clock.instant(monde.temps.aujourdhui - dt.timedelta(days=1), dt.time(16, 10))
    agents = monde.equipe[:2]
    attendent = [d for d in monde.registre.demandes if d.statut == w.EN_ATTENTE and d.deposee_le < hier]
    suivies = list(enumerate(attendent[::UNE_SUR], start=1))
    qui = {rang: agents[rang % len(agents)] for rang, _ in suivies}
    inserer(
        PriseEnCharge,
        ("id", "demande", "agent", "depuis"),
        ((rang, d.id, qui[rang].id, hier) for rang, d in suivies),
    )
    inserer(
        NoteInterne,
        ("id", "demande", "auteur", "texte", "ecrite_le"),
        ((rang, d.id, qui[rang].id, NOTES[rang % len(NOTES)], hier) for rang, d in suivies),
    )
    gardes = list(enumerate(FILTRES, start=1))
    sophie = agents[0].id
    inserer(FiltreGarde, ("id", "compte", "nom", "requete"), ((r, sophie, *filtre) for r, filtre in gardes))
    faits = [
        (hier, qui[rang].id, acte, objet, ident, "", "", d.famille.id, d.id, "")
        for rang, d in suivies
        for acte, objet, ident in (
            (prises_en_charge.PRENDRE, "demande", d.id),
            (notes.ECRIRE, "note_interne", rang),
        )
    ]
    return faits + [
        (hier, sophie, filtres_gardes.GARDER, "filtre_garde", rang, "", "", None, None, nom)
        for rang, (nom, _) in gardes
    ]
