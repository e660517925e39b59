"""A demande about the file, open beside the queue: old and new side by side, what is protected asked for."""

import pytest
from playhouse.test_utils import count_queries

import workflows as w
from models import Evenement, Modification, Photo
from portail.domain import (
    application,
    champs,
    contacts,
    demande_de_dossier,
    dossier,
    lecture_moderation,
    moderation,
    photos,
)
from portail.domain.lecture_moderation import Filtres
from tests.actes import abonner, demander, empreinte, modifications, modifier, statut
from tests.dossier.contacts import JEANNE
from tests.dossier.images import octets
from tests.formulaires import poster
from tests.html import lire, mots
from tests.htmx import Page, assert_comme_rechargee
from tests.monde import LUNDI


def ouvrir(connexion, monde, demande, attendu=200) -> Page:
    """The page, as Sophie sees it."""
    return Page(connexion(monde.sophie), f"/agents/demandes/{demande.id}", attendu)


def cellules(page: Page) -> list[list[str]]:
    return [[mots(c) for c in tr.select("th, td")] for tr in page.tous(".modifications tbody tr")]


def changer(fiche, **valeurs) -> None:
    application.ecrire_la_fiche(type(fiche).get_by_id(fiche.id), valeurs)


# ——— in the queue ———


def test_a_row_says_whose_sheet_and_which_fields(monde):
    modifier(monde, monde.lea, classe="CM1")
    modifier(monde, monde.adulte_claire, voie="6 rue du Pont", commune="Angers", telephone="1")
    un, deux = lecture_moderation.file(Filtres()).rangees
    assert (un.personnes, un.sujet) == (["Léa, 8 ans"], "Dossier : Léa Moreau, classe")
    assert (deux.personnes, deux.sujet) == (
        ["Claire Moreau"],
        "Dossier : Claire Moreau, adresse et téléphone",
    )
    assert (un.reste, un.a_traiter_avant) == ("", None)


def test_many_fields_are_told_by_part_of_the_sheet(app, monde):
    modifier(monde, monde.lea, classe="CM1", image="oui", baignade="oui", transport="non", allergies="Lait")
    (rang,) = lecture_moderation.file(Filtres()).rangees
    assert rang.sujet == "Dossier : Léa Moreau, informations générales, autorisations et données sanitaires"


def test_the_nature_and_the_names_find_it(monde):
    demande = modifier(monde, monde.lea, classe="CM1")
    demander(monde, (monde.noe, monde.seance(monde.cantine, LUNDI)))
    for filtres in (
        Filtres(nature=w.NATURE_DOSSIER),
        Filtres(q="lea"),
        Filtres(q="moreau", nature="dossier"),
    ):
        assert [r.id for r in lecture_moderation.file(filtres).rangees] == [demande.id], filtres
    assert lecture_moderation.file(Filtres(q="ines")).rangees == []


def test_at_most_fourteen_queries_whatever_the_number_of_changes(monde, connexion):
    client = connexion(monde.sophie)
    une = modifier(monde, monde.lea, classe="CM1")
    modifier(monde, monde.adulte_claire, **{c.nom: "x" for c in champs.DE_RESPONSABLE[:7]}, iban="FR76")
    demander(monde, (monde.noe, monde.seance(monde.cantine, LUNDI)))
    deux = modifier(monde, monde.noe, **{c.nom: "non" for c in champs.D_ENFANT if c.genre == "oui_non"})
    client.get("/agents")
    for demande in (une, deux):
        with count_queries() as compteur:
            assert client.get(f"/agents/demandes/{demande.id}").status_code == 200
        assert compteur.count <= 14


# ——— open ———


def test_a_name_that_begins_with_a_vowel_is_said_as_it_is_spoken(monde, connexion):
    demande = modifier(monde, monde.lea, classe="CM1")
    changer(monde.lea, classe="CE2", prenom="Estelle")
    page = ouvrir(connexion, monde, demande)
    assert page.texte(".demande h2") == "Dossier d’Estelle Moreau"
    page.cliquer('.reponse [formaction*="acceptation"]', 409)
    assert "« Classe » d’Estelle Moreau a changé" in page.texte(".reponse")


