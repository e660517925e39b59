"""The registrations and the bookings: what they rest on, the places they take, what stands already."""

import datetime as dt

import pytest

import workflows as w
from models import Calendrier, Evenement, Preinscription, Reservation, Seance
from portail.domain.verification import verifier
from tests.actes import partager
from tests.importation.conftest import dits, envoyer, importer, rapport
from tests.monde import HIER, JEUDI, LUNDI

QUI = "code_abonne;nom;prenom;naissance;activite"
LEA = "104582;Moreau;Léa;14/03/2018"
TOMAS = "104583;Da Silva;Tomás;20/01/2019"
INSCRIPTIONS = QUI + ";debut;fin\n"
RESERVATIONS = QUI + ";jour;statut\n"


def inscrire(monde, lignes: str):
    return envoyer(monde.gestionnaire, {"inscriptions.csv": INSCRIPTIONS + lignes})


def reserver(monde, lignes: str):
    return envoyer(monde.gestionnaire, {"reservations.csv": RESERVATIONS + lignes})


def places(monde, combien: int) -> Seance:
    """How many places are left on Monday at the canteen."""
    seance = monde.seance(monde.cantine, LUNDI)
    Seance.update(places=seance.prises + combien).where(Seance.id == seance.id).execute()
    return seance


# ——— registrations ———


def test_a_registration_is_there_for_the_dates_of_its_activity_unless_others_are_said(monde):
    ruptures = list(verifier(1_000))
    lignes = f"{TOMAS};Accueil du matin;;\n{TOMAS};centre de loisirs;1/1/2027;31/03/2027\n"
    importer(monde.gestionnaire, {"inscriptions.csv": INSCRIPTIONS + lignes})
    faites = Preinscription.select().where(Preinscription.enfant == monde.tomas).order_by(Preinscription.id)
    assert [(p.activite.nom, p.debut, p.fin, p.statut) for p in faites][2:] == [
        ("Accueil du matin", dt.date(2026, 9, 1), dt.date(2027, 7, 2), w.RESERVATION_POSSIBLE),
        ("Centre de loisirs", dt.date(2027, 1, 1), dt.date(2027, 3, 31), w.RESERVATION_POSSIBLE),
    ]
    ligne = Evenement.get(Evenement.objet == "preinscription", Evenement.objet_id == faites[3].id)
    assert (ligne.acte, ligne.de, ligne.vers, ligne.famille) == (
        *("reprendre", "", w.RESERVATION_POSSIBLE, monde.dasilva),
    )
    assert list(verifier(1_000)) == ruptures
    assert not rapport(inscrire(monde, lignes)).ecrit


INSCRIPTIONS_FAUSSES = {
    "unknown activity": (f"{LEA};Natation;;\n", "« Natation » n’est pas une activité"),
    "outside the activity": (f"{TOMAS};Accueil du matin;1/8/2026;1/9/2026\n", "« Accueil du matin », Groupe"),
    "backwards": (f"{TOMAS};Accueil du matin;2/3/2027;1/3/2027\n", "la fin vient avant le début."),
    "twice": (f"{TOMAS};Accueil du matin;;\n" * 2, "ligne 3, colonne debut : cette inscription est déjà"),
    "unknown child": ("104582;Moreau;Zoé;14/03/2018;Cantine;;\n", "aucun enfant n’est « Zoé Moreau »"),
    "unknown code": ("999;Moreau;Léa;14/03/2018;Cantine;;\n", "aucune famille n’a le code 999"),
    "nobody": (";;;;Cantine;;\n", "colonne code_abonne : à remplir, à moins"),
}  # fmt: skip


@pytest.mark.parametrize("quoi", INSCRIPTIONS_FAUSSES)
def test_a_registration_that_cannot_be_is_a_clear_line(monde, quoi):
    lignes, phrase = INSCRIPTIONS_FAUSSES[quoi]
    assert any(phrase in dit for dit in dits(inscrire(monde, lignes), "erreur"))


@pytest.mark.parametrize("statut", [w.ANNULEE, w.DEMANDE_EN_COURS])
def test_what_became_of_a_registration_on_the_portal_stays(monde, statut):
    une = Preinscription.get(Preinscription.enfant == monde.tomas, Preinscription.activite == monde.cantine)
    Preinscription.update(statut=statut).where(Preinscription.id == une.id).execute()
    vue = inscrire(monde, f"{TOMAS};Cantine;;\n")
    assert not rapport(vue).ecrit and "Tomás a déjà une inscription" in dits(vue, "avertissement")[0]


def test_a_child_out_of_the_ages_is_told_and_registered_all_the_same(monde):
    type(monde.matin).update(age_max=5).where(type(monde.matin).id == monde.matin.id).execute()
    vue = inscrire(monde, f"{TOMAS};Accueil du matin;;\n")
    assert "Tomás a 7 ans" in dits(vue, "avertissement")[0] and rapport(vue).total("cree") == 1


# ——— bookings ———


