"""The filters of « Mes demandes »: one by one, together, kept page after page, and what they may not name."""

import datetime as dt
from itertools import combinations, product

import pytest

import workflows as w
from models import Compte, Demande, Ligne, Preinscription
from portail import clock
from portail.domain import demandes, droits, moderation
from portail.domain.filtres_demandes import A_VOUS, Filtres
from portail.domain.lecture_demandes import PAR_PAGE, feuilleter, statut_des_lignes
from tests.actes import absenter, demander, lignes, modifier
from tests.droits.table import lier
from tests.htmx import Page, assert_comme_rechargee
from tests.monde import HIER, JEUDI, LUNDI, MAINTENANT

LISTE = "/famille/demandes"


@pytest.fixture
def claire(monde, connexion):
    return connexion(monde.claire)


@pytest.fixture
def variees(monde) -> dict[str, Demande]:
    """One demande in each state, of each nature, about one child or another."""
    cantine, soir = monde.cantine, monde.soir
    d = {
        "attend": demander(monde, (monde.lea, monde.seance(cantine, LUNDI))),
        "acceptee": demander(monde, (monde.noe, monde.seance(cantine, LUNDI))),
        "partie": demander(monde, *((monde.lea, monde.seance(soir, jour)) for jour in (LUNDI, JEUDI))),
        "refusee": absenter(monde, (monde.noe, monde.seance(soir, LUNDI))),
        "annulee": demander(monde, (monde.ines, monde.seance(cantine, JEUDI))),
        "dossier": modifier(monde, monde.lea, classe="CM1"),
        "a_vous": inscription(monde, monde.ines, piece="Attestation d’assurance"),
    }
    moderation.accepter(monde.sophie, d["acceptee"].id)
    premiere, seconde = (ligne.id for ligne in lignes(d["partie"]))
    moderation.accepter(monde.sophie, d["partie"].id, [premiere])
    moderation.refuser(monde.sophie, d["partie"].id, "Activité complète", [seconde])
    moderation.refuser(monde.sophie, d["refusee"].id, "Délai dépassé")
    demandes.annuler_demande(monde.claire, monde.moreau, d["annulee"].id)
    return d


def inscription(monde, *enfants, piece: str = "", statuts: tuple[str, ...] = ()) -> Demande:
    """A demande of pre-registration as it would stand, its lines in these statuses."""
    demande = Demande.create(
        famille=monde.moreau,
        auteur=monde.claire,
        nature=w.NATURE_PREINSCRIPTION,
        deposee_le=MAINTENANT,
        piece_attendue=piece,
    )
    for place, enfant in enumerate(enfants):
        voulue = Preinscription.create(
            enfant=enfant, activite=monde.centre, debut=LUNDI, fin=JEUDI, cree_le=MAINTENANT
        )
        statut = statuts[place] if statuts else w.EN_ATTENTE
        motif = "Activité complète" if statut == w.REFUSEE else ""
        Ligne.create(demande=demande, preinscription=voulue, statut=statut, motif=motif)
    return demande


def noms(monde, variees, compte: Compte | None = None, **filtres) -> set[str]:
    feuille = feuilleter(compte or monde.claire, monde.moreau, Filtres(**filtres))
    assert feuille is not None and len(feuille.demandes) == feuille.nombre
    ids = {vue.id for vue in feuille.demandes}
    return {nom for nom, demande in variees.items() if demande.id in ids}


TOUTES = {"attend", "acceptee", "partie", "refusee", "annulee", "dossier", "a_vous"}


def test_without_a_filter_all_is_shown(monde, variees):
    assert noms(monde, variees) == TOUTES


def test_each_state(monde, variees):
    par_etat = {
        w.EN_ATTENTE: {"attend", "dossier", "a_vous"},
        A_VOUS: {"a_vous"},
        w.ACCEPTEE: {"acceptee"},
        w.ACCEPTEE_EN_PARTIE: {"partie"},
        w.REFUSEE: {"refusee"},
        w.ANNULEE: {"annulee"},
    }
    comptes = feuilleter(monde.claire, monde.moreau, Filtres()).comptes
    for etat, gardees in par_etat.items():
        assert noms(monde, variees, etat=etat) == gardees
        assert comptes[etat] == len(gardees), etat
    assert comptes[""] == len(TOUTES)


