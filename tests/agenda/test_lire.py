"""What a calendar feed holds: the créneaux of the planning, for whom may read them now."""

import datetime as dt

import pytest
from playhouse.test_utils import count_queries

import workflows as w
from models import Calendrier, Lieu, Preinscription, Seance
from portail import clock
from portail.domain import agenda, droits, lecture_planning, moderation
from tests.actes import absenter, demander, places, session_de
from tests.agenda.conftest import apres, chemin, ouvrir
from tests.droits.table import TOUS, lier, lit
from tests.monde import HIER, JEUDI, LUNDI, MERCREDI

POSES = {
    w.RESERVE: ("Léa, Cantine", "CONFIRMED"),
    w.PRESENT: ("Léa, Cantine", "CONFIRMED"),
    w.RESERVATION_ATTENTE: ("En attente : Léa, Cantine", "TENTATIVE"),
    w.LISTE_ATTENTE: ("Liste d’attente, rang 1 : Léa, Cantine", "TENTATIVE"),
    w.ABSENCE_ATTENTE: ("Absence demandée : Léa, Cantine", "TENTATIVE"),
    w.ABSENT: ("Absent : Léa, Cantine", "CONFIRMED"),
}


@pytest.mark.parametrize("statut", [s for s in w.CRENEAU.codes if s != w.NON_RESERVE])
def test_each_state_of_a_creneau_is_told_by_the_title_and_the_status(monde, lire, famille, statut):
    seance = monde.seance(monde.cantine, LUNDI)
    monde.poser(monde.lea, seance, statut)
    venue = lire(famille).venue(monde.lea, seance)
    assert (str(venue["SUMMARY"]), str(venue["STATUS"])) == POSES[statut]
    assert venue["TRANSP"] == "TRANSPARENT", "the parent is not busy while the child eats"
    assert venue["DTSTART"].dt == dt.datetime(2026, 12, 7, 11, 30, tzinfo=clock.PARIS)
    assert venue["DTEND"].dt == dt.datetime(2026, 12, 7, 13, 30, tzinfo=clock.PARIS)
    assert w.CRENEAU.etats[statut].phrase in venue["DESCRIPTION"]
    lien = "http://localhost/famille/planning?vue=jour&date=2026-12-07"
    assert venue["DESCRIPTION"].endswith(f"\n{lien}") and venue["URL"] == lien
    assert venue["LOCATION"] == "Groupe scolaire Jean-Zay"


def test_the_events_are_the_creneaux_of_the_planning_in_two_libraries(monde, lire, famille):
    statuts = [s for s in w.CRENEAU.codes if s != w.NON_RESERVE]
    seances = Seance.select().where(Seance.activite.in_([monde.cantine, monde.matin, monde.centre]))
    for rang, seance in enumerate(seances):
        for enfant in (monde.lea, monde.noe, monde.ines)[: rang % 4]:
            monde.poser(enfant, seance, statuts[(rang + enfant.id) % len(statuts)])
    lu = lire(famille)
    regard = droits.regard(monde.claire, monde.moreau)
    jour = clock.aujourdhui()
    vu = lecture_planning.planning(
        monde.moreau, jour - dt.timedelta(30), jour + dt.timedelta(120), regard=regard
    )
    attendus = {
        f"creneau-{c.enfant.id}-{c.seance.id}@localhost": (
            clock.instant(c.seance.jour, c.seance.debut),
            clock.instant(c.seance.jour, c.seance.fin),
            f"{c.enfant.prenom}, {c.seance.activite.nom}",
        )
        for c in vu.creneaux()
        if c.statut != w.NON_RESERVE
    }
    assert len(attendus) > 50
    par_icalendar = {
        uid: (e["DTSTART"].dt, e["DTEND"].dt, str(e["SUMMARY"]).split(" : ")[-1])
        for uid, e in lu.evenements.items()
        if uid.startswith("creneau-")
    }
    par_vobject = {
        e.uid.value: (e.dtstart.value, e.dtend.value, e.summary.value.split(" : ")[-1])
        for e in lu.vobjet.vevent_list
        if e.uid.value.startswith("creneau-")
    }
    assert par_icalendar == attendus == par_vobject


def test_it_holds_a_month_behind_and_four_ahead(monde, lire, famille):
    jours = [clock.aujourdhui() + dt.timedelta(n) for n in (-31, -30, 120, 121)]
    Preinscription.update(debut=dt.date(2026, 1, 1), fin=dt.date(2027, 12, 31)).execute()
    modele = monde.seance(monde.cantine, LUNDI)
    for jour in jours:
        seance = Seance.create(
            activite=monde.cantine, jour=jour, debut=dt.time(6), fin=dt.time(7), places=9,
            limite_reservation=modele.limite_reservation, limite_absence=modele.limite_absence,
        )  # fmt: skip
        monde.poser(monde.lea, seance, w.RESERVE)
    montres = [e["DTSTART"].dt.date() for uid, e in lire(famille).evenements.items() if "creneau" in uid]
    assert montres == jours[1:3]


