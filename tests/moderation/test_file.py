"""The agents' queue as it is read: what waits, in which order, with what an answer needs; its filters."""

import datetime as dt

import pytest
from playhouse.test_utils import count_queries

import workflows as w
from models import Activite, Demande, Enfant, Famille, Ligne, Reservation, Seance, moteur
from portail import clock
from portail.domain import lecture_moderation, moderation, planning
from portail.domain.lecture_moderation import PAR_PAGE, Filtres
from tests.actes import absenter, demander, empreinte, places
from tests.formulaires import poster
from tests.html import mots
from tests.htmx import Page
from tests.monde import JEUDI, LUNDI, MAINTENANT, MERCREDI


def ouvrir(connexion, monde, url="/agents", attendu=200) -> Page:
    """The page, as Sophie sees it."""
    return Page(connexion(monde.sophie), url, attendu)


def rangs(page: Page) -> list[int]:
    """The demandes of the queue, in order, by their ids."""
    return [int(rang["id"].removeprefix("d-")) for rang in page.tous(".file > li")]


def remplir(monde, combien: int) -> list[int]:
    """So many pending demandes, one a minute, the oldest first."""
    reservation = Reservation.create(
        enfant=monde.tomas, seance=monde.seance(monde.cantine, LUNDI), statut=w.RESERVATION_ATTENTE
    )
    ids = []
    for minute in range(combien):
        demande = Demande.create(
            famille=monde.dasilva,
            auteur=monde.paulo,
            nature=w.NATURE_RESERVATION,
            deposee_le=MAINTENANT - dt.timedelta(days=1) + dt.timedelta(minutes=minute),
        )
        Ligne.create(demande=demande, reservation=reservation)
        ids.append(demande.id)
    return ids


# ——— a row ———


def test_a_row_says_the_family_the_child_and_age_the_activity_the_day_the_places_and_until_when(
    monde, connexion
):
    seance = places(monde.seance(monde.cantine, LUNDI), 3)
    monde.poser(monde.tomas, seance, w.RESERVE)
    demande = demander(monde, (monde.lea, seance))

    rang = ouvrir(connexion, monde).un(f"#d-{demande.id}")

    assert mots(rang.select_one(".qui")) == "Moreau Léa, 8 ans"
    assert mots(rang.select_one(".sujet")) == "Réservation : Cantine, lun. 7 déc."
    assert mots(rang.select_one(".reste")) == "2 places"
    assert [mots(q) for q in rang.select(".quand")] == ["à traiter : jeu. 3, 12 h", "déposée à l’instant"]


def test_the_places_are_those_of_the_tightest_seance_and_a_row_counts_those_that_are_full(monde, connexion):
    pleine = places(monde.seance(monde.cantine, JEUDI), 1)
    monde.poser(monde.tomas, pleine, w.RESERVE)
    demande = demander(monde, (monde.lea, monde.seance(monde.cantine, LUNDI)), (monde.lea, pleine))

    rang = ouvrir(connexion, monde).un(f"#d-{demande.id}")

    assert mots(rang.select_one(".reste")) == "1 créneau complet"
    assert mots(rang.select_one(".sujet")) == "Réservation : Cantine, 2 jours, 7 – 10 déc."


def test_an_absence_takes_no_place(monde, connexion):
    demande = absenter(monde, (monde.lea, monde.seance(monde.cantine, LUNDI)))
    rang = ouvrir(connexion, monde).un(f"#d-{demande.id}")
    assert mots(rang.select_one(".sujet")) == "Absence : Cantine, lun. 7 déc."
    assert rang.select_one(".reste") is None


def test_a_row_tells_only_what_still_waits(monde):
    demande = demander(
        monde,
        (monde.lea, monde.seance(monde.cantine, LUNDI)),
        (monde.noe, monde.seance(monde.cantine, JEUDI)),
    )
    moderation.accepter(monde.sophie, demande.id, [Ligne.select().where(Ligne.demande == demande).get().id])

    (rang,) = lecture_moderation.file(Filtres()).rangees

    assert (rang.personnes, rang.sujet) == (["Noé, 6 ans"], "Réservation : Cantine, jeu. 10 déc.")


def test_several_children_and_activities_are_told_in_one_line(monde):
    demander(
        monde,
        (monde.lea, monde.seance(monde.cantine, LUNDI)),
        (monde.noe, monde.seance(monde.cantine, LUNDI)),
        (monde.lea, monde.seance(monde.soir, JEUDI)),
    )
    (rang,) = lecture_moderation.file(Filtres()).rangees
    assert rang.personnes == ["Léa, 8 ans", "Noé, 6 ans"]
    assert rang.sujet == "Réservation : Cantine et Accueil du soir, 3 créneaux, 7 – 10 déc."


