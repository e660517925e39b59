"""One invoice: by child and by day, why, what was paid, what was taken back; each line down to its séance."""

import datetime as dt

import pytest
from playhouse.test_utils import count_queries

import workflows as w
from models import LigneDeFacture, MotifAbsence, Presence, Reservation, write_transaction
from portail import clock
from portail.domain import avoirs, encaissement, moderation, planning
from portail.domain.transitions import Acteur
from tests.facturation.gens import compte_de, lier
from tests.factures import encaisser, facture
from tests.htmx import Page
from tests.monde import HIER, LUNDI

VENDREDI = dt.date(2026, 11, 27)


@pytest.fixture
def claire(monde, connexion):
    return connexion(monde.claire)


@pytest.fixture
def emise(monde):
    """Léa twice at the canteen at the same price, Noé once in the evening."""
    return facture(
        monde.adulte_claire,
        [
            (monde.lea, monde.seance(monde.cantine, VENDREDI), 345),
            (monde.lea, monde.seance(monde.cantine, HIER), 345),
            (monde.noe, monde.seance(monde.soir, HIER), 200),
        ],
    )


def lire(client, emise) -> Page:
    return Page(client, f"/facturation/factures/{emise.id}")


def net(texte: str) -> str:
    return texte.replace("\xa0", " ")


def test_each_child_has_its_days_its_reason_its_subtotal(monde, claire, emise):
    page = lire(claire, emise)
    lea = net(page.texte(f"[aria-labelledby=enfant-{monde.lea.id}]"))
    assert "Léa 6,90 €" in lea
    assert "Cantine 2 × 3,45 € 6,90 € Tarif unique." in lea
    assert [a.get_text()[-13:].strip() for a in page.tous(".jours-du-poste a")][:2] == [
        "ven. 27 nov.",
        "lun. 30 nov.",
    ]
    assert "Noé 2,00 €" in net(page.texte(f"[aria-labelledby=enfant-{monde.noe.id}]"))


def test_what_was_paid_and_taken_back_is_told(monde, claire, emise):
    encaisser(monde.adulte_claire, 500, emise)
    ligne = LigneDeFacture.get(facture=emise, enfant=monde.noe)
    avoir = avoirs.emettre(monde.sophie, emise.id, {ligne.id: 150}, "Séance écourtée")
    page = lire(claire, emise)
    vu = net(page.texte("main"))
    assert "Espèces, reçu n° 1 5,00 €" in vu
    assert f"Avoir n° {avoir.numero} 1,50 €" in vu
    assert "Total 8,90 €, dont 6,50 € déjà réglés" in vu
    assert "repris : 1,50 €" in vu
    autre = net(lire(claire, avoir).texte("main"))
    assert "Séance écourtée." in autre
    assert f"Facture n° {emise.numero} 1,50 €" in autre
    assert "−1,50 €" in autre


def test_a_cheque_that_bounced_is_told_with_its_reason(monde, claire, emise):
    recu = encaisser(monde.adulte_claire, 500, emise)
    with write_transaction():
        acteur = Acteur(monde.sophie, w.AGENT)
        encaissement.contrepasser(acteur, recu.id, "Chèque sans provision", clock.aujourdhui())
    vu = net(lire(claire, emise).texte("main"))
    assert "Chèque sans provision. −5,00 €" in vu


def test_a_line_opens_in_its_place_and_has_a_page_of_its_own(monde, claire, emise):
    page = lire(claire, emise)
    lien = page.tous(".jours-du-poste a")[0]
    page.cliquer(lien)
    ouverte = page.texte(".ligne-ouverte")
    assert "Léa, vendredi 27 novembre 2026" in ouverte
    assert "Contester cette ligne" in ouverte
    seule = Page(claire, lien["href"])
    assert net(seule.texte("h1")) == "Léa, Cantine"
    assert seule.texte("main dl") == page.texte(".ligne-ouverte dl")


def ligne_de_lea(emise, monde) -> str:
    jour = LigneDeFacture.get(facture=emise, enfant=monde.lea, jour=HIER)
    return f"/facturation/lignes/{jour.id}"


def appeler(monde, **champs) -> None:
    Presence.create(
        **{
            "seance": monde.seance(monde.cantine, HIER),
            "enfant": monde.lea,
            "etat": "present",
            "pointe_le": dt.datetime(2026, 11, 30, 11, 42, tzinfo=clock.PARIS),
            "pointe_par": monde.animateur,
            **champs,
        }
    )


PARTIE = {
    "parti_le": dt.datetime(2026, 11, 30, 13, 20, tzinfo=clock.PARIS),
    "parti_avec": "Jeanne Roux, grand-mère",
}


def test_a_line_tells_who_booked_who_pointed_and_the_departure(monde, claire, emise):
    monde.poser(monde.lea, monde.seance(monde.cantine, HIER), w.PRESENT)
    appeler(monde, **PARTIE, parti_par=monde.animateur)
    vu = net(Page(claire, ligne_de_lea(emise, monde)).texte("main"))
    assert "Cantine, Groupe scolaire Jean-Zay lundi 30 novembre 2026, 11 h 30 – 13 h 30" in vu
    assert "Repris à l’ouverture du portail : présent" in vu
    assert "Présent par Yann Le Goff, lun. 30 nov. 2026, 11 h 42" in vu
    assert "13 h 20, avec Jeanne Roux, grand-mère" in vu