def test_each_field_is_shown_old_and_new_side_by_side(monde, connexion):
    changer(monde.lea, classe="CE2")
    demande = modifier(monde, monde.lea, classe="CM1", image="oui")
    page = ouvrir(connexion, monde, demande)
    assert page.texte(".demande h2") == "Dossier de Léa Moreau"
    assert cellules(page) == [
        ["Classe", "CE2", "CM1", ""],
        ["Peut être pris en photo pour le bulletin de la ville", "pas encore de réponse", "Oui", ""],
    ]
    assert len(page.tous('.choix-ligne input[name="ligne"][checked]')) == 2
    assert [mots(b) for b in page.tous(".reponse .bouton")] == [
        "Accepter les 2 modifications Accepter les modifications cochées",
        "Refuser",
    ]
    motifs = [mots(o) for o in page.tous(".reponse option")]
    assert "Justificatif manquant" in motifs and "Activité complète" not in motifs


def test_a_new_contact_is_told_in_one_sentence_and_accepted(monde, connexion):
    contacts.proposer_un_contact(monde.claire, monde.moreau, monde.lea.id, JEANNE)
    page = ouvrir(connexion, monde, Modification.get().demande)
    ((_, avant, apres),) = cellules(page)
    assert avant == "aucun" and JEANNE.telephone in apres and JEANNE.nom_complet in apres
    page.cliquer('.reponse [formaction*="acceptation"]')
    assert [c.nom_complet for c in map(contacts.FicheContact.de, monde.lea.contacts)] == [JEANNE.nom_complet]


def test_a_photo_is_seen_before_it_is_accepted(monde, connexion):
    photos.proposer_une_photo(monde.claire, monde.moreau, monde.lea.id, octets())
    page = ouvrir(connexion, monde, Modification.get().demande)
    (image,) = page.tous(".modifications img")
    with connexion(monde.sophie).get(image["src"]) as reponse:
        assert (reponse.status_code, reponse.mimetype) == (200, "image/jpeg")
    page.cliquer('.reponse [formaction*="acceptation"]')
    assert photos.lire(monde.lea.id) is not None


def test_a_photo_that_is_refused_is_thrown_away(monde):
    photos.proposer_une_photo(monde.claire, monde.moreau, monde.lea.id, octets())
    moderation.refuser(monde.sophie, Modification.get().demande_id, "À voir au guichet")
    assert not Photo.select().exists()


def test_the_history_tells_what_was_asked_of_the_file_before(monde, connexion):
    moderation.refuser(monde.marc, modifier(monde, monde.lea, classe="CM1").id, "À voir au guichet")
    demander(monde, (monde.noe, monde.seance(monde.cantine, LUNDI)))
    page = ouvrir(connexion, monde, modifier(monde, monde.noe, classe="CP", image="oui"))
    assert mots(page.un(".journal")).endswith(
        "Claire Moreau demande 1 modification pour Léa Moreau, classe : refusée par Marc Tessier"
    )


def test_the_history_names_the_fields_and_whose_they_are_and_never_a_value(monde):
    """The last four; a contact and a photo among them; nothing of another family."""
    moderation.accepter(monde.marc, modifier(monde, monde.noe, classe="CP").id)
    lea = monde.lea
    contacts.proposer_un_contact(monde.claire, monde.moreau, lea.id, JEANNE)
    photos.proposer_une_photo(monde.claire, monde.moreau, lea.id, octets())
    modifier(monde, lea, allergies="Arachide", classe="CM1")
    modifier(monde, monde.adulte_claire, voie="6 rue du Pont", commune="Angers", telephone="1")
    dossier.demander_des_modifications(
        monde.paulo, monde.dasilva, "enfant", monde.tomas.id, {"classe": "CE1"}
    )
    ouverte, moreau = modifier(monde, monde.noe, image="oui"), monde.moreau
    with count_queries() as compteur:
        faits = demande_de_dossier.historique(moreau.id, ouverte.id)
    assert compteur.count == 1
    assert [f.phrase.removeprefix("Claire Moreau demande ") for f in faits] == [
        "3 modifications pour Claire Moreau, adresse et téléphone : en attente",
        "2 modifications pour Léa Moreau, allergies et classe : en attente",
        "1 modification pour Léa Moreau, photo : en attente",
        "1 modification pour Léa Moreau, nouveau contact : en attente",
    ]


def test_an_answered_demande_says_who_and_why_and_has_no_button(monde, connexion):
    demande = modifier(monde, monde.lea, classe="CM1")
    moderation.refuser(monde.marc, demande.id, "À voir au guichet")
    page = ouvrir(connexion, monde, demande)
    assert cellules(page) == [["Classe", "non renseigné", "CM1", "Refusée À voir au guichet"]]
    assert not page.tous(".reponse button, .ouverture button")


