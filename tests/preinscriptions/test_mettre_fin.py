"""An agent ends a registration early: what comes later is freed, given to those who wait, and told."""

import datetime as dt
import time

import pytest

import workflows as w
from models import (
    Abonnement,
    Activite,
    Courriel,
    Demande,
    Evenement,
    Ligne,
    Preinscription,
    Reservation,
    moteur,
)
from portail import clock
from portail.domain import fin_d_inscription, planning, verification
from portail.domain import places as les_places
from portail.domain.fin_d_inscription import mettre_fin, prevoir
from portail.domain.refus import DejaChange, Interdit, Introuvable, Refus
from tests.actes import absenter, demander, empreinte
from tests.courses.coureurs import ensemble
from tests.formulaires import poster
from tests.html import lire, mots
from tests.htmx import Page, assert_comme_rechargee
from tests.invariants import fautes
from tests.monde import JEUDI, LUNDI, MAINTENANT
from tests.preinscriptions.actes import inscrire
from tests.preinscriptions.souhaits import AU, DU, atelier, jours_de

DERNIER = dt.date(2026, 12, 9)


@pytest.fixture
def theatre(monde) -> Activite:
    return atelier(monde)


@pytest.fixture
def jours(theatre) -> list[dt.date]:
    """2, 4, 9, 11, 16 and 18 December; the first is too late to be booked."""
    return jours_de(theatre)[1:]


@pytest.fixture
def inscription(monde, theatre, jours) -> Preinscription:
    return inscrire(monde, theatre, monde.lea, jours=jours)


def cantine(monde, enfant) -> Preinscription:
    """The child's registration in the canteen: to be asked for day by day, by an agent's leave."""
    return Preinscription.get(Preinscription.enfant == enfant, Preinscription.activite == monde.cantine)


def statuts(monde, inscription) -> list[str]:
    reservations = Reservation.select().where(Reservation.enfant == inscription.enfant)
    return [r.statut for r in sorted(reservations, key=lambda r: r.seance.jour)]


def adresse(inscription, famille) -> str:
    return f"/agents/familles/{famille.id}/inscriptions/{inscription.id}/fin"


# ——— the act ———


def test_later_bookings_are_freed_and_those_until_the_last_day_stay(monde, inscription):
    fin = mettre_fin(monde.sophie, monde.moreau.id, inscription.id, DERNIER, "  Déménagement ")
    inscription = Preinscription.get_by_id(inscription.id)
    assert (inscription.fin, inscription.statut) == (DERNIER, w.RESERVATION_POSSIBLE)
    assert statuts(monde, inscription) == [w.RESERVE] * 2 + [w.NON_RESERVE] * 3
    assert [s.jour.day for s in fin.liberes] == [11, 16, 18]
    ligne = Evenement.get(Evenement.objet == "preinscription", Evenement.acte == "ecourter")
    assert (ligne.auteur, ligne.famille, ligne.detail) == (
        monde.sophie,
        monde.moreau,
        "fin le 9 décembre 2026, au lieu du 18 décembre 2026 : Déménagement",
    )
    assert fautes() == []


def test_the_family_is_told_by_mail(monde, inscription):
    mettre_fin(monde.sophie, monde.moreau.id, inscription.id, DERNIER, "Déménagement")
    (courriel,) = Courriel.select().where(Courriel.cle.startswith("fin:"))
    assert courriel.destinataire == "famille@example.org"
    for dit in (
        "L’inscription de Léa à l’activité « Atelier théâtre » prend fin le 9 décembre 2026.",
        "Motif : Déménagement",
        "vendredi 11 décembre, mercredi 16 décembre et vendredi 18 décembre",
    ):
        assert dit in courriel.corps


