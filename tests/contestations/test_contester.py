"""A family contests lines of its invoice: a demande waits, and those who read the invoice know of it."""

import pytest

import workflows as w
from models import Contestation, Courriel, Demande, Evenement, Facture, Ligne
from portail.domain import avoirs, contestations, demandes, moderation
from portail.domain.refus import DejaChange, Introuvable, Refus
from tests.actes import empreinte, lignes, statut
from tests.factures import facture
from tests.formulaires import poster
from tests.html import lire, mots
from tests.invariants import fautes
from tests.monde import HIER

POURQUOI = "Léa n’était pas là."


def test_each_line_becomes_one_of_a_demande_that_waits(monde, emise, facturees, contester):
    demande = contester(0, 2)

    assert (demande.nature, statut(demande)) == (w.NATURE_CONTESTATION, w.EN_ATTENTE)
    assert [li.statut for li in lignes(demande)] == [w.EN_ATTENTE] * 2
    contestees = Contestation.select().join(Ligne).where(Ligne.demande == demande).order_by(Contestation.id)
    assert [(c.facturee_id, c.texte) for c in contestees] == [
        (facturees[0].id, POURQUOI),
        (facturees[2].id, POURQUOI),
    ]
    assert fautes() == []


def test_the_journal_says_it_and_a_mail_acknowledges_it(monde, emise, contester):
    demande = contester(0, 1)
    fait = Evenement.get(Evenement.demande == demande)
    assert (fait.acte, fait.objet, fait.vers) == ("deposer", "demande", w.EN_ATTENTE)
    assert fait.detail == f"facture n° {emise.numero}, 2 lignes"
    (courriel,) = Courriel.select()
    assert (courriel.destinataire, courriel.sujet) == (monde.claire.email, "Votre demande est bien arrivée")
    assert (
        "– Contestation : Léa, Cantine, lundi 30 novembre, 3,45\N{NO-BREAK SPACE}€ (demande n°"
        in courriel.corps
    )
    assert "– Contestation : Noé, Cantine, lundi 30 novembre, 2,76\N{NO-BREAK SPACE}€" in courriel.corps


def test_a_household_is_told_an_adult_who_pays_alone_is_told_alone(monde, julien, emise, contester):
    contester()
    assert {c.destinataire for c in Courriel.select()} == {monde.claire.email, julien.email}

    Courriel.delete().execute()
    cantine = monde.seance(monde.cantine, HIER)
    sienne = facture(monde.adulte_julien, [(monde.ines, cantine, 200)], foyer=False)
    contestations.contester(julien, monde.moreau, sienne.lignes.get().id, [], POURQUOI)
    assert {c.destinataire for c in Courriel.select()} == {julien.email}


@pytest.mark.parametrize("texte", ["", " \n "])
def test_without_a_reason_nothing_is_asked(monde, facturees, contester, texte):
    avant = empreinte()
    with pytest.raises(Refus) as refus:
        contester(texte=texte)
    assert (refus.value.statut, refus.value.champ, empreinte()) == (422, "texte", avant)


def test_a_reason_too_long_is_refused(contester):
    with pytest.raises(Refus, match="1000 caractères") as refus:
        contester(texte="a" * 1001)
    assert refus.value.champ == "texte"


def test_a_line_of_an_invoice_that_one_does_not_read_does_not_exist(monde, julien, facturees):
    with pytest.raises(Introuvable):
        contestations.contester(monde.paulo, monde.dasilva, facturees[0].id, [], POURQUOI)
    cantine = monde.seance(monde.cantine, HIER)
    a_part = facture(monde.adulte_julien, [(monde.ines, cantine, 200)], foyer=False)
    with pytest.raises(Introuvable):
        contestations.contester(monde.claire, monde.moreau, a_part.lignes.get().id, [], POURQUOI)


def test_a_line_of_another_invoice_does_not_go_with_it(monde, facturees):
    cantine = monde.seance(monde.cantine, HIER)
    autre = facture(monde.adulte_claire, [(monde.ines, cantine, 200)]).lignes.get()
    with pytest.raises(Introuvable):
        contestations.contester(monde.claire, monde.moreau, facturees[0].id, [autre.id], POURQUOI)
    assert Demande.select().count() == 0


def test_the_same_sent_twice_is_one_demande(contester):
    assert contester(0, 1) == contester(1, 0)
    assert (Demande.select().count(), Courriel.select().count()) == (1, 1)


def test_a_line_that_is_contested_already_is_told_by_its_demande(monde, contester):
    demande = contester(0)
    with pytest.raises(DejaChange, match=f"la mairie répondra à la demande n° {demande.numero}"):
        contester(1, 0)
    with pytest.raises(DejaChange, match="déjà contestée"):
        contester(0, texte="Autre chose")
    assert Demande.select().count() == 1


