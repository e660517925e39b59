"""The screens of what a child does, for each right over the child: planning, slot, home, demandes, export."""

import json

import pytest

import workflows as w
from models import DROITS_PARENTAUX, Responsable
from portail.domain import droits, espace_famille, lecture_demandes, moderation
from portail.domain.filtres_demandes import Filtres
from tests.actes import demander, lignes
from tests.droits.table import HTMX, SEMAINE, SUIVI, TOUS, code, creneau, decide, lier, lit, texte
from tests.formulaires import poster
from tests.html import lire, mots
from tests.htmx import Page
from tests.monde import JEUDI, LUNDI


def test_the_full_right_decides_information_reads_and_the_others_nothing():
    assert {droit: (lit(droit), decide(droit)) for droit in DROITS_PARENTAUX} == {
        "plein": (True, True),
        "information": (True, False),
        "retrait": (False, False),
        "aucun": (False, False),
    }


@TOUS
def test_the_planning_shows_the_children_whom_one_may_read(monde, connexion, julien, droit):
    lier(monde, droit, monde.lea)
    page = Page(connexion(julien), SEMAINE)
    filtres = page.texte(".filtres")
    assert ("Léa" in filtres, "Noé" in filtres, "Inès" in filtres) == (lit(droit), True, False)
    montres = {c.get_text(strip=True) for c in page.tous(".creneau b")}
    assert montres == ({"Léa", "Noé"} if lit(droit) else {"Noé"})


@TOUS
def test_a_filter_that_names_a_child_whom_one_may_not_read_does_not_exist(monde, connexion, julien, droit):
    lier(monde, droit, monde.lea)
    client = connexion(julien)
    assert client.get(f"{SEMAINE}&enfant={monde.lea.id}").status_code == (200 if lit(droit) else 404)
    assert client.get(f"{SEMAINE}&enfant={monde.ines.id}").status_code == 404
    suivies = f"/famille/planning/nouvelles?depuis=0&enfant={monde.lea.id}"
    assert client.get(suivies).status_code == (200 if lit(droit) else 404)


@TOUS
def test_a_slot_opens_with_its_buttons_with_a_sentence_or_not_at_all(monde, connexion, julien, droit):
    lier(monde, droit, monde.lea)
    client, url = connexion(julien), creneau(monde.lea, monde.seance(monde.cantine, LUNDI))
    for entetes in ({}, HTMX):
        reponse = client.get(url, headers=entetes)
        assert reponse.status_code == (200 if lit(droit) else 404)
        if lit(droit):
            panneau = lire(reponse.text).select_one(".panneau")
            assert bool(panneau.select("form")) == decide(droit)
            assert (SUIVI in mots(panneau)) == (not decide(droit))
            assert "lundi 7 décembre, 11 h 30 – 13 h 30" in mots(panneau)


@TOUS
def test_the_home_tells_of_the_children_whom_one_may_read(monde, connexion, julien, droit):
    monde.poser(monde.lea, monde.seance(monde.cantine, JEUDI), w.RESERVE)
    lier(monde, droit, monde.lea)
    lier(monde, "aucun", monde.noe)
    vu = espace_famille.espace(julien, monde.moreau)
    rappeles = {prenom for rappel in vu.rappels for prenom in rappel.enfants.values()}
    assert rappeles == ({"Léa"} if decide(droit) else set())
    assert bool(vu.prochains) == lit(droit)
    client = connexion(julien)
    assert ("Léa" in texte(client, "/famille")) == lit(droit)
    assert ("Les activités des enfants ne vous sont pas montrées" in texte(client, "/famille")) != lit(droit)


@TOUS
def test_the_news_of_the_open_page_are_of_the_children_whom_one_may_read(monde, connexion, julien, droit):
    lier(monde, droit, monde.lea)
    client, seance = connexion(julien), monde.seance(monde.cantine, LUNDI)
    for enfant in (monde.lea, monde.noe):
        moderation.accepter(monde.sophie, demander(monde, (enfant, seance)).id)
    recues = client.get(f"{SEMAINE.replace('?', '/nouvelles?')}&depuis=0&dit=0", headers=HTMX)
    assert "Activité réservée : Noé, Cantine" in recues.text
    assert ("Léa" in recues.text) == lit(droit)


@TOUS
def test_a_demande_tells_the_lines_that_one_may_read(monde, connexion, julien, droit):
    lier(monde, droit, monde.lea)
    seance = monde.seance(monde.soir, LUNDI)
    des_deux, de_lea = demander(monde, (monde.lea, seance), (monde.noe, seance)), None
    de_lea = demander(monde, (monde.lea, monde.seance(monde.soir, JEUDI)))
    client = connexion(julien)
    liste, detail = (texte(client, url) for url in ("/famille/demandes", f"/famille/demandes/{des_deux.id}"))
    assert "Noé" in liste and "Noé" in detail
    assert ("Léa" in liste, "Léa" in detail) == (lit(droit), lit(droit))
    assert (SUIVI in detail) == (droit == "information")
    seule = client.get(f"/famille/demandes/{de_lea.id}")
    assert seule.status_code == (200 if lit(droit) else 404)
    feuille = lecture_demandes.feuilleter(julien, monde.moreau, Filtres())
    assert len(feuille.demandes) == feuille.nombre == (2 if lit(droit) else 1)
    accueil = espace_famille.espace(julien, monde.moreau)
    assert (accueil.en_attente, accueil.annulables) == (2 if lit(droit) else 1, 2 if decide(droit) else 1)