def test_the_places_go_to_those_who_wait(monde):
    theatre = atelier(monde, places=1)
    jours = jours_de(theatre)[1:]
    lea = inscrire(monde, theatre, monde.lea, jours=jours)
    noe = inscrire(monde, theatre, monde.noe, jours=jours)
    assert statuts(monde, noe) == [w.LISTE_ATTENTE] * 5
    mettre_fin(monde.sophie, monde.moreau.id, lea.id, DERNIER)
    assert statuts(monde, noe) == [w.LISTE_ATTENTE] * 2 + [w.RESERVE] * 3
    courriel = Courriel.get(Courriel.cle.startswith("promotion:"))
    assert courriel.sujet == "3 places se sont libérées" and courriel.corps.count(" : réservé\n") == 3
    assert fautes() == []


def test_what_waits_on_the_list_is_freed_too(monde):
    theatre = atelier(monde, places=0)
    lea = inscrire(monde, theatre, monde.lea, jours=jours_de(theatre)[1:])
    mettre_fin(monde.sophie, monde.moreau.id, lea.id, DERNIER)
    assert statuts(monde, lea) == [w.LISTE_ATTENTE] * 2 + [w.NON_RESERVE] * 3
    assert fautes() == []


def test_demandes_that_wait_there_are_refused_with_the_reason_and_the_family_is_told(monde):
    reservation = demander(monde, (monde.lea, monde.seance(monde.cantine, JEUDI)))
    absence = absenter(monde, (monde.lea, monde.seance(monde.cantine, dt.date(2026, 12, 14))))
    autre = demander(monde, (monde.lea, monde.seance(monde.cantine, LUNDI)))
    mettre_fin(monde.sophie, monde.moreau.id, cantine(monde, monde.lea).id, DERNIER, "Déménagement")
    for demande in (reservation, absence):
        demande = Demande.get_by_id(demande.id)
        assert (demande.statut, demande.agent) == (w.REFUSEE, monde.sophie)
        assert Ligne.get(Ligne.demande == demande).motif == "Déménagement"
        courriel = Courriel.get(Courriel.cle.startswith(f"reponse:{demande.id}:"))
        assert "Déménagement" in courriel.corps
    assert Demande.get_by_id(autre.id).statut == w.EN_ATTENTE
    assert monde.statut(monde.lea, monde.seance(monde.cantine, JEUDI)) == w.NON_RESERVE
    assert fautes() == []


def test_what_is_checked_of_any_database_holds_after_an_early_end(monde, theatre, jours):
    inscrire(monde, theatre, monde.noe, jours=jours)
    lea = inscrire(monde, theatre, monde.lea, jours=jours)
    demander(monde, (monde.lea, monde.seance(monde.cantine, JEUDI)))
    absenter(monde, (monde.lea, monde.seance(theatre, jours[-1])))
    avant = ruptures()
    mettre_fin(monde.sophie, monde.moreau.id, lea.id, DERNIER)
    mettre_fin(monde.sophie, monde.moreau.id, cantine(monde, monde.lea).id, DERNIER)
    assert ruptures() <= avant, "what the small world lacks, and nothing else"


def ruptures() -> set[str]:
    return {str(rupture) for rupture in verification.verifier(1000)}


def test_a_demande_of_which_only_a_part_is_concerned_waits_for_the_rest(monde):
    demande = demander(
        monde,
        (monde.lea, monde.seance(monde.cantine, LUNDI)),
        (monde.lea, monde.seance(monde.cantine, JEUDI)),
    )
    mettre_fin(monde.sophie, monde.moreau.id, cantine(monde, monde.lea).id, DERNIER)
    assert Demande.get_by_id(demande.id).statut == w.EN_ATTENTE
    lignes = list(Ligne.select().where(Ligne.demande == demande).order_by(Ligne.id))
    assert [(li.statut, bool(li.motif)) for li in lignes] == [(w.EN_ATTENTE, False), (w.REFUSEE, True)]
    assert fautes() == []


def test_what_has_taken_place_stays(monde, inscription, jours):
    with clock.figer(clock.instant(jours[2], dt.time(20))):
        mettre_fin(monde.sophie, monde.moreau.id, inscription.id, jours[2])
    assert statuts(monde, inscription) == [w.RESERVE] * 3 + [w.NON_RESERVE] * 2
    assert fautes() == []