def test_each_nature(monde, variees):
    assert {nature: noms(monde, variees, nature=nature) for nature in w.NATURES} == {
        w.NATURE_RESERVATION: {"attend", "acceptee", "partie", "annulee"},
        w.NATURE_ABSENCE: {"refusee"},
        w.NATURE_DOSSIER: {"dossier"},
        w.NATURE_PREINSCRIPTION: {"a_vous"},
        w.NATURE_CONTESTATION: set(),
    }


def test_each_child_the_family_file_included(monde, variees):
    lea, noe, ines = (frozenset({e.id}) for e in (monde.lea, monde.noe, monde.ines))
    assert noms(monde, variees, enfants=lea) == {"attend", "partie", "dossier"}
    assert noms(monde, variees, enfants=noe) == {"acceptee", "refusee"}
    assert noms(monde, variees, enfants=ines) == {"annulee", "a_vous"}
    assert noms(monde, variees, enfants=noe | ines) == {"acceptee", "refusee", "annulee", "a_vous"}


def test_the_dates_are_those_of_paris_both_ends_included(monde, variees):
    minuit = clock.instant(LUNDI, dt.time.min)
    for demande, instant in (
        (variees["attend"], minuit - dt.timedelta(seconds=1)),
        (variees["acceptee"], minuit),
        (variees["partie"], minuit + dt.timedelta(hours=24, seconds=-1)),
        (variees["refusee"], minuit + dt.timedelta(hours=24)),
    ):
        Demande.update(deposee_le=instant).where(Demande.id == demande.id).execute()
    assert noms(monde, variees, du=LUNDI, au=LUNDI) == {"acceptee", "partie"}
    assert noms(monde, variees, du=LUNDI) == {"acceptee", "partie", "refusee"}
    assert noms(monde, variees, au=HIER) == set()


def test_filters_add_up_and_the_counts_are_of_what_the_others_keep(monde, variees):
    assert noms(monde, variees, etat=w.EN_ATTENTE, enfants=frozenset({monde.lea.id})) == {"attend", "dossier"}
    gardees = {"etat": w.EN_ATTENTE, "enfants": frozenset({monde.lea.id}), "nature": w.NATURE_DOSSIER}
    assert noms(monde, variees, **gardees) == {"dossier"}
    comptes = feuilleter(monde.claire, monde.moreau, Filtres(nature=w.NATURE_RESERVATION)).comptes
    assert comptes == {
        "": 4,
        A_VOUS: 0,
        w.EN_ATTENTE: 1,
        w.ACCEPTEE: 1,
        w.ACCEPTEE_EN_PARTIE: 1,
        w.REFUSEE: 0,
        w.ANNULEE: 1,
    }


# ——— rights ———


def test_a_parent_is_not_told_even_by_a_count_of_a_child_whom_one_may_not_follow(monde, variees, julien):
    lier(monde, "aucun", monde.lea)
    assert noms(monde, variees, julien) == {"acceptee", "refusee", "annulee", "a_vous"}
    assert noms(monde, variees, julien, etat=w.ACCEPTEE_EN_PARTIE) == set()
    comptes = feuilleter(julien, monde.moreau, Filtres()).comptes
    assert (comptes[""], comptes[w.ACCEPTEE_EN_PARTIE], comptes[w.EN_ATTENTE]) == (4, 0, 1)
    assert feuilleter(julien, monde.moreau, Filtres(enfants=frozenset({monde.lea.id}))) is None