def test_about_the_own_family_there_is_no_button_and_nothing_protected_opens(monde, connexion):
    demande = modifier(monde, monde.lea, allergies="Arachide")
    soi = abonner(monde.moreau, "agent-et-parent@example.org", role="agent")
    type(soi).update(mot_de_passe=monde.sophie.mot_de_passe).where(type(soi).id == soi.id).execute()
    client = connexion(type(soi).get_by_id(soi.id))
    page = Page(client, f"/agents/demandes/{demande.id}")
    assert not page.tous(".reponse button, .ouverture button")
    reponse = poster(client, f"/agents/demandes/{demande.id}/lecture", {"rubrique": "sante"})
    assert (reponse.status_code, "Arachide" in reponse.text) == (422, False)


# ——— answered ———


def test_answered_with_htmx_or_without_the_page_is_the_one_loaded_afresh(monde, connexion):
    une, deux = modifier(monde, monde.lea, classe="CM1", image="oui"), modifier(monde, monde.noe, classe="CP")
    page = ouvrir(connexion, monde, une)
    classe, image = modifications(une)
    page.cliquer('.reponse [formaction*="acceptation"]', ligne=[str(classe.id)])
    assert page.texte("#annonce") == (
        "Réponse enregistrée, dossier de Léa Moreau : il reste 1 modification à traiter."
    )
    assert_comme_rechargee(page)
    assert (monde.lea.classe, statut(une)) == ("CM1", w.EN_ATTENTE)
    page.cliquer('.reponse [formaction*="refus"]', motif="Justificatif manquant")
    assert statut(une) == w.ACCEPTEE_EN_PARTIE
    assert_comme_rechargee(page)
    assert page.un("li.choisie")["id"] == f"d-{deux.id}"
    suite = page.suivre('.reponse [formaction*="acceptation"]')
    assert (statut(deux), monde.noe.classe) == (w.ACCEPTEE, "CP")
    assert "Demande acceptée : dossier de Noé Moreau, classe." in suite.texte("#bandeau")


def test_a_refusal_without_a_reason_keeps_what_was_ticked(monde, connexion):
    demande = modifier(monde, monde.lea, classe="CM1", image="oui")
    page = ouvrir(connexion, monde, demande)
    garde = modifications(demande)[1].id
    page.cliquer('.reponse [formaction*="refus"]', 422, ligne=[str(garde)])
    assert [i["value"] for i in page.tous(".choix-ligne input[checked]")] == [str(garde)]
    assert "Choisissez le motif" in page.texte(".reponse")
    assert statut(demande) == w.EN_ATTENTE


def test_a_conflict_is_shown_and_replaced_only_when_it_is_chosen(monde, connexion):
    demande = modifier(monde, monde.lea, classe="CM1")
    changer(monde.lea, classe="CE2")
    page = ouvrir(connexion, monde, demande)
    ((_, dossier, demandee),) = cellules(page)
    assert dossier == "A changé depuis la demande CE2 La famille voyait : non renseigné"
    assert demandee == "CM1 Remplacer quand même"

    page.cliquer('.reponse [formaction*="acceptation"]', 409)
    assert "« Classe » de Léa Moreau a changé depuis la demande de la famille" in page.texte(".reponse")
    assert monde.lea.classe == "CE2"

    vu = page.un('[name="malgre"]')["value"]
    changer(monde.lea, classe="CM2")
    page.cliquer('.reponse [formaction*="acceptation"]', 409, malgre=[vu])
    assert "pendant que vous lisiez" in page.texte(".reponse")
    page.cliquer('.reponse [formaction*="acceptation"]', malgre=[page.un('[name="malgre"]')["value"]])
    assert (monde.lea.classe, statut(demande)) == ("CM1", w.ACCEPTEE)


def test_the_second_agent_sees_who_answered(monde, connexion):
    demande = modifier(monde, monde.lea, classe="CM1")
    page, sans_script = ouvrir(connexion, monde, demande), ouvrir(connexion, monde, demande)
    moderation.accepter(monde.marc, demande.id)
    page.cliquer('.reponse [formaction*="refus"]', 409, motif="À voir au guichet")
    assert "Marc Tessier l’a acceptée" in page.texte("#annonce")
    suite = sans_script.suivre('.reponse [formaction*="refus"]', 409, motif="À voir au guichet")
    assert "Marc Tessier l’a acceptée" in suite.texte("main")
    assert "Dossier de Léa Moreau, classe" in suite.texte("main")


