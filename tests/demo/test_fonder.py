"""The demonstration town: credible and sound whatever today is, and the same for the same seed."""

import datetime as dt
import os
import subprocess
import sys
from pathlib import Path

import pytest
from peewee import fn

import models
import workflows as w
from models import (
    Abonnement,
    Activite,
    Calendrier,
    Capacite,
    Compte,
    Demande,
    Enfant,
    Famille,
    JourVoulu,
    LienParental,
    Lieu,
    Ligne,
    Modification,
    MotifAbsence,
    Preinscription,
    Reservation,
    Responsable,
    Seance,
    db,
)
from portail import clock
from portail.demo import MOT_DE_PASSE, deja_habitee, fonder_demonstration
from portail.demo.dossiers import FICTION
from portail.domain import (
    champs,
    dossier,
    droits,
    lecture_dossier,
    lecture_planning,
    regles_preinscription,
)
from portail.domain.planning import declarer_absence, demander_reservation
from portail.domain.reglages import ARGON2
from portail.domain.schema import initialiser
from portail.domain.verification import verifier
from portail.domain.ville import la_ville, oublier_la_ville
from portail.forms.dossier import LECTEURS
from tests.conftest import CLES, fermer
from tests.demo.conftest import FAMILLES, MAINTENANT

RACINE = Path(__file__).parents[2]
JOURS = (
    "2026-07-19",  # the last day before « la rentrée » comes in sight
    "2026-07-20",
    "2026-08-15",  # a bank holiday in the middle of the summer
    "2026-08-31",
    "2026-09-01",  # nothing has happened yet this school year
    "2026-12-31",
    "2027-05-01",
    "2028-02-29",
)


def moreau() -> Famille:
    return Famille.get(nom="Moreau")


def planning_de_ce_mois_et_du_suivant():
    premier = clock.aujourdhui().replace(day=1)
    dernier = (premier + dt.timedelta(62)).replace(day=1) - dt.timedelta(1)
    return list(lecture_planning.planning(moreau(), premier, dernier, regard=None).creneaux())


@pytest.mark.parametrize("jour", JOURS)
def test_la_ville_est_saine_et_vivante_quel_que_soit_le_jour(tmp_path, jour):
    db.initialize(models.ouvrir(f"sqlite:///{tmp_path / 'ville.sqlite3'}"))
    oublier_la_ville()
    with clock.figer(dt.datetime.fromisoformat(f"{jour}T10:00:00+01:00")):
        initialiser()
        fonder_demonstration(FAMILLES, 1)
        assert list(verifier()) == []
        attendent = Demande.select().where(Demande.statut == w.EN_ATTENTE)
        assert attendent.where(Demande.nature != w.NATURE_CONTESTATION).count() == 100
        creneaux = planning_de_ce_mois_et_du_suivant()
        statuts = {creneau.statut for creneau in creneaux}
        assert statuts >= {w.RESERVE, w.RESERVATION_ATTENTE, w.ABSENCE_ATTENTE, w.LISTE_ATTENTE, w.ABSENT}
        assert w.PRESENT in statuts or clock.aujourdhui().day <= 2
        assert sum(creneau.acte_possible == w.DEMANDER for creneau in creneaux) >= 20
        assert sum(creneau.acte_possible == w.DECLARER_ABSENCE for creneau in creneaux) >= 3
        assert any(creneau.refusee and creneau.motif for creneau in creneaux)
    fermer()