def test_the_child_whom_one_may_not_follow_is_no_choice_and_its_address_does_not_exist(
    monde, connexion, variees, julien
):
    lier(monde, "aucun", monde.lea)
    client = connexion(julien)
    choix = [o.get_text() for o in Page(client, LISTE).tous("#f-enfant option")]
    assert choix == ["Tous", "Noé", "Inès"]
    for enfant in (monde.lea.id, monde.tomas.id, 2**31 - 1):
        assert client.get(f"{LISTE}?enfant={enfant}").status_code == 404
        assert client.get(f"{LISTE}?enfant={monde.noe.id}&enfant={enfant}").status_code == 404


def test_whoever_only_follows_has_nothing_to_do(monde, variees, julien):
    lier(monde, "information")
    assert noms(monde, variees, julien, etat=A_VOUS) == set()
    assert noms(monde, variees, julien, etat=w.EN_ATTENTE) >= {"attend", "a_vous"}


def test_what_the_town_asks_about_a_child_whom_one_may_not_follow_is_not_for_oneself(monde, julien):
    demande = inscription(monde, monde.lea, monde.noe, piece="Certificat médical")
    lier(monde, "aucun", monde.lea)
    assert noms(monde, {"une": demande}, monde.claire, etat=A_VOUS) == {"une"}
    assert noms(monde, {"une": demande}, julien, etat=A_VOUS) == set()


def test_the_state_by_the_lines_that_are_read_is_the_same_in_the_database_and_in_words(monde, julien):
    """Léa's lines are not read; those of Noé and Inès take every pair of statuses."""
    lier(monde, "aucun", monde.lea)
    faites = {}
    for des_autres in product(w.LIGNE.codes, repeat=2):
        for de_lea in w.LIGNE.codes:
            statuts = (de_lea, *des_autres)
            demande = inscription(monde, monde.lea, monde.noe, monde.ines, statuts=statuts)
            faites[demande.id] = statut_des_lignes(des_autres)
    comptes = feuilleter(julien, monde.moreau, Filtres()).comptes
    for statut in w.DEMANDE.codes:
        attendues = {ident for ident, lu in faites.items() if lu == statut}
        feuille = feuilleter(julien, monde.moreau, Filtres(etat=statut, page=0))
        assert {vue.id for vue in feuille.demandes} == attendues, statut
        assert {vue.statut for vue in feuille.demandes} <= {statut}
        assert comptes[statut] == len(attendues)


def test_the_account_that_follows_them_all_reads_the_state_of_the_demande(monde):
    demande = inscription(monde, monde.lea, statuts=(w.ACCEPTEE,))
    Demande.update(statut=w.ACCEPTEE).where(Demande.id == demande.id).execute()
    assert droits.regard(monde.claire, monde.moreau).suit >= {monde.lea.id}
    assert noms(monde, {"une": demande}, etat=w.ACCEPTEE) == {"une"}


# ——— the page ———


def test_the_list_is_narrowed_in_place_and_is_the_page_loaded_afresh(claire, variees):
    page = Page(claire, LISTE)
    page.cliquer("#filtrer", etat=w.REFUSEE, nature=w.NATURE_ABSENCE)
    assert [ligne.th.a.get_text() for ligne in page.tous("tbody tr")] == ["Absence : Accueil du soir, Noé"]
    assert page.texte("#annonce") == "1 demande affichée"
    assert f"etat={w.REFUSEE}" in page.url
    assert page.un("#f-etat option[selected]")["value"] == w.REFUSEE
    assert_comme_rechargee(page)


def test_the_list_is_narrowed_without_javascript(claire, variees):
    page = Page(claire, LISTE).suivre("#filtrer", etat=w.ANNULEE)
    assert [ligne.th.a.get_text() for ligne in page.tous("tbody tr")] == ["Réservation : Cantine, Inès"]
    assert len(page.suivre(".criteres .rang a").tous("tbody tr")) == len(TOUTES)


def test_a_filter_that_leaves_nothing_says_so_and_shows_the_way_back(monde, claire, variees):
    page = Page(claire, f"{LISTE}?etat={w.REFUSEE}&enfant={monde.lea.id}")
    assert "Aucune demande ne correspond" in page.texte("main")
    assert len(page.suivre(".vide a").tous("tbody tr")) == len(TOUTES)