# ——— order, tabs, pages ———


def test_the_oldest_comes_first(monde, connexion):
    recente = demander(monde, (monde.lea, monde.seance(monde.cantine, LUNDI)))
    ancienne = demander(monde, (monde.noe, monde.seance(monde.cantine, LUNDI)))
    Demande.update(deposee_le=MAINTENANT - dt.timedelta(days=3)).where(Demande.id == ancienne.id).execute()

    page = ouvrir(connexion, monde)

    assert rangs(page) == [ancienne.id, recente.id]
    assert mots(page.tous(".file .quand")[1]) == "déposée il y a 3 jours"
    assert page.un("li.choisie")["id"] == f"d-{ancienne.id}", "the first one is open"


def test_late_is_what_is_past_its_deadline(monde, connexion):
    tot = demander(monde, (monde.lea, monde.seance(monde.cantine, LUNDI)))
    tard = demander(monde, (monde.noe, monde.seance(monde.cantine, LUNDI)))
    Demande.update(a_traiter_avant=MAINTENANT).where(Demande.id == tard.id).execute()

    page = ouvrir(connexion, monde, "/agents?etat=en-retard")

    assert rangs(page) == [tard.id]
    assert "en retard" in mots(page.un(".file .retard"))
    assert [mots(onglet) for onglet in page.tous(".onglets a")] == [
        "À traiter 2",
        "En retard 1",
        "Traitées 0",
    ]
    assert tot.id in rangs(ouvrir(connexion, monde))


def test_the_answered_ones_stand_under_their_own_tab_the_last_answer_first(monde, connexion):
    premiere = demander(monde, (monde.lea, monde.seance(monde.cantine, LUNDI)))
    annulee = demander(monde, (monde.noe, monde.seance(monde.cantine, LUNDI)))
    moderation.refuser(monde.marc, premiere.id, "Activité complète")
    with clock.figer(MAINTENANT + dt.timedelta(hours=1)):
        ligne = Ligne.get(Ligne.demande == annulee)
        planning.annuler(monde.claire, monde.moreau, ligne.id)
        page = ouvrir(connexion, monde, "/agents?etat=traitees")

    assert rangs(page) == [annulee.id, premiere.id]
    assert [mots(q) for q in page.tous(".file .quand")] == ["Annulée", "à l’instant", "Refusée", "il y a 1 h"]
    assert not page.tous(".file input"), "an answer is final: nothing to tick"


def test_what_validated_by_itself_never_was_in_the_queue(monde):
    demander(monde, (monde.lea, monde.seance(monde.matin, LUNDI)))
    file = lecture_moderation.file(Filtres())
    assert file.comptes == {"a-traiter": 0, "en-retard": 0, "traitees": 0}


def test_the_answers_of_today_are_counted_whatever_the_filters(monde, connexion):
    for enfant in (monde.lea, monde.noe):
        demande = demander(monde, (enfant, monde.seance(monde.cantine, LUNDI)))
        moderation.accepter(monde.marc, demande.id)
    page = ouvrir(connexion, monde, "/agents?nature=absence")
    assert "2 demandes traitées aujourd’hui" in page.texte(".titre")
    with clock.figer(MAINTENANT + dt.timedelta(days=1)):
        assert lecture_moderation.file(Filtres()).traitees_aujourdhui == 0


def test_page_by_page_and_past_the_end_the_last_page(monde, connexion):
    ids = remplir(monde, PAR_PAGE + 3)
    client = connexion(monde.sophie)

    premiere = Page(client, "/agents")
    seconde = premiere.suivre("a[rel=next]")

    assert (rangs(premiere), rangs(seconde)) == (ids[:PAR_PAGE], ids[PAR_PAGE:])
    assert rangs(seconde.suivre("a[rel=prev]")) == ids[:PAR_PAGE]
    assert rangs(Page(client, "/agents?page=999999")) == ids[PAR_PAGE:]
    assert "26 à 28 sur 28" in seconde.texte(".tete")


