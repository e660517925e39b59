"""« Annuler ma demande », from the sheet and from « Mes demandes », until the town has answered."""

import pytest

import workflows as w
from models import Abonnement, Demande, Modification
from portail.domain import demandes, dossier
from portail.domain.refus import Introuvable
from tests.actes import session_de
from tests.formulaires import csrf
from tests.htmx import Page, assert_comme_rechargee


@pytest.fixture
def demande(monde):
    return dossier.demander_des_modifications(
        monde.claire, monde.moreau, "enfant", monde.lea.id, {"classe": "CM1", "allergies": "Arachide"}
    )


@pytest.fixture
def julien(monde, connexion):
    """Another account, that is Julien."""
    Abonnement.create(
        compte=monde.marc, famille=monde.moreau, statut=w.ACTIF, cree_le=monde.claire.cree_le,
        responsable=monde.adulte_julien,
    )  # fmt: skip
    type(monde.marc).update(role="famille").where(type(monde.marc).id == monde.marc.id).execute()
    return type(monde.marc).get_by_id(monde.marc.id)


def statuts() -> list[str]:
    return [m.statut for m in Modification.select().order_by(Modification.id)]


def test_one_change_is_withdrawn_in_place(monde, claire, demande):
    page = Page(claire, f"/famille/enfants/{monde.lea.id}")
    page.cliquer("#general .modif button")
    assert page.texte("#annonce") == "Demande annulée : classe. Votre dossier reste tel qu’il est."
    assert not page.tous("#general .modif") and page.tous("#sante .modif")
    assert_comme_rechargee(page)
    assert statuts() == [w.ANNULEE, w.EN_ATTENTE]


def test_without_javascript_one_comes_back_to_the_sheet(monde, claire, demande):
    page = Page(claire, f"/famille/enfants/{monde.lea.id}").suivre("#sante .modif button")
    assert "Demande annulée : allergies." in page.texte("#bandeau")
    assert "Arachide" not in page.texte("#bandeau") and not page.tous("#sante .modif")
    page = page.suivre("#bandeau a")
    assert page.un('#sante [name="allergies"]').text.strip() == "Arachide"


def test_thinking_better_of_it_the_form_opens_with_what_was_asked(monde, claire, demande):
    page = Page(claire, f"/famille/enfants/{monde.lea.id}")
    page.cliquer("#general .modif button")
    assert page.texte("#bandeau a") == "Demander de nouveau"
    page.cliquer("#bandeau a")
    assert page.un('#general [name="classe"]')["value"] == "CM1"
    page.cliquer('#general [type="submit"]')
    assert "CM1" in page.texte("#general .modif")
    assert statuts() == [w.ANNULEE, w.EN_ATTENTE, w.EN_ATTENTE]


def test_what_was_not_withdrawn_or_is_of_another_sheet_fills_in_no_form(monde, claire, demande):
    une = Modification.get(Modification.champ == "classe")
    refusee = {"statut": w.REFUSEE, "motif": "Pièce manquante"}
    for statut, enfant in ((refusee, monde.lea), ({"statut": w.ANNULEE}, monde.noe)):
        Modification.update(statut).where(Modification.id == une.id).execute()
        adresse = f"/famille/enfants/{enfant.id}?modifier=general&reprendre={une.id}"
        assert Page(claire, adresse).un('[name="classe"]').get("value", "") == enfant.classe
    assert Page(claire, f"/famille/enfants/{monde.lea.id}?modifier=general&reprendre=x").tous("#general form")


def test_an_iban_is_not_shown_again_it_is_typed(monde, claire):
    session = session_de(monde.claire)
    iban = {"iban": "FR7630006000011234567890189"}
    dossier.demander_des_modifications(
        monde.claire, monde.moreau, "responsable", monde.adulte_claire.id, iban, session
    )
    page = Page(claire, f"/famille/dossier/responsables/{monde.adulte_claire.id}")
    page.cliquer("#banque .modif button")
    assert page.texte("#bandeau p") == "Demande annulée : IBAN. Votre dossier reste tel qu’il est."
    assert not page.tous("#bandeau a")


