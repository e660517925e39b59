"""The town changes its calendar: séances follow, families are told, what is shown is what is done."""

import datetime as dt

import pytest

import workflows as w
from models import Activite, Affectation, Calendrier, Courriel, Evenement, Lieu, Seance, Ville
from portail.domain.calendrier import jours_particuliers
from portail.domain.changement_de_calendrier import appliquer, charger, prevoir
from portail.domain.effet_du_calendrier import Changement, Jours
from portail.domain.refus import DejaChange, Interdit, Introuvable, Refus
from portail.domain.ville import la_ville
from tests import actes
from tests.invariants import fautes
from tests.monde import HIER, JEUDI, LUNDI, MERCREDI

GREVE = "Grève du personnel"


def fermeture(jour=LUNDI, fin=None, nom=GREVE, **portee) -> Jours:
    return Jours("fermeture", nom, jour, fin or jour, **portee)


def ajouter(monde, *jours: Jours, qui=None, **plus):
    return appliquer(qui or monde.gestionnaire, Changement(ajoute=jours), GREVE, **plus)


def retirer(monde, **plus):
    (ligne,) = Calendrier.select().where(Calendrier.genre.in_(("fermeture", "ouverture")))
    return appliquer(monde.gestionnaire, Changement(retire=ligne), GREVE, **plus)


def annulees() -> set[tuple[str, dt.date]]:
    return {(s.activite.nom, s.jour) for s in Seance.select().where(Seance.annulee != "")}


def test_fermer_un_jour_annule_ses_seances_et_le_dit(monde):
    cantine = monde.seance(monde.cantine, LUNDI)
    monde.poser(monde.lea, cantine, w.RESERVE)
    effet = prevoir(monde.gestionnaire, Changement(ajoute=[fermeture()]))
    assert (len(effet.annulees.seances), effet.annulees.reserves) == (3, 1) and not effet.rien
    fait = ajouter(monde, fermeture(), vu=effet.empreinte)
    assert annulees() == {(n, LUNDI) for n in ("Accueil du matin", "Cantine", "Accueil du soir")}
    assert monde.statut(monde.lea, cantine) == w.NON_RESERVE
    assert Seance.get_by_id(cantine.id).annulee_par_calendrier
    assert fait.phrase.startswith("Le calendrier est à jour. 3 séances annulées, 1 créneau défait")
    assert Courriel.select().count() == 1 and f"Motif : {GREVE}." in Courriel.get().corps
    (ligne,) = Evenement.select().where(Evenement.objet == "calendrier")
    assert (ligne.acte, ligne.auteur, ligne.detail) == (
        "ajouter",
        monde.gestionnaire,
        f"{GREVE}, le 7 décembre 2026",
    )
    assert jours_particuliers(LUNDI, LUNDI).mention(LUNDI) == GREVE
    assert fautes() == []


def test_une_fermeture_ne_touche_que_ce_qu_elle_nomme(monde):
    ajouter(monde, fermeture(activite_id=monde.cantine.id))
    assert annulees() == {("Cantine", LUNDI)}


def test_la_lever_rend_les_seances_et_remet_ce_qui_etait_reserve_si_on_le_dit(monde):
    cantine = monde.seance(monde.cantine, LUNDI)
    monde.poser(monde.lea, cantine, w.RESERVE)
    ajouter(monde, fermeture())
    (ligne,) = Calendrier.select().where(Calendrier.genre == "fermeture")
    effet = prevoir(monde.gestionnaire, Changement(retire=ligne), remettre=True)
    assert (len(effet.a_retablir), effet.retablies.remis) == (3, 1)
    fait = retirer(monde, vu=effet.empreinte, remettre=True)
    assert (fait.retablissement.seances, fait.retablissement.remis) == (3, 1)
    assert annulees() == set() and monde.statut(monde.lea, cantine) == w.RESERVE
    assert fautes() == []


def test_la_lever_ne_rend_pas_ce_qu_une_autre_ferme_encore_ni_ce_qu_un_agent_a_annule(monde):
    from portail.domain.annulation_de_seances import annuler

    annuler(monde.gestionnaire, [monde.seance(monde.soir, LUNDI).id], "Animateur malade")
    ajouter(monde, fermeture())
    appliquer(
        monde.gestionnaire,
        Changement(ajoute=[fermeture(nom="Travaux", activite_id=monde.cantine.id)]),
        "Travaux",
    )
    ligne = Calendrier.get(Calendrier.nom == GREVE)
    appliquer(monde.gestionnaire, Changement(retire=ligne), GREVE)
    assert annulees() == {("Cantine", LUNDI), ("Accueil du soir", LUNDI)}


