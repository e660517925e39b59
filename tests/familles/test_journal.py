"""The journal of a family file: who did and read what, for those who manage the service."""

import pytest

from models import Affectation, Evenement, Famille, Lieu
from portail.domain import guichet, journal_de_famille, lectures, moderation
from tests.actes import demander
from tests.htmx import Page
from tests.monde import LUNDI, MAINTENANT


def test_it_tells_what_was_done_and_read_and_by_whom(monde, connexion):
    demande = demander(monde, (monde.lea, monde.seance(monde.cantine, LUNDI)))
    moderation.accepter(monde.sophie, demande.id)
    lectures.ouvrir_la_fiche(monde.marc, monde.moreau.id, "enfant", monde.lea.id, "sante")
    lectures.ouvrir_la_fiche(monde.marc, monde.dasilva.id, "enfant", monde.tomas.id, "sante")
    faits = journal_de_famille.lire(monde.moreau.id).faits
    assert (faits[0].quoi, faits[0].par, faits[0].lecture) == (
        "Des données sanitaires du dossier ont été affichées",
        "Marc Tessier, service Enfance",
        True,
    )
    assert "Créneau : réservé" in [fait.quoi for fait in faits if fait.par.startswith("Sophie")]
    page = Page(connexion(monde.gestionnaire), f"/agents/familles/{monde.moreau.id}/journal")
    assert demande.numero in page.texte("table") and "Claire Moreau" in page.texte("table")
    fiche = Page(connexion(monde.gestionnaire), f"/agents/familles/{monde.moreau.id}")
    assert fiche.tous(f"a[href='/agents/familles/{monde.moreau.id}/journal']")


def test_the_lines_of_a_file_that_was_merged_are_read_with_it(monde):
    vide = Famille.create(
        nom="M", code_abonne="1", recherche="m", cree_le=MAINTENANT, fusionnee_dans=monde.moreau
    )
    Evenement.create(quand=MAINTENANT, acte=guichet.SAISIR, objet="enfant", objet_id=1, famille=vide)
    assert [fait.quoi for fait in journal_de_famille.lire(monde.moreau.id).faits] == ["Changé au guichet"]


def test_a_page_at_a_time(monde, monkeypatch):
    monkeypatch.setattr(journal_de_famille, "PAR_PAGE", 2)
    for rang in range(5):
        Evenement.create(
            quand=MAINTENANT, acte=guichet.SAISIR, objet="enfant", objet_id=rang, famille=monde.moreau
        )
    vus, avant = [], None
    while True:
        page = journal_de_famille.lire(monde.moreau.id, avant)
        vus += [fait.id for fait in page.faits]
        if page.suite is None:
            break
        avant = page.suite
    assert len(vus) == 5 and vus == sorted(vus, reverse=True)


@pytest.mark.parametrize("url_de_base", ["sqlite"], indirect=True)  # refused before anything is read
def test_an_agent_gets_a_403_and_who_has_other_places_a_404(monde, connexion):
    ici = f"/agents/familles/{monde.moreau.id}/journal"
    assert connexion(monde.sophie).get(ici).status_code == 403
    Affectation.create(compte=monde.gestionnaire, lieu=Lieu.create(nom="Ailleurs"))
    assert connexion(monde.gestionnaire).get(ici).status_code == 404