def test_les_demandes_en_attente_ont_pu_etre_faites(ville):
    lignes = list(
        Ligne.select(Ligne, Demande, Reservation, Seance, Enfant)
        .join(Demande)
        .switch(Ligne)
        .join(Reservation)
        .join(Seance)
        .switch(Reservation)
        .join(Enfant)
        .where(Ligne.statut == w.EN_ATTENTE)
    )
    assert {ligne.demande.nature for ligne in lignes} == {w.NATURE_RESERVATION, w.NATURE_ABSENCE}
    for ligne in lignes:
        seance, demande = ligne.reservation.seance, ligne.demande
        limite = seance.limite_absence if demande.nature == w.NATURE_ABSENCE else seance.limite_reservation
        assert demande.deposee_le < limite
        assert demande.deposee_le < clock.maintenant() < clock.instant(seance.jour, seance.debut)
        assert demande.a_traiter_avant <= limite
        assert not seance.activite.automatique
    demandes = {ligne.demande_id: ligne.demande for ligne in lignes}
    autres = Demande.select().where(
        Demande.statut == w.EN_ATTENTE,
        Demande.nature.in_((w.NATURE_DOSSIER, w.NATURE_PREINSCRIPTION)),
    )
    assert len(demandes) + autres.count() == 100
    assert 3 <= sum(d.a_traiter_avant < clock.maintenant() for d in demandes.values()) <= 25


def test_les_reponses_passees_sont_de_toutes_sortes_et_motivees(ville):
    par_statut = dict.fromkeys(w.DEMANDE.codes, 0)
    for demande in Demande.select():
        par_statut[demande.statut] += 1
        if demande.statut != w.EN_ATTENTE:
            assert demande.deposee_le <= demande.repondue_le < clock.maintenant()
    assert sum(par_statut.values()) >= 350
    assert all(par_statut.values()), par_statut
    assert {ligne.motif for ligne in Ligne.select().where(Ligne.statut == w.REFUSEE)} >= {"Activité complète"}


def test_les_enfants_sont_dans_la_classe_de_leur_age(ville):
    ages = {"TPS": 2, "PS": 3, "MS": 4, "GS": 5, "CP": 6, "CE1": 7, "CE2": 8, "CM1": 9, "CM2": 10}
    enfants = list(Enfant.select())
    assert {enfant.classe for enfant in enfants} == set(ages)
    for enfant in enfants:
        assert 2026 - enfant.naissance.year == ages[enfant.classe]
        assert (dt.date(2026, 9, 1) - enfant.naissance).days > 2.5 * 365, "deux ans et demi à la rentrée"
    for famille in Famille.select():
        fratrie = [e.naissance for e in famille.enfants.order_by(Enfant.rang)]
        assert 1 <= len(fratrie) <= 4 and fratrie == sorted(fratrie)


def test_les_equipements_sont_ceux_d_une_ville(ville):
    noms = [activite.nom.split(" (")[0] for activite in Activite.select()]
    assert Lieu.select().where(Lieu.nom.startswith("Groupe scolaire")).count() == 2
    assert [noms.count(nom) for nom in ("Cantine", "Accueil du matin", "Accueil du soir")] == [2, 2, 2]
    assert noms.count("Centre de loisirs") == 1
    assert {"Stage de cirque", "Stage de théâtre", "Stage de voile", "Stage d’escalade"} <= set(noms)
    assert {a.automatique for a in Activite.select()} == {True, False}
    assert Calendrier.select().where(Calendrier.genre == "fermeture").count() == 1


def test_quelques_seances_sont_completes_avec_une_liste_d_attente(ville):
    seances = set(Seance.select().join(Reservation).where(Reservation.statut == w.LISTE_ATTENTE))
    assert len(seances) >= 3
    for seance in seances:
        assert seance.prises == seance.places and seance.jour >= clock.aujourdhui()
    ouvertes = Seance.select().where(Seance.jour > clock.aujourdhui(), Seance.prises < Seance.places).count()
    assert ouvertes > 10 * len(seances)


