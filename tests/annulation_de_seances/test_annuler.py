"""The town cancels séances: everything that stands there is undone and told, in one act."""

import datetime as dt
import re

import pytest
from playhouse.test_utils import count_queries

import workflows as w
from models import (
    Abonnement,
    Affectation,
    Courriel,
    Demande,
    Evenement,
    LienParental,
    Lieu,
    Ligne,
    Reservation,
    Responsable,
    Seance,
)
from portail.domain import annulation_de_seances, lecture_planning, textes_de_courriel
from portail.domain.annulation_de_seances import Choix, annuler, choisir, prevoir
from portail.domain.perimetre import LA_VILLE, Perimetre
from portail.domain.refus import DejaChange, Interdit, Introuvable, Refus
from portail.domain.verification import verifier
from portail.domain.ville import la_ville
from tests import actes
from tests.invariants import fautes
from tests.monde import HIER, JEUDI, LUNDI, MAINTENANT, MERCREDI

MOTIF = "Grève du personnel"


@pytest.fixture
def cantine(monde):
    return monde.seance(monde.cantine, LUNDI)


def statuts(seance) -> dict[str, str]:
    siens = Reservation.select().where(Reservation.seance == seance)
    return {r.enfant.prenom: r.statut for r in siens}


def sains() -> None:
    assert fautes() == []
    sans_journal = ("preinscription ", "abonnement ")  # of the small world
    assert [r.phrase for r in verifier() if not r.phrase.startswith(sans_journal)] == []


def test_tout_ce_qui_s_y_trouve_est_defait_avec_sa_ligne_au_journal(monde, cantine):
    actes.demander(monde, (monde.lea, cantine))
    monde.poser(monde.noe, cantine, w.RESERVE)
    monde.poser(monde.ines, cantine, w.LISTE_ATTENTE)
    monde.poser(monde.tomas, cantine, w.ABSENT)
    ailleurs = monde.poser(monde.lea, monde.seance(monde.cantine, JEUDI), w.RESERVE)
    fait = annuler(monde.gestionnaire, [cantine.id], f"  {MOTIF} ")
    assert set(statuts(cantine).values()) == {w.NON_RESERVE}
    assert actes.statut(ailleurs) == w.RESERVE
    seance = Seance.get_by_id(cantine.id)
    assert (seance.annulee, seance.annulee_par_calendrier, seance.prises) == (MOTIF, False, 0)
    assert seance.mouvements > cantine.mouvements and seance.bouge_le == MAINTENANT
    assert (fait.seances, fait.creneaux, fait.familles, fait.courriels) == (1, 4, 2, 2)
    lignes = Evenement.select().where(Evenement.acte == w.FERMER)
    assert {(e.de, e.vers, e.auteur, e.detail) for e in lignes} == {
        (de, w.NON_RESERVE, monde.gestionnaire, MOTIF)
        for de in (w.RESERVATION_ATTENTE, w.RESERVE, w.LISTE_ATTENTE, w.ABSENT)
    }
    assert {e.famille for e in lignes} == {monde.moreau, monde.dasilva}
    (de_la_seance,) = Evenement.select().where(Evenement.objet == "seance")
    assert (de_la_seance.objet_id, de_la_seance.detail) == (cantine.id, MOTIF)
    sains()


def test_ce_qui_attend_une_reponse_la_recoit_et_la_demande_est_conclue(monde, cantine):
    seule = actes.demander(monde, (monde.lea, cantine))
    deux = actes.demander(monde, (monde.noe, cantine), (monde.noe, monde.seance(monde.cantine, JEUDI)))
    absence = actes.absenter(monde, (monde.ines, cantine))
    annuler(monde.gestionnaire, [cantine.id], MOTIF)
    assert actes.statut(seule) == actes.statut(absence) == w.REFUSEE
    assert Demande.get_by_id(seule.id).agent == monde.gestionnaire
    assert actes.statut(deux) == w.EN_ATTENTE, "un autre jour attend encore"
    refusees = Ligne.select().where(Ligne.statut == w.REFUSEE)
    assert {ligne.motif for ligne in refusees} == {f"Pas d’accueil ce jour-là : {MOTIF}"}
    sains()


