"""What a family reads on its planning: each slot in its state, in words, and nothing of anybody else."""

import datetime as dt

import pytest
from playhouse.test_utils import count_queries

import workflows as w
from models import Activite, Calendrier, Enfant, Famille, Preinscription, Reservation, Seance
from portail import clock
from portail.domain import lecture_planning, moderation, planning
from portail.domain.ville import la_ville
from tests.actes import absenter, demander, lignes, places
from tests.monde import HIER, JEUDI, LUNDI, MAINTENANT, MERCREDI

DEBUT, FIN = dt.date(2026, 11, 30), dt.date(2027, 1, 3)
"""The month of December, as the planning draws it."""


def page(monde, famille=None, **filtres):
    return lecture_planning.planning(famille or monde.moreau, DEBUT, FIN, **filtres, regard=None)


def creneau(monde, enfant, seance):
    return lecture_planning.creneau(enfant.famille, enfant.id, seance.id, regard=None)


# ——— which slots ———


def test_each_child_has_a_slot_on_each_seance_where_it_is_registered(monde):
    lundi = next(jour for jour in page(monde).jours if jour.date == LUNDI)

    assert [
        (g.seance.activite.nom, g.seance.plage, [c.enfant.prenom for c in g.creneaux]) for g in lundi.groupes
    ] == [
        ("Accueil du matin", "7 h 30 – 8 h 30", ["Léa", "Noé", "Inès"]),
        ("Cantine", "11 h 30 – 13 h 30", ["Léa", "Noé", "Inès"]),
        ("Accueil du soir", "16 h 30 – 18 h 30", ["Léa", "Noé", "Inès"]),
    ]
    assert {c.statut for groupe in lundi.groupes for c in groupe.creneaux} == {w.NON_RESERVE}


def test_every_day_of_the_period_is_there_and_says_what_it_is(monde):
    jours = page(monde).jours
    assert [jour.date for jour in jours] == [DEBUT + dt.timedelta(n) for n in range(35)]
    mentions = {jour.date.day: jour.mention for jour in jours if jour.date.month == 12}
    assert (mentions[7], mentions[21], mentions[25]) == ("", "Vacances de Noël", "Noël, jour férié")


def test_a_child_shows_only_where_and_when_a_validated_preinscription_covers_the_day(monde):
    lea = (Preinscription.enfant == monde.lea) & (Preinscription.activite == monde.cantine)
    Preinscription.update(debut=JEUDI).where(lea).execute()
    noe = (Preinscription.enfant == monde.noe) & (Preinscription.activite == monde.cantine)
    Preinscription.update(statut=w.DEMANDE_EN_COURS).where(noe).execute()

    vus = {
        (c.seance.jour, c.enfant.prenom)
        for c in page(monde).creneaux()
        if c.seance.activite.nom == "Cantine" and c.seance.jour in (LUNDI, JEUDI)
    }

    assert vus == {(LUNDI, "Inès"), (JEUDI, "Inès"), (JEUDI, "Léa")}


def test_two_preinscriptions_that_overlap_make_one_slot(monde):
    Preinscription.create(
        enfant=monde.lea,
        activite=monde.cantine,
        debut=LUNDI,
        fin=JEUDI,
        statut=w.RESERVATION_POSSIBLE,
        cree_le=MAINTENANT,
    )
    ids = [c.id for c in page(monde).creneaux()]
    assert len(ids) == len(set(ids))


def test_what_is_booked_stays_on_the_screen_even_where_the_child_is_no_longer_registered(monde):
    seance = monde.seance(monde.cantine, JEUDI)
    monde.poser(monde.lea, seance, w.RESERVE)
    Preinscription.update(fin=LUNDI).where(
        Preinscription.enfant == monde.lea, Preinscription.activite == monde.cantine
    ).execute()

    vu = creneau(monde, monde.lea, seance)

    assert (vu.statut, vu.inscrit, vu.acte_possible) == (w.RESERVE, False, w.DECLARER_ABSENCE)
    assert vu in list(page(monde).creneaux())