def test_another_registration_that_covers_these_days_keeps_them(monde, theatre, inscription, jours):
    Preinscription.create(
        enfant=monde.lea,
        activite=theatre,
        debut=jours[-1],
        fin=theatre.fin,
        statut=w.RESERVATION_POSSIBLE,
        cree_le=MAINTENANT,
    )
    mettre_fin(monde.sophie, monde.moreau.id, inscription.id, DERNIER)
    assert statuts(monde, inscription) == [w.RESERVE] * 2 + [w.NON_RESERVE] * 2 + [w.RESERVE]
    assert fautes() == []


def test_before_its_first_day_it_is_cancelled_whole(monde, theatre, jours):
    inscription = inscrire(monde, theatre, monde.lea, debut=jours[1], jours=jours[1:])
    mettre_fin(monde.sophie, monde.moreau.id, inscription.id, jours[1] - dt.timedelta(1))
    inscription = Preinscription.get_by_id(inscription.id)
    assert (inscription.statut, inscription.debut, inscription.fin) == (w.ANNULEE, jours[1], AU)
    assert statuts(monde, inscription) == [w.NON_RESERVE] * 4
    assert "est annulée" in Courriel.get(Courriel.cle.startswith("fin:")).corps
    assert fautes() == []


@pytest.mark.parametrize(
    ("dernier", "phrase"),
    [(AU, "où elle finit déjà"), (dt.date(2027, 1, 1), "où elle finit déjà"), (DU, "jours passés")],
)
def test_a_day_that_changes_nothing_or_is_past_is_refused(monde, inscription, dernier, phrase):
    with clock.figer(clock.instant(DERNIER, dt.time(9))), pytest.raises(Refus, match=phrase) as refus:
        mettre_fin(monde.sophie, monde.moreau.id, inscription.id, dernier)
    assert refus.value.champ == "dernier"
    assert Preinscription.get_by_id(inscription.id).fin == AU


def test_twice_is_told(monde, theatre, inscription, jours):
    mettre_fin(monde.sophie, monde.moreau.id, inscription.id, DERNIER)
    with pytest.raises(Refus, match="Choisissez un jour avant le 9 décembre 2026"):
        mettre_fin(monde.marc, monde.moreau.id, inscription.id, DERNIER)
    with clock.figer(clock.instant(AU, dt.time(9))), pytest.raises(DejaChange, match="terminée"):
        mettre_fin(monde.marc, monde.moreau.id, inscription.id, DERNIER)
    assert Evenement.select().where(Evenement.acte == "ecourter").count() == 1


def test_nobody_else_ends_it(monde, inscription):
    for qui in (monde.claire, monde.paulo, monde.animateur):
        with pytest.raises(Interdit):
            mettre_fin(qui, monde.moreau.id, inscription.id, DERNIER)
    with pytest.raises(Introuvable):
        mettre_fin(monde.sophie, monde.dasilva.id, inscription.id, DERNIER)
    Abonnement.create(compte=monde.marc, famille=monde.moreau, statut=w.ACTIF, cree_le=MAINTENANT)
    with pytest.raises(Refus, match="Vous êtes abonné"):
        mettre_fin(monde.marc, monde.moreau.id, inscription.id, DERNIER)
    assert Preinscription.get_by_id(inscription.id).fin == AU


def test_the_preview_is_what_is_done(monde):
    theatre = atelier(monde, places=1)
    jours = jours_de(theatre)[1:]
    lea = inscrire(monde, theatre, monde.lea, jours=jours[:4])
    noe = inscrire(monde, theatre, monde.noe, jours=jours)
    inscription = fin_d_inscription.charger(monde.sophie, monde.moreau.id, noe.id)
    avant = empreinte()
    prevision = prevoir(monde.sophie, monde.moreau.id, inscription, DERNIER)
    assert empreinte() == avant
    assert (prevision.reserves, prevision.en_liste, prevision.demandes) == (1, 2, 0)
    fin = mettre_fin(monde.sophie, monde.moreau.id, noe.id, DERNIER)
    assert [s.jour for s in fin.liberes] == prevision.jours
    assert lea.id != noe.id


