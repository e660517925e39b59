"""The figures: what each counts, over which weeks, of what part of the town."""

import datetime as dt
import io

import pytest
from playhouse.test_utils import assert_query_count
from python_calamine import CalamineWorkbook

import workflows as w
from models import (
    Abonnement,
    Activite,
    Affectation,
    Demande,
    Evenement,
    Famille,
    Lieu,
    Ligne,
    Modification,
    Presence,
    Reservation,
)
from portail import clock
from portail.domain import chiffres, perimetre
from portail.domain.choix_de_liste import Choix
from portail.domain.perimetre import LA_VILLE
from portail.domain.refus import DejaChange, Interdit, Introuvable, Refus
from tests.formulaires import poster
from tests.html import lire, mots
from tests.monde import HIER, JEUDI, LUNDI, MERCREDI

NOVEMBRE, DECEMBRE = dt.date(2026, 11, 23), dt.date(2026, 12, 20)
QUATRE = Choix(LUNDI, NOVEMBRE, DECEMBRE)
LUNDIS = [NOVEMBRE + dt.timedelta(7 * n) for n in range(4)]


def figure(code: str, choix: Choix = QUATRE, sien=LA_VILLE) -> chiffres.Figure:
    return next(f for f in chiffres.compter(choix, sien).figures if f.code == code)


def rangees(code: str, choix: Choix = QUATRE, sien=LA_VILLE) -> list[tuple]:
    return [r for section in figure(code, choix, sien).tableau.sections for r in section.rangees]


def a_paris(jour: dt.date, heure: str) -> dt.datetime:
    return clock.instant(jour, dt.time.fromisoformat(heure))


def demande(monde, nature, depot, reponse=None, statut=w.ACCEPTEE, famille=None) -> Demande:
    """A demande sent, and answered by Sophie if it was."""
    return Demande.create(
        famille=famille or monde.moreau,
        auteur=monde.claire,
        nature=nature,
        deposee_le=depot,
        repondue_le=reponse,
        agent=monde.sophie if reponse else None,
        statut=statut if reponse else w.EN_ATTENTE,
    )


def ligne(faite: Demande, creneau: Reservation, motif: str = "") -> Ligne:
    return Ligne.create(
        demande=faite, reservation=creneau, statut=w.REFUSEE if motif else w.ACCEPTEE, motif=motif
    )


@pytest.fixture
def ailleurs(monde) -> Lieu:
    """Marc's only place: the Wednesday centre is there."""
    lieu = Lieu.create(nom="Centre Prévert")
    Activite.update(lieu=lieu).where(Activite.id == monde.centre.id).execute()
    Affectation.create(compte=monde.marc, lieu=lieu)
    return lieu


# ——— places ———


def test_bookings_and_places_are_counted_by_week(monde):
    monde.poser(monde.lea, monde.seance(monde.cantine, LUNDI), w.RESERVE)
    monde.poser(monde.noe, monde.seance(monde.cantine, JEUDI), w.ABSENCE_ATTENTE)
    monde.poser(monde.ines, monde.seance(monde.cantine, LUNDI), w.LISTE_ATTENTE)
    monde.poser(monde.lea, monde.seance(monde.centre, dt.date(2026, 11, 25)), w.PRESENT)
    par_semaine = 4 * (40 + 60 + 10) + 24
    assert rangees("reservations") == [
        (lundi, prises, par_semaine, prises / par_semaine)
        for lundi, prises in zip(LUNDIS, (1, 0, 2, 0), strict=True)
    ]
    assert rangees("reservations", Choix(LUNDI, LUNDI, LUNDI, activite=monde.cantine.id)) == [
        (LUNDI, 2, 240, 2 / 240)
    ]
    assert [r[:4] for r in rangees("activites")][1] == ("Cantine", "Groupe scolaire Jean-Zay", 2, 960)


def test_the_drawing_says_what_the_table_says(monde):
    monde.poser(monde.lea, monde.seance(monde.cantine, LUNDI), w.RESERVE)
    (dessin,) = figure("reservations", Choix(LUNDI, NOVEMBRE, DECEMBRE, activite=monde.cantine.id)).dessins
    assert [barre.dit for barre in dessin.barres if barre.classe == "plein"] == [
        "la semaine du 7 déc., places réservées : 1"
    ]
    assert dessin.description == (
        "places ouvertes : au plus 240, la semaine du 23 nov."
        " places réservées : au plus 1, la semaine du 7 déc."
    )
    assert [mot for _, mot in dessin.graduations] == ["0", "50", "100", "150", "200", "250"]
    pied = max(y for y, _ in dessin.graduations)
    haut = next(b for b in dessin.barres if b.classe == "clair")
    assert haut.y + haut.hauteur == pytest.approx(pied) and haut.hauteur == pytest.approx(
        136 * 240 / 250, abs=0.1
    )