def test_what_an_avoir_took_back_whole_is_not_contested_what_is_left_is(monde, emise, facturees, contester):
    avoirs.emettre(monde.sophie, emise.id, {facturees[0].id: 345, facturees[1].id: 76}, "Erreur")
    with pytest.raises(DejaChange, match="un avoir a déjà repris toute cette ligne"):
        contester(0)
    assert statut(contester(1)) == w.EN_ATTENTE


def test_an_avoir_and_what_costs_nothing_are_not_contested(monde, emise, facturees):
    avoir = avoirs.emettre(monde.sophie, emise.id, {facturees[0].id: 345}, "Erreur")
    with pytest.raises(DejaChange, match="avoir ne se conteste pas"):
        contestations.contester(monde.claire, monde.moreau, avoir.lignes.get().id, [], POURQUOI)
    gratuite = facture(monde.adulte_claire, [(monde.ines, monde.seance(monde.cantine, HIER), 0)])
    with pytest.raises(DejaChange, match="ne vous coûte rien"):
        contestations.contester(monde.claire, monde.moreau, gratuite.lignes.get().id, [], POURQUOI)


def test_once_refused_or_withdrawn_a_line_may_be_contested_again(monde, contester):
    moderation.refuser(monde.sophie, contester().id, "Le prix est celui de la délibération")
    demandes.annuler_demande(monde.claire, monde.moreau, contester().id)
    assert statut(contester()) == w.EN_ATTENTE
    assert fautes() == []


# ——— the page ———


def adresse(ligne) -> str:
    return f"/facturation/lignes/{ligne.id}/contestation"


def test_the_page_shows_the_line_its_price_and_the_others_of_the_invoice(monde, connexion, facturees):
    page = lire(connexion(monde.claire).get(adresse(facturees[0])).text)
    assert mots(page.h1) == "Contester cette ligne"
    fiche = mots(page.select_one("dl.fiche"))
    assert fiche.startswith("Ligne Léa, Cantine") and "3,45 €" in fiche and "Tarif unique." in fiche
    assert [mots(case) for case in page.select("label.case")] == [
        "Noé, Cantine, lundi 30 novembre : 2,76 €",
        "Léa, Accueil du soir, lundi 30 novembre : 1,20 €",
    ]


def test_the_form_sent_leads_to_the_demande(monde, connexion, facturees):
    reponse = poster(
        connexion(monde.claire),
        adresse(facturees[0]),
        {"texte": POURQUOI, "facturee": [facturees[1].id]},
        follow_redirects=True,
    )
    page = lire(reponse.text)
    assert mots(page.h1).startswith("Contestation : facture n° 2026-")
    assert "Votre contestation est envoyée" in reponse.text and f"« {POURQUOI} »" in reponse.text
    assert [mots(th) for th in page.select("tbody th")] == [
        "Léa, Cantine, lundi 30 novembre : 3,45 €",
        "Noé, Cantine, lundi 30 novembre : 2,76 €",
    ]
    assert mots(page.select_one("main form button")) == "Annuler ma demande"


def test_nothing_typed_is_lost(monde, connexion, facturees):
    reponse = poster(
        connexion(monde.claire),
        adresse(facturees[0]),
        {"texte": "x" * 1001, "facturee": [facturees[1].id]},
    )
    page = lire(reponse.text)
    assert reponse.status_code == 422
    assert mots(page.textarea) == "x" * 1001
    assert "trop long" in mots(page.select_one("#texte-message"))
    assert [case["value"] for case in page.select("input[name=facturee][checked]")] == [str(facturees[1].id)]


def test_a_line_contested_already_leads_to_its_demande(monde, connexion, facturees, contester):
    demande = contester()
    client = connexion(monde.claire)
    page = lire(client.get(adresse(facturees[0])).text)
    assert not page.form or not page.select("main form")
    assert page.select_one(f'main a[href="/famille/demandes/{demande.id}"]')
    reponse = poster(client, adresse(facturees[0]), {"texte": "Autre chose"})
    assert (reponse.status_code, "déjà contestée" in reponse.text) == (409, True)
    reponse = poster(client, adresse(facturees[0]), {"texte": ""})
    assert (reponse.status_code, "déjà contestée" in reponse.text) == (422, True)


def test_a_stranger_has_no_such_page(monde, connexion, facturees):
    client = connexion(monde.paulo)
    assert client.get(adresse(facturees[0])).status_code == 404
    assert poster(client, adresse(facturees[0]), {"texte": POURQUOI}).status_code == 404
    assert Facture.select().count() == 1 and Demande.select().count() == 0
