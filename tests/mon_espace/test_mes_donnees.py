"""« Mes données »: all that is the person's, nothing of the others', and the password first (T08)."""

import datetime as dt
import json

import pytest
from playhouse.test_utils import count_queries

import workflows as w
from models import (
    Abonnement,
    Compte,
    Courriel,
    Enfant,
    Famille,
    LienParental,
    Responsable,
    SecondFacteur,
    SessionOuverte,
)
from portail import clock
from portail.domain import documents, echanges, mes_donnees, moderation, preinscriptions, reception
from portail.domain.reception import Choix
from tests.actes import abonner, demander
from tests.dossier.images import PDF
from tests.formulaires import poster
from tests.html import lire, mots
from tests.mon_espace.conftest import est_entre, plus_tard
from tests.monde import JEUDI, LUNDI, MOT_DE_PASSE
from tests.preinscriptions.souhaits import atelier, jours_de, souhait

PAGE, FICHIER = "/mon-espace/donnees", "/mon-espace/donnees.json"
A_ELLE = (
    "Claire", "famille@example.org", "canari-moi@example.org", "06 00 00 00 01", "104582", "Léa", "Noé",
    "Inès",
    "Prénom-Autre", "Groupe scolaire Jean-Zay", "canari-classe", "Cantine", "Centre de loisirs",
    "Réservation en attente", "canari-motif", "Votre demande est bien arrivée", "Votre nom a changé",
    "canari-nom", "Résilié",
)  # fmt: skip
PAS_A_ELLE = (
    "canari-autre@example.org", "06 00 00 00 02", "canari-code@example.org", "Da Silva", "Paulo", "Tomás",
    "104583", "paulo@example.org", "104591", "canari-quittee", "canari-jeton", "canari-corps", "canari-paulo",
    "argon2", "$",
)  # fmt: skip


@pytest.fixture
def canaris(monde, claire):
    """Words planted everywhere, whose place on the pages is known."""
    moi = Responsable.get(Responsable.famille == monde.moreau)
    Responsable.update(email="canari-moi@example.org", telephone="06 00 00 00 01").where(
        Responsable.id == moi.id
    ).execute()
    Responsable.create(
        famille=monde.moreau,
        prenom="Canari",
        nom="Prénom-Autre",
        email="canari-autre@example.org",
        telephone="06 00 00 00 02",
        rang=2,
    )
    Abonnement.update(responsable=moi).where(Abonnement.compte == monde.claire).execute()
    abonner(monde.moreau, "canari-code@example.org")
    quittee = Famille.create(
        nom="canari-quittee", code_abonne="104591", recherche="q", cree_le=clock.maintenant()
    )
    Abonnement.create(compte=monde.claire, famille=quittee, statut=w.RESILIE, cree_le=clock.maintenant())
    le_sien = Abonnement.get(compte=monde.claire, famille=monde.moreau)
    reception.regler(monde.claire, le_sien.id, Choix(False, frozenset({monde.cantine.id}), False))
    Abonnement.update(rappele_le=clock.maintenant()).where(Abonnement.id == le_sien.id).execute()
    Enfant.update(classe="canari-classe").where(Enfant.id == monde.lea.id).execute()
    demander(monde, (monde.noe, monde.seance(monde.cantine, LUNDI)))
    refusee = demander(monde, (monde.lea, monde.seance(monde.cantine, JEUDI)))
    moderation.refuser(monde.sophie, refusee.id, "canari-motif")
    poster(claire, "/mon-espace/nom", {"prenom": "Claire", "nom": "canari-nom"})
    poster(claire, "/mot-de-passe/oublie", {"email": monde.claire.email})
    Courriel.update(corps="canari-corps").execute()
    Courriel.update(scelle="canari-jeton").where(Courriel.scelle.is_null(False)).execute()
    Courriel.create(
        cle="autre",
        destinataire="paulo@example.org",
        sujet="canari-paulo",
        corps="",
        famille=monde.moreau,
        message_id="x",
        cree_le=clock.maintenant(),
        prochain_essai=clock.maintenant(),
    )
    return claire


@pytest.mark.parametrize("url", [PAGE, FICHIER])
def test_all_that_is_theirs_and_nothing_that_is_of_others(canaris, monde, url):
    reponse = canaris.get(url)
    assert reponse.status_code == 200 and reponse.headers["Cache-Control"] == "no-store"
    texte = mots(lire(reponse.text).main) if url == PAGE else reponse.text
    assert [mot for mot in A_ELLE if mot not in texte] == []
    assert [mot for mot in PAS_A_ELLE if mot in texte] == []
    assert "Choisissez un nouveau mot de passe" in texte, (
        "the mails about the account itself, by their subject"
    )