def test_of_a_seance_before_the_portal_opened_the_line_tells_what_it_was_told(monde, claire, emise):
    monde.poser(monde.lea, monde.seance(monde.cantine, HIER), w.PRESENT)
    vu = net(Page(claire, ligne_de_lea(emise, monde)).texte("main"))
    assert "Pointage Présent noté avant l’ouverture du portail" in vu
    assert "Personne n’a pointé" not in vu


def test_the_booking_tells_what_the_family_and_the_town_did(monde, claire):
    seance = monde.seance(monde.cantine, LUNDI)
    depot = planning.demander_reservation(monde.claire, monde.moreau, [(monde.lea.id, seance.id)])
    moderation.accepter(monde.sophie, depot.demande.id)
    emise = facture(monde.adulte_claire, [(monde.lea, seance, 345)])
    ligne = LigneDeFacture.get(facture=emise)
    vu = Page(claire, f"/facturation/lignes/{ligne.id}").texte("main")
    assert "Claire Moreau demande la réservation" in vu
    assert "La mairie accepte la réservation" in vu
    assert "Sophie" not in vu
    assert "Personne n’a pointé Léa ce jour-là : la réservation est facturée" in net(vu)


def test_an_absence_is_told_with_its_reason(monde, claire):
    maladie = MotifAbsence.create(nom="Maladie", facturation="toujours")
    seance = monde.seance(monde.matin, LUNDI)
    monde.poser(monde.lea, seance, w.RESERVE)
    planning.declarer_absence(monde.claire, monde.moreau, [(monde.lea.id, seance.id)], motif=maladie.id)
    assert Reservation.get(enfant=monde.lea, seance=seance).statut == w.ABSENT
    emise = facture(monde.adulte_claire, [(monde.lea, seance, 345)])
    ligne = LigneDeFacture.get(facture=emise)
    vu = Page(claire, f"/facturation/lignes/{ligne.id}").texte("main")
    assert "Absence Maladie, facturée Relire la demande" in vu


def test_a_payer_who_may_not_read_the_child_s_days_sees_the_line_and_no_roll_call(monde, connexion):
    julien = compte_de(monde, "julien@example.org", "Julien")
    lier(monde, "aucun", monde.lea)
    emise = facture(monde.adulte_julien, [(monde.lea, monde.seance(monde.cantine, HIER), 138)], foyer=False)
    appeler(monde)
    vu = net(Page(connexion(julien), ligne_de_lea(emise, monde)).texte("main"))
    assert "1,38 €" in vu and "Tarif unique." in vu
    assert "le pointage n’est pas affiché" in vu
    assert "Yann" not in vu and "11 h 30" not in vu
    assert "Contester cette ligne" in vu


def test_a_parent_kept_informed_reads_the_roll_call_and_not_with_whom_the_child_left(monde, connexion):
    julien = compte_de(monde, "julien@example.org", "Julien")
    lier(monde, "information", monde.lea)
    emise = facture(monde.adulte_julien, [(monde.lea, monde.seance(monde.cantine, HIER), 138)], foyer=False)
    appeler(monde, **PARTIE, parti_par=monde.animateur)
    vu = net(Page(connexion(julien), ligne_de_lea(emise, monde)).texte("main"))
    assert "Présent par Yann Le Goff" in vu and "13 h 20" in vu
    assert "Jeanne Roux" not in vu


def test_a_line_taken_back_whole_is_contested_no_more(monde, claire, emise):
    ligne = LigneDeFacture.get(facture=emise, enfant=monde.noe)
    avoir = avoirs.emettre(monde.sophie, emise.id, {ligne.id: 200}, "Séance annulée")
    vu = net(Page(claire, f"/facturation/lignes/{ligne.id}").texte("main"))
    assert f"Repris 2,00 €, avoir n° {avoir.numero}" in vu
    assert "Contester" not in vu
    reprise = LigneDeFacture.get(facture=avoir)
    assert "Contester" not in Page(claire, f"/facturation/lignes/{reprise.id}").texte("main")


def test_as_many_queries_whatever_the_number_of_lines(monde, claire, emise):
    def requetes(adresse: str) -> int:
        claire.get(adresse)
        with count_queries() as compteur:
            assert claire.get(adresse).status_code == 200
        return compteur.count

    longue = facture(
        monde.adulte_claire,
        [
            (enfant, monde.seance(activite, jour), 100)
            for enfant in (monde.noe, monde.ines)
            for activite in (monde.cantine, monde.matin)
            for jour in (dt.date(2026, 11, 23), dt.date(2026, 11, 24), dt.date(2026, 11, 26))
        ],
    )
    courte = requetes(f"/facturation/factures/{emise.id}")
    assert requetes(f"/facturation/factures/{longue.id}") == courte <= 11
    assert requetes(ligne_de_lea(emise, monde)) <= 11
