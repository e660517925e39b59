"""The photo of a child at the counter: put, taken off, at once and as the town's."""

import io

import pytest

from models import Courriel, Evenement, Photo
from portail.domain import guichet, guichet_photo, lecture_demande, moderation, photos
from portail.domain.guichet_photo import marquer, poser_une_photo, retirer_la_photo
from portail.domain.refus import DejaChange, Interdit, Introuvable, Refus
from portail.domain.reponse_dossier import Conflit
from tests.actes import abonner, modifications
from tests.dossier.images import REFUSEES, dessin, exif, octets
from tests.formulaires import csrf, poster
from tests.htmx import Page, assert_comme_rechargee
from tests.invariants import fautes

AUTRE = octets(dessin(200, 200))


def lignes() -> list[tuple]:
    requete = Evenement.select().where(Evenement.acte == guichet.SAISIR).order_by(Evenement.id)
    return [(e.objet, e.objet_id, e.auteur.prenom, e.famille.nom, e.detail) for e in requete]


def mettre(monde, contenu=None, agent=None, repere=None):
    repere = marquer(photos.presente(monde.lea.id)) if repere is None else repere
    return poser_une_photo(agent or monde.sophie, monde.moreau.id, monde.lea.id, contenu or octets(), repere)


def oter(monde, agent=None, repere=None):
    repere = marquer(photos.presente(monde.lea.id)) if repere is None else repere
    return retirer_la_photo(agent or monde.sophie, monde.moreau.id, monde.lea.id, repere)


def url(monde, suite="") -> str:
    return f"/agents/familles/{monde.moreau.id}/enfants/{monde.lea.id}{suite}"


def envoyer(client, adresse, contenu, nom="x.jpg", **champs):
    corps = {"csrf_token": csrf(client), "photo": (io.BytesIO(contenu), nom), **champs}
    return client.post(adresse, data=corps, content_type="multipart/form-data")


def test_a_photo_is_put_then_another_then_none_and_what_no_longer_serves_is_thrown_away(monde):
    mettre(monde, octets(exif=exif()))
    premiere = photos.presente(monde.lea.id)
    assert b"Exif" not in photos.lire(monde.lea.id)
    mettre(monde, AUTRE)
    assert [str(p.id) for p in Photo.select()] == [photos.presente(monde.lea.id)] != [premiere]
    oter(monde)
    assert not Photo.select().exists()
    ici = ("enfant", monde.lea.id, "Sophie", "Moreau")
    assert lignes() == [(*ici, "Photo"), (*ici, "Photo"), (*ici, "Photo retirée")]
    assert fautes() == []


def test_the_family_is_told(monde):
    mettre(monde)
    (courriel,) = Courriel.select()
    assert "– Dossier : Léa Moreau, photo" in courriel.corps


def test_the_same_again_changes_and_tells_nothing(monde):
    repere = marquer("")
    mettre(monde, repere=repere)
    assert mettre(monde, repere=repere) == []
    oter(monde)
    assert oter(monde, repere="") == []
    assert (len(lignes()), Courriel.select().count(), Photo.select().count()) == (2, 2, 0)


def test_two_agents_at_the_counter_the_second_one_is_told(monde):
    mettre(monde)
    presente = photos.presente(monde.lea.id)
    for acte in (
        lambda: mettre(monde, AUTRE, monde.marc, marquer("")),
        lambda: mettre(monde, AUTRE, monde.marc, ""),
        lambda: oter(monde, monde.marc, marquer("")),
    ):
        with pytest.raises(DejaChange, match="a changé entre-temps"):
            acte()
    assert [str(p.id) for p in Photo.select()] == [presente]


def test_the_photo_that_the_family_asks_for_keeps_waiting_and_shows_as_a_conflict(monde):
    demande = photos.proposer_une_photo(monde.claire, monde.moreau, monde.lea.id, octets())
    mettre(monde, AUTRE)
    with pytest.raises(Conflit):
        moderation.accepter(monde.marc, demande.id)
    (vue,) = lecture_demande.lire(demande.id, monde.marc).lignes
    assert vue.en_conflit and str(vue.photos["avant"]) == photos.presente(monde.lea.id)
    moderation.accepter(monde.marc, demande.id, [modifications(demande)[0].id], {vue.id: vue.empreinte})
    assert photos.presente(monde.lea.id) == str(vue.photos["apres"])
    assert Photo.select().count() == 1 and fautes() == []


