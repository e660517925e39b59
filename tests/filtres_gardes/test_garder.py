"""Saved filters: an agent names what is shown, comes back to it by a link, renames it, forgets it."""

from urllib.parse import urlencode

import pytest

from models import Evenement, FiltreGarde
from portail.domain import filtres_gardes
from portail.domain.filtres_moderation import ANCIEN, PERSONNE, Filtres
from portail.domain.refus import Interdit, Introuvable, Refus
from tests.actes import demander
from tests.formulaires import poster
from tests.html import mots
from tests.htmx import Page
from tests.monde import LUNDI

ANCIENNES = Filtres(nature="absence", age=ANCIEN, suivi=PERSONNE, page=3)


def test_it_is_named_found_again_renamed_and_forgotten_by_the_pages_alone(monde, connexion):
    demander(monde, (monde.lea, monde.seance(monde.cantine, LUNDI)))
    page = Page(connexion(monde.sophie), "/agents?nature=reservation&q=moreau")
    garder = page.suivre(".mes-filtres .geste")
    assert "À traiter, Réservation, « moreau »" in garder.texte(".garder")
    file = garder.suivre(".garder button", nom="  Les Moreau ")
    assert file.texte(".mes-filtres [aria-current]") == "Les Moreau"
    assert "nature=reservation" in file.url and "q=moreau" in file.url
    retour = Page(page.client, "/agents").suivre(".mes-filtres a:not(.geste)")
    assert retour.url == file.url

    gerer = retour.suivre(".mes-filtres .geste")
    renomme = gerer.suivre(".gardes details button", nom="Famille Moreau")
    assert mots(renomme.un(".gardes b")) == "Famille Moreau"
    vide = renomme.suivre(".gardes > li > form button")
    assert "Aucun filtre gardé" in vide.texte(".vide")
    assert not Page(page.client, "/agents").tous(".mes-filtres")


def test_it_keeps_all_that_narrows_and_not_the_page(monde):
    filtres_gardes.garder(monde.sophie, "À voir", ANCIENNES)
    (garde,) = filtres_gardes.de(monde.sophie)
    assert garde.requete == {"nature": "absence", "age": "ancien", "suivi": "personne"}
    assert garde.est(ANCIENNES) and not garde.est(Filtres(nature="absence"))
    assert filtres_gardes.dire([ANCIENNES]) == ["À traiter, Absence, Depuis 7 jours et plus, À personne"]


def test_each_account_has_its_own(monde, connexion):
    sien = filtres_gardes.garder(monde.marc, "À voir", ANCIENNES)
    filtres_gardes.garder(monde.sophie, "À voir", ANCIENNES)
    assert [g.id for g in filtres_gardes.de(monde.marc)] == [sien.id]
    client = connexion(monde.sophie)
    for acte in ("nom", "suppression"):
        assert poster(client, f"/agents/filtres/{sien.id}/{acte}", {"nom": "Volé"}).status_code == 404
    for acte in (
        lambda: filtres_gardes.renommer(monde.sophie, sien.id, "Volé"),
        lambda: filtres_gardes.supprimer(monde.sophie, sien.id),
    ):
        with pytest.raises(Introuvable):
            acte()
    assert FiltreGarde.get_by_id(sien.id).nom == "À voir"


def test_the_same_sent_twice_is_harmless_and_each_change_has_its_line(monde):
    garde = filtres_gardes.garder(monde.sophie, "À voir", ANCIENNES)
    assert filtres_gardes.garder(monde.sophie, "À voir", ANCIENNES).id == garde.id
    filtres_gardes.renommer(monde.sophie, garde.id, "À voir")
    filtres_gardes.renommer(monde.sophie, garde.id, "À revoir")
    filtres_gardes.supprimer(monde.sophie, garde.id)
    lignes = Evenement.select(Evenement.acte, Evenement.detail).where(Evenement.objet == "filtre_garde")
    assert list(lignes.order_by(Evenement.id).tuples()) == [
        ("filtre_garde", "À voir"),
        ("filtre_renomme", "À revoir"),
        ("filtre_supprime", "À revoir"),
    ]


@pytest.mark.parametrize(
    ("nom", "filtres", "phrase"),
    [
        ("", ANCIENNES, "Donnez un nom"),
        ("x" * 41, ANCIENNES, "trop long"),
        ("Pris", ANCIENNES, "porte déjà ce nom"),
        ("Rien", Filtres(page=2), "rien à garder"),
    ],
)
def test_what_cannot_be_kept_is_told_beside_the_field(monde, connexion, nom, filtres, phrase):
    filtres_gardes.garder(monde.sophie, "Pris", Filtres(age=ANCIEN))
    with pytest.raises(Refus, match=phrase):
        filtres_gardes.garder(monde.sophie, nom, filtres)
    corps = {"nom": nom, "filtres": urlencode(filtres.gardable)}
    reponse = poster(connexion(monde.sophie), "/agents/filtres", corps)
    assert reponse.status_code == 422 and phrase in reponse.text
    assert FiltreGarde.select().count() == 1


def test_so_many_and_no_more_and_only_agents_keep_any(monde, monkeypatch):
    monkeypatch.setattr(filtres_gardes, "GARDES_MAX", 1)
    filtres_gardes.garder(monde.sophie, "Un", ANCIENNES)
    with pytest.raises(Refus, match="déjà 1 filtre"):
        filtres_gardes.garder(monde.sophie, "Deux", ANCIENNES)
    for compte in (monde.claire, monde.animateur):
        with pytest.raises(Interdit):
            filtres_gardes.garder(compte, "Trois", ANCIENNES)
