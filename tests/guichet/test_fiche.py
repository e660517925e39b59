"""The sheet at the counter: by parts, what is sealed once it is asked for, a form for each part."""

import pytest

from models import Evenement
from portail.domain import application, champs
from tests.actes import abonner, modifier
from tests.formulaires import poster
from tests.html import mots
from tests.htmx import Page, difference


def url(monde, fiche) -> str:
    genre = {"enfant": "enfants", "responsable": "responsables"}[fiche._meta.table_name]
    return f"/agents/familles/{monde.moreau.id}/{genre}/{fiche.id}"


def ouvrir(connexion, monde, fiche, requete="") -> Page:
    return Page(connexion(monde.sophie), url(monde, fiche) + requete)


def lectures() -> list[tuple]:
    requete = Evenement.select().where(Evenement.acte.startswith("lecture_")).order_by(Evenement.id)
    return [(e.acte, e.objet, e.objet_id, e.auteur.prenom, e.famille.nom) for e in requete]


def test_the_sheet_of_a_child_shows_its_parts_and_what_waits(monde, connexion):
    demande = modifier(monde, monde.lea, classe="CM1")
    page = ouvrir(connexion, monde, monde.lea)
    assert page.texte("h1") == "Léa Moreau"
    assert [mots(h) for h in page.tous("main h2")] == [
        *("Informations générales", "Autorisations", "Données sanitaires"),
        *("Photo", "Contacts habilités", "Droits des adultes", "Qui paie"),
    ]
    assert "14 mars 2018" in page.texte("#general")
    assert page.un(".modif a")["href"] == f"/agents/demandes/{demande.id}"


def test_the_file_leads_to_the_sheets(monde, connexion):
    page = Page(connexion(monde.sophie), f"/agents/familles/{monde.moreau.id}")
    liens = [a["href"] for a in page.tous("main a")]
    assert url(monde, monde.lea) in liens and url(monde, monde.adulte_claire) in liens


def test_the_fiscal_data_are_typed_in_euros(monde, connexion):
    page = ouvrir(connexion, monde, monde.adulte_claire, "?modifier=fiscal")
    page = page.suivre(
        "#fiscal form button",
        quotient="642,5",
        revenu_fiscal="31 250",
        parts="2,5",
        fiscal_le="2026-09-01",
    )
    assert "Dossier mis à jour : quotient familial, revenu fiscal" in page.texte("body")
    claire = monde.adulte_claire
    assert (claire.quotient, claire.revenu_fiscal, claire.parts) == (64250, 3125000, 250)
    assert "642,50 €" in page.texte("#fiscal")
    page = ouvrir(connexion, monde, claire, "?modifier=fiscal")
    assert page.un('[name="quotient"]')["value"] == "642,50"


@pytest.mark.parametrize("faux", ["beaucoup", "-1", "1,234", "99999999999", "1e3"])
def test_an_amount_that_is_none_is_told_beside_its_field_and_nothing_typed_is_lost(monde, connexion, faux):
    page = ouvrir(connexion, monde, monde.adulte_claire, "?modifier=fiscal")
    page = page.suivre("#fiscal form button", 422, quotient=faux, parts="2,5")
    assert page.un('[name="quotient"]')["value"] == faux
    assert page.un('[name="parts"]')["value"] == "2,5"
    assert page.un(".en-erreur .message") and monde.adulte_claire.quotient is None


def test_what_is_sealed_is_shown_once_asked_for_and_the_journal_says_so(monde, connexion):
    application.ecrire_la_fiche(monde.lea, {"allergies": "Arachide", "medecin": "Dr Roux"})
    page = ouvrir(connexion, monde, monde.lea)
    assert "Arachide" not in page.reponse.text and lectures() == []
    assert not ouvrir(connexion, monde, monde.lea, "?modifier=sante").tous("#sante [name=allergies]")
    page = page.suivre("#sante form button")
    assert page.un('[name="allergies"]').text.strip() == "Arachide"
    assert lectures() == [("lecture_sante", "enfant", monde.lea.id, "Sophie", "Moreau")]
    page = page.suivre('#sante form [type="submit"]', allergies="Arachide, lait")
    assert champs.ouvrir(monde.lea.sante)["allergies"] == "Arachide, lait"
    assert champs.ouvrir(monde.lea.sante)["medecin"] == "Dr Roux"
    assert "lait" not in page.reponse.text


