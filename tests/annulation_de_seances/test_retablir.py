"""A cancelled séance takes place after all: families are told, bookings come back if the agent says so."""

import re

import pytest
from playhouse.test_utils import count_queries

import workflows as w
from models import Affectation, Calendrier, Courriel, Lieu, Preinscription, Seance
from portail import clock
from portail.domain import textes_de_courriel
from portail.domain.annulation_de_seances import annuler
from portail.domain.refus import Interdit, Introuvable
from portail.domain.retablissement_de_seances import prevoir, retablir
from portail.domain.verification import verifier
from portail.domain.ville import la_ville
from tests import actes
from tests.invariants import fautes
from tests.monde import LUNDI

MOTIF = "Grève du personnel"


@pytest.fixture
def annulee(monde):
    """Léa was booked, Noé waited, Inès had asked, Tomás was to be absent."""
    seance = monde.seance(monde.cantine, LUNDI)
    actes.demander(monde, (monde.ines, seance))
    monde.poser(monde.lea, seance, w.RESERVE)
    monde.poser(monde.noe, seance, w.LISTE_ATTENTE)
    monde.poser(monde.tomas, seance, w.ABSENT)
    annuler(monde.gestionnaire, [seance.id], MOTIF)
    Courriel.update(statut="envoye").execute()
    return seance


def lignes() -> list[str]:
    return [ligne for c in nouveaux() for ligne in re.findall(r"^– .*$", c.corps, re.M)]


def nouveaux() -> list[Courriel]:
    return list(Courriel.select().where(Courriel.statut == "a_envoyer"))


def sains() -> None:
    assert fautes() == []
    sans_journal = ("preinscription ", "abonnement ")  # of the small world
    assert [r.phrase for r in verifier() if not r.phrase.startswith(sans_journal)] == []


def test_sans_remettre_rien_n_est_reserve_et_les_familles_l_apprennent(monde, annulee):
    fait = retablir(monde.gestionnaire, [annulee.id])
    assert (fait.seances, fait.remis, fait.a_redemander, fait.courriels) == (1, 0, 3, 1)
    assert Seance.get_by_id(annulee.id).annulee == ""
    assert monde.statut(monde.lea, annulee) == w.NON_RESERVE
    assert len(lignes()) == 3 and all("à demander de nouveau" in ligne for ligne in lignes())
    assert [c.sujet for c in nouveaux()] == ["L’accueil a lieu le 7 décembre 2026"]
    actes.demander(monde, (monde.lea, annulee))
    sains()


def test_remettre_rend_ce_qui_etait_reserve_et_cela_seul(monde, annulee):
    assert prevoir(monde.gestionnaire, [annulee.id], remettre=True).remis == 1
    fait = retablir(monde.gestionnaire, [annulee.id], remettre=True)
    assert (fait.remis, fait.a_redemander) == (1, 2)
    assert [monde.statut(e, annulee) for e in (monde.lea, monde.noe, monde.ines, monde.tomas)] == [
        w.RESERVE,
        w.NON_RESERVE,
        w.NON_RESERVE,
        w.NON_RESERVE,
    ]
    assert Seance.get_by_id(annulee.id).prises == 1
    assert [ligne for ligne in lignes() if "de nouveau réservé" in ligne] == [
        "– Réservation : Léa, Cantine, lundi 7 décembre, 11 h 30 – 13 h 30 : de nouveau réservé"
    ]
    sains()


def test_une_place_qui_n_y_est_plus_n_est_pas_remise(monde, annulee):
    actes.places(annulee, 0)
    assert retablir(monde.gestionnaire, [annulee.id], remettre=True).remis == 0
    sains()


def test_ni_la_ou_l_enfant_n_est_plus_inscrit(monde, annulee):
    Preinscription.update(statut=w.ANNULEE).where(
        Preinscription.enfant == monde.lea, Preinscription.activite == monde.cantine
    ).execute()
    assert retablir(monde.gestionnaire, [annulee.id], remettre=True).remis == 0


def test_ni_quand_la_famille_ne_peut_plus_declarer_d_absence(monde, annulee):
    with clock.figer(clock.instant(LUNDI, clock.dt.time(8))):
        assert retablir(monde.gestionnaire, [annulee.id], remettre=True).remis == 0
    assert all("la date limite est passée" in ligne for ligne in lignes())


def test_un_jour_que_le_calendrier_ferme_ne_se_retablit_pas_et_deux_fois_est_sans_effet(monde, annulee):
    fermeture = Calendrier.create(genre="fermeture", nom="Pont", debut=LUNDI, fin=LUNDI)
    assert retablir(monde.gestionnaire, [annulee.id]).seances == 0
    fermeture.delete_instance()
    assert retablir(monde.gestionnaire, [annulee.id]).seances == 1
    avant = actes.empreinte()
    assert retablir(monde.gestionnaire, [annulee.id], remettre=True).seances == 0
    assert actes.empreinte() == avant


def test_une_seconde_annulation_ne_raconte_pas_la_premiere(monde, annulee):
    retablir(monde.gestionnaire, [annulee.id], remettre=True)
    annuler(monde.gestionnaire, [annulee.id], "Panne de chauffage")
    fait = retablir(monde.gestionnaire, [annulee.id], remettre=True)
    assert fait.remis == 1
    assert monde.statut(monde.lea, annulee) == w.RESERVE
    sains()


@pytest.mark.parametrize("qui", ["sophie", "animateur", "claire"])
def test_seul_un_gestionnaire_retablit(monde, annulee, qui):
    avant = actes.empreinte()
    with pytest.raises(Interdit):
        retablir(getattr(monde, qui), [annulee.id])
    assert actes.empreinte() == avant


def test_hors_de_ses_lieux_la_seance_n_existe_pas(monde, annulee):
    Affectation.create(compte=monde.gestionnaire, lieu=Lieu.create(nom="École Pergaud"))
    with pytest.raises(Introuvable):
        retablir(monde.gestionnaire, [annulee.id])
    assert Seance.get_by_id(annulee.id).annulee == MOTIF


def test_le_nombre_de_requetes_ne_suit_pas_celui_des_reservations(monde):
    def combien(jour, *enfants) -> int:
        seance = monde.seance(monde.cantine, jour)
        for enfant in enfants:
            monde.poser(enfant, seance, w.RESERVE)
        annuler(monde.gestionnaire, [seance.id], MOTIF)
        with count_queries() as compte:
            assert retablir(monde.gestionnaire, [seance.id], remettre=True).remis == len(enfants)
        return compte.count

    la_ville(), textes_de_courriel.lire()
    un = combien(LUNDI, monde.lea)
    quatre = combien(LUNDI + clock.dt.timedelta(1), monde.lea, monde.noe, monde.ines, monde.tomas)
    assert quatre == un < 30