# ——— protected ———

LECTURES = ("lecture_sante", "lecture_banque")


def lectures() -> list[tuple]:
    return [
        (e.acte, e.objet, e.objet_id, e.auteur_id, e.famille_id, e.demande_id, e.vers)
        for e in Evenement.select().where(Evenement.acte.in_(LECTURES)).order_by(Evenement.id)
    ]


@pytest.mark.parametrize("htmx", [True, False])
def test_what_is_sealed_is_shown_only_when_asked_for_and_the_journal_says_so(monde, connexion, htmx):
    changer(monde.lea, allergies="Lait")
    demande = modifier(monde, monde.lea, allergies="Arachide", classe="CM1")
    page = ouvrir(connexion, monde, demande)
    assert cellules(page)[0][1:3] == ["Donnée protégée", "Donnée protégée"]
    assert "Arachide" not in page.reponse.text and "Lait" not in page.reponse.text
    assert lectures() == [], "reading the page is no reading of what is protected"

    if htmx:
        page.cliquer(".ouverture button")
    else:
        page = page.suivre(".ouverture button")

    assert cellules(page)[0][1:3] == ["Lait", "Arachide"]
    assert page.url == f"/agents/demandes/{demande.id}" + ("" if htmx else "/lecture")
    assert lectures() == [
        ("lecture_sante", "enfant", monde.lea.id, monde.sophie.id, monde.moreau.id, demande.id, "")
    ]
    assert not page.tous(".ouverture")
    encore = ouvrir(connexion, monde, demande)
    assert cellules(encore)[0][1:3] == ["Donnée protégée", "Donnée protégée"]


def test_bank_details_are_read_whole_and_health_stays_closed_beside_them(monde, connexion):
    iban = "FR7630006000011234567890189"
    demande = modifier(monde, monde.adulte_claire, iban=iban)
    page = ouvrir(connexion, monde, demande)
    page.cliquer(".ouverture button")
    assert cellules(page)[0][1:3] == ["non renseigné", "FR76 3000 6000 0112 3456 7890 189"]
    assert [ligne[0] for ligne in lectures()] == ["lecture_banque"]


@pytest.mark.parametrize(
    ("rubrique", "attendu"), [("banque", 422), ("", 422), ("adresse", 422), ("x" * 99, 422)]
)
def test_what_the_demande_does_not_hold_is_not_opened(monde, connexion, rubrique, attendu):
    demande = modifier(monde, monde.lea, allergies="Arachide")
    client = connexion(monde.sophie)
    avant = empreinte()
    reponse = poster(client, f"/agents/demandes/{demande.id}/lecture", {"rubrique": rubrique})
    assert (reponse.status_code, empreinte()) == (attendu, avant)
    assert "Arachide" not in reponse.text
    assert poster(client, "/agents/demandes/999999/lecture", {"rubrique": "sante"}).status_code == 404


def test_neither_a_family_nor_an_animateur_opens_anything(monde, connexion):
    demande = modifier(monde, monde.lea, allergies="Arachide")
    for compte in (monde.claire, monde.animateur):
        reponse = poster(connexion(compte), f"/agents/demandes/{demande.id}/lecture", {"rubrique": "sante"})
        assert reponse.status_code == 403
    assert lectures() == []


def test_a_conflict_on_what_is_sealed_is_marked_and_replaced_once_it_is_open(monde, connexion):
    demande = modifier(monde, monde.lea, allergies="Arachide")
    changer(monde.lea, allergies="Lait")
    page = ouvrir(connexion, monde, demande)
    assert cellules(page)[0][1] == "Donnée protégée A changé depuis la demande"
    assert not page.tous('[name="malgre"]')
    page.cliquer(".ouverture button")
    page.cliquer('.reponse [formaction*="acceptation"]', malgre=[page.un('[name="malgre"]')["value"]])
    assert champs.ouvrir(monde.lea.sante) == {"allergies": "Arachide"}


def test_names_and_values_are_shown_as_they_are_never_as_html(monde, connexion):
    demande = modifier(monde, monde.lea, classe="<b>x</b>", nom="<i>")
    page = ouvrir(connexion, monde, demande)
    assert not lire(page.reponse.text).select(".modifications td b b, .modifications i")
    assert "<b>x</b>" in page.texte(".modifications")