def test_absences_that_were_told_and_children_who_did_not_come_are_told_apart(monde):
    monde.poser(monde.lea, monde.seance(monde.cantine, LUNDI), w.ABSENT)
    monde.poser(monde.noe, monde.seance(monde.cantine, HIER), w.PRESENT)
    pas_venu = monde.poser(monde.ines, monde.seance(monde.cantine, HIER), w.ABSENT)
    Evenement.create(
        quand=clock.maintenant(), acte=w.POINTER_ABSENT, objet="reservation", objet_id=pas_venu.id,
        de=w.RESERVE, vers=w.ABSENT, auteur=monde.animateur,
    )  # fmt: skip
    assert rangees("absences") == [(NOVEMBRE, 0, 0), (LUNDIS[1], 0, 1), (LUNDI, 1, 0), (LUNDIS[3], 0, 0)]


def test_the_roll_call_says_who_did_not_come_and_what_it_took_back_is_no_absence_of_its_own(monde):
    pointe, efface = (
        monde.poser(enfant, monde.seance(monde.cantine, HIER), w.ABSENT) for enfant in (monde.lea, monde.noe)
    )
    Presence.create(
        seance=pointe.seance, enfant=monde.lea, etat="absent", pointe_le=clock.maintenant(),
        pointe_par=monde.animateur,
    )  # fmt: skip
    for acte in (w.POINTER_ABSENT, w.EFFACER_POINTAGE):
        Evenement.create(quand=clock.maintenant(), acte=acte, objet="reservation", objet_id=efface.id)
    assert rangees("absences")[1] == (LUNDIS[1], 1, 1)


def test_those_who_wait_are_counted_by_the_week_of_the_seance(monde):
    for enfant in (monde.lea, monde.tomas):
        monde.poser(enfant, monde.seance(monde.soir, LUNDI), w.LISTE_ATTENTE)
    assert [r[1] for r in rangees("attente")] == [0, 0, 2, 0]


# ——— demandes ———


def test_demandes_are_counted_by_nature_and_by_the_midnights_of_paris(monde):
    demande(monde, w.NATURE_RESERVATION, a_paris(dt.date(2026, 11, 29), "23:59"))
    demande(monde, w.NATURE_RESERVATION, a_paris(dt.date(2026, 11, 30), "00:00"))
    demande(monde, w.NATURE_DOSSIER, a_paris(dt.date(2026, 11, 30), "08:00"))
    demande(monde, w.NATURE_ABSENCE, a_paris(dt.date(2026, 11, 22), "23:59"))
    natures = list(w.NATURES)
    par_nature = {nature: [r[1 + rang] for r in rangees("demandes")] for rang, nature in enumerate(natures)}
    assert par_nature == {
        w.NATURE_PREINSCRIPTION: [0, 0, 0, 0],
        w.NATURE_RESERVATION: [1, 1, 0, 0],
        w.NATURE_ABSENCE: [0, 0, 0, 0],
        w.NATURE_DOSSIER: [0, 1, 0, 0],
        w.NATURE_CONTESTATION: [0, 0, 0, 0],
    }


def test_the_delay_is_that_of_agents_half_of_them_and_nine_out_of_ten(monde):
    depot = a_paris(dt.date(2026, 11, 24), "08:00")
    for heures in (1, 2, 3, 4, 5, 6, 7, 8, 9, 100):
        demande(monde, w.NATURE_RESERVATION, depot, depot + dt.timedelta(hours=heures))
    demande(monde, w.NATURE_RESERVATION, depot)
    automatique = demande(monde, w.NATURE_RESERVATION, depot, depot)
    Demande.update(agent=None).where(Demande.id == automatique.id).execute()
    (section,) = figure("delais").tableau.sections
    assert section.titre == "Réservation"
    (lundi, combien, mediane, neuf), *_ = section.rangees
    assert (lundi, combien) == (NOVEMBRE, 10)
    assert mediane == pytest.approx(5.5, abs=0.01) and neuf == pytest.approx(9, abs=0.01)
    assert section.precision == "10 réponses, la moitié en moins de 6 h, neuf sur dix en moins de 9 h"