def test_on_a_closed_day_only_what_was_booked_shows(monde):
    seance = monde.seance(monde.cantine, LUNDI)
    monde.poser(monde.lea, seance, w.RESERVE)
    Calendrier.create(genre="fermeture", nom="Grève", debut=LUNDI, fin=LUNDI)

    vus = [c for c in page(monde).creneaux() if c.seance.jour == LUNDI]

    assert [(c.enfant.prenom, c.seance.fermeture) for c in vus] == [("Léa", "Grève")]
    assert creneau(monde, monde.noe, seance) is None


def test_the_filters_keep_these_children_and_these_activities(monde):
    vu = page(monde, enfants={monde.noe.id}, activites={monde.cantine.id, monde.soir.id})
    assert {(c.enfant.prenom, c.seance.activite.nom) for c in vu.creneaux()} == {
        ("Noé", "Cantine"),
        ("Noé", "Accueil du soir"),
    }
    assert [e.prenom for e in vu.enfants] == ["Léa", "Noé", "Inès"]
    assert [a.nom for a in vu.activites] == [
        "Accueil du matin",
        "Cantine",
        "Accueil du soir",
        "Centre de loisirs",
    ]
    assert list(page(monde, enfants=set()).creneaux()) == []
    assert list(page(monde, activites=set()).creneaux()) == []


def test_a_child_of_another_family_never_appears_whatever_is_asked(monde):
    seance = monde.seance(monde.cantine, LUNDI)
    monde.poser(monde.tomas, seance, w.RESERVE)
    les_leurs = {monde.lea.id, monde.noe.id, monde.ines.id}

    assert {c.enfant.id for c in page(monde).creneaux()} == les_leurs
    assert list(page(monde, enfants={monde.tomas.id}).creneaux()) == []
    assert lecture_planning.creneau(monde.moreau, monde.tomas.id, seance.id, regard=None) is None
    couples = [(monde.tomas.id, seance.id), (monde.lea.id, seance.id)]
    assert [c.enfant.prenom for c in lecture_planning.creneaux(monde.moreau, couples, regard=None)] == ["Léa"]
    assert {c.enfant.prenom for c in page(monde, monde.dasilva).creneaux()} == {"Tomás"}


def test_an_activity_of_another_family_never_appears(monde):
    matin = monde.seance(monde.matin, LUNDI)
    assert lecture_planning.creneau(monde.dasilva, monde.tomas.id, matin.id, regard=None) is None
    assert list(page(monde, monde.dasilva, activites={monde.matin.id}).creneaux()) == []


def test_a_family_without_children_and_ids_that_do_not_exist_read_as_nothing(monde):
    seule = Famille.create(nom="Seule", code_abonne="1", recherche="seule", cree_le=MAINTENANT)
    assert list(page(monde, seule).creneaux()) == []
    cantine = monde.seance(monde.cantine, LUNDI)
    assert lecture_planning.creneau(seule, monde.lea.id, cantine.id, regard=None) is None
    assert lecture_planning.creneau(monde.moreau, monde.lea.id, 10_000_000, regard=None) is None
    assert lecture_planning.creneaux(monde.moreau, [], regard=None) == []


# ——— one slot, read alone or with its page ———


def test_each_slot_read_alone_equals_the_same_slot_of_the_page_in_every_state(monde):
    for enfant in (monde.lea, monde.noe, monde.ines):
        demander(monde, (enfant, monde.seance(monde.matin, LUNDI)))
        demander(monde, (enfant, monde.seance(monde.cantine, LUNDI)))
    absenter(monde, (monde.lea, monde.seance(monde.soir, LUNDI)))
    refusee = demander(monde, (monde.noe, monde.seance(monde.soir, LUNDI)))
    moderation.refuser(monde.sophie, refusee.id, "Activité complète")
    mercredi = monde.seance(monde.centre, MERCREDI)
    for enfant, statut in (
        (monde.lea, w.LISTE_ATTENTE),
        (monde.noe, w.LISTE_ATTENTE),
        (monde.ines, w.ABSENT),
    ):
        monde.poser(enfant, mercredi, statut)
    monde.poser(monde.lea, monde.seance(monde.cantine, HIER), w.PRESENT)

    creneaux = list(page(monde).creneaux())

    assert {c.statut for c in creneaux} == set(w.CRENEAU.codes)
    for vu in creneaux:
        assert lecture_planning.creneau(monde.moreau, vu.enfant.id, vu.seance.id, regard=None) == vu
    couples = [(c.enfant.id, c.seance.id) for c in creneaux]
    lus = lecture_planning.creneaux(monde.moreau, couples, regard=None)
    assert {c.id: c for c in lus} == {c.id: c for c in creneaux}


