"""Who waits, who is registered, who has booked nothing, whose file lacks something."""

import datetime as dt

import pytest
from playhouse.test_utils import assert_query_count

import workflows as w
from models import (
    ContactHabilite,
    Enfant,
    Preinscription,
    Reservation,
    Responsable,
)
from portail import clock
from portail.domain import choix_de_liste as c
from portail.domain import listes, perimetre
from portail.domain.choix_de_liste import Choix
from portail.domain.perimetre import LA_VILLE
from tests.html import lire, mots
from tests.monde import JEUDI, LUNDI, MERCREDI

SEMAINE = Choix(LUNDI, LUNDI, JEUDI)


def sections(code: str, choix: Choix = SEMAINE, sien=LA_VILLE) -> dict[str, list[tuple]]:
    return {s.titre: s.rangees for s in listes.consulter(code, choix, sien).tableau.sections}


def prenoms(rangees: list[tuple]) -> list[str]:
    return [rangee[1] for rangee in rangees]


# ——— who waits ———


def test_those_who_wait_stand_in_the_order_of_their_list_brothers_and_sisters_together(monde):
    soir = monde.seance(monde.soir, LUNDI)
    lea, tomas, noe = (monde.poser(e, soir, w.LISTE_ATTENTE) for e in (monde.lea, monde.tomas, monde.noe))
    monde.poser(monde.ines, monde.seance(monde.soir, JEUDI), w.LISTE_ATTENTE)
    Reservation.update(fratrie=1).where(Reservation.id.in_([lea.id, noe.id])).execute()
    lues = sections(c.ATTENTE)
    assert [(r[0], r[2], r[4], r[-1]) for r in lues["Accueil du soir"]] == [
        (LUNDI, 1, "Tomás", ""),
        (LUNDI, 2, "Léa", "oui"),
        (LUNDI, 2, "Noé", "oui"),
        (JEUDI, 1, "Inès", ""),
    ]
    assert tomas.ordre < noe.ordre
    assert sections(c.ATTENTE, Choix(LUNDI, MERCREDI, JEUDI))["Accueil du soir"][0][4] == "Inès"


def test_a_tie_holds_its_rank_even_where_its_last_one_is_not_shown(monde):
    """Léa and Noé are tied across two activities: her rank is his, though only hers is listed."""
    lea = monde.poser(monde.lea, monde.seance(monde.soir, LUNDI), w.LISTE_ATTENTE)
    monde.poser(monde.tomas, monde.seance(monde.soir, LUNDI), w.LISTE_ATTENTE)
    noe = monde.poser(monde.noe, monde.seance(monde.matin, LUNDI), w.LISTE_ATTENTE)
    Reservation.update(fratrie=1).where(Reservation.id.in_([lea.id, noe.id])).execute()
    lues = sections(c.ATTENTE, Choix(LUNDI, LUNDI, LUNDI, activite=monde.soir.id))
    assert [(r[2], r[4]) for r in lues["Accueil du soir"]] == [(1, "Tomás"), (2, "Léa")]


# ——— who is registered ———


def test_the_registered_are_told_by_activity_class_and_period(monde):
    Enfant.update(classe="CE2").where(Enfant.id == monde.lea.id).execute()
    lues = sections(c.INSCRIPTIONS)
    assert list(lues) == ["Accueil du matin", "Cantine", "Accueil du soir", "Centre de loisirs"]
    assert prenoms(lues["Cantine"]) == ["Tomás", "Inès", "Léa", "Noé"], "by family, then first name"
    assert lues["Cantine"][2] == (
        "Moreau", "Léa", "CE2", "Groupe scolaire Jean-Zay", 8, dt.date(2026, 9, 1), dt.date(2027, 7, 2),
        "Réservation possible", "104582",
    )  # fmt: skip
    assert {
        t: prenoms(r) for t, r in sections(c.INSCRIPTIONS, Choix(LUNDI, LUNDI, LUNDI, classe="ce2")).items()
    } == {titre: ["Léa"] for titre in lues}
    plus_tard = dt.date(2027, 8, 1)
    assert sections(c.INSCRIPTIONS, Choix(plus_tard, plus_tard, plus_tard)) == {}


def test_what_is_asked_refused_or_over_is_not_with_the_registered(monde):
    for enfant, statut in (
        (monde.lea, w.DEMANDE_EN_COURS), (monde.noe, w.REFUSEE), (monde.ines, w.ANNULEE),
    ):  # fmt: skip
        Preinscription.update(statut=statut).where(
            Preinscription.enfant == enfant, Preinscription.activite == monde.cantine
        ).execute()
    une = Choix(LUNDI, LUNDI, LUNDI, activite=monde.cantine.id)
    assert prenoms(sections(c.INSCRIPTIONS, une)["Cantine"]) == ["Tomás"]
    demandees = Choix(LUNDI, LUNDI, LUNDI, activite=monde.cantine.id, etat=c.DEMANDEES)
    assert prenoms(sections(c.INSCRIPTIONS, demandees)["Cantine"]) == ["Léa"]
    toutes = Choix(LUNDI, LUNDI, LUNDI, activite=monde.cantine.id, etat=c.TOUTES)
    assert prenoms(sections(c.INSCRIPTIONS, toutes)["Cantine"]) == ["Tomás", "Léa"]