def test_lever_une_fermeture_d_avant_la_creation_des_seances_les_cree(monde):
    Seance.delete().where(Seance.jour == LUNDI).execute()
    Calendrier.create(genre="fermeture", nom=GREVE, debut=LUNDI, fin=LUNDI)
    fait = retirer(monde)
    assert fait.nouvelles == 3
    nouvelle = monde.seance(monde.cantine, LUNDI)
    assert (nouvelle.places, nouvelle.prises) == (60, 0)


def test_changer_les_dates_d_une_fermeture_rend_les_jours_quittes_et_ferme_les_nouveaux(monde):
    ajouter(monde, fermeture(activite_id=monde.cantine.id))
    ligne = Calendrier.get(Calendrier.genre == "fermeture")
    voulu = fermeture(JEUDI, activite_id=monde.cantine.id)
    appliquer(monde.gestionnaire, Changement(ajoute=[voulu], retire=ligne), GREVE)
    assert annulees() == {("Cantine", JEUDI)}
    ligne = Calendrier.get(Calendrier.genre == "fermeture")
    assert (ligne.debut, ligne.fin, ligne.activite) == (JEUDI, JEUDI, monde.cantine)


def test_un_mercredi_travaille_a_les_seances_du_jour_dit_et_plus_celles_du_mercredi(monde):
    centre = monde.seance(monde.centre, MERCREDI)
    monde.poser(monde.lea, centre, w.RESERVE)
    jour = Jours("ouverture", "Mercredi travaillé", MERCREDI, MERCREDI, comme=4, periode="scolaire")
    effet = prevoir(monde.gestionnaire, Changement(ajoute=[jour]))
    assert [nom for nom, _ in effet.jours_nouveaux] == [
        f"{nom} (Groupe scolaire Jean-Zay)" for nom in ("Accueil du matin", "Cantine", "Accueil du soir")
    ]
    ajouter(monde, jour, vu=effet.empreinte)
    assert annulees() == {("Centre de loisirs", MERCREDI)}
    assert monde.seance(monde.cantine, MERCREDI).debut == dt.time(11, 30)
    assert jours_particuliers(MERCREDI, MERCREDI).mention(MERCREDI) == "Mercredi travaillé"
    retirer(monde, remettre=True)
    assert annulees() == {(n, MERCREDI) for n in ("Accueil du matin", "Cantine", "Accueil du soir")}
    assert monde.statut(monde.lea, centre) == w.RESERVE
    assert fautes() == []


def test_une_journee_exceptionnelle_ouvre_un_jour_ferie_pour_ce_qu_elle_nomme(monde):
    noel = dt.date(2026, 12, 25)
    jour = Jours("ouverture", "Garde", noel, noel, comme=4, periode="scolaire", activite_id=monde.cantine.id)
    ajouter(monde, jour)
    assert [s.activite.nom for s in Seance.select().where(Seance.jour == noel)] == ["Cantine"]
    jours = jours_particuliers(noel, noel)
    assert jours.ferme(noel, monde.cantine.id, monde.cantine.lieu_id) is None
    assert jours.ferme(noel, monde.soir.id, monde.soir.lieu_id) == "Noël, jour férié"


def test_la_fermeture_la_plus_etroite_l_emporte_et_les_contraires_se_refusent(monde):
    Calendrier.create(genre="ouverture", nom="Fête", debut=LUNDI, fin=LUNDI, comme=0, periode="scolaire")
    with pytest.raises(Refus, match="dit le contraire"):
        ajouter(monde, fermeture())
    ajouter(monde, fermeture(activite_id=monde.cantine.id))
    jours = jours_particuliers(LUNDI, LUNDI)
    assert jours.ferme(LUNDI, monde.cantine.id, monde.cantine.lieu_id) == GREVE
    assert jours.ferme(LUNDI, monde.soir.id, monde.soir.lieu_id) is None


def test_retirer_un_jour_ferie_le_rend_comme_un_autre(monde):
    ferie = Calendrier.create(genre="ferie", nom="Fête locale", debut=LUNDI, fin=LUNDI)
    Seance.delete().where(Seance.jour == LUNDI).execute()
    fait = appliquer(monde.gestionnaire, Changement(retire=ferie), "Le calendrier a changé")
    assert fait.nouvelles == 3


