"""A pre-registration open in front of an agent: child by child, days, places, documents, thread."""

import datetime as dt

import pytest
from playhouse.test_utils import count_queries

import workflows as w
from models import Activite, Document, Enfant, Preinscription, Responsable, Seance
from portail import clock
from portail.domain import (
    documents,
    echanges,
    lecture_demande,
    lecture_moderation,
    moderation,
)
from portail.domain.lecture_moderation import Filtres
from tests.actes import abonner
from tests.html import mots
from tests.htmx import Page
from tests.invariants import fautes
from tests.preinscriptions.actes import deposer
from tests.preinscriptions.souhaits import DU, atelier, jours_de

PDF = b"%PDF-1.7\n%%EOF attestation"


@pytest.fixture
def theatre(monde) -> Activite:
    return atelier(monde)


def ouvrir(connexion, monde, demande, requete="") -> Page:
    return Page(connexion(monde.sophie), f"/agents/demandes/{demande.id}{requete}")


def vue(monde, demande):
    return lecture_demande.lire(demande.id, monde.sophie)


# ——— the queue ———


def test_a_row_says_the_activity_the_period_the_children_and_the_days(monde, connexion, theatre):
    jours = jours_de(theatre)[1:4]
    demande = deposer(monde, theatre, monde.lea, monde.noe, jours=jours)
    rang = Page(connexion(monde.sophie), "/agents").un(f"#d-{demande.id}")
    assert mots(rang.select_one(".qui")) == "Moreau Léa, 8 ans · Noé, 6 ans"
    assert mots(rang.select_one(".sujet")) == (
        "Pré-inscription : Atelier théâtre, 2 – 18 déc., 2 enfants, 3 jours"
    )
    assert mots(rang.select_one(".reste")) == "12 places"


def test_a_row_without_days_says_no_place_and_with_full_days_says_how_many(monde, connexion, theatre):
    sans = deposer(monde, theatre, monde.lea)
    jours = jours_de(theatre)[1:4]
    Seance.update(places=0).where(Seance.activite == theatre, Seance.jour.in_(jours[:2])).execute()
    pleine = deposer(monde, theatre, monde.noe, jours=jours)
    page = Page(connexion(monde.sophie), "/agents")
    assert page.un(f"#d-{sans.id}").select_one(".reste") is None
    assert mots(page.un(f"#d-{sans.id}").select_one(".sujet")) == (
        "Pré-inscription : Atelier théâtre, 2 – 18 déc."
    )
    assert mots(page.un(f"#d-{pleine.id}").select_one(".reste")) == "2 jours complets"


def test_the_filters_and_the_search_find_it(monde, theatre):
    demande = deposer(monde, theatre, monde.noe)
    trouvees = [
        Filtres(nature=w.NATURE_PREINSCRIPTION),
        Filtres(activite=theatre.id),
        Filtres(q="noe"),
        Filtres(q="moreau"),
    ]
    for filtres in trouvees:
        assert [r.id for r in lecture_moderation.file(filtres).rangees] == [demande.id], filtres
    for filtres in (Filtres(nature=w.NATURE_ABSENCE), Filtres(activite=monde.cantine.id), Filtres(q="tomas")):
        assert lecture_moderation.file(filtres).rangees == [], filtres


def test_the_row_says_that_the_town_waits_for_the_family_then_that_it_has_answered(monde, theatre):
    demande = deposer(monde, theatre, monde.lea)
    (rang,) = lecture_moderation.file(Filtres()).rangees
    assert rang.suivi == ""
    echanges.demander_une_piece(monde.sophie, demande.id, "Il manque l’attestation.")
    (rang,) = lecture_moderation.file(Filtres()).rangees
    assert rang.suivi == "Attend la famille"
    echanges.repondre(monde.claire, monde.moreau, demande.id, "La voici.")
    (rang,) = lecture_moderation.file(Filtres()).rangees
    assert rang.suivi == "La famille a répondu"
    moderation.accepter(monde.sophie, demande.id)
    (rang,) = lecture_moderation.file(Filtres(etat="traitees")).rangees
    assert rang.suivi == ""


# ——— open ———


def test_each_child_with_age_on_the_first_day_place_of_living_and_where_accepting_leads(
    monde, connexion, theatre
):
    Responsable.update(commune="Angers").where(Responsable.id == monde.adulte_claire.id).execute()
    Responsable.update(commune="Nantes").where(Responsable.id == monde.adulte_julien.id).execute()
    Enfant.update(classe="CE2").where(Enfant.id == monde.lea.id).execute()
    jours = jours_de(theatre)[1:4]
    premiere = Seance.get(Seance.activite == theatre, Seance.jour == jours[0])
    Seance.update(places=1).where(Seance.id == premiere.id).execute()
    demande = deposer(monde, theatre, monde.lea, monde.noe, jours=jours, remarques="Elle vient en bus.")

    page = ouvrir(connexion, monde, demande)

    assert page.texte(".demande h2") == "Pré-inscription pour Léa et Noé Moreau"
    lea, noe = (mots(li) for li in page.tous(".inscriptions > li"))
    assert "Âge 8 ans au premier jour" in lea and "Habite Angers et Nantes" in lea
    assert "École Groupe scolaire Jean-Zay, CE2" in lea
    assert "Si vous acceptez 3 jours réservés" in lea
    assert "Si vous acceptez 2 jours réservés, 1 en liste d’attente" in noe
    texte = page.texte(".demande")
    assert "Atelier théâtre, Groupe scolaire Jean-Zay, du 2 au 18 décembre 2026." in texte
    assert "Combien 3 jours, du 4 au 11 décembre 2026" in texte
    assert "Le plus rempli vendredi 4 décembre, 0 prise sur 1" in texte
    assert "Décembre 2026 ven. 4, mer. 9, ven. 11" in texte
    assert "Claire Moreau Elle vient en bus." in texte
    assert page.texte(".reponse .toutes") == "Accepter les 2 inscriptions"