def test_a_day_closed_since_is_no_event_to_attend(monde, lire, famille):
    seance = monde.seance(monde.cantine, LUNDI)
    monde.poser(monde.lea, seance, w.RESERVE)
    Calendrier.create(genre="fermeture", nom="Travaux", debut=LUNDI, fin=LUNDI, activite=monde.cantine)
    lu = lire(famille)
    venue = lu.venue(monde.lea, seance)
    assert (venue["STATUS"], venue["SUMMARY"]) == ("CANCELLED", "Pas d’accueil : Léa, Cantine")
    assert "Il n’y a pas d’accueil ce jour-là (Travaux)." in venue["DESCRIPTION"]
    assert lu.venue(monde.noe, seance) is None
    assert "Noé et Inès, mardi 8" in str(lu.echeances()["Cantine, semaine du 7 décembre"]["DESCRIPTION"])


def test_an_event_keeps_its_uid_and_grows_with_each_change(monde, lire, famille):
    seance = monde.seance(monde.cantine, LUNDI)
    demande = demander(monde, (monde.lea, seance))
    un = lire(famille).venue(monde.lea, seance)
    with apres(minutes=5):
        moderation.accepter(monde.sophie, demande.id)
        deux = lire(famille).venue(monde.lea, seance)
    with apres(minutes=7):
        absenter(monde, (monde.lea, seance))
        trois = lire(famille).venue(monde.lea, seance)
    assert un["UID"] == deux["UID"] == trois["UID"]
    assert [int(e["SEQUENCE"]) for e in (un, deux, trois)] == [0, 1, 2]
    quand = [e["LAST-MODIFIED"].dt for e in (un, deux, trois)]
    assert quand == sorted(set(quand)) and [e["DTSTAMP"].dt for e in (un, deux, trois)] == quand


def test_what_was_withdrawn_leaves_the_feed(monde, lire, famille):
    seance = monde.seance(monde.cantine, LUNDI)
    demande = demander(monde, (monde.lea, seance))
    assert lire(famille).venue(monde.lea, seance)
    moderation.refuser(monde.sophie, demande.id, "Activité complète")
    assert lire(famille).venue(monde.lea, seance) is None


def test_the_rank_is_that_of_the_list(monde, lire, famille):
    seance = places(monde.seance(monde.soir, LUNDI), 0)
    for enfant in (monde.tomas, monde.lea, monde.noe):
        monde.poser(enfant, seance, w.LISTE_ATTENTE)
    lu = lire(famille)
    assert str(lu.venue(monde.noe, seance)["SUMMARY"]) == "Liste d’attente, rang 3 : Noé, Accueil du soir"
    assert not lu.venue(monde.tomas, seance)


def test_the_place_comes_with_its_address(monde, lire, famille):
    Lieu.update(adresse="3 rue de l’École, Saint-Alban").execute()
    monde.poser(monde.lea, monde.seance(monde.cantine, LUNDI), w.RESERVE)
    (venue,) = [e for uid, e in lire(famille).evenements.items() if uid.startswith("creneau")]
    assert venue["LOCATION"] == "Groupe scolaire Jean-Zay, 3 rue de l’École, Saint-Alban"


# ——— whose ———


def test_the_feed_of_a_child_shows_no_other(monde, lire):
    for enfant in (monde.lea, monde.noe, monde.tomas):
        monde.poser(enfant, monde.seance(monde.cantine, LUNDI), w.RESERVE)
    lu = lire(ouvrir(monde.claire, monde.moreau, monde.lea))
    assert lu.calendrier["X-WR-CALNAME"] == "Activités de Léa" == lu.vobjet.contents["x-wr-calname"][0].value
    assert "Léa, Cantine" in lu.titres()
    for autre in ("Noé", "Inès", "Tomás", "Moreau"):
        assert autre not in lu.texte.replace("\r\n ", "")


def test_the_feed_of_the_family_names_its_children_and_not_the_family(monde, lire, famille):
    lu = lire(famille)
    nom = "Activités de Léa, de Noé et d’Inès"
    for propriete in ("NAME", "X-WR-CALNAME"):
        assert str(lu.calendrier[propriete]).replace("\\,", ",") == nom, "escaped: it is a text"
    assert "Moreau" not in lu.texte and "104582" not in lu.texte and "Tomás" not in lu.texte