# ——— at the same moment as a booking ———


def course(monde):
    """While the registration ends, the family asks for a day after its end. What each gave, or raised."""
    claire, sophie, moreau = monde.claire, monde.sophie, monde.moreau
    matin = Preinscription.get(Preinscription.enfant == monde.lea, Preinscription.activite == monde.matin)
    voeux = [(monde.lea.id, monde.seance(monde.matin, JEUDI).id)]

    def demander_pendant_ce_temps():
        time.sleep(0.15)
        return planning.demander_reservation(claire, moreau, voeux)

    return ensemble(
        lambda: mettre_fin(sophie, moreau.id, matin.id, DERNIER),
        demander_pendant_ce_temps,
    )


@pytest.fixture
def lentement(monkeypatch):
    """Time given to the others between what is read and what is written."""
    verifier = fin_d_inscription._verifier

    def hesiter(*args):
        time.sleep(0.5)
        return verifier(*args)

    monkeypatch.setattr(fin_d_inscription, "_verifier", hesiter)


def test_a_booking_made_meanwhile_does_not_outlive_the_registration(monde, lentement):
    fin, demande = course(monde)
    assert isinstance(fin, fin_d_inscription.Fin), fin
    assert isinstance(demande, Refus), demande
    assert monde.statut(monde.lea, monde.seance(monde.matin, JEUDI)) == w.NON_RESERVE
    assert fautes() == []


def test_without_the_lock_of_the_seances_it_would(monde, lentement, monkeypatch):
    def lire_sans_verrouiller(modele, ids):
        return {ligne.id: ligne for ligne in modele.select().where(modele.id.in_(list(ids) or [0]))}

    for module in (les_places, fin_d_inscription):
        monkeypatch.setattr(module, "verrouiller", lire_sans_verrouiller)
    course(monde)
    survit = moteur() == "postgresql"  # on SQLite the transaction itself is the lock
    assert (monde.statut(monde.lea, monde.seance(monde.matin, JEUDI)) == w.RESERVE) == survit
    assert bool(fautes()) == survit


# ——— the page ———


def test_the_family_page_lists_what_the_children_are_registered_in(monde, connexion, inscription):
    page = Page(connexion(monde.sophie), f"/agents/familles/{monde.moreau.id}")
    rangs = [mots(tr) for tr in page.tous("#inscriptions tbody tr")]
    assert any(
        r.startswith(
            "Léa Atelier théâtre, Groupe scolaire Jean-Zay du 2 au 18 décembre 2026 "
            "Réservation possible Mettre fin…"
        )
        for r in rangs
    ), rangs


def test_trying_a_day_tells_what_it_frees_and_writes_nothing_then_it_is_done(monde, connexion, inscription):
    page = Page(connexion(monde.sophie), adresse(inscription, monde.moreau))
    avant = empreinte()
    page.cliquer("#fin .fin-essai button", dernier="9/12/2026")
    assert empreinte() == avant
    assert_comme_rechargee(page)
    assert "L’inscription finira le 9 décembre 2026" in page.texte(".mise-en-garde")
    assert "3 jours réservés seront libérés" in page.texte(".mise-en-garde")
    suite = page.suivre(".mise-en-garde .bouton.refus", motif="Déménagement")
    assert suite.url == f"/agents/familles/{monde.moreau.id}"
    assert (
        "Léa, Atelier théâtre : l’inscription prend fin le 9 décembre 2026, 3 jours libérés."
        in suite.texte("#bandeau")
    )
    assert Preinscription.get_by_id(inscription.id).fin == DERNIER


def test_with_htmx_the_act_leads_to_the_file(monde, connexion, inscription):
    client = connexion(monde.sophie)
    url = adresse(inscription, monde.moreau)
    donnees = {"dernier": DERNIER.isoformat()}
    reponse = poster(client, url, donnees, headers={"HX-Request": "true"})
    assert (reponse.status_code, reponse.headers["HX-Redirect"]) == (
        204,
        f"/agents/familles/{monde.moreau.id}",
    )


