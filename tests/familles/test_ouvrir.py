"""At the counter: a file is opened, adults and children come into it; who looks the same is shown first."""

import datetime as dt

import pytest

from models import Affectation, Enfant, Evenement, Famille, LienParental, Lieu, Responsable
from portail.domain import ouverture
from portail.domain.ouverture import Adulte, DejaLa, NouvelEnfant
from portail.domain.refus import Interdit, Introuvable, Refus
from tests.actes import abonner, empreinte
from tests.courrier import recus
from tests.formulaires import poster
from tests.html import lire

NINA = Adulte("Nina", "Kovač", "nina@example.org", "06 11 22 33 44")
LOU = NouvelEnfant("Lou", "Kovač", dt.date(2020, 5, 4), None, "GS")


def test_a_file_is_opened_with_its_first_adult_then_a_child(monde):
    famille = ouverture.ouvrir_un_dossier(monde.sophie, NINA)
    assert (famille.nom, famille.recherche, len(famille.code_abonne)) == ("Kovač", "kovac", 6)
    adulte = famille.responsables.get()
    enfant = ouverture.ajouter_un_enfant(monde.sophie, famille.id, LOU, {adulte.id: "plein"})
    assert LienParental.get(LienParental.enfant == enfant).droit == "plein"
    assert [(e.acte, e.auteur) for e in Evenement.select().where(Evenement.famille == famille)] == [
        (ouverture.OUVRIR, monde.sophie),
        (ouverture.AJOUTER_UN_ADULTE, monde.sophie),
        (ouverture.AJOUTER_UN_ENFANT, monde.sophie),
    ]


def test_who_has_the_same_address_phone_or_name_elsewhere_is_shown_first(monde):
    Responsable.update(telephone="06 11 22 33 44").where(Responsable.id == monde.adulte_julien.id).execute()
    avant = empreinte()
    for adulte in (
        Adulte("Une", "Autre", "paulo@example.org"),
        Adulte("Une", "Autre", "", "06 11 22 33 44"),
        Adulte("Claire", "MOREAU"),
    ):
        with pytest.raises(DejaLa) as deja:
            ouverture.ouvrir_un_dossier(monde.sophie, adulte)
        assert len(deja.value.ressemblances) == 1, adulte
    assert empreinte() == avant and Famille.select().count() == 2
    assert ouverture.ouvrir_un_dossier(monde.sophie, adulte, certain=True)
    with pytest.raises(DejaLa, match="peut-être déjà un dossier"):
        tomas = NouvelEnfant("tomas", "da silva", dt.date(2019, 1, 20))
        ouverture.ajouter_un_enfant(monde.sophie, monde.moreau.id, tomas, {monde.adulte_claire.id: "plein"})


def test_what_makes_no_sense_is_refused(monde):
    droits = {monde.adulte_claire.id: "plein"}
    lea = NouvelEnfant("LEA", "Moreau", dt.date(2018, 3, 14))
    for enfant, siens, champ in (
        (lea, droits, "prenom"),
        (LOU, {monde.adulte_claire.id: "retrait"}, "droit"),
        (LOU, {monde.adulte_paulo.id: "plein"}, "droit"),
        (LOU, {monde.adulte_claire.id: "roi"}, "droit"),
        (NouvelEnfant("Lou", "K", dt.date(1980, 1, 1)), droits, "naissance"),
        (NouvelEnfant("Lou", "K", dt.date(2027, 1, 1)), droits, "naissance"),
        (NouvelEnfant("Lou", "K", dt.date(2020, 1, 1), 999), droits, "ecole"),
    ):
        with pytest.raises(Refus) as refus:
            ouverture.ajouter_un_enfant(monde.sophie, monde.moreau.id, enfant, siens)
        assert refus.value.champ == champ, enfant
    with pytest.raises(Refus, match="déjà au dossier"):
        ouverture.ajouter_un_adulte(monde.sophie, monde.moreau.id, Adulte("claire", "moreau"))
    assert Enfant.select().where(Enfant.famille == monde.moreau).count() == 3


def test_who_sees_the_file_is_told_who_came_into_it(monde):
    ouverture.ajouter_un_enfant(monde.sophie, monde.moreau.id, LOU, {monde.adulte_claire.id: "plein"})
    ouverture.ajouter_un_adulte(monde.sophie, monde.moreau.id, NINA)
    assert [c.sujet for c in recus("famille@example.org")] == ["Votre dossier famille a changé"] * 2