def test_each_line_says_who_asked_who_acts_next_and_what_was_answered(monde, connexion, claire, variees):
    par_titre = {
        ligne.th.a.get_text(): ligne.get_text(" ", strip=True)
        for ligne in Page(claire, LISTE).tous("tbody tr")
    }
    assert "par vous" in par_titre["Réservation : Cantine, Léa"]
    assert "La mairie doit répondre" in par_titre["Réservation : Cantine, Léa"]
    assert "La mairie attend un document de vous" in par_titre["Pré-inscription : Centre de loisirs, Inès"]
    partie = par_titre["Réservation : Accueil du soir, Léa"]
    assert "Acceptée : 1, Refusée : 1" in partie and "Motif\xa0: Activité complète" in partie
    assert f"n o {variees['attend'].numero}" in par_titre["Réservation : Cantine, Léa"]


def test_the_other_parent_reads_who_asked(monde, connexion, variees, julien):
    lier(monde, "plein")
    page = Page(connexion(julien), LISTE)
    assert all("par Claire Moreau" in r.get_text(" ", strip=True) for r in page.tous("tbody tr"))


def test_pages_keep_the_filters_and_one_page_holds_them_all(monde, claire):
    for _ in range(PAR_PAGE + 3):
        inscription(monde, monde.noe)
    inscription(monde, monde.lea)
    page = Page(claire, f"{LISTE}?etat={w.EN_ATTENTE}&enfant={monde.noe.id}&du=2026-11-30")
    assert (len(page.tous("tbody tr")), "Page 1 sur 2" in page.texte("main")) == (PAR_PAGE, True)
    suivante = page.suivre(".pagination [rel=next]")
    assert len(suivante.tous("tbody tr")) == 3
    for morceau in (f"etat={w.EN_ATTENTE}", f"enfant={monde.noe.id}", "du=2026-11-30"):
        assert morceau in suivante.url
    entiere = suivante.suivre("#demandes .sous a")
    assert len(entiere.tous("tbody tr")) == PAR_PAGE + 3
    assert not entiere.tous(".pagination")


# ——— absurd addresses ———

ABSURDES = {
    "etat": ("x", "EN_ATTENTE", "a-traiter", "1", "é", "a" * 5000),
    "nature": ("x", "Réservation"),
    "enfant": ("x", "-1", "1.5", "9" * 40, "aucun", "١"),
    "du": ("x", "2026-02-30", "0001-01-01", "9999-12-31", "03/12/2026", "2026-12-01T10:00"),
    "au": ("x", "2026-13-01", "-2026-01-01"),
}


def test_a_value_that_cannot_be_is_said_and_left_out(claire, variees):
    assert claire.get(f"{LISTE}?etat=&nature=&enfant=&du=&au=").status_code == 200
    for nom, valeurs in ABSURDES.items():
        for valeur in valeurs:
            reponse = claire.get(LISTE, query_string={nom: valeur})
            assert reponse.status_code == 422 and 'role="alert"' in reponse.text, (nom, valeur)
            assert reponse.text.count("<tr>") - 1 == len(TOUTES), (nom, valeur)


def test_dates_in_the_wrong_order_are_exchanged_and_that_is_said(claire, variees):
    reponse = claire.get(f"{LISTE}?du=2026-12-31&au=2026-11-01")
    assert reponse.status_code == 422 and "elles ont été échangées" in reponse.text
    assert 'name="du" value="2026-11-01"' in reponse.text and 'name="au" value="2026-12-31"' in reponse.text
    assert "Réservation : Cantine, Léa" in reponse.text


def test_two_absurd_values_are_two_sentences_in_a_piece_of_page_too(claire, variees):
    for couple in combinations(ABSURDES, 2):
        requete = {nom: ABSURDES[nom][0] for nom in couple}
        reponse = claire.get(LISTE, query_string=requete, headers={"HX-Request": "true"})
        assert reponse.status_code == 422 and "<html" not in reponse.text
        assert reponse.text.split('role="alert"')[1].split("</div>")[0].count("<p>") == 2, couple