def test_what_is_sealed_opens_in_its_place_and_the_rest_of_the_page_stays(monde, connexion):
    application.ecrire_la_fiche(monde.lea, {"allergies": "Arachide"})
    page = ouvrir(connexion, monde, monde.lea, "?modifier=general")
    page.cliquer("#sante form button")
    assert page.un('#sante [name="allergies"]').text.strip() == "Arachide"
    assert page.tous('#general [name="classe"]'), "what was being typed elsewhere is still there"
    assert page.texte("#annonce") == "Données sanitaires affichées. Votre lecture est inscrite au journal."
    assert page.un("#sante-titre").has_attr("autofocus")
    assert lectures() == [("lecture_sante", "enfant", monde.lea.id, "Sophie", "Moreau")]
    page = page.suivre('#sante form [type="submit"]', allergies="Arachide, lait")
    assert champs.ouvrir(monde.lea.sante)["allergies"] == "Arachide, lait"
    assert "Données protégées" in page.texte("#sante")


def test_read_in_place_or_on_a_page_the_part_is_the_same(monde, connexion):
    application.ecrire_la_fiche(monde.lea, {"allergies": "Arachide"})
    page = ouvrir(connexion, monde, monde.lea)
    entiere = page.suivre("#sante form button")
    page.cliquer("#sante form button")
    assert not difference(page, entiere)


def test_an_iban_is_checked_and_left_empty_it_stays(monde, connexion):
    iban = "FR7630006000011234567890189"
    application.ecrire_la_fiche(monde.adulte_claire, {"iban": iban})
    page = ouvrir(connexion, monde, monde.adulte_claire).suivre("#banque form button")
    faux = page.suivre('#banque form [type="submit"]', 422, iban="FR7630006000011234567890188")
    assert faux.tous("#banque .en-erreur") and iban not in faux.reponse.text
    page.suivre('#banque form [type="submit"]', titulaire="Claire Moreau")
    assert champs.ouvrir(monde.adulte_claire.banque) == {
        "iban": iban,
        "titulaire": "Claire Moreau",
        "bic": "",
    } or champs.ouvrir(monde.adulte_claire.banque) == {"iban": iban, "titulaire": "Claire Moreau"}


def test_a_post_that_was_not_filled_in_erases_and_tells_nothing(monde, connexion):
    application.ecrire_la_fiche(monde.lea, {"allergies": "Arachide"})
    client = connexion(monde.sophie)
    for corps in ({"rubrique": "sante"}, {"rubrique": "sante", "repere": "x", "pai_debut": "hier"}):
        reponse = poster(client, f"{url(monde, monde.lea)}/saisie", corps)
        assert reponse.status_code in (409, 422) and "Arachide" not in reponse.text
    assert champs.ouvrir(monde.lea.sante) == {"allergies": "Arachide"} and lectures() == []


def test_what_changed_meanwhile_is_shown_beside_what_was_typed(monde, connexion):
    page = ouvrir(connexion, monde, monde.lea, "?modifier=general")
    application.ecrire_la_fiche(monde.lea, {"classe": "CE2"})
    page = page.suivre("#general form button", 409, classe="CM1")
    assert page.un('[name="classe"]')["value"] == "CM1"
    assert "Au dossier à présent, Classe : CE2" in page.texte("#general")
    page.suivre("#general form button", classe="CM1")
    assert monde.lea.classe == "CM1"


def test_about_the_own_family_an_agent_only_reads(monde, connexion):
    soi = abonner(monde.moreau, "agent-et-parent@example.org", role="agent")
    type(soi).update(mot_de_passe=monde.sophie.mot_de_passe).where(type(soi).id == soi.id).execute()
    client = connexion(type(soi).get_by_id(soi.id))
    page = Page(client, url(monde, monde.lea) + "?modifier=general")
    assert not page.tous("main form") and "un autre agent" in page.texte("main")
    reponse = poster(client, f"{url(monde, monde.lea)}/lecture", {"rubrique": "sante"})
    assert (reponse.status_code, lectures()) == (422, [])


def test_the_wrong_role_and_the_wrong_family(monde, connexion):
    for compte in (monde.claire, monde.animateur):
        assert connexion(compte).get(url(monde, monde.lea)).status_code == 403
    client = connexion(monde.sophie)
    ailleurs = f"/agents/familles/{monde.dasilva.id}/enfants/{monde.lea.id}"
    assert client.get(ailleurs).status_code == 404
    for suite, corps in (("lecture", {"rubrique": "sante"}), ("saisie", {"rubrique": "general"})):
        assert poster(client, f"{ailleurs}/{suite}", corps).status_code == 404
    assert poster(client, f"{url(monde, monde.lea)}/saisie", {"rubrique": "banque"}).status_code == 404