def test_les_comptes_connus_sont_la(ville):
    assert (la_ville().nom, la_ville().zone, la_ville().teinte) == ("Saint-Alban-sur-Loire", "B", 232)
    roles = {c.email: (c.nom_complet, c.role) for c in Compte.select().where(Compte.role != "famille")}
    assert roles == {
        "agent@example.org": ("Sophie Garnier", "agent"),
        "agent2@example.org": ("Marc Tessier", "agent"),
        "gestionnaire@example.org": ("Nadia Benali", "gestionnaire"),
        "animateur@example.org": ("Yann Le Goff", "animateur"),
        "administrateur@example.org": ("Hélène Marchand", "administrateur"),
    }
    famille = moreau()
    assert famille.code_abonne == "104582"
    abonnes = Compte.select().join(Abonnement).where(Abonnement.famille == famille).order_by(Compte.id)
    assert [(c.email, c.nom_complet) for c in abonnes] == [
        ("famille@example.org", "Claire Moreau"),
        ("julien.moreau@example.org", "Julien Moreau"),
    ]
    assert [e.prenom for e in famille.enfants.order_by(Enfant.rang)] == ["Léa", "Noé", "Inès"]
    assert len({e.ecole_id for e in famille.enfants}) == 1
    assert ARGON2.verify(Compte.get(email="famille@example.org").mot_de_passe, MOT_DE_PASSE)
    for enfant in famille.enfants:
        activites = {p.activite.nom for p in enfant.preinscriptions}
        assert activites >= {"Cantine", "Accueil du matin", "Accueil du soir", "Centre de loisirs"}


def test_toutes_les_familles_ont_un_compte_et_rien_de_reel(ville):
    assert Famille.select().count() == FAMILLES
    sans_compte = Famille.select().where(Famille.id.not_in(Abonnement.select(Abonnement.famille)))
    assert not sans_compte.exists()
    assert all(compte.email.endswith("@example.org") for compte in Compte.select())
    for responsable in Responsable.select():
        for telephone in (responsable.telephone, responsable.telephone_travail):
            assert not telephone or telephone.startswith(FICTION), "numéros réservés à la fiction"
    assert {p.statut for p in Preinscription.select()} == set(w.PREINSCRIPTION.codes)
    terminees = Preinscription.select().where(Preinscription.fin < clock.aujourdhui())
    assert terminees.exists()


def test_les_dossiers_sont_remplis_et_ce_qui_est_sensible_est_scelle(ville):
    for enfant in Enfant.select():
        liens = LienParental.select().where(LienParental.enfant == enfant)
        adultes = Responsable.select().where(Responsable.famille == enfant.famille_id)
        assert {lien.responsable_id for lien in liens} == {adulte.id for adulte in adultes}
        assert {lien.droit for lien in liens} == {"plein"}
    ibans = allergies = 0
    for fiche in (*Responsable.select(), *Enfant.select()):
        textes = champs.valeurs(fiche, champs.RUBRIQUES)
        for c in champs.FICHES[fiche._meta.table_name][1]:
            lire = LECTEURS.get(c.genre)
            assert not lire or not textes[c.nom] or lire(textes[c.nom]) == textes[c.nom], (
                c.nom,
                textes[c.nom],
            )
        ibans, allergies = ibans + bool(textes.get("iban")), allergies + bool(textes.get("allergies"))
    assert ibans > 10 and allergies > 2
    brut = " ".join(f"{r.banque}" for r in Responsable.select()) + " ".join(e.sante for e in Enfant.select())
    assert "FR76" not in brut and "Docteur" not in brut and "DEMOFRPP" not in brut


def test_des_dossiers_attendent_et_un_est_refuse(ville):
    dossiers = Demande.select().where(Demande.nature == w.NATURE_DOSSIER)
    des_moreau = [d.statut for d in dossiers.where(Demande.famille == moreau()).order_by(Demande.deposee_le)]
    assert des_moreau == [w.REFUSEE, w.EN_ATTENTE, w.EN_ATTENTE, w.EN_ATTENTE]
    assert dossiers.where(Demande.famille != moreau(), Demande.statut == w.EN_ATTENTE).count() >= 5
    for m in Modification.select():
        champ = champs.champ(m.objet, m.champ)
        fiche = champs.FICHES[m.objet][0].get_by_id(m.objet_id)
        avant = dossier.clair(champ, m.avant)
        assert avant == champs.valeurs(fiche, [champ.rubrique])[m.champ] != dossier.clair(champ, m.apres)
    claire = Compte.get(email="famille@example.org")
    foyer = lecture_dossier.foyer(droits.regard(claire, moreau()))
    assert foyer.regard.moi == Responsable.get(famille=moreau(), prenom="Claire").id
    assert any(fiche.attentes for fiche in foyer.fiches) and any(fiche.incompletes for fiche in foyer.fiches)