def test_an_empty_queue_says_so_and_an_empty_search_says_what_to_do(monde, connexion):
    client = connexion(monde.sophie)
    assert "La file est vide" in Page(client, "/agents").texte(".vide")
    assert "Rien en retard" in Page(client, "/agents?etat=en-retard").texte(".vide")
    assert "Aucune demande traitée" in Page(client, "/agents?etat=traitees").texte(".vide")
    demander(monde, (monde.lea, monde.seance(monde.cantine, LUNDI)))
    vide = Page(client, "/agents?q=zzz")
    assert "Aucune demande ne correspond" in vide.texte(".vide")
    assert len(rangs(vide.suivre(".vide a"))) == 1


# ——— filters ———


@pytest.fixture
def melange(monde):
    """Three demandes: Léa's canteen, Noé's Wednesday, Tomás's absence."""
    cantine = demander(monde, (monde.lea, monde.seance(monde.cantine, LUNDI)))
    centre = demander(monde, (monde.noe, monde.seance(monde.centre, MERCREDI)))
    seance = monde.seance(monde.soir, JEUDI)
    monde.poser(monde.tomas, seance, w.RESERVE)
    absence = planning.declarer_absence(monde.paulo, monde.dasilva, [(monde.tomas.id, seance.id)]).demande
    return {"cantine": cantine.id, "centre": centre.id, "absence": absence.id}


@pytest.mark.parametrize(
    ("requete", "attendues"),
    [
        ("nature=absence", {"absence"}),
        ("nature=reservation", {"cantine", "centre"}),
        ("q=moreau", {"cantine", "centre"}),
        ("q=MORÉAU++Noe", {"centre"}),
        ("q=tomas", {"absence"}),
        ("q=da+silva", {"absence"}),
        ("q=104582", {"cantine", "centre"}),
        ("q=10458", {"cantine", "centre", "absence"}),
        ("q=%25%25", set()),
        ("q=__", set()),
        ("q=a", {"cantine", "centre", "absence"}),
        ("q=moreau&nature=absence", set()),
        ("nature=&activite=&q=", {"cantine", "centre", "absence"}),
    ],
)
def test_the_filters_narrow_the_queue_and_the_counts_alike(monde, connexion, melange, requete, attendues):
    page = ouvrir(connexion, monde, f"/agents?{requete}")
    assert set(rangs(page)) == {melange[nom] for nom in attendues}
    assert page.texte(".onglets [aria-current]") == f"À traiter {len(attendues)}"


def test_one_choice_of_activity_stands_for_all_the_years_of_the_same_one_in_the_same_place(monde, melange):
    cantine = monde.cantine
    autre_annee = Activite.create(
        nom=cantine.nom,
        lieu=cantine.lieu,
        debut=cantine.fin,
        fin=cantine.fin,
        delai_reservation=cantine.delai_reservation,
        delai_absence=cantine.delai_absence,
    )

    for ident in (cantine.id, autre_annee.id):
        file = lecture_moderation.file(Filtres(activite=ident))
        assert [rang.id for rang in file.rangees] == [melange["cantine"]]
    noms = [nom for _, nom in file.activites]
    assert noms.count("Cantine, Groupe scolaire Jean-Zay") == 1


def test_the_filters_stay_in_the_form_the_tabs_the_rows_and_the_pages(monde, connexion, melange):
    page = ouvrir(connexion, monde, "/agents?nature=absence&q=tomas")
    assert page.un(".tri input[name=nature]")["value"] == "absence"
    assert page.texte(".decompte [aria-current]") == "Absence 1 : ne plus filtrer"
    assert page.un("input[name=q]")["value"] == "tomas"
    for lien in page.tous(".onglets a, .file a"):
        assert "nature=absence" in lien["href"] and "q=tomas" in lien["href"]
    ailleurs = page.suivre(".tri button[type=submit]", q="moreau")
    assert rangs(ailleurs) == [] and "nature=absence" in ailleurs.url
    assert len(rangs(ailleurs.suivre(".tri a"))) == 3


@pytest.mark.parametrize(
    ("requete", "phrase"),
    [
        ("etat=zzz", "Cet onglet n’existe pas"),
        ("nature=zzz", "Cette nature de demande n’existe pas"),
        ("nature=stage", "Cette nature de demande n’existe pas"),
        ("activite=zzz", "Cette activité n’existe pas"),
        ("activite=999999", "Cette activité n’existe pas"),
        ("activite=99999999999999999999", "Cette activité n’existe pas"),
        ("page=abc", "Cette page n’existe pas"),
        ("page=0", "Cette page n’existe pas"),
        ("page=-1", "Cette page n’existe pas"),
        ("q=" + "a" * 101, "La recherche est trop longue"),
        ("nature=absence&nature=reservation", "plusieurs fois « nature »"),
        ("page=1&page=2", "plusieurs fois « page »"),
    ],
)
def test_a_filter_that_cannot_be_is_told_and_left_out(monde, connexion, requete, phrase):
    demander(monde, (monde.lea, monde.seance(monde.cantine, LUNDI)))
    page = ouvrir(connexion, monde, f"/agents?{requete}", 422)
    assert phrase in page.texte(".avis.erreur")


