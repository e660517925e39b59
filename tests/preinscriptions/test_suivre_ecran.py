"""The page of a demande: the acknowledgement, what became of each day, the thread, the history."""

import datetime as dt

import pytest
from playhouse.test_utils import count_queries

from models import Activite, Ligne, Message, Seance, numero_de_demande
from portail import clock
from portail.domain import documents, echanges, moderation, preinscriptions
from tests.htmx import Page
from tests.preinscriptions.parents import en_parent
from tests.preinscriptions.souhaits import atelier, jours_de, souhait

PDF = b"%PDF-1.4\n%%EOF"


@pytest.fixture
def claire(monde, connexion):
    return connexion(monde.claire)


@pytest.fixture
def theatre(monde):
    return atelier(monde, pieces="Attestation d’assurance")


@pytest.fixture
def demande(monde, theatre):
    """Léa and Noé, three days each, with remarks and a document of Claire's."""
    piece = documents.deposer(monde.claire, "Attestation d’assurance", "assurance.pdf", PDF)
    voulu = souhait(
        theatre,
        monde.lea,
        monde.noe,
        jours=jours_de(theatre)[1:4],
        remarques="Léa vient avec sa cousine.",
        documents=(piece.id,),
    )
    return preinscriptions.deposer(monde.claire, monde.moreau, voulu)


def adresse(demande) -> str:
    return f"/famille/preinscriptions/{demande.id}"


def test_the_acknowledgement_has_what_the_law_asks_for(monde, claire, demande):
    page = Page(claire, adresse(demande))
    accuse = page.texte("section[aria-labelledby=accuse]")
    for dit in (
        numero_de_demande(demande.id, demande.deposee_le),
        "le mardi 1er décembre 2026 à 10 h",
        "Pré-inscription de Léa et Noé, Atelier théâtre, du 2 au 18 décembre 2026",
        f"Moreau, code abonné {monde.moreau.code_abonne}",
        "Guichet Familles, Saint-Alban-sur-Loire",
        "Hôtel de ville, 2 place du Pont",
        "02 61 91 40 40",
        "familles@saint-alban.example",
        "vous recevrez sa réponse par e-mail",
    ):
        assert dit in accuse
    assert page.tous("button[data-imprimer]")


def test_it_says_what_is_missing(monde, claire, theatre):
    demande = preinscriptions.deposer(monde.claire, monde.moreau, souhait(theatre, monde.ines))
    assert "Il manque Attestation d’assurance." in Page(claire, adresse(demande)).texte("main")


def test_the_days_asked_for_are_folded_month_by_month(claire, demande):
    page = Page(claire, adresse(demande))
    jours = page.tous("tbody details")[0].get_text(" ", strip=True)
    assert "3 jours demandés" in jours
    assert "décembre 2026 vendredi 4, mercredi 9, vendredi 11" in " ".join(jours.split())


def test_on_paper_the_days_are_written_out(claire, demande):
    sur_papier = Page(claire, adresse(demande)).tous("tbody .sur-papier")
    assert [" ".join(p.get_text(" ").split()) for p in sur_papier] == 2 * [
        "3 jours demandés décembre 2026 vendredi 4, mercredi 9, vendredi 11"
    ]


def test_once_answered_each_day_says_what_became_of_it(monde, claire, theatre, demande):
    tard, plein, _ = jours_de(theatre)[1:4]
    Seance.update(places=0).where(Seance.activite == theatre, Seance.jour == plein).execute()
    premiere, seconde = (ligne.id for ligne in Ligne.select().order_by(Ligne.id))
    with clock.figer(dt.datetime.combine(tard, dt.time(20), clock.PARIS)):
        moderation.accepter(monde.sophie, demande.id, [premiere])
    moderation.refuser(monde.sophie, demande.id, "Groupe complet", [seconde])
    page = Page(claire, adresse(demande))
    lea, noe = (" ".join(tr.get_text(" ").split()) for tr in page.tous("tbody tr"))
    assert "Réservation possible" in lea
    assert "Non réservé : vendredi 4" in lea
    assert "Liste d’attente : mercredi 9" in lea
    assert "Réservé : vendredi 11" in lea
    assert "Refusée Motif : Groupe complet" in noe
    assert "Acceptée en partie" in page.texte(".titre")
    assert not page.tous("[aria-labelledby=accuse]")


def test_an_answer_that_is_not_the_same_for_all_names_those_who_are_registered(monde, claire, demande):
    premiere, seconde = (ligne.id for ligne in Ligne.select().order_by(Ligne.id))
    moderation.refuser(monde.sophie, demande.id, "Groupe complet", [premiere])
    moderation.accepter(monde.sophie, demande.id, [seconde])
    page = Page(claire, adresse(demande))
    assert "L’activité est sur le planning pour Noé." in page.texte(".chapeau")
    planning = page.suivre("main .actions a[href*=planning]")
    assert {c["aria-label"].split(",")[0] for c in planning.tous("a.creneau")} == {"Noé"}


def test_the_child_refused_alone_can_be_asked_for_again(monde, claire, theatre, demande):
    _, seconde = (ligne.id for ligne in Ligne.select().order_by(Ligne.id))
    echanges.demander_une_piece(monde.sophie, demande.id, "Merci d’envoyer un certificat.")
    moderation.refuser(monde.sophie, demande.id, "Groupe complet", [seconde])
    moderation.accepter(monde.sophie, demande.id)
    page = Page(claire, adresse(demande))
    assert "Cette demande n’attend plus rien" in page.texte("#echanges")
    lien = page.un("main .actions a[href*=nouvelle]")
    assert lien.get_text() == "Demander de nouveau pour Noé"
    assert f"enfants={monde.noe.id}" in lien["href"] and f"enfants={monde.lea.id}" not in lien["href"]