def test_once_answered_it_is_told_kindly_and_the_answer_is_shown(monde, claire, demande):
    page = Page(claire, f"/famille/enfants/{monde.lea.id}")
    Modification.update(statut=w.REFUSEE, motif="Pièce manquante").execute()
    page.cliquer("#general .modif button", attendu=409)
    assert "La mairie a déjà répondu" in page.texte("#annonce")
    assert "Motif : Pièce manquante." in page.texte("#general")


def test_a_stranger_and_the_other_adult_withdraw_nothing_that_is_not_theirs(
    monde, connexion, demande, julien
):
    mere = dossier.demander_des_modifications(
        monde.claire, monde.moreau, "responsable", monde.adulte_claire.id, {"telephone": "06 39 98 00 00"}
    )
    une = Modification.get(Modification.demande == mere)
    for qui in (monde.paulo, julien):
        client = connexion(qui)
        url = f"/famille/dossier/modifications/{une.id}/annulation"
        assert client.post(url, data={"csrf_token": csrf(client)}).status_code == 404
    with pytest.raises(Introuvable):
        demandes.annuler_demande(julien, monde.moreau, mere.id)
    assert set(statuts()) == {w.EN_ATTENTE}


# ——— Mes demandes ———


def test_the_list_and_the_demande_say_what_without_any_value(monde, claire, demande):
    page = Page(claire, "/famille/demandes")
    assert "Dossier : Léa Moreau, classe et allergies" in page.texte("tbody tr")
    assert "2 modifications" in page.texte("tbody tr")
    page = Page(claire, f"/famille/demandes/{demande.id}")
    lignes = [" ".join(tr.get_text(" ").split()) for tr in page.tous("tbody tr")]
    assert lignes == ["Léa Moreau, classe En attente", "Léa Moreau, allergies En attente"]
    assert "Arachide" not in page.reponse.text


def test_each_line_has_its_answer_and_its_reason(monde, claire, demande):
    Modification.update(statut=w.REFUSEE, motif="Pièce manquante").where(
        Modification.champ == "classe"
    ).execute()
    page = Page(claire, f"/famille/demandes/{demande.id}")
    assert "classe Refusée Motif : Pièce manquante" in page.texte("tbody tr:first-child")


def test_withdrawing_the_demande_withdraws_all_that_waits(monde, claire, demande):
    page = Page(claire, f"/famille/demandes/{demande.id}")
    page.cliquer("main form button")
    assert "Annulée" in page.texte(".titre")
    assert_comme_rechargee(page)
    assert statuts() == [w.ANNULEE, w.ANNULEE]
    assert Demande.get_by_id(demande.id).statut == w.ANNULEE
    demandes.annuler_demande(monde.claire, monde.moreau, demande.id)


def test_of_what_the_other_adult_asks_for_their_own_sheet_nothing_is_shown(monde, connexion, julien):
    demande = dossier.demander_des_modifications(
        monde.claire, monde.moreau, "responsable", monde.adulte_claire.id, {"telephone": "06 39 98 00 00"}
    )
    Modification.update(statut=w.REFUSEE, motif="Le 06 39 98 00 00 n’existe pas").execute()
    client = connexion(julien)
    for url in ("/famille/demandes", "/famille"):
        texte = Page(client, url).texte("main")
        assert "téléphone" not in texte and "n’existe pas" not in texte and "Claire" not in texte, url
    assert client.get(f"/famille/demandes/{demande.id}").status_code == 404


def test_what_waits_and_what_was_answered_is_on_the_home(monde, claire, demande):
    assert "1 demande attend une réponse" in Page(claire, "/famille").texte("main")
    Modification.update(statut=w.REFUSEE, motif="Pièce manquante").execute()
    Demande.update(statut=w.REFUSEE, repondue_le=monde.claire.cree_le).execute()
    Demande.update(repondue_le=Demande.deposee_le).execute()
    assert "Dossier : Léa Moreau, classe et allergies" in Page(claire, "/famille").texte("main")