def test_its_accessible_name_says_it_all(monde):
    vu = creneau(monde, monde.lea, monde.seance(monde.cantine, LUNDI))
    assert vu.nom_accessible == "Léa, Cantine, lundi 7 décembre, 11 h 30 – 13 h 30, Non réservé"
    assert vu.id == f"c-{monde.lea.id}-{vu.seance.id}"


INFOS = {
    w.NON_RESERVE: "À réserver avant le jeudi 3 décembre à 12 h, dans 2 jours",
    w.RESERVATION_ATTENTE: "Réservation demandée. Annulable jusqu’à la réponse de la mairie",
    w.RESERVE: "Absence à déclarer avant le jeudi 3 décembre à 12 h, dans 2 jours",
    w.LISTE_ATTENTE: "1er sur la liste d’attente. La place vous revient d’elle-même si elle se libère"
    " avant le jeudi 3 décembre à 12 h, dans 2 jours.",
    w.ABSENCE_ATTENTE: "Absence déclarée. Annulable jusqu’à la réponse de la mairie",
    w.ABSENT: "Absence enregistrée",
    w.PRESENT: "Pointé présent par l’équipe",
}
ACTES = {
    w.NON_RESERVE: w.DEMANDER,
    w.RESERVATION_ATTENTE: w.ANNULER,
    w.RESERVE: w.DECLARER_ABSENCE,
    w.LISTE_ATTENTE: w.RENONCER,
    w.ABSENCE_ATTENTE: w.ANNULER,
    w.ABSENT: None,
    w.PRESENT: None,
}


@pytest.mark.parametrize("statut", w.CRENEAU.codes)
def test_the_tooltip_says_the_deadline_or_what_this_state_means_and_the_one_act_is_offered(monde, statut):
    seance = monde.seance(monde.cantine, LUNDI)
    monde.poser(monde.lea, seance, statut)
    vu = creneau(monde, monde.lea, seance)
    assert (vu.info, vu.acte_possible) == (INFOS[statut], ACTES[statut])


def test_what_can_no_longer_be_done_is_said_instead(monde):
    trop_tard = monde.seance(monde.cantine, MAINTENANT.date() + dt.timedelta(2))
    hier = monde.seance(monde.cantine, HIER)
    Activite.update(reservable=False).where(Activite.id == monde.soir.id).execute()
    monde.poser(monde.noe, trop_tard, w.RESERVE)
    infos = {
        "Délai de réservation dépassé": creneau(monde, monde.lea, trop_tard),
        "Délai de modification dépassé": creneau(monde, monde.noe, trop_tard),
        "Séance passée": creneau(monde, monde.lea, hier),
        "Fermée à la réservation": creneau(monde, monde.lea, monde.seance(monde.soir, LUNDI)),
    }
    assert {info: vu.info for info, vu in infos.items()} == {info: info for info in infos}
    assert all(vu.acte_possible is None for vu in infos.values())


def test_a_full_seance_can_still_be_asked_for(monde):
    seance = places(monde.seance(monde.soir, LUNDI), 0)
    vu = creneau(monde, monde.lea, seance)
    assert (vu.acte_possible, vu.situation.complete, vu.seance.restantes) == (w.DEMANDER, True, 0)