def test_not_to_ones_own_family_nor_out_of_ones_places(monde):
    soi = abonner(monde.moreau, "agent-et-parent@example.org", role="agent")
    ailleurs = Lieu.create(nom="Ailleurs")
    Affectation.create(compte=monde.marc, lieu=ailleurs)
    droits = {monde.adulte_claire.id: "plein"}
    for agent, attendu in (
        (soi, Refus),
        (monde.animateur, Interdit),
        (monde.claire, Interdit),
        (monde.marc, Introuvable),
    ):
        with pytest.raises(attendu):
            ouverture.ajouter_un_adulte(agent, monde.moreau.id, NINA)
        with pytest.raises(attendu):
            ouverture.ajouter_un_enfant(agent, monde.moreau.id, LOU, droits)
    neuve = ouverture.ouvrir_un_dossier(monde.marc, NINA)
    siens = {neuve.responsables.get().id: "plein"}
    with pytest.raises(Refus, match="Choisissez l’école"):
        ouverture.ajouter_un_enfant(monde.marc, neuve.id, LOU, siens)
    ici = NouvelEnfant("Lou", "Kovač", dt.date(2020, 5, 4), ailleurs.id)
    assert ouverture.ajouter_un_enfant(monde.marc, neuve.id, ici, siens).ecole == ailleurs


@pytest.mark.parametrize("url_de_base", ["sqlite"], indirect=True)  # the forms are the same on both
def test_on_the_screens_step_by_step(monde, connexion):
    client = connexion(monde.sophie)
    assert "/agents/familles/nouvelle" in client.get("/agents/familles").text
    corps = {"prenom": "Nina", "nom": "Kovač", "email": "paulo@example.org", "telephone": ""}
    semblable = poster(client, "/agents/familles/nouvelle", corps)
    page = lire(semblable.text)
    assert semblable.status_code == 422 and "Paulo Da Silva" in page.text
    assert page.find(id="prenom")["value"] == "Nina" and page.find(id="certain")
    faite = poster(client, "/agents/familles/nouvelle", corps | {"certain": "y"})
    assert faite.status_code == 303
    famille = Famille.get(Famille.nom == "Kovač")
    ici = f"/agents/familles/{famille.id}"
    assert client.get(f"{ici}/adultes/nouveau").status_code == 200
    adulte = famille.responsables.get()
    vide = poster(
        client, f"{ici}/enfants", {"prenom": "Lou", "nom": "Kovač", "droit": f"{adulte.id}-retrait"}
    )
    assert vide.status_code == 422 and lire(vide.text).find(id="naissance-message")
    enfant = {"prenom": "Lou", "nom": "Kovač", "naissance": "2020-05-04", "ecole": "", "classe": "GS"}
    sans = poster(client, f"{ici}/enfants", enfant | {"droit": f"{adulte.id}-retrait"})
    assert sans.status_code == 422 and lire(sans.text).find(id="droit-message")
    assert poster(client, f"{ici}/enfants", enfant | {"droit": f"{adulte.id}-plein"}).status_code == 303
    assert "Lou Kovač" in client.get(ici).text


@pytest.mark.parametrize("url_de_base", ["sqlite"], indirect=True)  # the forms are the same on both
def test_a_telephone_is_kept_as_one_writes_it_so_that_whoever_has_it_is_found_or_refused(monde, connexion):
    Responsable.update(telephone="06 11 22 33 44").where(Responsable.id == monde.adulte_julien.id).execute()
    client, corps = connexion(monde.sophie), {"prenom": "Nina", "nom": "Kovač", "email": ""}
    for saisi in ("0606060606 AND 57=57 AND 12=12", "06 11 22 33", "appeler le soir"):
        refus = poster(client, "/agents/familles/nouvelle", corps | {"telephone": saisi})
        page = lire(refus.text)
        assert refus.status_code == 422 and "Par exemple" in page.find(id="telephone-message").text
        assert page.find(id="telephone")["value"] == saisi
    semblable = poster(client, "/agents/familles/nouvelle", corps | {"telephone": "0611223344"})
    assert semblable.status_code == 422 and "Julien" in lire(semblable.text).find("main").text
    faite = poster(client, "/agents/familles/nouvelle", corps | {"telephone": "06.55.44.33.22"})
    assert faite.status_code == 303
    assert Famille.get(Famille.nom == "Kovač").responsables.get().telephone == "06 55 44 33 22"