def test_refusals_are_told_by_reason_those_that_were_given_once_are_together(monde):
    depot, reponse = a_paris(NOVEMBRE, "08:00"), a_paris(NOVEMBRE, "12:00")
    jours = (LUNDI, JEUDI, dt.date(2026, 12, 8), dt.date(2026, 12, 11))
    refusee = demande(monde, w.NATURE_RESERVATION, depot, reponse, w.REFUSEE)
    for jour, motif in zip(jours, ["Activité complète"] * 3 + ["Léa a une allergie"], strict=True):
        creneau = monde.poser(monde.lea, monde.seance(monde.cantine, jour), w.NON_RESERVE)
        ligne(refusee, creneau, motif)
    dossier = demande(monde, w.NATURE_DOSSIER, depot, reponse, w.REFUSEE)
    Modification.create(
        demande=dossier, objet="enfant", objet_id=monde.lea.id, champ="classe", avant="", apres="CE1",
        statut=w.REFUSEE, motif="Pas encore",
    )  # fmt: skip
    lues = rangees("refus")
    assert lues == [
        ("Activité complète", "Réservation", 3),
        (chiffres.AUTRES_MOTIFS, "Dossier", 1),
        (chiffres.AUTRES_MOTIFS, "Réservation", 1),
    ]
    assert "allergie" not in str(chiffres.compter(QUATRE, LA_VILLE)), "words about one child are no figure"
    assert rangees("refus", Choix(LUNDI, LUNDI, DECEMBRE)) == [], "of other weeks"


def test_families_registered_with_and_without_anybody_who_sees_the_file(monde):
    Famille.create(nom="Sans", code_abonne="1", recherche="sans", cree_le=clock.maintenant())
    Abonnement.update(statut=w.RESILIE).where(Abonnement.famille == monde.dasilva).execute()
    assert [r[1] for r in rangees("familles")] == [2, 1, 1, 3]
    seule = rangees("familles", Choix(LUNDI, LUNDI, LUNDI, activite=monde.centre.id))
    assert [r[1] for r in seule] == [1, 1, 0], "the whole town is not told of a part of it"


# ——— of what, for whom ———


def test_a_place_counts_its_own_and_nothing_of_the_others(monde, ailleurs):
    depot, reponse = a_paris(NOVEMBRE, "08:00"), a_paris(NOVEMBRE, "12:00")
    ici = demande(monde, w.NATURE_RESERVATION, depot, reponse, w.REFUSEE)
    la = demande(monde, w.NATURE_RESERVATION, depot, reponse, w.REFUSEE)
    demande(monde, w.NATURE_DOSSIER, depot, reponse)
    for jour in (MERCREDI, dt.date(2026, 12, 2), dt.date(2026, 12, 16)):
        ligne(ici, monde.poser(monde.lea, monde.seance(monde.centre, jour), w.NON_RESERVE), "Complet")
    for jour in (LUNDI, JEUDI, HIER):
        ligne(la, monde.poser(monde.lea, monde.seance(monde.cantine, jour), w.NON_RESERVE), "Trop tard")
    sien = perimetre.du_compte(monde.marc)
    for choix, vu in ((QUATRE, sien), (Choix(LUNDI, NOVEMBRE, DECEMBRE, lieu=ailleurs.id), LA_VILLE)):
        assert rangees("refus", choix, vu) == [("Complet", "Réservation", 3)]
        assert [r[0] for r in rangees("activites", choix, vu)] == ["Centre de loisirs"]
        assert sum(sum(r[1:]) for r in rangees("demandes", choix, vu)) == 1
        assert [r[1] for r in rangees("delais", choix, vu)] == [1]
        assert len(rangees("familles", choix, vu)) == 3
    for voulu in ({"lieu": monde.cantine.lieu_id}, {"activite": monde.cantine.id}):
        with pytest.raises(Introuvable):
            chiffres.compter(Choix(LUNDI, LUNDI, LUNDI, **voulu), sien)
        with pytest.raises(Introuvable):
            chiffres.exporter(monde.marc, Choix(LUNDI, LUNDI, LUNDI, **voulu), "xlsx")
    assert not Evenement.select().where(Evenement.acte == chiffres.EXPORTES).exists()