def test_where_accepting_leads_is_where_it_goes(monde, theatre):
    jours = jours_de(theatre)[1:5]
    seances = list(
        Seance.select().where(Seance.activite == theatre, Seance.jour.in_(jours)).order_by(Seance.jour)
    )
    Seance.update(places=1).where(Seance.id == seances[1].id).execute()
    Seance.update(places=0).where(Seance.id == seances[2].id).execute()
    monde.poser(monde.noe, seances[3], w.ABSENT)
    demande = deposer(monde, theatre, monde.lea, monde.noe, jours=jours)
    with clock.figer(clock.instant(jours[0], dt.time(20))):
        annonce = [e.issue for e in vue(monde, demande).lignes]
        moderation.accepter(monde.sophie, demande.id)
        assert annonce == [
            "2 jours réservés, 1 en liste d’attente, 1 impossible",
            "2 en liste d’attente, 2 impossibles",
        ]
        assert [e.issue for e in vue(monde, demande).lignes] == [
            "2 jours réservés, 1 en liste d’attente",
            "2 en liste d’attente",
        ]
    assert fautes() == []


def test_a_child_whom_a_rule_no_longer_admits_is_told_and_not_ticked(monde, connexion, theatre):
    demande = deposer(monde, theatre, monde.lea, monde.noe)
    Activite.update(age_max=7).where(Activite.id == theatre.id).execute()
    page = ouvrir(connexion, monde, demande)
    assert "réservée aux 4 – 7 ans" in page.texte(".inscriptions .conflit")
    cochees = [mots(li) for li in page.tous(".inscriptions > li") if li.select_one("[checked]")]
    assert len(cochees) == 1 and cochees[0].startswith("Noé")
    Activite.update(age_max=5).where(Activite.id == theatre.id).execute()
    assert vue(monde, demande).actes == {w.REFUSER}


def test_dates_that_no_longer_hold_and_another_registration_are_told_as_the_act_would(monde, theatre):
    demande = deposer(monde, theatre, monde.lea)
    Activite.update(fin=dt.date(2026, 12, 10)).where(Activite.id == theatre.id).execute()
    (lea,) = vue(monde, demande).lignes
    assert lea.obstacle == "La période déborde des dates de l’activité."
    Activite.update(fin=theatre.fin).where(Activite.id == theatre.id).execute()
    Preinscription.create(
        enfant=monde.lea, activite=theatre, debut=DU, fin=DU, statut=w.RESERVATION_POSSIBLE,
        cree_le=clock.maintenant(),
    )  # fmt: skip
    (lea,) = vue(monde, demande).lignes
    assert "L’enfant y est déjà inscrit" in lea.obstacle
    with pytest.raises(moderation.Refus, match="L’enfant y est déjà inscrit"):
        moderation.accepter(monde.sophie, demande.id)


def test_siblings_in_the_activity_are_told(monde, connexion, theatre):
    moderation.accepter(monde.marc, deposer(monde, theatre, monde.noe).id)
    deposer(monde, theatre, monde.ines)
    page = ouvrir(connexion, monde, deposer(monde, theatre, monde.lea))
    assert "Noé , inscription acceptée, du 2 au 18 décembre 2026" in page.texte(".demande")
    assert "Inès , demande en cours, du 2 au 18 décembre 2026" in page.texte(".demande")
    assert "Claire Moreau demande 1 pré-inscription, 2 – 18 déc. : acceptée par Marc Tessier" in page.texte(
        ".demande > .journal:last-of-type"
    )


def test_documents_received_and_those_that_are_missing(monde, connexion):
    activite = atelier(monde, pieces="Attestation d’assurance\nCertificat médical")
    document = documents.deposer(monde.claire, "Attestation d’assurance", "scan.pdf", PDF)
    demande = deposer(monde, activite, monde.lea, documents=(document.id,))
    page = ouvrir(connexion, monde, demande)
    assert "Attestation d’assurance scan.pdf, 1 Ko, reçu mardi 1er décembre à 10 h" in page.texte(
        ".documents"
    )
    assert "Manque : Certificat médical" in page.texte(".documents")
    assert page.un(".piece:not(.note) textarea").get_text().strip() == "Il manque : Certificat médical."
    echanges.demander_une_piece(monde.sophie, demande.id, "Il manque : Certificat médical.")
    echanges.repondre(monde.claire, monde.moreau, demande.id, "", [echanges.Fichier("c.pdf", PDF)])
    assert vue(monde, demande).manquantes == []
    assert Document.select().count() == 2


def test_about_the_own_family_there_is_no_button(monde, theatre):
    demande = deposer(monde, theatre, monde.lea)
    soi = abonner(monde.moreau, "agent-et-parent@example.org", role="agent")
    lue = lecture_demande.lire(demande.id, soi)
    assert (lue.a_moi, lue.actes) == (True, frozenset())


def test_neither_the_children_nor_the_days_ask_more_queries(monde, theatre):
    def combien(*enfants, jours) -> tuple[int, int]:
        demande = deposer(monde, theatre, *enfants, jours=jours)
        with count_queries() as ouverte:
            vue(monde, demande)
        with count_queries() as file:
            lecture_moderation.file(Filtres())
        moderation.refuser(monde.sophie, demande.id, "Activité complète")
        return ouverte.count, file.count

    tous = jours_de(theatre)[1:]
    une = combien(monde.lea, jours=tous[:1])
    assert une == combien(monde.lea, monde.noe, monde.ines, jours=tous)
    assert une[0] <= 16 and une[1] == 7