def test_the_rank_in_the_list_is_that_of_the_journal(monde):
    seance = monde.seance(monde.soir, LUNDI)
    for enfant in (monde.tomas, monde.ines, monde.lea):
        monde.poser(enfant, seance, w.LISTE_ATTENTE)
    monde.poser(monde.lea, monde.seance(monde.soir, JEUDI), w.LISTE_ATTENTE)
    rangs = {c.enfant.prenom: c.rang_liste for c in page(monde).creneaux() if c.seance.id == seance.id}
    assert rangs == {"Inès": 2, "Léa": 3, "Noé": None}


def test_a_refusal_and_its_reason_stay_readable_until_something_new_is_asked(monde):
    seance = monde.seance(monde.cantine, LUNDI)
    demande = demander(monde, (monde.lea, seance))
    moderation.refuser(monde.sophie, demande.id, "Pièce manquante au dossier")

    vu = creneau(monde, monde.lea, seance)
    assert (vu.statut, vu.refusee, vu.motif) == (w.NON_RESERVE, True, "Pièce manquante au dossier")
    assert vu.acte_possible == w.DEMANDER

    suivante = demander(monde, (monde.lea, seance))
    vu = creneau(monde, monde.lea, seance)
    assert (vu.refusee, vu.motif, vu.demande_id) == (False, "", suivante.id)
    assert vu.ligne_id == lignes(suivante)[0].id

    planning.annuler(monde.claire, monde.moreau, vu.ligne_id)
    assert not creneau(monde, monde.lea, seance).refusee


def test_the_reason_of_a_refused_absence_stays_readable_too(monde):
    seance = monde.seance(monde.cantine, LUNDI)
    demande = absenter(monde, (monde.lea, seance))
    moderation.refuser(monde.sophie, demande.id, "Absence non recevable pour ce jour")
    vu = creneau(monde, monde.lea, seance)
    assert (vu.statut, vu.refusee, vu.motif) == (w.RESERVE, True, "Absence non recevable pour ce jour")


# ——— how much it asks of the database ———


def test_the_month_and_the_slot_cost_three_queries_whatever_the_base_holds(monde):
    famille, lea, seance = monde.moreau, monde.lea, monde.seance(monde.cantine, LUNDI)
    la_ville()  # remembered for a minute by the process

    def cout() -> tuple[int, int, int]:
        with count_queries() as du_mois:
            creneaux = list(lecture_planning.planning(famille, DEBUT, FIN, regard=None).creneaux())
        with count_queries() as du_creneau:
            assert lecture_planning.creneau(famille, lea.id, seance.id, regard=None)
        return len(creneaux), du_mois.count, du_creneau.count

    avant, *peu = cout()
    _peupler(monde)
    apres, *beaucoup = cout()

    assert apres > 2 * avant
    assert beaucoup == peu == [3, 3]


def _peupler(monde) -> None:
    """A second year, twice the séances of a day, more families, more children, everything booked."""
    seances = list(Seance.select().dicts())
    for seance in seances:
        seance.pop("id")
        apres_midi = seance | {"debut": dt.time(14), "fin": dt.time(15)}
        an_dernier = seance | {"jour": seance["jour"] - dt.timedelta(364)}
        Seance.insert_many([apres_midi, an_dernier]).execute()
    quatrieme = Enfant.create(
        famille=monde.moreau, prenom="Élie", nom="Moreau", naissance=LUNDI, rang=4, recherche="elie"
    )
    for n in range(5):
        famille = Famille.create(nom=f"F{n}", code_abonne=f"F{n}", recherche="", cree_le=clock.maintenant())
        Enfant.create(famille=famille, prenom="X", nom="Y", naissance=LUNDI, recherche="")
    for activite in Activite.select():
        Preinscription.create(
            enfant=quatrieme,
            activite=activite,
            debut=activite.debut,
            fin=activite.fin,
            statut=w.RESERVATION_POSSIBLE,
            cree_le=clock.maintenant(),
        )
    Reservation.insert_many(
        [
            {"enfant": enfant, "seance": seance, "statut": w.ABSENT}
            for enfant in Enfant.select()
            for seance in Seance.select().where(Seance.jour > LUNDI)
        ]
    ).execute()