def test_what_is_closed_is_not_asked_for_again(monde, claire, theatre, demande):
    moderation.refuser(monde.sophie, demande.id, "Groupe complet")
    assert "Vous pouvez demander de nouveau." in Page(claire, adresse(demande)).texte(".chapeau")
    Activite.update(preinscription_au=dt.date(2026, 11, 30)).where(Activite.id == theatre.id).execute()
    page = Page(claire, adresse(demande))
    assert "closes depuis le 30 novembre 2026" in page.texte(".chapeau")
    assert not page.tous("a[href*=nouvelle]")
    liste = Page(claire, "/famille/preinscriptions")
    assert "closes depuis le 30 novembre 2026" in liste.texte("tbody")
    assert not liste.tous("tbody a[href*=nouvelle]")


def test_half_answered_it_says_so(monde, claire, demande):
    moderation.accepter(monde.sophie, demande.id, [Ligne.select().order_by(Ligne.id).get().id])
    assert "Elle doit répondre pour les autres." in Page(claire, adresse(demande)).texte("main")


def test_the_history_tells_who_did_what(monde, claire, demande):
    echanges.demander_une_piece(monde.sophie, demande.id, "Un certificat")
    echanges.repondre(monde.claire, monde.moreau, demande.id, "Le voici")
    moderation.accepter(monde.sophie, demande.id)
    faits = [
        " ".join(li.get_text(" ").split()) for li in Page(claire, adresse(demande)).tous(".historique li")
    ]
    assert [fait.split(" 10 h ", 1)[1] for fait in faits] == [
        "Demande déposée par Claire Moreau.",
        "La mairie a demandé un document, ou une précision.",
        "Réponse envoyée par Claire Moreau.",
        "Léa : acceptée par la mairie.",
        "Noé : acceptée par la mairie.",
    ]


def test_the_thread_is_read_in_its_order(monde, claire, demande):
    echanges.demander_une_piece(monde.sophie, demande.id, "Un certificat")
    messages = [
        " ".join(li.get_text(" ").split())
        for li in Page(claire, adresse(demande)).tous(".fil-de-messages li")
    ]
    assert messages == [
        "Claire Moreau , mardi 1er décembre à 10 h Léa vient avec sa cousine.",
        "La mairie , mardi 1er décembre à 10 h Un certificat",
    ]


def test_a_stranger_gets_404_and_the_staff_403(monde, connexion, demande):
    assert connexion(monde.paulo).get(adresse(demande)).status_code == 404
    assert connexion(monde.sophie).get(adresse(demande)).status_code == 403


def test_a_demande_of_another_nature_is_not_read_here(monde, claire):
    from tests.actes import demander
    from tests.monde import LUNDI

    autre = demander(monde, (monde.lea, monde.seance(monde.cantine, LUNDI)))
    assert claire.get(adresse(autre)).status_code == 404


def test_the_other_parent_reads_and_can_neither_answer_nor_withdraw(monde, connexion, demande):
    echanges.demander_une_piece(monde.sophie, demande.id, "Un certificat")
    page = Page(connexion(en_parent(monde, "information")), adresse(demande))
    assert "Léa vient avec sa cousine." in page.texte("main")
    assert not page.tous("#echanges form")
    assert "Annuler ma demande" not in page.texte("main")


def test_a_child_who_may_not_be_read_is_not_named(monde, connexion, demande):
    julien = connexion(en_parent(monde, "aucun", monde.noe))
    texte = Page(julien, adresse(demande)).texte("main")
    assert "Léa" in texte and "Noé" not in texte
    julien = connexion(en_parent(monde, "aucun"))
    assert julien.get(adresse(demande)).status_code == 404


def test_a_document_opens_for_who_sent_it_alone(monde, claire, connexion, demande):
    lien = Page(claire, adresse(demande)).un("#echanges .envoyes a")["href"]
    reponse = claire.get(lien)
    assert reponse.data == PDF
    assert reponse.headers["Content-Type"] == "application/pdf"
    assert reponse.headers["Content-Disposition"] == "attachment; filename=assurance.pdf"
    assert reponse.headers["X-Content-Type-Options"] == "nosniff"
    assert reponse.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert reponse.headers["Cache-Control"] == "no-store"
    julien = connexion(en_parent(monde, "plein"))
    assert not Page(julien, adresse(demande)).tous("#echanges .envoyes a")
    assert "assurance.pdf" in Page(julien, adresse(demande)).texte("#echanges")
    for autre in (julien, connexion(monde.paulo)):
        assert autre.get(lien).status_code == 404
    assert connexion(monde.sophie).get(lien).status_code == 403
    assert claire.get("/famille/documents/999999").status_code == 404


def test_the_number_of_queries_does_not_grow(monde, claire, theatre, demande):
    def requetes() -> int:
        with count_queries() as compte:
            claire.get(adresse(demande))
        return compte.count

    requetes()
    avant = requetes()
    for _ in range(4):
        Message.create(
            demande=demande, auteur=monde.claire, de_la_mairie=False, texte="…", ecrit_le=clock.maintenant()
        )
    Ligne.select().where(Ligne.demande == demande)
    moderation.accepter(monde.sophie, demande.id)
    assert requetes() <= avant < 20