@TOUS
def test_the_rights_are_those_of_now(monde, client, lire, julien, droit):
    for enfant in (monde.lea, monde.noe):
        monde.poser(enfant, monde.seance(monde.cantine, LUNDI), w.RESERVE)
    lier(monde, "plein", monde.lea)
    tous, lea = ouvrir(julien, monde.moreau), ouvrir(julien, monde.moreau, monde.lea)
    lier(monde, droit, monde.lea)
    lu = lire(tous)
    assert ("Léa" in lu.texte, "Noé" in lu.texte, "Inès" in lu.texte) == (lit(droit), True, False)
    assert client.get(chemin(lea)).status_code == (200 if lit(droit) else 404)
    lier(monde, "aucun")
    assert client.get(chemin(tous)).status_code == 404


def test_whoever_follows_without_deciding_is_not_told_to_book(monde, lire, julien):
    lier(monde, "information")
    lu = lire(ouvrir(julien, monde.moreau))
    assert not lu.echeances()


def test_nothing_of_the_health_of_a_child_is_in_it(monde, lire, famille):
    assert not {"sante", "allerg", "regime", "medecin"} & set(lire(famille).texte.lower().split())


# ——— how it is asked for ———


def test_it_is_read_without_a_session_and_leaves_none(monde, connexion, client, famille):
    monde.poser(monde.lea, monde.seance(monde.cantine, LUNDI), w.RESERVE)
    for navigateur in (client, connexion(monde.paulo), connexion(monde.sophie)):
        reponse = navigateur.get(chemin(famille))
        assert reponse.status_code == 200 and "Léa" in reponse.text
        assert "Set-Cookie" not in reponse.headers and "Cookie" not in reponse.headers["Vary"]
    assert reponse.headers["Cache-Control"] == "private, no-cache"
    assert reponse.headers["X-Robots-Tag"] == "noindex"
    assert reponse.headers["Referrer-Policy"] == "same-origin"


def test_what_has_not_changed_is_304_whatever_the_compression(monde, client, famille):
    adresse, seance = chemin(famille), monde.seance(monde.cantine, LUNDI)
    for enfant, statut in ((monde.noe, w.RESERVE), (monde.ines, w.LISTE_ATTENTE)):
        monde.poser(enfant, monde.seance(monde.cantine, JEUDI), statut)
    marque = client.get(adresse, headers={"Accept-Encoding": "gzip"}).headers["ETag"]
    for codage in ("gzip", "br", "identity"):
        encore = client.get(adresse, headers={"If-None-Match": marque, "Accept-Encoding": codage})
        assert (encore.status_code, encore.data) == (304, b"")
        assert encore.headers["ETag"] == marque and "Set-Cookie" not in encore.headers
    with apres(hours=1):
        assert client.get(adresse, headers={"If-None-Match": marque}).status_code == 304
    demander(monde, (monde.lea, seance))
    neuf = client.get(adresse, headers={"If-None-Match": marque})
    assert neuf.status_code == 200 and neuf.headers["ETag"] != marque
    agenda.revoquer(monde.claire, monde.moreau, famille.id)
    assert client.get(adresse, headers={"If-None-Match": neuf.headers["ETag"]}).status_code == 404


@pytest.mark.parametrize("codage", ["gzip", "br"])
def test_it_leaves_compressed(client, famille, codage):
    reponse = client.get(chemin(famille), headers={"Accept-Encoding": codage})
    assert reponse.headers["Content-Encoding"] == codage


def test_the_number_of_queries_does_not_grow(monde, client, famille):
    def requetes() -> int:
        with count_queries() as compte:
            assert client.get(chemin(famille)).status_code == 200
        return compte.count

    requetes()
    avant = requetes()
    for seance in Seance.select().where(Seance.activite.in_([monde.cantine, monde.centre, monde.soir])):
        for enfant in (monde.lea, monde.noe):
            monde.poser(enfant, seance, w.RESERVE)
    assert requetes() == avant == 7


def test_the_days_behind_and_ahead_follow_one_another(monde, lire):
    monde.poser(monde.ines, monde.seance(monde.centre, MERCREDI), w.RESERVE)
    monde.poser(monde.ines, monde.seance(monde.cantine, HIER), w.PRESENT)
    monde.poser(monde.ines, monde.seance(monde.cantine, JEUDI), w.ABSENT)
    neuf = agenda.ouvrir(session_de(monde.claire), monde.moreau, monde.ines.id)
    venues = [t for t in lire(neuf).titres() if "Dernier moment" not in t]
    assert venues == ["Inès, Cantine", "Inès, Centre de loisirs", "Absent : Inès, Cantine"]