def test_whom_to_call_is_shown_when_it_is_asked_the_adult_who_has_a_telephone(monde):
    Responsable.update(telephone="02 61 91 40 12").where(Responsable.prenom == "Julien").execute()
    avec = Choix(LUNDI, LUNDI, LUNDI, activite=monde.centre.id, coordonnees=True)
    assert sections(c.INSCRIPTIONS, avec)["Centre de loisirs"][0][-3:] == (
        "Julien Moreau", "02 61 91 40 12", "julien@example.org",
    )  # fmt: skip
    with assert_query_count(5):
        listes.consulter(c.INSCRIPTIONS, avec, LA_VILLE)


def test_a_large_town_is_read_up_to_the_limit_its_numbers_are_exact(monde, monkeypatch):
    monkeypatch.setattr(listes, "A_L_ECRAN", 4)
    lue = listes.consulter(c.INSCRIPTIONS, SEMAINE, LA_VILLE).tableau
    assert (lue.combien, lue.coupee) == (4, True)
    assert [s.precision for s in lue.sections] == [
        "Groupe scolaire Jean-Zay : 3 inscriptions", "Groupe scolaire Jean-Zay : 4 inscriptions",
    ]  # fmt: skip


# ——— whom to remind ———


def test_registered_and_nothing_booked_nor_asked_for(monde):
    monde.poser(monde.lea, monde.seance(monde.cantine, LUNDI), w.RESERVE)
    monde.poser(monde.noe, monde.seance(monde.cantine, LUNDI), w.RESERVATION_ATTENTE)
    monde.poser(monde.ines, monde.seance(monde.cantine, JEUDI), w.ABSENT)
    monde.poser(monde.tomas, monde.seance(monde.cantine, LUNDI), w.NON_RESERVE)
    lues = sections(c.SANS_RESERVATION)
    assert prenoms(lues["Cantine"]) == ["Tomás"], "a refused booking is none"
    assert prenoms(lues["Centre de loisirs"]) == ["Inès", "Léa", "Noé"]
    week_end = dt.date(2026, 12, 12)
    assert sections(c.SANS_RESERVATION, Choix(LUNDI, week_end, week_end)) == {}, "there is nothing to book"
    with assert_query_count(5):
        listes.consulter(c.SANS_RESERVATION, SEMAINE, LA_VILLE)


def test_a_file_is_complete_with_its_authorisations_and_somebody_to_call(monde):
    tout = dict.fromkeys(("rentre_seul", "transport", "image", "baignade", "soins_urgence"), False)
    Enfant.update(tout).execute()
    for enfant in (monde.lea, monde.noe, monde.tomas):
        ContactHabilite.create(enfant=enfant, prenom="Jo", nom="A", telephone="1", appeler=True)
    Enfant.update(image=None, baignade=None).where(Enfant.id == monde.noe.id).execute()
    ContactHabilite.update(retire_le=clock.maintenant()).where(
        ContactHabilite.enfant == monde.tomas
    ).execute()
    (lues,) = sections(c.DOSSIERS).values()
    manque = {rangee[1]: rangee[3] for rangee in lues}
    assert set(manque) == {"Inès", "Noé", "Tomás"}
    assert manque["Inès"] == manque["Tomás"] == "un contact à appeler ou qui vient chercher l’enfant"
    assert manque["Noé"] == (
        "autorisations : peut être pris en photo pour le bulletin de la ville, peut se baigner, encadré"
    )
    Preinscription.update(statut=w.ANNULEE).where(Preinscription.enfant == monde.tomas).execute()
    (lues,) = sections(c.DOSSIERS).values()
    assert set(prenoms(lues)) == {"Inès", "Noé"}, "a child who comes to nothing is reminded of nothing"


@pytest.mark.parametrize("code", [c.ATTENTE, c.INSCRIPTIONS, c.SANS_RESERVATION, c.DOSSIERS])
def test_what_is_done_elsewhere_is_out_of_sight(monde, ailleurs, code):
    for activite, jour in ((monde.centre, MERCREDI), (monde.soir, LUNDI)):
        monde.poser(monde.lea, monde.seance(activite, jour), w.LISTE_ATTENTE)
    Preinscription.update(statut=w.ANNULEE).where(
        Preinscription.enfant == monde.tomas, Preinscription.activite == monde.centre
    ).execute()
    tableau = listes.consulter(code, SEMAINE, perimetre.du_compte(monde.marc)).tableau
    assert tableau.combien > 0
    assert {s.titre for s in tableau.sections} <= {"Centre de loisirs", "Groupe scolaire Jean-Zay"}
    assert "Tomás" not in str(tableau), "who does nothing here"


@pytest.mark.parametrize("url_de_base", ["sqlite"], indirect=True)  # drawn the same on both
def test_each_list_has_its_page_its_sheets_and_what_it_says_when_empty(monde, connexion):
    client = connexion(monde.sophie)
    page = lire(client.get("/agents/listes").text)
    assert [mots(h) for h in page.select("main h2")] == [
        *(liste.titre for liste in c.LISTES.values()), "Listes d’attente",
    ]  # fmt: skip
    for lien in page.select("main h2 a"):
        assert client.get(lien["href"]).status_code == 200
    feuilles = lire(client.get("/agents/listes/inscriptions").text).select("section.feuille")
    assert len(feuilles) == 4
    assert all("par Sophie Garnier" in mots(feuille) for feuille in feuilles)
    assert all(th["scope"] for feuille in feuilles for th in feuille.select("thead th, tbody th"))
    for adresse in ("attente", "inscriptions?du=2030-01-01", "sans-reservation?du=2030-01-01"):
        vide = lire(client.get(f"/agents/listes/{adresse}").text)
        assert vide.select_one(".vide") and not vide.find(
            "form", method="post", action=lambda a: "fichier" in a
        )