def test_a_booking_takes_its_place_moves_the_planning_and_has_its_line_of_the_journal(monde):
    ruptures = list(verifier(1_000))
    lignes = (
        f"{LEA};Cantine;07/12/2026;\n{LEA};Cantine;30/11/2026;présent\n{TOMAS};Cantine;2026-12-07;Absent\n"
    )
    importer(monde.gestionnaire, {"reservations.csv": RESERVATIONS + lignes})
    lundi = monde.seance(monde.cantine, LUNDI)
    assert (lundi.prises, lundi.mouvements) == (1, 1) and lundi.bouge_le
    assert monde.statut(monde.lea, lundi) == w.RESERVE
    assert monde.statut(monde.lea, monde.seance(monde.cantine, HIER)) == w.PRESENT
    assert monde.statut(monde.tomas, lundi) == w.ABSENT
    creneau = Reservation.get(enfant=monde.lea, seance=lundi)
    (ligne,) = Evenement.select().where(Evenement.objet == "reservation", Evenement.objet_id == creneau.id)
    assert (ligne.auteur, ligne.acte, ligne.de, ligne.vers, ligne.famille) == (
        *(monde.gestionnaire, "reprendre", "", w.RESERVE, monde.moreau),
    )
    assert list(verifier(1_000)) == ruptures
    assert not rapport(reserver(monde, lignes)).ecrit


def test_a_booking_may_rest_on_a_registration_of_the_same_files_by_the_identifier(monde):
    importer(
        monde.gestionnaire,
        {
            "enfants.csv": "identifiant;code;nom;prenom;naissance\nE1;104583;Da Silva;Tomás;20/01/2019\n",
            "inscriptions.csv": "identifiant_enfant;activite\nE1;Accueil du matin\n",
            "reservations.csv": "identifiant_enfant;activite;jour\nE1;Accueil du matin;07/12/2026\n",
        },
    )
    assert monde.statut(monde.tomas, monde.seance(monde.matin, LUNDI)) == w.RESERVE


def test_the_last_place_is_for_the_first_line_and_a_child_may_wait_where_none_is_left(monde):
    ruptures = list(verifier(1_000))
    seance = places(monde, 1)
    deux = f"{LEA};Cantine;07/12/2026;\n{TOMAS};Cantine;07/12/2026;{{}}\n"
    faux = reserver(monde, deux.format(""))
    assert "ligne 3, colonne jour : plus de place : 1 place sur cette séance" in dits(faux)[0]
    importer(monde.gestionnaire, {"reservations.csv": RESERVATIONS + deux.format("liste d’attente")})
    attente = Reservation.get(enfant=monde.tomas, seance=seance)
    assert (attente.statut, Evenement.get_by_id(attente.ordre).objet_id) == (w.LISTE_ATTENTE, attente.id)
    assert list(verifier(1_000)) == ruptures


def test_nobody_waits_where_a_place_is_left(monde):
    faux = reserver(monde, f"{TOMAS};Cantine;07/12/2026;liste d'attente\n")
    assert "il reste 60 places : écrivez « réservé »." in dits(faux, "erreur")[0]


def test_a_shared_capacity_is_counted_too(monde):
    partager(1, monde.cantine, monde.matin, nom="Réfectoire")
    lignes = f"{LEA};Cantine;07/12/2026;\n{LEA};Accueil du matin;07/12/2026;\n"
    assert "plus de place : « Réfectoire » est plein" in dits(reserver(monde, lignes), "erreur")[0]


RESERVATIONS_FAUSSES = {
    "not registered": (f"{TOMAS};Accueil du matin;07/12/2026;\n", "Tomás n’est pas inscrit à"),
    "no such day": (f"{LEA};Cantine;09/12/2026;\n", "n’a pas de séance le mercredi 9 décembre 2026."),
    "twice": (f"{LEA};Cantine;07/12/2026;\n" * 2, "ligne 3, colonne jour : cette réservation est déjà"),
    "present to come": (f"{LEA};Cantine;07/12/2026;présent\n", "« présent » se dit d’un jour passé"),
    "unknown status": (f"{LEA};Cantine;07/12/2026;peut-être\n", "écrivez « réservé », « présent »"),
}  # fmt: skip


@pytest.mark.parametrize("quoi", RESERVATIONS_FAUSSES)
def test_a_booking_that_cannot_be_is_a_clear_line(monde, quoi):
    lignes, phrase = RESERVATIONS_FAUSSES[quoi]
    assert any(phrase in dit for dit in dits(reserver(monde, lignes), "erreur"))


def test_nobody_is_booked_where_nothing_takes_place(monde):
    Seance.update(annulee="Grève").where(Seance.id == monde.seance(monde.cantine, LUNDI).id).execute()
    Calendrier.create(genre="fermeture", nom="Travaux", debut=JEUDI, fin=JEUDI)
    faux = reserver(monde, f"{LEA};Cantine;07/12/2026;\n{LEA};Cantine;10/12/2026;\n")
    assert [dit.partition("colonne jour : ")[2] for dit in dits(faux, "erreur")] == [
        *("cette séance est annulée : Grève", "ce jour-là est fermé, d’après le calendrier."),
    ]


def test_what_became_of_a_booking_on_the_portal_stays_and_is_told(monde):
    seance = monde.seance(monde.cantine, LUNDI)
    monde.poser(monde.lea, seance, w.ABSENT)
    vue = reserver(monde, f"{LEA};Cantine;07/12/2026;\n")
    assert dits(vue) == ["reservations.csv, ligne 2 : le portail dit « Absent » : cela reste ainsi."]
    assert not rapport(vue).ecrit