def test_the_file_is_json_to_keep_with_dates_that_a_machine_reads(canaris, monde):
    reponse = canaris.get(FICHIER)
    assert reponse.mimetype == "application/json"
    assert reponse.headers["Content-Disposition"] == "attachment; filename=mes-donnees.json"
    donnees = json.loads(reponse.text)
    (famille,) = donnees["familles"]
    generales = [{c["champ"]: c["valeur"] for c in e["fiche"][0]["champs"]} for e in famille["enfants"]]
    assert [e["naissance"] for e in generales] == ["2018-03-14", "2020-06-02", "2022-05-09"]
    assert {"prenom": "Canari", "nom": "Prénom-Autre"} in famille["responsables"]
    assert donnees["compte"]["cree_le"] == "2026-12-01T10:00:00+01:00"
    assert {d["etat"]: d["lignes"][0]["motif"] for d in famille["demandes"]} == {
        "En attente": "",
        "Refusée": "canari-motif",
    }
    assert famille["reservations"][0]["debut"] == "11:30:00"
    assert donnees["abonnements"] == [
        {
            "famille": "Moreau",
            "code_abonne": "104582",
            "etat": "Actif",
            "cree_le": "2026-12-01T10:00:00+01:00",
            "rappels": False,
            "sans_rappel_pour": ["Cantine"],
            "accuses_des_autres": False,
            "rappele_le": "2026-12-01T10:00:00+01:00",
        },
        {
            "famille": "",
            "code_abonne": "",
            "etat": "Résilié",
            "cree_le": "2026-12-01T10:00:00+01:00",
            "rappels": True,
            "sans_rappel_pour": [],
            "accuses_des_autres": True,
            "rappele_le": None,
        },
    ]
    assert donnees["sessions"][0]["navigateur"].startswith("Werkzeug")


def test_whoever_is_not_told_apart_among_the_adults_gets_no_way_to_reach_any(canaris, monde):
    Abonnement.update(responsable=None).execute()
    assert "canari-moi@example.org" not in canaris.get(FICHIER).text


def test_after_a_change_of_address_the_mails_about_the_account_are_still_theirs(claire, monde):
    poster(claire, "/mot-de-passe/oublie", {"email": monde.claire.email})
    Compte.update(email="neuve@example.net").where(Compte.id == monde.claire.id).execute()
    Compte.update(email="famille@example.org").where(Compte.id == monde.paulo.id).execute()
    sujets = [[c["sujet"] for c in mes_donnees.rassembler(qui)["courriels"]] for qui in comptes_de(monde)]
    assert sujets == [["Choisissez un nouveau mot de passe"], []]


def comptes_de(monde) -> list[Compte]:
    return [Compte.get(prenom="Claire"), Compte.get(prenom="Paulo")]


def test_as_many_queries_whatever_the_number_of_rows(monde, canaris):
    with count_queries() as peu:
        mes_donnees.rassembler(monde.claire)
    for enfant in (monde.lea, monde.noe, monde.ines):
        demander(monde, (enfant, monde.seance(monde.soir, LUNDI)))
        monde.poser(enfant, monde.seance(monde.soir, JEUDI), w.RESERVE)
    theatre = atelier(monde)
    recu = documents.deposer(monde.claire, "", "a.pdf", PDF)
    voulu = souhait(theatre, monde.lea, jours=jours_de(theatre)[1:], remarques="x", documents=(recu.id,))
    preinscriptions.deposer(monde.claire, monde.moreau, voulu)
    with count_queries() as beaucoup:
        mes_donnees.rassembler(monde.claire)
    assert beaucoup.count == peu.count <= 38


def test_an_account_without_a_family_and_the_staff_read_theirs(connexion, monde):
    Abonnement.update(statut=w.ATTENTE_RECONNEXION).where(Abonnement.compte == monde.paulo).execute()
    assert mes_donnees.rassembler(monde.paulo)["familles"] == []
    SecondFacteur.create(compte=monde.sophie, scelle="canari-secret", actif_depuis=clock.maintenant())
    sophie = connexion(monde.sophie)
    assert "service Enfance" in sophie.get(PAGE).text
    donnees = sophie.get(FICHIER).json
    assert donnees["compte"]["second_facteur_depuis"] == "2026-12-01T10:00:00+01:00"
    assert "canari-secret" not in sophie.get(FICHIER).text


# ——— pre-registrations ———


