"""An absence with its reason: in the panel, what it means for the bill, the document that goes with it."""

import datetime as dt
import io

import pytest

import workflows as w
from models import Activite, Courriel, Demande, Document, Ligne, Message, MotifAbsence, Reservation, Seance
from portail import clock
from portail.domain import absences, echanges, moderation, planning
from portail.domain.refus import DejaChange, Interdit, Introuvable
from tests.actes import demander, empreinte
from tests.formulaires import poster
from tests.htmx import Page, assert_comme_rechargee
from tests.monde import LUNDI
from tests.preinscriptions.parents import en_parent

SEMAINE = "/famille/planning?vue=semaine&date=2026-12-07"
PDF = b"%PDF-1.4\n%%EOF"
CERTIFICAT = "Certificat médical"


@pytest.fixture
def maladie(monde) -> MotifAbsence:
    MotifAbsence.create(nom="Sortie scolaire", facturation="jamais", rang=3)
    MotifAbsence.create(nom="Voyage", facturation="toujours", rang=4)
    MotifAbsence.create(nom="Ancien motif", actif=False)
    return MotifAbsence.create(nom="Maladie", facturation="jamais", justificatif=CERTIFICAT, rang=2)


@pytest.fixture
def seance(monde) -> Seance:
    seance = monde.seance(monde.matin, LUNDI)
    monde.poser(monde.lea, seance, w.RESERVE)
    return seance


@pytest.fixture
def claire(monde, connexion):
    return connexion(monde.claire)


def ouvrir(monde, client, seance) -> Page:
    page = Page(client, SEMAINE)
    page.cliquer(f"#c-{monde.lea.id}-{seance.id}-a")
    return page


def confirmer(page: Page, **champs):
    page.cliquer(".panneau button", **champs)
    return page


def declarer(monde, seance, motif) -> Demande:
    depot = planning.declarer_absence(monde.claire, monde.moreau, [(monde.lea.id, seance.id)], motif=motif.id)
    return Demande.get_by_id(depot.demande.id)


# ——— in the panel ———


def test_each_reason_says_what_it_means_for_the_bill_before_one_confirms(monde, claire, maladie, seance):
    page = ouvrir(monde, claire, seance)
    assert [option.text for option in page.tous(".panneau option")] == [
        "Sans précision : non facturée",
        "Maladie : non facturée, certificat médical à envoyer",
        "Sortie scolaire : non facturée",
        "Voyage : facturée",
    ]
    assert "Facturation Non facturée : déclarée avant la date limite." in page.texte(".panneau dl")
    assert "Motif de l’absence (facultatif)" in page.texte(".panneau label")


def test_after_the_deadline_the_panel_says_that_it_is_billed(monde, claire, maladie, seance):
    Activite.update(absence_tardive=True).where(Activite.id == monde.matin.id).execute()
    Seance.update(limite_absence=clock.maintenant()).where(Seance.id == seance.id).execute()
    page = ouvrir(monde, claire, seance)
    assert "date limite passée" in page.texte(".panneau dl")
    assert "Facturée : déclarée après la date limite." in page.texte(".panneau dl")
    assert page.tous(".panneau option")[0].text == "Sans précision : facturée"
    confirmer(page)
    assert "Absence enregistrée, facturée" in page.texte(f"#c-{monde.lea.id}-{seance.id}-i")
    assert Ligne.get().facturee is True


def test_a_town_without_reasons_asks_for_none_and_says_the_bill(monde, claire, seance):
    page = ouvrir(monde, claire, seance)
    assert not page.tous(".panneau select")
    assert "Non facturée : déclarée avant la date limite." in page.texte(".panneau")


def test_the_banner_and_the_tooltip_say_it_afterwards(monde, claire, maladie, seance):
    voyage = MotifAbsence.get(MotifAbsence.nom == "Voyage")
    page = confirmer(ouvrir(monde, claire, seance), raison=str(voyage.id))
    assert page.texte("#annonce").endswith("Facturée.") and "Facturée." in page.texte("#bandeau")
    assert "Absence enregistrée, voyage, facturée" in page.texte(f"#c-{monde.lea.id}-{seance.id}-i")
    assert Demande.get().motif_absence == voyage
    assert_comme_rechargee(page, ("#annonce", "#bandeau", "#veille"))


@pytest.mark.parametrize("javascript", [True, False])
def test_a_reason_that_needs_a_document_waits_for_it_and_leads_to_the_demande(
    monde, claire, maladie, seance, javascript
):
    page = ouvrir(monde, claire, seance)
    if javascript:
        confirmer(page, raison=str(maladie.id))
    else:
        page = Page(claire, SEMAINE).suivre(f"#c-{monde.lea.id}-{seance.id}-a")
        page = page.suivre(".panneau button", raison=str(maladie.id))
    demande = Demande.get()
    assert monde.statut(monde.lea, seance) == w.ABSENCE_ATTENTE
    assert demande.piece_attendue == CERTIFICAT
    lien = page.un("#bandeau a[href*='/famille/demandes/']")
    assert lien["href"] == f"/famille/demandes/{demande.id}#echanges"
    assert "non facturée si la mairie l’accepte. La mairie attend un document de votre part" in page.texte(
        f"#c-{monde.lea.id}-{seance.id}-i"
    )