def test_la_famille_connue_voit_une_preinscription_dans_chaque_etat(ville):
    siennes = list(Preinscription.select().join(Enfant).where(Enfant.famille == moreau()))
    vues = {w.etat_preinscription(p.statut, p.fin, clock.aujourdhui()).libelle for p in siennes}
    assert vues == {"Demande en cours", "Réservation possible", "Refusée", "Annulée", "Terminée"}
    attendue = Demande.get(Demande.famille == moreau(), Demande.piece_attendue != "")
    assert [m.texte for m in attendue.messages] == [attendue.piece_attendue]
    avec_jours = (
        JourVoulu.select().join(Preinscription).where(Preinscription.enfant.in_([p.enfant for p in siennes]))
    )
    assert avec_jours.count() == 6


def test_les_preinscriptions_demandees_ont_pu_l_etre(ville):
    demandes = list(Demande.select().where(Demande.nature == w.NATURE_PREINSCRIPTION))
    assert len(demandes) >= 12
    assert {d.statut for d in demandes} >= {w.EN_ATTENTE, w.ACCEPTEE, w.REFUSEE, w.ANNULEE}
    assert any(d.lignes.count() > 1 for d in demandes), "des frères et sœurs"
    lignes = Ligne.select(Ligne, Demande, Preinscription, Enfant, Activite).join(Demande)
    lignes = lignes.switch(Ligne).join(Preinscription).join(Enfant).switch(Preinscription).join(Activite)
    for ligne in lignes:
        p, quand = ligne.preinscription, clock.a_paris(ligne.demande.deposee_le).date()
        assert regles_preinscription.obstacle_activite(p.activite, quand) is None
        assert regles_preinscription.obstacles_periode(p.activite, p.debut, p.fin, quand) == {}
        assert regles_preinscription.obstacle_age(p.activite, p.enfant.naissance, p.debut) is None
        assert all(j.seance.limite_reservation > clock.maintenant() for j in p.jours_voulus)


def test_des_activites_sont_ouvertes_d_autres_pas_encore_ou_plus(ville):
    brefs = {
        obstacle.bref.split(" ")[0] if obstacle else "ouverte"
        for activite in Activite.select()
        for obstacle in [regles_preinscription.obstacle_activite(activite, clock.aujourdhui())]
    }
    assert brefs == {"ouverte", "Ouvre", "Close", "Terminée"}
    assert all(activite.description for activite in Activite.select())
    assert Activite.select().where(Activite.pieces != "").count() > 2


def test_la_ville_continue_de_vivre(ville):
    """The acts go on from what was written in bulk: ids, sequences, journal."""
    famille, claire = moreau(), Compte.get(email="famille@example.org")
    creneaux = planning_de_ce_mois_et_du_suivant()
    libre = next(c for c in creneaux if c.acte_possible == w.DEMANDER)
    reserve = next(c for c in creneaux if c.acte_possible == w.DECLARER_ABSENCE)
    depot = demander_reservation(claire, famille, [(libre.enfant.id, libre.seance.id)])
    assert depot.demande.id > 100
    declarer_absence(claire, famille, [(reserve.enfant.id, reserve.seance.id)])
    assert list(verifier()) == []


def test_un_chantier_interrompu_ne_laisse_rien(base_vide):
    def couper(_: int) -> None:
        raise KeyboardInterrupt

    with clock.figer(MAINTENANT):
        initialiser()
        with pytest.raises(KeyboardInterrupt):
            fonder_demonstration(2, 1, couper)
        assert not deja_habitee()
        fonder_demonstration(2, 1)
        assert deja_habitee() and list(verifier()) == []