def test_changer_de_zone_montre_puis_fait_ce_qui_apparait_et_disparait(monde):
    from portail.domain.calendrier import creer_seances, importer_calendrier_scolaire

    Calendrier.delete().execute()
    importer_calendrier_scolaire("B", (2026,))
    creer_seances(monde.cantine, LUNDI, monde.cantine.fin)
    en_b, en_c = dt.date(2027, 2, 9), dt.date(2027, 2, 22)
    seance = monde.seance(monde.cantine, en_b)  # holidays in C, a school day in B
    assert Seance.get_or_none(activite=monde.cantine, jour=en_c) is None
    monde.poser(monde.lea, seance, w.RESERVE)
    effet = prevoir(monde.gestionnaire, Changement(zone="C"))
    assert effet.annulees.reserves == 1
    appliquer(monde.gestionnaire, Changement(zone="C"), "La zone scolaire a changé", effet.empreinte)
    assert (Ville.get().zone, la_ville().zone) == ("C", "C")
    assert Seance.get_by_id(seance.id).annulee == "La zone scolaire a changé"
    assert Seance.get(activite=monde.cantine, jour=en_c)
    fait = appliquer(monde.gestionnaire, Changement(zone="B"), "Retour", remettre=True)
    assert fait.retablissement.remis == 1
    assert Seance.get_by_id(seance.id).annulee == ""
    assert fautes() == []


def test_l_apercu_depasse_est_refuse_et_rien_n_est_ecrit(monde):
    vu = prevoir(monde.gestionnaire, Changement(ajoute=[fermeture()])).empreinte
    monde.poser(monde.lea, monde.seance(monde.cantine, LUNDI), w.RESERVE)
    avant = actes.empreinte()
    with pytest.raises(DejaChange):
        ajouter(monde, fermeture(), vu=vu)
    assert actes.empreinte() == avant
    assert not Calendrier.select().where(Calendrier.genre == "fermeture").exists()


def test_deja_retiree_par_un_autre(monde):
    ajouter(monde, fermeture())
    ligne = Calendrier.get(Calendrier.genre == "fermeture")
    appliquer(monde.gestionnaire, Changement(retire=ligne), GREVE)
    with pytest.raises(DejaChange):
        appliquer(monde.gestionnaire, Changement(retire=ligne), GREVE)


@pytest.mark.parametrize(
    ("jours", "champ"),
    [
        (fermeture(nom=""), "nom"),
        (fermeture(JEUDI, LUNDI), "fin"),
        (fermeture(HIER), "fin"),
        (fermeture(LUNDI, LUNDI + dt.timedelta(500)), "fin"),
        (Jours("ouverture", "Fête", LUNDI, JEUDI, comme=0), "fin"),
    ],
)
def test_ce_qui_ne_se_peut_pas_est_dit_a_cote_du_champ(monde, jours, champ):
    avant = actes.empreinte()
    with pytest.raises(Refus) as refus:
        ajouter(monde, jours)
    assert refus.value.champ == champ and actes.empreinte() == avant


def test_qui_est_limite_a_des_lieux_ne_change_que_les_leurs(monde):
    ailleurs = Lieu.create(nom="École Pergaud")
    Affectation.create(compte=monde.gestionnaire, lieu=monde.cantine.lieu)
    la_bas = Activite.create(
        nom="Étude",
        lieu=ailleurs,
        debut=HIER,
        fin=JEUDI,
        delai_reservation=monde.cantine.delai_reservation,
        delai_absence=monde.cantine.delai_absence,
    )
    ferie = Calendrier.create(genre="ferie", nom="Fête", debut=JEUDI, fin=JEUDI)
    for changement in (
        Changement(ajoute=[fermeture()]),
        Changement(ajoute=[fermeture(lieu_id=ailleurs.id)]),
        Changement(ajoute=[fermeture(activite_id=la_bas.id)]),
        Changement(ajoute=[fermeture(activite_id=999_999)]),
        Changement(retire=ferie),
        Changement(zone="A"),
    ):
        with pytest.raises(Introuvable):
            appliquer(monde.gestionnaire, changement, GREVE)
        with pytest.raises(Introuvable):
            prevoir(monde.gestionnaire, changement)
    with pytest.raises(Introuvable):
        charger(monde.gestionnaire, ferie.id)
    ajouter(monde, fermeture(lieu_id=monde.cantine.lieu_id))
    assert len(annulees()) == 3


@pytest.mark.parametrize("qui", ["sophie", "animateur", "claire"])
def test_seul_un_gestionnaire_change_le_calendrier(monde, qui):
    with pytest.raises(Interdit):
        ajouter(monde, fermeture(), qui=getattr(monde, qui))
    assert annulees() == set()