def test_they_are_read_by_a_dozen_queries_whatever_the_town(monde):
    for jour in (LUNDI, JEUDI):
        for enfant in (monde.lea, monde.noe, monde.tomas):
            monde.poser(enfant, monde.seance(monde.cantine, jour), w.RESERVE)
    with assert_query_count(13):
        chiffres.compter(QUATRE, LA_VILLE)


def test_a_year_is_fifty_three_weeks_at_most(monde):
    assert len(rangees("reservations", Choix(LUNDI, dt.date(2026, 1, 1), dt.date(2027, 1, 1)))) == 53


# ——— taken away ———


def test_all_the_tables_are_taken_away_in_one_workbook_and_it_is_journalled(monde):
    monde.poser(monde.lea, monde.seance(monde.cantine, LUNDI), w.RESERVE)
    fichier = chiffres.exporter(monde.sophie, QUATRE, "xlsx")
    classeur = CalamineWorkbook.from_filelike(io.BytesIO(fichier.flux.read()))
    fichier.flux.close()
    assert classeur.sheet_names[:3] == ["Réservations", "Remplissage", "Absences"]
    assert classeur.get_sheet_by_name("Réservations").to_python()[3][:2] == [LUNDI, 1]
    (ligne,) = Evenement.select().where(Evenement.acte == chiffres.EXPORTES)
    assert (ligne.objet, ligne.objet_id) == ("compte", monde.sophie.id)
    assert ligne.detail == "tous les tableaux, du 23 novembre au 20 décembre 2026, tous les lieux, en XLSX"


def test_a_csv_holds_one_table(monde):
    fichier = chiffres.exporter(monde.sophie, QUATRE, "csv", "absences")
    lignes = fichier.flux.read().decode("utf-8-sig").splitlines()
    fichier.flux.close()
    assert lignes[:2] == ["Semaine du;Absences déclarées;Non venus", "23/11/2026;0;0"]
    for code in ("", "rien"):
        with pytest.raises(Refus, match="Choisissez le tableau"):
            chiffres.exporter(monde.sophie, QUATRE, "csv", code)
    with pytest.raises(Interdit):
        chiffres.exporter(monde.animateur, QUATRE, "xlsx")


def test_whoever_gains_or_loses_a_place_meanwhile_begins_again(monde, ailleurs, monkeypatch):
    compter = chiffres.compter

    def puis_perdre(*args):
        comptes = compter(*args)
        Affectation.delete().execute()
        return comptes

    monkeypatch.setattr(chiffres, "compter", puis_perdre)
    with pytest.raises(DejaChange):
        chiffres.exporter(monde.marc, QUATRE, "xlsx")


# ——— the screen: drawn the same on both engines ———


@pytest.mark.parametrize("url_de_base", ["sqlite"], indirect=True)
def test_each_plot_has_a_name_a_description_and_its_table(monde, connexion):
    depot = a_paris(dt.date(2026, 11, 24), "08:00")
    demande(monde, w.NATURE_RESERVATION, depot, depot + dt.timedelta(hours=5))
    monde.poser(monde.lea, monde.seance(monde.cantine, LUNDI), w.RESERVE)
    client = connexion(monde.sophie)
    page = lire(client.get("/agents/chiffres").text)
    assert mots(page.select_one(".titre .chiffres")) == "du 5 octobre au 27 décembre 2026, tous les lieux"
    dessins = page.select("svg[role=img]")
    assert len(dessins) == 13
    for svg in dessins:
        titre, description = (page.find(id=ident) for ident in svg["aria-labelledby"].split())
        assert mots(titre) and mots(description)
        assert svg.find_parent("section").find("table") or "style" not in svg.attrs
        assert not svg.select("[style]") and not svg.select("script")
    tables = [section for section in page.select("section.figure") if section.select("svg[role=img]")]
    assert all(section.find("table") for section in tables)
    vides = [mots(s.h2) for s in page.select("section.figure") if "Rien sur cette période" in mots(s)]
    assert vides == ["Refus, par motif"]
    assert client.get("/agents/chiffres?du=x").status_code == 422
    assert client.get("/agents/chiffres?lieu=999999").status_code == 404
    assert connexion(monde.animateur).get("/agents/chiffres").status_code == 403
    fichier = poster(client, "/agents/chiffres/fichier", {"genre": "csv", "figure": "familles"})
    assert fichier.headers["Content-Disposition"] == "attachment; filename=chiffres-familles-2026-10-05.csv"
    refus = poster(client, "/agents/chiffres/fichier", {"genre": "csv"})
    assert refus.status_code == 422 and lire(refus.text).select_one("[role=alert]")