@pytest.mark.parametrize("nom", ["SVG", "PDF", "zero bytes", "HTML behind the first bytes of a JPEG"])
def test_what_is_no_photo_is_refused(monde, nom):
    with pytest.raises(Refus) as refus:
        mettre(monde, REFUSEES[nom]() or b"\0")
    assert refus.value.champ == "photo" and not Photo.select().exists()


def test_only_an_agent_who_is_not_of_the_family_does(monde):
    soi = abonner(monde.moreau, "agent-et-parent@example.org", role="agent")
    mettre(monde)
    for qui, erreur in ((monde.claire, Interdit), (monde.animateur, Interdit), (soi, Refus)):
        with pytest.raises(erreur):
            mettre(monde, AUTRE, qui)
        with pytest.raises(erreur):
            oter(monde, qui)
    assert len(lignes()) == Photo.select().count() == 1


def test_the_child_of_another_family_is_not_there(monde):
    with pytest.raises(Introuvable):
        guichet_photo.poser_une_photo(monde.sophie, monde.moreau.id, monde.tomas.id, octets(), marquer(""))
    with pytest.raises(Introuvable):
        guichet_photo.retirer_la_photo(monde.sophie, monde.moreau.id, monde.tomas.id, marquer(""))
    assert not Photo.select().exists()


# ——— on the sheet ———


def test_on_the_sheet_a_photo_is_put_and_taken_off_in_its_place(monde, connexion):
    client = connexion(monde.sophie)
    repere = Page(client, url(monde)).un('#photo [name="repere"]')["value"]
    reponse = envoyer(client, url(monde, "/photo"), octets(), repere=repere)
    assert (reponse.status_code, reponse.location) == (303, url(monde, "#photo"))
    page = Page(client, url(monde))
    assert page.un("#photo img")["src"] == (
        f"/agents/enfants/{monde.lea.id}/photo/{photos.presente(monde.lea.id)}"
    )
    page.cliquer("#photo form[action$=retrait] button")
    assert page.texte("#annonce") == "Dossier mis à jour : photo retirée. La famille en est avertie."
    assert "Pas encore de photo" in page.texte("#photo")
    assert_comme_rechargee(page)


def test_a_fault_or_a_conflict_is_told_in_the_section(monde, connexion):
    client = connexion(monde.sophie)
    reponse = envoyer(client, url(monde, "/photo"), REFUSEES["PDF"](), repere=marquer(""))
    assert (reponse.status_code, "n’est pas une photo" in reponse.text) == (422, True)
    reponse = envoyer(client, url(monde, "/photo"), b"", nom="", repere=marquer(""))
    assert (reponse.status_code, "Choisissez une photo" in reponse.text) == (422, True)
    mettre(monde)
    reponse = envoyer(client, url(monde, "/photo"), AUTRE, repere=marquer(""))
    assert (reponse.status_code, "La photo a changé entre-temps" in reponse.text) == (409, True)
    assert photos.lire(monde.lea.id) != AUTRE


def test_what_the_family_asks_is_shown_with_the_way_to_it(monde, connexion):
    demande = photos.proposer_une_photo(monde.claire, monde.moreau, monde.lea.id, octets())
    page = Page(connexion(monde.sophie), url(monde))
    assert page.un("#photo a")["href"] == f"/agents/demandes/{demande.id}"


def test_about_the_own_family_an_agent_only_looks(monde, connexion):
    soi = abonner(monde.moreau, "agent-et-parent@example.org", role="agent")
    type(soi).update(mot_de_passe=monde.sophie.mot_de_passe).where(type(soi).id == soi.id).execute()
    mettre(monde)
    client = connexion(type(soi).get_by_id(soi.id))
    assert not Page(client, url(monde)).tous("#photo form")
    for reponse in (
        envoyer(client, url(monde, "/photo"), AUTRE),
        poster(client, url(monde, "/photo/retrait")),
    ):
        assert (reponse.status_code, "un autre agent" in reponse.text) == (422, True)
    assert Photo.select().count() == 1


def test_the_wrong_role_and_the_wrong_family(monde, connexion):
    for compte in (monde.claire, monde.animateur):
        client = connexion(compte)
        assert client.get(url(monde, "/photo")).status_code == 403
        assert envoyer(client, url(monde, "/photo"), octets()).status_code == 403
        assert poster(client, url(monde, "/photo/retrait")).status_code == 403
    client = connexion(monde.sophie)
    ailleurs = f"/agents/familles/{monde.dasilva.id}/enfants/{monde.lea.id}/photo"
    assert client.get(ailleurs).status_code == 404
    assert envoyer(client, ailleurs, octets()).status_code == 404
    assert poster(client, f"{ailleurs}/retrait").status_code == 404
    assert not Photo.select().exists()