@TOUS
def test_the_state_of_a_demande_tells_nothing_of_the_lines_that_one_may_not_read(
    monde, connexion, julien, droit
):
    lier(monde, droit, monde.lea)
    seance = monde.seance(monde.soir, LUNDI)
    demande = demander(monde, (monde.lea, seance), (monde.noe, seance))
    de_lea, de_noe = (ligne.id for ligne in lignes(demande))
    moderation.accepter(monde.sophie, demande.id, [de_noe])
    assert lecture_demandes.lire(droits.regard(julien, monde.moreau), demande.id).statut == (
        w.EN_ATTENTE if lit(droit) else w.ACCEPTEE
    )
    moderation.refuser(monde.sophie, demande.id, "Activité complète", [de_lea])
    vue = lecture_demandes.lire(droits.regard(julien, monde.moreau), demande.id)
    assert vue.statut == (w.ACCEPTEE_EN_PARTIE if lit(droit) else w.ACCEPTEE)
    assert ("Activité complète" in vue.motifs) == lit(droit)
    (exportee,) = export(connexion(julien), monde)["demandes"]
    assert exportee["etat"] == vue.etat.libelle


@TOUS
def test_the_export_holds_the_children_whom_one_may_read(monde, connexion, julien, droit):
    lier(monde, droit, monde.lea)
    seance = monde.seance(monde.soir, LUNDI)
    demander(monde, (monde.lea, seance), (monde.noe, seance))
    demander(monde, (monde.lea, monde.seance(monde.soir, JEUDI)))
    demander(monde, (monde.ines, monde.seance(monde.soir, JEUDI)))
    client = connexion(julien)
    famille = export(client, monde)
    attendus = {"Léa", "Noé"} if lit(droit) else {"Noé"}
    for partie in ("inscriptions", "reservations"):
        assert {rangee["enfant"] for rangee in famille[partie]} == attendus, partie
    assert {ligne["enfant"] for d in famille["demandes"] for ligne in d["lignes"]} == attendus
    assert len(famille["demandes"]) == (2 if lit(droit) else 1)
    tableaux = " ".join(mots(t) for t in lire(client.get("/mon-espace/donnees").text).select("table"))
    assert "Noé" in tableaux and "Inès" not in tableaux
    assert ("Léa" in tableaux) == lit(droit)


def export(client, monde) -> dict:
    lu = json.loads(client.get("/mon-espace/donnees.json").text)
    (famille,) = (f for f in lu["familles"] if f["code_abonne"] == monde.moreau.code_abonne)
    return famille


# ——— nothing left to read ———


@pytest.mark.parametrize("url", ["/famille", SEMAINE])
def test_an_account_tied_to_no_adult_is_told_whom_to_ask(monde, connexion, julien, url):
    """As everywhere, it has the weakest of the rights that the adults have: here, none."""
    lier(monde, "aucun")
    Responsable.update(email="").where(Responsable.id == monde.adulte_julien.id).execute()
    lu = texte(connexion(julien), url)
    assert "Votre compte n’est pas encore relié à un adulte du dossier" in lu
    assert "02 61 91 40 40" in lu and "julien@example.org" in lu
    assert not {"Léa", "Noé", "Inès"} & set(lu.replace(",", " ").split())


@pytest.mark.parametrize("url", ["/famille", SEMAINE])
def test_an_adult_without_any_right_is_told_why_and_whom_to_ask(monde, connexion, julien, url):
    lier(monde, "retrait")
    lu = texte(connexion(julien), url)
    assert "Les activités des enfants ne vous sont pas montrées" in lu and "02 61 91 40 40" in lu
    assert "Rien à afficher pour cette période" not in lu and "Légende" not in lu
    assert not {"Léa", "Noé", "Inès"} & set(lu.replace(",", " ").split())


@pytest.mark.parametrize("faible", DROITS_PARENTAUX)
def test_an_account_tied_to_no_adult_has_the_weakest_of_the_rights(monde, connexion, julien, faible):
    lier(monde, faible)
    Responsable.update(email="").where(Responsable.id == monde.adulte_julien.id).execute()
    client, url = connexion(julien), creneau(monde.lea, monde.seance(monde.cantine, LUNDI))
    assert client.get(url).status_code == (200 if lit(faible) else 404)
    assert poster(client, f"{url}/demande", {"voulu": "reserve"}, headers=HTMX).status_code == code(faible)