@pytest.mark.parametrize("raison", ["ancien", "999999", "x", "-1", "²"])
@pytest.mark.parametrize("javascript", [True, False])
def test_a_reason_that_the_town_does_not_offer_is_said_beside_the_field(
    monde, claire, maladie, seance, raison, javascript
):
    if raison == "ancien":
        raison = str(MotifAbsence.get(MotifAbsence.nom == "Ancien motif").id)
    avant = empreinte()
    adresse = f"/famille/planning/creneaux/{monde.lea.id}/{seance.id}/demande?vue=semaine&date=2026-12-07"
    entetes = {"HX-Request": "true"} if javascript else {}
    reponse = poster(claire, adresse, {"voulu": w.ABSENT, "raison": raison}, headers=entetes)
    assert reponse.status_code == 422
    assert "Choisissez un motif dans la liste." in reponse.text and 'aria-invalid="true"' in reponse.text
    assert (empreinte(), monde.statut(monde.lea, seance)) == (avant, w.RESERVE)


def test_past_the_deadline_the_reason_changes_nothing_and_whom_to_call_is_said(
    monde, claire, maladie, seance
):
    Seance.update(limite_absence=clock.maintenant()).where(Seance.id == seance.id).execute()
    adresse = f"/famille/planning/creneaux/{monde.lea.id}/{seance.id}/demande"
    reponse = poster(claire, adresse, {"voulu": w.ABSENT, "raison": str(maladie.id)})
    assert reponse.status_code == 422 and "Le délai est dépassé" in reponse.text


def test_a_reason_given_with_a_booking_changes_nothing_of_it(monde, claire, maladie):
    seance = monde.seance(monde.matin, LUNDI)
    adresse = f"/famille/planning/creneaux/{monde.noe.id}/{seance.id}/demande"
    assert poster(claire, adresse, {"voulu": w.RESERVE, "raison": str(maladie.id)}).status_code == 303
    assert Demande.get().motif_absence is None and Ligne.get().facturee is None


def test_somebody_who_only_follows_the_child_is_shown_no_reason(monde, connexion, maladie, seance):
    julien = connexion(en_parent(monde, "information"))
    assert not ouvrir(monde, julien, seance).tous(".panneau select")


def test_a_child_marked_absent_after_a_refused_absence_is_not_said_to_be_billed_or_not(monde, seance, claire):
    Activite.update(absence_automatique=False).where(Activite.id == monde.matin.id).execute()
    sans = MotifAbsence.create(nom="Maladie", facturation="jamais")
    demande = declarer(monde, seance, sans)
    moderation.refuser(monde.sophie, demande.id, "Délai dépassé")

    Reservation.update(statut=w.ABSENT).execute()  # the animateur
    assert "facturée" not in Page(claire, SEMAINE).texte(f"#c-{monde.lea.id}-{seance.id}-i")


def test_the_choices_of_the_panel_are_what_the_act_writes(monde, maladie):
    for rang, a_temps in enumerate((True, False)):
        for choix in absences.choix_pour([a_temps]):
            seance = Seance.create(
                activite=monde.matin,
                jour=dt.date(2027, 1, 4) + dt.timedelta(rang * 7),
                debut=dt.time(7, 30 + (choix.id or 0)),
                fin=dt.time(8, 40),
                places=10,
                limite_reservation=clock.maintenant() + dt.timedelta(9 if a_temps else -9),
                limite_absence=clock.maintenant() + dt.timedelta(9 if a_temps else -9),
            )
            Activite.update(absence_tardive=True).execute()
            monde.poser(monde.lea, seance, w.RESERVE)
            depot = planning.declarer_absence(
                monde.claire, monde.moreau, [(monde.lea.id, seance.id)], motif=choix.id
            )
            assert Ligne.get(Ligne.demande == depot.demande).facturee == choix.facturation.facturee


# ——— the document, on the page of the demande ———


def envoyer(client, demande, **champs):
    adresse = f"/famille/demandes/{demande.id}/reponse"
    return poster(client, adresse, champs, content_type="multipart/form-data")


def fichier(contenu: bytes = PDF, nom: str = "certificat.pdf"):
    return (io.BytesIO(contenu), nom)


def test_the_page_of_the_demande_takes_the_document(monde, claire, maladie, seance):
    demande = declarer(monde, seance, maladie)
    page = Page(claire, f"/famille/demandes/{demande.id}")
    assert page.texte("#echanges label[for='piece-0']") == CERTIFICAT

    reponse = envoyer(claire, demande, **{"piece-0": fichier()})

    assert reponse.status_code == 303
    page = Page(claire, reponse.location)
    assert "Votre réponse est envoyée à la mairie." in page.texte("#bandeau")
    assert "certificat.pdf" in page.texte("#echanges .envoyes")
    (document,) = Document.select()
    assert (document.demande, document.piece, document.auteur) == (demande, CERTIFICAT, monde.claire)
    assert Demande.get_by_id(demande.id).piece_attendue == ""