@pytest.fixture
def demande(monde, claire):
    """Léa and Noé are asked for, with days; the town asks for something, and gets it."""
    theatre = atelier(monde)
    recu = documents.deposer(monde.claire, "Assurance", "canari-assurance.pdf", PDF)
    voulu = souhait(
        theatre,
        monde.lea,
        monde.noe,
        jours=jours_de(theatre)[1:3],
        remarques="canari-remarque",
        documents=(recu.id,),
    )
    demande = preinscriptions.deposer(monde.claire, monde.moreau, voulu)
    echanges.demander_une_piece(monde.sophie, demande.id, "canari-piece")
    echanges.repondre(monde.claire, monde.moreau, demande.id, "", [echanges.Fichier("canari-piece.pdf", PDF)])
    return demande


def test_days_thread_and_documents_are_theirs(claire, monde, demande):
    donnees = claire.get(FICHIER).json
    (lue,) = donnees["familles"][0]["demandes"]
    assert [ligne["jours"] for ligne in lue["lignes"]] == [["2026-12-04", "2026-12-09"]] * 2
    assert [(e["par"], e["texte"]) for e in lue["echanges"]] == [
        ("Claire Moreau", "canari-remarque"),
        ("la mairie", "canari-piece"),
    ]
    assert [(d["nom"], d["piece"], d["demande"], d["taille"]) for d in donnees["documents"]] == [
        ("canari-piece.pdf", "canari-piece", demande.numero, len(PDF)),
        ("canari-assurance.pdf", "Assurance", demande.numero, len(PDF)),
    ]
    page = mots(lire(claire.get(PAGE).text).main)
    for dit in ("canari-remarque", "canari-piece", "canari-assurance.pdf", "2 jours à réserver"):
        assert dit in page, dit


def test_of_another_accounts_documents_not_even_the_name(monde, demande):
    julien = abonner(monde.moreau, "julien@example.org")
    donnees = mes_donnees.rassembler(julien)
    assert donnees["documents"] == []
    assert "canari-assurance" not in str(donnees)
    assert donnees["familles"][0]["demandes"][0]["echanges"]


def test_who_may_not_follow_one_of_the_children_reads_no_thread_about_both(monde, demande):
    LienParental.update(droit="aucun").where(
        LienParental.responsable == monde.adulte_claire, LienParental.enfant == monde.noe
    ).execute()
    (lue,) = mes_donnees.rassembler(monde.claire)["familles"][0]["demandes"]
    assert [ligne["enfant"] for ligne in lue["lignes"]] == ["Léa"]
    assert "echanges" not in lue


# ——— the password first ———


@pytest.mark.parametrize("url", [PAGE, FICHIER])
def test_after_ten_minutes_the_password_is_asked_for_then_one_is_back(claire, copie, monde, url):
    with plus_tard(dt.timedelta(minutes=10, seconds=-1)):
        assert claire.get(url).status_code == 200
    with plus_tard():
        reponse = claire.get(url)
        assert (reponse.status_code, reponse.location) == (303, f"/mon-espace/confirmation?next={url}")
        page = lire(claire.get(reponse.location).text)
        assert page.find("input", attrs={"name": "next"})["value"] == url
        ancien = copie(claire)
        champs = {"next": url, "mot_de_passe_actuel": MOT_DE_PASSE}
        assert poster(claire, "/mon-espace/confirmation", champs).location == url
        assert claire.get(url).status_code == 200
        assert not est_entre(ancien), "the session that is worth more has another token"
        assert claire.get(f"/mon-espace/confirmation?next={url}").location == url


@pytest.mark.parametrize(
    ("actuel", "phrase"), [("", "Indiquez votre mot de passe."), ("faux", "Ce n’est pas votre mot de passe.")]
)
def test_a_wrong_password_confirms_nothing_and_the_way_on_is_kept(claire, monde, actuel, phrase):
    with plus_tard():
        champs = {"next": FICHIER, "mot_de_passe_actuel": actuel}
        reponse = poster(claire, "/mon-espace/confirmation", champs)
        assert reponse.status_code == 422
        page = lire(reponse.text)
        assert phrase in mots(page.find(id="mot_de_passe_actuel-message"))
        assert page.find("input", attrs={"name": "next"})["value"] == FICHIER
        assert claire.get(FICHIER).status_code == 303


@pytest.mark.parametrize("suite", ["//evil.test", "https://evil.test", "/\\evil.test", "/nulle-part"])
def test_one_never_goes_on_to_another_host(claire, monde, suite):
    champs = {"next": suite, "mot_de_passe_actuel": MOT_DE_PASSE}
    assert poster(claire, "/mon-espace/confirmation", champs).location == "/"
    assert claire.get("/mon-espace/confirmation", query_string={"next": suite}).location == "/"


def test_a_stranger_signs_in_first(client, monde):
    for url in (PAGE, FICHIER, "/mon-espace/confirmation"):
        assert client.get(url).location.startswith("/connexion")
    assert poster(client, "/mon-espace/confirmation").location.startswith("/connexion")
    assert SessionOuverte.select().count() == 0