def test_un_seul_courriel_par_compte_dit_tout_et_pourquoi(monde, cantine):
    actes.abonner(monde.moreau, "julien@example.org")
    actes.demander(monde, (monde.lea, cantine))
    monde.poser(monde.noe, cantine, w.RESERVE)
    jeudi = monde.seance(monde.cantine, JEUDI)
    monde.poser(monde.noe, jeudi, w.LISTE_ATTENTE)
    Courriel.delete().execute()
    annuler(monde.gestionnaire, [cantine.id, jeudi.id], MOTIF)
    courriels = list(Courriel.select().order_by(Courriel.destinataire))
    assert [c.destinataire for c in courriels] == ["famille@example.org", "julien@example.org"]
    assert {c.famille for c in courriels} == {monde.moreau}
    assert {c.sujet for c in courriels} == {"Accueils annulés du 7 au 10 décembre 2026"}
    corps = courriels[0].corps
    assert "Motif : Grève du personnel." in corps
    assert re.findall(r"^– .*$", corps, re.M) == [
        "– Réservation : Léa, Cantine, lundi 7 décembre, 11 h 30 – 13 h 30"
        " (votre demande, encore sans réponse, est close)",
        "– Réservation : Noé, Cantine, jeudi 10 décembre, 11 h 30 – 13 h 30 (liste d’attente)",
        "– Réservation : Noé, Cantine, lundi 7 décembre, 11 h 30 – 13 h 30",
    ]


def test_un_parent_n_apprend_que_ce_qu_il_peut_lire(monde, cantine):
    actes.abonner(monde.moreau, "julien@example.org")
    LienParental.update(droit="aucun").where(
        LienParental.responsable == monde.adulte_julien, LienParental.enfant == monde.lea
    ).execute()
    monde.poser(monde.lea, cantine, w.RESERVE)
    annuler(monde.gestionnaire, [cantine.id], MOTIF)
    assert [c.destinataire for c in Courriel.select()] == ["famille@example.org"]
    sains()


def test_la_seance_annulee_ne_se_demande_plus_et_dit_pourquoi(monde, cantine):
    monde.poser(monde.lea, cantine, w.RESERVE)
    annuler(monde.gestionnaire, [cantine.id], MOTIF)
    creneau = lecture_planning.creneau(monde.moreau, monde.lea.id, cantine.id, regard=None)
    assert (creneau.statut, creneau.obstacle.bref, creneau.acte_possible) == (w.NON_RESERVE, MOTIF, None)
    with pytest.raises(Refus, match=MOTIF):
        actes.demander(monde, (monde.lea, cantine))


def test_les_enfants_noues_qui_attendent_ailleurs_recoivent_ce_qui_est_libre(monde, cantine):
    jeudi = monde.seance(monde.cantine, JEUDI)
    ici, ailleurs = actes.en_liste(monde, (monde.lea, cantine), (monde.noe, jeudi))
    actes.nouer(ici, ailleurs)
    actes.places(cantine, 0)
    annuler(monde.gestionnaire, [cantine.id], MOTIF)
    assert actes.statut(ailleurs) == w.RESERVE
    sains()


def test_une_place_partagee_revient_a_ceux_qui_attendent_dans_l_autre_activite(monde):
    matin, cantine = monde.seance(monde.matin, LUNDI), monde.seance(monde.cantine, LUNDI)
    monde.poser(monde.lea, cantine, w.RESERVE)
    actes.partager(1, monde.matin, monde.cantine)
    (attente,) = actes.en_liste(monde, (monde.noe, matin))
    annuler(monde.gestionnaire, [cantine.id], MOTIF)
    assert actes.statut(attente) == w.RESERVE
    sains()


def test_ce_qui_a_commence_reste_et_recommencer_ne_change_rien(monde, cantine):
    passee = monde.seance(monde.cantine, HIER)
    monde.poser(monde.lea, passee, w.PRESENT)
    monde.poser(monde.noe, cantine, w.RESERVE)
    assert annuler(monde.gestionnaire, [passee.id, cantine.id], MOTIF).seances == 1
    assert Seance.get_by_id(passee.id).annulee == ""
    avant = actes.empreinte()
    fait = annuler(monde.gestionnaire, [cantine.id], "Un autre motif")
    assert (fait.seances, fait.creneaux, fait.courriels) == (0, 0, 0)
    assert Seance.get_by_id(cantine.id).annulee == MOTIF
    assert actes.empreinte() == avant


@pytest.mark.parametrize("qui", ["sophie", "animateur", "claire"])
def test_seul_un_gestionnaire_annule(monde, cantine, qui):
    avant = actes.empreinte()
    for acte in (lambda c: annuler(c, [cantine.id], MOTIF), lambda c: prevoir(c, [cantine.id])):
        with pytest.raises(Interdit):
            acte(getattr(monde, qui))
    assert actes.empreinte() == avant