def test_one_that_has_not_begun_may_be_cancelled(monde, connexion, theatre, jours):
    inscription = inscrire(monde, theatre, monde.lea, debut=jours[1], jours=jours[1:])
    page = Page(connexion(monde.sophie), adresse(inscription, monde.moreau))
    page = page.suivre("#fin .fin-essai a")
    assert "L’inscription sera annulée" in page.texte(".mise-en-garde")
    page.suivre(".mise-en-garde .bouton.refus")
    assert Preinscription.get_by_id(inscription.id).statut == w.ANNULEE


@pytest.mark.parametrize("dernier", ["demain", "31/02/2027", "18/12/2026", "30/11/2026"])
def test_a_day_that_cannot_be_is_told_beside_its_field_and_kept(monde, connexion, inscription, dernier):
    client, url = connexion(monde.sophie), adresse(inscription, monde.moreau)
    with clock.figer(clock.instant(dt.date(2026, 12, 3), dt.time(9))):
        client = connexion(monde.sophie)
        page = Page(client, f"{url}?dernier={dernier}", 422)
        assert page.un("#dernier")["value"] == dernier
        assert page.un("#dernier")["aria-invalid"] == "true" and page.texte("#dernier-message")
        page = lire(poster(client, url, {"dernier": dernier, "motif": "Déménagement"}).text)
        assert page.select_one("#dernier")["value"] == dernier
    assert Preinscription.get_by_id(inscription.id).fin == AU


def test_a_reason_too_long_comes_back_with_the_preview(monde, connexion, inscription):
    donnees = {"dernier": DERNIER.isoformat(), "motif": "a" * 301}
    reponse = poster(connexion(monde.sophie), adresse(inscription, monde.moreau), donnees)
    page = lire(reponse.text)
    assert reponse.status_code == 422
    assert page.select_one("#motif")["value"] == "a" * 301 and "trop long" in mots(
        page.select_one(".message")
    )
    assert "3 jours réservés" in mots(page.select_one(".mise-en-garde"))


@pytest.mark.parametrize("htmx", [False, True])
def test_done_already_is_409_and_shows_the_present_state(monde, connexion, theatre, jours, htmx):
    inscription = inscrire(monde, theatre, monde.lea, debut=jours[1])
    veille = jours[1] - dt.timedelta(1)
    client = connexion(monde.sophie)
    mettre_fin(monde.marc, monde.moreau.id, inscription.id, veille)
    entetes = {"HX-Request": "true"} if htmx else {}
    donnees = {"dernier": veille.isoformat()}
    reponse = poster(client, adresse(inscription, monde.moreau), donnees, headers=entetes)
    assert reponse.status_code == 409
    page = lire(reponse.text)
    assert "n’est plus en cours : annulée. Rien n’a changé." in mots(page.select_one("[role=alert]"))
    assert "Annulée" in mots(page.select_one(".fiche"))
    assert not page.select("#fin form")


def test_who_may_and_what_exists(monde, connexion, inscription):
    url = adresse(inscription, monde.moreau)
    for qui in ("claire", "paulo", "animateur"):
        client = connexion(getattr(monde, qui))
        assert client.get(url).status_code == 403
        assert poster(client, url, {"dernier": DERNIER.isoformat()}).status_code == 403
    client = connexion(monde.sophie)
    for ailleurs in (
        adresse(inscription, monde.dasilva),
        f"/agents/familles/{monde.moreau.id}/inscriptions/0/fin",
    ):
        assert client.get(ailleurs).status_code == 404
        assert poster(client, ailleurs, {"dernier": DERNIER.isoformat()}).status_code == 404
    Abonnement.create(compte=monde.sophie, famille=monde.moreau, statut=w.ACTIF, cree_le=MAINTENANT)
    assert "un autre agent doit s’en occuper" in client.get(url).text
    assert poster(client, url, {"dernier": DERNIER.isoformat()}).status_code == 422
    assert Preinscription.get_by_id(inscription.id).fin == AU