def test_the_town_may_ask_for_more_and_the_mail_leads_to_the_page(monde, claire, maladie, seance):
    demande = declarer(monde, seance, maladie)
    echanges.demander_une_piece(monde.sophie, demande.id, "Le certificat est illisible.")

    courriel = Courriel.get(Courriel.cle.startswith("piece:"))
    assert f"/famille/demandes/{demande.id}" in courriel.corps
    page = Page(claire, f"/famille/demandes/{demande.id}")
    assert "Le certificat est illisible." in page.texte("#echanges")

    assert envoyer(claire, demande, texte="Le voici.").status_code == 303

    assert [m.texte for m in Message.select().order_by(Message.id)] == [
        "Le certificat est illisible.",
        "Le voici.",
    ]


def test_an_agent_asks_for_a_document_from_the_queue(monde, connexion, seance):
    Activite.update(absence_automatique=False).where(Activite.id == monde.matin.id).execute()
    depot = planning.declarer_absence(monde.claire, monde.moreau, [(monde.lea.id, seance.id)])
    page = Page(connexion(monde.sophie), f"/agents/demandes/{depot.demande.id}")
    page.cliquer(".piece:not(.note) form button", texte="Un justificatif, s’il vous plaît.")
    assert Demande.get_by_id(depot.demande.id).piece_attendue == "Un justificatif, s’il vous plaît."


def test_a_file_that_cannot_be_read_is_said_beside_its_field_and_the_words_stay(
    monde, claire, maladie, seance
):
    demande = declarer(monde, seance, maladie)
    reponse = envoyer(claire, demande, texte="Le voici.", **{"piece-0": fichier(b"MZ", "virus.exe")})
    assert reponse.status_code == 422
    assert "virus.exe : Le portail ne sait pas lire ce fichier" in reponse.text
    assert "Le voici." in reponse.text and not Document.select().exists()


def test_an_empty_answer_is_said_beside_the_field(monde, claire, maladie, seance):
    demande = declarer(monde, seance, maladie)
    reponse = envoyer(claire, demande, texte="")
    assert reponse.status_code == 422 and "Écrivez un message, ou joignez un document." in reponse.text


def test_once_the_town_has_answered_nothing_more_is_sent(monde, claire, maladie, seance):
    demande = declarer(monde, seance, maladie)
    moderation.accepter(monde.sophie, demande.id)
    assert envoyer(claire, demande, **{"piece-0": fichier()}).status_code == 409
    with pytest.raises(DejaChange):
        echanges.repondre(monde.claire, monde.moreau, demande.id, "Et encore")
    assert not Document.select().exists()


def test_another_family_and_a_demande_of_bookings_have_no_thread(monde, connexion, claire, maladie, seance):
    demande = declarer(monde, seance, maladie)
    paulo = connexion(monde.paulo)
    assert envoyer(paulo, demande, texte="Bonjour").status_code == 404
    reservation = demander(monde, (monde.noe, monde.seance(monde.cantine, LUNDI)))
    assert envoyer(claire, reservation, texte="Bonjour").status_code == 404
    with pytest.raises(Introuvable):
        echanges.repondre(monde.claire, monde.moreau, reservation.id, "Bonjour")
    assert not Message.select().exists()


def test_an_agent_does_not_answer_in_the_familys_place(monde, connexion, maladie, seance):
    demande = declarer(monde, seance, maladie)
    assert envoyer(connexion(monde.sophie), demande, texte="Bonjour").status_code == 403


def test_who_only_follows_the_child_reads_and_does_not_answer(monde, connexion, maladie, seance):
    demande = declarer(monde, seance, maladie)
    julien = en_parent(monde, "information")
    page = Page(connexion(julien), f"/famille/demandes/{demande.id}")
    assert not page.tous("#echanges form")
    with pytest.raises(Interdit):
        echanges.repondre(julien, monde.moreau, demande.id, "Bonjour")


def test_who_may_not_follow_one_of_the_children_reads_nothing_of_the_thread(
    monde, connexion, maladie, seance
):
    monde.poser(monde.noe, seance, w.RESERVE)
    voeux = [(monde.lea.id, seance.id), (monde.noe.id, seance.id)]
    depot = planning.declarer_absence(monde.claire, monde.moreau, voeux, motif=maladie.id)
    echanges.demander_une_piece(monde.sophie, depot.demande.id, "Le certificat de Léa.")
    julien = en_parent(monde, "aucun", monde.lea)
    client = connexion(julien)
    assert "Le certificat de Léa." not in Page(client, f"/famille/demandes/{depot.demande.id}").texte()
    assert envoyer(client, depot.demande, texte="Bonjour").status_code == 404
    with pytest.raises(Interdit):
        echanges.repondre(julien, monde.moreau, depot.demande.id, "Bonjour")


def test_the_page_of_the_demande_says_the_reason_that_was_given(monde, claire, seance, maladie):
    demande = declarer(monde, seance, maladie)
    assert "Motif de l’absence : Maladie." in Page(claire, f"/famille/demandes/{demande.id}").texte("article")