def test_hors_de_ses_lieux_la_seance_n_existe_pas(monde, cantine):
    Affectation.create(compte=monde.gestionnaire, lieu=Lieu.create(nom="École Pergaud"))
    avant = actes.empreinte()
    for acte in (
        lambda: annuler(monde.gestionnaire, [cantine.id], MOTIF),
        lambda: prevoir(monde.gestionnaire, [cantine.id]),
    ):
        with pytest.raises(Introuvable):
            acte()
    assert actes.empreinte() == avant and Seance.get_by_id(cantine.id).annulee == ""


@pytest.mark.parametrize("motif", ["", "  ", "x" * 181])
def test_sans_motif_ou_trop_long_rien_n_est_ecrit(monde, cantine, motif):
    avant = actes.empreinte()
    with pytest.raises(Refus) as refus:
        annuler(monde.gestionnaire, [cantine.id], motif)
    assert refus.value.champ == "motif"
    assert actes.empreinte() == avant


def test_l_apercu_dit_qui_est_touche_et_qui_n_a_pas_de_compte(monde, cantine):
    actes.demander(monde, (monde.lea, cantine))
    monde.poser(monde.noe, cantine, w.RESERVE)
    monde.poser(monde.tomas, cantine, w.LISTE_ATTENTE)
    Abonnement.delete().where(Abonnement.famille == monde.dasilva).execute()
    Responsable.update(telephone="06 12 34 56 78").where(Responsable.id == monde.adulte_paulo.id).execute()
    avant = actes.empreinte()
    vu = prevoir(monde.gestionnaire, [cantine.id, monde.seance(monde.matin, LUNDI).id])
    assert actes.empreinte() == avant
    assert [(s.activite, s.reserves) for s in vu.seances] == [("Accueil du matin", 0), ("Cantine", 1)]
    assert (vu.reserves, vu.en_attente, vu.en_liste, vu.lignes, vu.enfants) == (1, 1, 1, 1, 3)
    assert [(f.nom, f.enfants, f.creneaux, f.prevenue) for f in vu.familles] == [
        ("Da Silva", ("Tomás",), 1, False),
        ("Moreau", ("Léa", "Noé"), 2, True),
    ]
    assert [f.telephone for f in vu.a_appeler] == ["06 12 34 56 78"]


def test_l_apercu_depasse_est_montre_de_nouveau(monde, cantine):
    vu = prevoir(monde.gestionnaire, [cantine.id]).empreinte
    monde.poser(monde.lea, cantine, w.RESERVE)
    avant = actes.empreinte()
    with pytest.raises(DejaChange):
        annuler(monde.gestionnaire, [cantine.id], MOTIF, vu)
    assert actes.empreinte() == avant
    frais = prevoir(monde.gestionnaire, [cantine.id]).empreinte
    assert annuler(monde.gestionnaire, [cantine.id], MOTIF, frais).creneaux == 1


def test_choisir_par_jour_periode_activite_lieu_et_perimetre(monde):
    tout = choisir(Choix(LUNDI, LUNDI), LA_VILLE)
    assert {Seance.get_by_id(i).activite.nom for i in tout} == {
        "Accueil du matin",
        "Cantine",
        "Accueil du soir",
    }
    assert len(choisir(Choix(HIER, LUNDI, activite_id=monde.cantine.id), LA_VILLE)) == 4, "rien de passé"
    assert choisir(Choix(MERCREDI, MERCREDI, lieu_id=monde.cantine.lieu_id), LA_VILLE)
    assert choisir(Choix(LUNDI, LUNDI, lieu_id=monde.cantine.lieu_id + 999), LA_VILLE) == []
    assert choisir(Choix(LUNDI, LUNDI), Perimetre(frozenset({monde.cantine.lieu_id + 999}))) == []


def test_le_nombre_de_requetes_ne_suit_pas_celui_des_reservations(monde):
    def combien(jour, *enfants) -> int:
        seance = monde.seance(monde.cantine, jour)
        for enfant in enfants:
            monde.poser(enfant, seance, w.RESERVE)
        with count_queries() as compte:
            annuler(monde.gestionnaire, [seance.id], MOTIF)
        return compte.count

    la_ville(), textes_de_courriel.lire()
    un = combien(LUNDI, monde.lea)
    assert combien(LUNDI + dt.timedelta(1), monde.lea, monde.noe, monde.ines, monde.tomas) == un < 30


def test_dans_un_autre_acte_seulement_a_l_interieur_de_sa_transaction(monde, cantine):
    with pytest.raises(RuntimeError):
        annulation_de_seances.annuler_ici(monde.gestionnaire, [cantine.id], MOTIF)