EMPREINTE = """
import datetime as dt, hashlib, models, sys
from models import Compte, Enfant, Mandat, Modification, ReglagesDeFacturation, Responsable, db
from portail import clock
from portail.demo import fonder_demonstration
from portail.domain import champs, dossier, reglages
from portail.domain.schema import initialiser
db.initialize(models.ouvrir("sqlite:///" + sys.argv[1]))
reglages.poser(reglages.Reglages(cles=(sys.argv[4],)))
with clock.figer(dt.datetime(2026, 11, 24, int(sys.argv[2]), tzinfo=clock.PARIS)):
    initialiser()
    fonder_demonstration(20, int(sys.argv[3]))
empreinte = hashlib.sha256()
AU_HASARD = {Compte.mot_de_passe, Responsable.banque, Enfant.sante, Modification.avant, Modification.apres}
AU_HASARD |= {Mandat.banque, ReglagesDeFacturation.banque}
for fiche in (*Responsable.select().order_by(Responsable.id), *Enfant.select().order_by(Enfant.id)):
    empreinte.update(repr(champs.valeurs(fiche, champs.RUBRIQUES)).encode())  # sealed: never twice alike
for table in (Mandat, ReglagesDeFacturation):
    for ligne in table.select().order_by(table.id):
        empreinte.update(repr(champs.ouvrir(ligne.banque)).encode())
for m in Modification.select().order_by(Modification.id):
    champ = champs.champ(m.objet, m.champ)
    empreinte.update(repr([dossier.clair(champ, texte) for texte in (m.avant, m.apres)]).encode())
for table in models.TABLES:
    colonnes = [champ for champ in table._meta.sorted_fields if champ not in AU_HASARD]
    for ligne in table.select(*colonnes).order_by(table.id).tuples():
        empreinte.update(repr(ligne).encode())
print(empreinte.hexdigest())
"""


def empreinte(chemin: Path, heure: int, graine: int, hachage: int) -> str:
    env = {**os.environ, "PYTHONPATH": str(RACINE), "PYTHONHASHSEED": str(hachage)}
    ordre = [sys.executable, "-c", EMPREINTE, str(chemin), str(heure), str(graine), CLES[0]]
    fait = subprocess.run(ordre, cwd=RACINE, env=env, capture_output=True, text=True)
    assert fait.returncode == 0, fait.stderr
    return fait.stdout


def test_la_meme_graine_le_meme_jour_donne_la_meme_ville(tmp_path):
    une = empreinte(tmp_path / "une.sqlite3", heure=9, graine=7, hachage=1)
    assert empreinte(tmp_path / "deux.sqlite3", heure=18, graine=7, hachage=2) == une
    assert empreinte(tmp_path / "trois.sqlite3", heure=9, graine=8, hachage=1) != une


def test_des_motifs_d_absence_et_une_cuisine_partagee_par_toutes_les_cantines(ville):
    motifs = [
        (m.nom, m.facturation, m.justificatif) for m in MotifAbsence.select().order_by(MotifAbsence.rang)
    ]
    assert motifs == [
        ("Maladie", "jamais", "Certificat médical"),
        ("Raison familiale", "hors_delai", ""),
        ("Sortie scolaire", "jamais", ""),
        ("Autre", "hors_delai", ""),
    ]
    cuisine = Capacite.get()
    partage = {ligne.activite.nom for ligne in cuisine.activites}
    assert partage == {"Cantine"} and cuisine.activites.count() > 1 and not cuisine.simultanee
    cantines = [ligne.activite_id for ligne in cuisine.activites]
    par_jour = Seance.select(fn.SUM(Seance.prises)).where(Seance.activite.in_(cantines)).group_by(Seance.jour)
    assert 0 < max(total for (total,) in par_jour.tuples()) <= cuisine.places
    assert {a.nom for a in Activite.select().where(Activite.absence_tardive)} == {"Centre de loisirs"}