def test_an_address_of_a_megabyte_a_nul_or_half_a_character_is_no_accident(monde, connexion):
    client = connexion(monde.sophie)
    assert client.get("/agents?q=" + "é" * 500_000).status_code == 422
    assert client.get("/agents?q=%00").status_code == 400
    assert client.get("/agents?q=%ff%fe").status_code == 200
    assert client.get("/agents?q='%22<script>").status_code == 200
    assert client.get("/agents?zzz=1&demande=abc").status_code == 200


# ——— who, and how much ———


@pytest.mark.parametrize("adresse", ["/agents", "/agents/demandes/1"])
def test_only_agents_enter(monde, connexion, client, adresse):
    demander(monde, (monde.lea, monde.seance(monde.cantine, LUNDI)))
    for compte in (monde.claire, monde.animateur):
        assert connexion(compte).get(adresse).status_code == 403
    for compte in (monde.sophie, monde.gestionnaire):
        assert connexion(compte).get(adresse).status_code == 200
    reponse = client.get(adresse)
    assert (reponse.status_code, reponse.headers["Location"].split("?")[0]) == (303, "/connexion")


def test_at_most_sixteen_queries_whatever_the_number_of_demandes(monde, connexion):
    client = connexion(monde.sophie)
    remplir(monde, 2)
    client.get("/agents")
    mesures = []
    for combien in (0, 60):
        remplir_encore(monde, combien)
        for adresse in ("/agents", "/agents?etat=traitees", "/agents?q=silva&nature=reservation&page=2"):
            with count_queries() as compteur:
                assert client.get(adresse).status_code == 200
            mesures.append(compteur.count)
    assert max(mesures) <= 16, mesures


def remplir_encore(monde, combien: int) -> None:
    """More families, more lines: each demande has five."""
    seances = [s.id for s in Seance.select().where(Seance.activite == monde.cantine).limit(5)]
    for numero in range(combien):
        famille = Famille.create(
            nom=f"Silva {numero}", code_abonne=f"2{numero:05}", recherche="silva", cree_le=MAINTENANT
        )
        enfant = Enfant.create(
            famille=famille, prenom="Zoé", nom="Silva", naissance=dt.date(2019, 1, 1), recherche="zoe silva"
        )
        demande = Demande.create(
            famille=famille, auteur=monde.paulo, nature=w.NATURE_RESERVATION, deposee_le=MAINTENANT
        )
        for seance in seances:
            reservation = Reservation.create(enfant=enfant, seance=seance, statut=w.RESERVATION_ATTENTE)
            Ligne.create(demande=demande, reservation=reservation)


def test_reading_writes_nothing_but_the_sessions_last_use(monde, connexion):
    demander(monde, (monde.lea, monde.seance(monde.cantine, LUNDI)))
    client = connexion(monde.sophie)
    avant = empreinte()
    for adresse in ("/agents", "/agents/demandes/1", "/agents?q=zzz", "/agents?etat=traitees"):
        client.get(adresse)
    assert empreinte() == avant
    assert poster(client, "/agents").status_code == 405


@pytest.mark.parametrize(
    ("etat", "index"),
    [("a-traiter", "demande_file"), ("en-retard", "demande_file"), ("traitees", "demande_traitees")],
)
def test_each_tab_is_read_through_its_index(base, etat, index):
    requete, valeurs = lecture_moderation.file_de(Filtres(etat=etat)).sql()
    explique = "EXPLAIN QUERY PLAN " if moteur() == "sqlite" else "EXPLAIN "
    if moteur() == "postgresql":  # the tables of the tests are too small to need an index
        base.execute_sql("SET enable_seqscan = off; SET enable_bitmapscan = off; SET enable_sort = off")
    plan = "\n".join(str(ligne[-1]) for ligne in base.execute_sql(explique + requete, valeurs).fetchall())
    assert index in plan and "TEMP B-TREE" not in plan and "Sort" not in plan, plan
