"""Every state of a pre-registration × every act upon it: the table decides, and a no changes nothing."""

import datetime as dt

import pytest

import workflows as w
from models import Preinscription
from portail import clock
from portail.domain import fin_d_inscription, moderation, preinscriptions
from portail.domain.demandes import annuler_demande
from portail.domain.refus import DejaChange
from tests.garanties.empreinte import contenu
from tests.invariants import fautes
from tests.preinscriptions.souhaits import AU, DU, atelier, jours_de, souhait

PLUS_TARD = AU + dt.timedelta(20)


class Scene:
    """One pre-registration, with days asked for, and everything that may be done of it."""

    def __init__(self, monde) -> None:
        self.monde = monde
        theatre = atelier(monde)
        voulu = souhait(theatre, monde.lea, jours=jours_de(theatre)[1:3])
        self.demande = preinscriptions.deposer(monde.claire, monde.moreau, voulu)
        self.inscription = Preinscription.get(activite=theatre)

    def accepter(self) -> None:
        moderation.accepter(self.monde.sophie, self.demande.id)

    def refuser(self) -> None:
        moderation.refuser(self.monde.marc, self.demande.id, "Activité complète")

    def annuler(self) -> None:
        annuler_demande(self.monde.claire, self.monde.moreau, self.demande.id)

    def retirer(self) -> None:
        ligne = self.demande.lignes.get()
        preinscriptions.retirer(self.monde.claire, self.monde.moreau, self.demande.id, ligne.id)

    def ecourter(self) -> None:
        self._mettre_fin(AU - dt.timedelta(7))

    def annuler_par_la_mairie(self) -> None:
        self._mettre_fin(DU - dt.timedelta(1))

    def _mettre_fin(self, dernier: dt.date) -> None:
        fin_d_inscription.mettre_fin(
            self.monde.sophie, self.monde.moreau.id, self.inscription.id, dernier, "Déménagement"
        )

    @property
    def etat(self) -> str:
        lue = Preinscription.get_by_id(self.inscription.id)
        return w.etat_preinscription(lue.statut, lue.fin, clock.aujourdhui()).libelle


ETATS = {
    "Demande en cours": [],
    "Réservation possible": ["accepter"],
    "Refusée": ["refuser"],
    "Annulée": ["annuler"],
    "Annulée par la mairie": ["accepter", "annuler_par_la_mairie"],
    "Terminée": ["accepter"],
}
ACTES = ("accepter", "refuser", "annuler", "retirer", "ecourter", "annuler_par_la_mairie")
PERMIS = {
    ("Demande en cours", "accepter"): "Réservation possible",
    ("Demande en cours", "refuser"): "Refusée",
    ("Demande en cours", "annuler"): "Annulée",
    ("Demande en cours", "retirer"): "Annulée",
    ("Réservation possible", "ecourter"): "Réservation possible",
    ("Réservation possible", "annuler_par_la_mairie"): "Annulée",
}
SANS_EFFET = {("Annulée", "annuler"), ("Annulée", "retirer")}
"""Asking for what already stands is no error."""


@pytest.mark.parametrize("acte", ACTES)
@pytest.mark.parametrize("etat", ETATS)
def test_the_table_decides(monde, etat, acte):
    scene = Scene(monde)
    for pas in ETATS[etat]:
        getattr(scene, pas)()
    quand = clock.instant(PLUS_TARD, dt.time(9)) if etat == "Terminée" else clock.maintenant()
    with clock.figer(quand):
        depart = scene.etat
        assert depart == etat.removesuffix(" par la mairie")
        avant = contenu()
        if (etat, acte) in PERMIS:
            getattr(scene, acte)()
            assert scene.etat == PERMIS[etat, acte]
        elif (etat, acte) in SANS_EFFET:
            getattr(scene, acte)()
            assert contenu() == avant
        else:
            with pytest.raises(DejaChange):
                getattr(scene, acte)()
            assert (scene.etat, contenu()) == (depart, avant)
    assert fautes() == []
