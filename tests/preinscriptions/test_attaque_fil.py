"""A thread may speak of a child whom one may not follow: of a demande read in part, it is not read."""

import pytest

from models import Courriel, Ligne, Preinscription
from portail.domain import documents, echanges, mes_donnees, moderation, preinscriptions
from portail.domain.refus import Interdit
from tests.htmx import Page
from tests.preinscriptions.parents import en_parent
from tests.preinscriptions.souhaits import atelier, souhait

PDF = b"%PDF-1.4\n%%EOF\n"
SECRETS = ("Noé prend", "ordonnance-noe", "certificat de Noé")


@pytest.fixture
def demande(monde):
    """Léa and Noé, with words and a document about Noé; the town asks for another."""
    piece = documents.deposer(monde.claire, "Certificat", "ordonnance-noe.pdf", PDF)
    voulu = souhait(
        atelier(monde, pieces="Certificat"),
        monde.lea,
        monde.noe,
        remarques="Noé prend un traitement.",
        documents=(piece.id,),
    )
    return preinscriptions.deposer(monde.claire, monde.moreau, voulu)


@pytest.fixture
def julien(monde):
    """He decides for Léa, and may read nothing of Noé."""
    en_parent(monde, "plein")
    return en_parent(monde, "aucun", monde.noe)


def test_the_thread_is_read_by_who_follows_every_child_of_it(monde, connexion, demande, julien):
    echanges.demander_une_piece(monde.sophie, demande.id, "Le certificat de Noé")
    navigateur = connexion(julien)
    for adresse in (
        f"/famille/preinscriptions/{demande.id}",
        "/famille/preinscriptions",
        f"/famille/demandes/{demande.id}",
        "/famille/demandes",
        "/famille",
    ):
        page = Page(navigateur, adresse).texte("main")
        assert not [s for s in (*SECRETS, "attend un document") if s in page], adresse
    export = str(mes_donnees.rassembler(julien))
    assert not [s for s in SECRETS if s in export]
    page = Page(connexion(monde.claire), f"/famille/preinscriptions/{demande.id}")
    assert not [s for s in SECRETS if s not in page.texte("main")]


def test_nor_is_it_written_to_by_mail_nor_does_it_answer(monde, demande, julien):
    echanges.demander_une_piece(monde.sophie, demande.id, "Le certificat de Noé")
    recus = Courriel.select(Courriel.destinataire).where(Courriel.cle.startswith("piece:")).tuples()
    assert [adresse for (adresse,) in recus] == [monde.claire.email]
    with pytest.raises(Interdit):
        echanges.repondre(julien, monde.moreau, demande.id, "Le voici")


def test_that_another_child_is_answered_is_not_told(monde, connexion, demande, julien):
    noe = Ligne.select().join(Preinscription).where(Preinscription.enfant == monde.noe).get()
    moderation.refuser(monde.sophie, demande.id, "Groupe complet", [noe.id])
    page = Page(connexion(julien), f"/famille/preinscriptions/{demande.id}")
    assert "La mairie doit répondre." in page.texte(".chapeau")
    assert "Réponse" not in page.texte(".titre")
    (sienne,) = mes_donnees.rassembler(julien)["familles"][0]["demandes"]
    assert (sienne["etat"], sienne["repondue_le"]) == ("En attente", None)
