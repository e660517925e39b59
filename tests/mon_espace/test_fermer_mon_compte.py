"""Closing one's account: nothing opens it any more, its address is free, its name stays where it signed."""

import pytest

import workflows as w
from models import Abonnement, CodeDeSecours, Compte, Evenement, Jeton, SecondFacteur, SessionOuverte
from portail.domain import mon_espace
from portail.domain.refus import Refus
from tests.actes import abonner, demander
from tests.courrier import recus
from tests.formulaires import poster
from tests.html import lire, mots
from tests.mon_espace.conftest import est_entre, plus_tard
from tests.monde import LUNDI, MOT_DE_PASSE

CLAIRE = "famille@example.org"


def fermer(client, **champs):
    return poster(client, "/mon-espace/fermeture", {"certain": "y"} | champs)


def entrer(client) -> int:
    return poster(client, "/connexion", {"email": CLAIRE, "mot_de_passe": MOT_DE_PASSE}).status_code


def test_the_account_is_closed_everywhere_and_for_good(claire, connexion, app, monde):
    ailleurs, ident = connexion(monde.claire), monde.claire.id
    poster(claire, "/mon-espace/adresse", {"email": "claire@example.net"})
    reponse = fermer(claire)
    assert (reponse.status_code, reponse.location) == (303, "/")
    assert reponse.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert "Votre compte est fermé." in claire.get("/").text
    assert not est_entre(claire) and not est_entre(ailleurs)
    assert entrer(app.test_client()) == 422
    ferme = Compte.get_by_id(ident)
    assert (ferme.actif, ferme.email, ferme.mot_de_passe) == (False, f"ferme-{ident}@compte.invalid", "!")
    assert ferme.nom_complet == "Claire Moreau", "it signs what was asked"
    assert not Jeton.select().where(Jeton.compte == ident).exists()
    assert not SessionOuverte.select().where(SessionOuverte.fermee_le.is_null()).exists()


def test_the_subscriptions_end_through_the_machine_and_the_address_is_told(claire, monde):
    ident = monde.claire.id
    fermer(claire)
    assert [a.statut for a in Abonnement.select().where(Abonnement.compte == ident)] == [w.RESILIE]
    actes = [
        (e.objet, e.acte, e.auteur_id) for e in Evenement.select().order_by(Evenement.id.desc()).limit(2)
    ]
    assert actes == [("compte", "compte_ferme", ident), ("abonnement", w.RESILIER, ident)]
    assert [avis.sujet for avis in recus(CLAIRE)] == ["Votre compte est fermé"]


def test_what_was_asked_stays_and_the_other_parent_keeps_the_file(claire, monde):
    demande = demander(monde, (monde.lea, monde.seance(monde.cantine, LUNDI)))
    autre = abonner(monde.moreau, "autre@example.org")
    fermer(claire)
    assert monde.statut(monde.lea, monde.seance(monde.cantine, LUNDI)) == w.RESERVATION_ATTENTE
    assert demande.auteur.nom_complet == "Claire Moreau"
    assert Abonnement.get(Abonnement.compte == autre).statut == w.ACTIF


def test_the_second_factor_and_the_code_in_waiting_go_too(claire, monde):
    ident = monde.claire.id
    Compte.update(code_donne="scellé").where(Compte.id == ident).execute()
    SecondFacteur.create(compte=ident, scelle="x")
    CodeDeSecours.create(compte=ident, empreinte="x")
    fermer(claire)
    assert SecondFacteur.select().count() + CodeDeSecours.select().count() == 0
    assert Compte.get_by_id(ident).code_donne is None


def test_the_address_can_open_another_account(claire, client, monde):
    fermer(claire)
    poster(
        client,
        "/compte/creer",
        {"nom": "Moreau", "prenom": "Claire", "email": CLAIRE, "mot_de_passe": "cerise plume orage"},
    )
    assert recus(CLAIRE)[-1].sujet == "Activez votre compte"
    assert Compte.get(email=CLAIRE).actif


# ——— what stands in the way ———


def test_without_the_box_ticked_nothing_is_closed(claire, monde):
    reponse = poster(claire, "/mon-espace/fermeture")
    assert reponse.status_code == 422
    assert "Cochez la case" in mots(lire(reponse.text).find(id="certain-message"))
    assert est_entre(claire) and not recus(CLAIRE)


@pytest.mark.parametrize(("actuel", "phrase"), [("", "Indiquez votre mot"), ("faux", "Ce n’est pas votre")])
def test_after_ten_minutes_the_password_is_asked_for_and_the_tick_is_kept(claire, monde, actuel, phrase):
    with plus_tard():
        reponse = fermer(claire, mot_de_passe_actuel=actuel)
        page = lire(reponse.text)
        assert reponse.status_code == 422
        assert phrase in mots(page.find(id="mot_de_passe_actuel-message"))
        assert page.find(id="certain").has_attr("checked")
        assert monde.claire.actif and not recus(CLAIRE)
        assert fermer(claire, mot_de_passe_actuel=MOT_DE_PASSE).status_code == 303


def test_the_domain_itself_wants_the_password_of_late(claire, monde):
    with plus_tard(), pytest.raises(Refus, match="Redonnez"):
        mon_espace.fermer_mon_compte(SessionOuverte.get())
    assert monde.claire.actif


@pytest.mark.parametrize("qui", ["sophie", "gestionnaire", "animateur"])
def test_the_accounts_of_the_staff_are_closed_by_the_town(connexion, monde, qui):
    client = connexion(getattr(monde, qui))
    page = client.get("/mon-espace/fermeture").text
    assert mon_espace.OUVERT_PAR_LA_MAIRIE in page and "certain" not in page
    assert "/mon-espace/fermeture" not in client.get("/mon-espace").text
    reponse = fermer(client)
    assert reponse.status_code == 422 and mon_espace.OUVERT_PAR_LA_MAIRIE in reponse.text
    assert getattr(monde, qui).actif


def test_a_stranger_signs_in_first_and_a_second_click_finds_nothing_to_close(claire, client, monde):
    assert fermer(client).location.startswith("/connexion")
    fermer(claire)
    assert fermer(claire).location.startswith("/connexion")
    assert Evenement.select().where(Evenement.acte == "compte_ferme").count() == 1
