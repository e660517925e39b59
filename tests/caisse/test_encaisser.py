"""An agent takes money at the counter: the invoices ticked, the oldest first, to the cent, once."""

import datetime as dt
from dataclasses import replace

import pytest

import workflows as w
from models import Abonnement, Courriel, Evenement, Reglement
from portail.domain import caisse, encaissement
from portail.domain.caisse import Apport
from portail.domain.refus import DejaChange, Interdit, Introuvable, Refus
from tests.activites.outils import limiter
from tests.courrier import recus
from tests.factures import encaisser as deja_encaisser
from tests.factures import reste
from tests.formulaires import poster
from tests.html import lire, mots
from tests.monde import HIER, MAINTENANT

CLE = "c" * 24


def apport(monde, *factures, montant: int, **champs) -> Apport:
    base = Apport(
        monde.adulte_claire.id,
        montant,
        "cheque",
        HIER,
        "n° 123, Crédit",
        tuple(f.id for f in factures),
        CLE,
    )
    return replace(base, **champs)


def prendre(monde, un: Apport, agent=None) -> Reglement:
    return caisse.encaisser(agent or monde.sophie, monde.moreau.id, un)


def test_it_pays_the_invoices_ticked_the_oldest_first(monde, octobre, novembre):
    recu = prendre(monde, apport(monde, novembre, octobre, montant=7_000))
    assert (reste(octobre), reste(novembre)) == (0, 7_820)
    assert (recu.moyen, recu.montant, recu.recu_le, recu.reference, recu.saisi_par) == (
        "cheque",
        7_000,
        HIER,
        "n° 123, Crédit",
        monde.sophie,
    )


def test_the_one_ticked_is_paid_before_an_older_one_that_is_not(monde, octobre, novembre):
    prendre(monde, apport(monde, novembre, montant=9_000))
    assert (reste(novembre), reste(octobre)) == (0, 5_820)


def test_it_is_journalled_and_the_family_is_told_what_it_paid(monde, octobre):
    recu = prendre(monde, apport(monde, octobre, montant=6_000))
    ligne = Evenement.get(Evenement.objet == "reglement")
    assert (ligne.auteur, ligne.famille, ligne.objet_id) == (monde.sophie, monde.moreau, recu.id)
    (courriel,) = recus(monde.claire.email)
    assert f"facture n° {octobre.numero} : 60,00\xa0€" in courriel.corps
    assert "par chèque, le 30 novembre 2026" in courriel.corps


def test_the_household_hears_of_what_pays_its_invoice_and_the_payeur_alone_of_an_advance(monde, octobre):
    Abonnement.create(
        compte=monde.paulo,
        famille=monde.moreau,
        statut=w.ACTIF,
        cree_le=MAINTENANT,
        responsable=monde.adulte_julien,
    )
    prendre(monde, apport(monde, octobre, montant=6_000))
    assert [c.destinataire for c in Courriel.select()] == [monde.claire.email, monde.paulo.email]
    prendre(monde, apport(monde, montant=500, avance=500, cle="d" * 24))
    assert [c.destinataire for c in Courriel.select().offset(2).limit(9)] == [monde.claire.email]


def test_more_than_is_owed_is_said_first_then_kept_in_advance(monde, octobre):
    with pytest.raises(caisse.Avance, match="60,00\xa0€ en tout : 11,80\xa0€ seraient gardés") as avance:
        prendre(monde, apport(monde, octobre, montant=7_180))
    assert (avance.value.trop, Reglement.select().count()) == (1_180, 0)
    prendre(monde, apport(monde, octobre, montant=7_180, avance=1_180))
    (credit,) = encaissement.credits_de([monde.adulte_claire.id])[monde.adulte_claire.id]
    assert (reste(octobre), credit.reste) == (0, 1_180)


def test_another_amount_than_the_one_agreed_to_asks_again(monde, octobre):
    deja_encaisser(monde.adulte_claire, 1_000, octobre)
    with pytest.raises(caisse.Avance) as avance:
        prendre(monde, apport(monde, octobre, montant=7_180, avance=1_180))
    assert avance.value.trop == 2_180


def test_a_double_click_is_one_receipt_and_one_mail(monde, octobre):
    premier = prendre(monde, apport(monde, octobre, montant=6_000))
    assert prendre(monde, apport(monde, octobre, montant=6_000)) == premier
    assert (Reglement.select().count(), Courriel.select().count()) == (1, 1)


def test_a_form_that_served_takes_no_other_money(monde, octobre, novembre):
    prendre(monde, apport(monde, octobre, montant=6_000))
    with pytest.raises(DejaChange, match="déjà servi"):
        prendre(monde, apport(monde, novembre, montant=8_820))


def test_an_invoice_paid_meanwhile_is_told_and_nothing_is_taken(monde, octobre, novembre):
    deja_encaisser(monde.adulte_claire, 6_000, octobre)
    with pytest.raises(DejaChange, match="vient d’être réglée"):
        prendre(monde, apport(monde, octobre, novembre, montant=6_000))
    assert Reglement.select().count() == 1


@pytest.mark.parametrize(
    "champ, valeurs",
    [
        ("montant", {"montant": 0}),
        ("montant", {"montant": 10_000_001}),
        ("moyen", {"moyen": "payfip"}),
        ("moyen", {"moyen": ""}),
        ("recu_le", {"recu_le": MAINTENANT.date() + dt.timedelta(1)}),
        ("recu_le", {"recu_le": MAINTENANT.date() - dt.timedelta(367)}),
        ("reference", {"reference": "x" * 81}),
        ("cle", {"cle": "court"}),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(monde, octobre, champ, valeurs):
    with pytest.raises(Refus) as refus:
        prendre(monde, replace(apport(monde, octobre, montant=100), **valeurs))
    assert (refus.value.champ, Reglement.select().count()) == (champ, 0)


@pytest.mark.parametrize("qui", ["claire", "animateur"])
def test_who_is_no_agent_takes_none(monde, octobre, qui):
    with pytest.raises(Interdit):
        prendre(monde, apport(monde, octobre, montant=100), getattr(monde, qui))


def test_an_agent_takes_none_of_their_own_family_nor_for_an_adult_of_another(monde, octobre):
    with pytest.raises(Introuvable):
        prendre(monde, apport(monde, octobre, montant=100, payeur_id=monde.adulte_paulo.id))
    Abonnement.create(compte=monde.sophie, famille=monde.moreau, statut=w.ACTIF, cree_le=MAINTENANT)
    with pytest.raises(Refus, match="un autre agent"):
        prendre(monde, apport(monde, octobre, montant=100))


def test_for_an_agent_limited_to_places_there_is_no_till(monde, octobre, connexion):
    limiter(monde.sophie)
    sophie = connexion(monde.sophie)
    for url in ("/agents/facturation/encaissements", f"/agents/familles/{monde.moreau.id}/encaissements"):
        assert sophie.get(url).status_code == 404
    with pytest.raises(Introuvable):
        prendre(monde, apport(monde, octobre, montant=100))


# ——— the page ———


def ouvrir(monde, sophie, **requete):
    return lire(sophie.get(f"/agents/familles/{monde.moreau.id}/encaissements", query_string=requete).text)


def saisie(page, **autres) -> dict:
    champs = {n["name"]: n["value"] for n in page.select("form.caisse input[type=hidden]") if n.get("value")}
    cochees = [n["value"] for n in page.select("[name=factures][checked]")]
    montant = page.select_one("[name=montant]")["value"]
    recu_le = page.select_one("[name=recu_le]")["value"]
    return champs | {"factures": cochees, "montant": montant, "recu_le": recu_le, "moyen": "especes"} | autres


def test_the_form_begins_with_all_that_is_due_ticked_and_gives_a_receipt(monde, connexion, octobre, novembre):
    sophie = connexion(monde.sophie)
    page = ouvrir(monde, sophie)
    assert saisie(page)["montant"] == "148,20"
    assert [mots(n) for n in page.select(".dues .montant")] == ["60,00 €", "88,20 €"]
    ici = f"/agents/familles/{monde.moreau.id}/encaissements"
    reponse = poster(sophie, ici, saisie(page, montant="100"))
    assert reponse.status_code == 303
    recu = lire(sophie.get(reponse.location).text)
    lignes = [mots(n) for n in recu.select("table.recu tbody tr")]
    assert lignes == [f"n° {octobre.numero} 60,00 €", f"n° {novembre.numero} 40,00 €"]


def test_what_is_wrong_is_said_and_nothing_typed_is_lost(monde, connexion, octobre, novembre):
    sophie = connexion(monde.sophie)
    page = ouvrir(monde, sophie)
    ici = f"/agents/familles/{monde.moreau.id}/encaissements"
    fautive = saisie(page, montant="douze", moyen="cesu", reference="A12", factures=[str(novembre.id)])
    reponse = poster(sophie, ici, fautive)
    vue = lire(reponse.text)
    assert (reponse.status_code, mots(vue.select_one("#montant-message"))) == (
        422,
        "Écrivez un nombre, par exemple : 1 234,50.",
    )
    assert (vue.select_one("[name=montant]")["value"], vue.select_one("[name=reference]")["value"]) == (
        "douze",
        "A12",
    )
    assert [n["value"] for n in vue.select("[name=factures][checked]")] == [str(novembre.id)]
    assert vue.select_one("[name=moyen][checked]")["value"] == "cesu"
    assert vue.select_one("[name=cle]")["value"] == fautive["cle"]


def test_the_advance_is_confirmed_on_the_page(monde, connexion, octobre):
    sophie = connexion(monde.sophie)
    ici = f"/agents/familles/{monde.moreau.id}/encaissements"
    reponse = poster(sophie, ici, saisie(ouvrir(monde, sophie), montant="70"))
    vue = lire(reponse.text)
    assert reponse.status_code == 422 and "Garder 10,00 € en avance" in mots(vue.select_one("form.caisse"))
    assert not vue.select_one("[name=avance][type=checkbox]").has_attr("checked")
    assert poster(sophie, ici, saisie(vue, avance="1000")).status_code == 303
    assert "10,00 €" in mots(ouvrir(monde, sophie).select_one(".somme-due"))


def test_the_payeur_is_chosen_and_one_of_another_family_is_404(monde, connexion, octobre):
    sophie = connexion(monde.sophie)
    assert "ne doit rien" in mots(
        ouvrir(monde, sophie, payeur=monde.adulte_julien.id).select_one(".somme-due")
    )
    ici = f"/agents/familles/{monde.moreau.id}/encaissements?payeur={monde.adulte_paulo.id}"
    assert sophie.get(ici).status_code == 404


def test_the_day_s_list_adds_up_by_means(monde, connexion, octobre, novembre):
    prendre(monde, apport(monde, octobre, montant=1_000))
    prendre(monde, apport(monde, octobre, montant=2_000, moyen="especes", cle="d" * 24))
    prendre(monde, apport(monde, octobre, montant=500, moyen="especes", cle="e" * 24))
    page = lire(connexion(monde.marc).get("/agents/facturation/encaissements?jour=2026-11-30").text)
    assert [mots(n) for n in page.select(".totaux-du-jour tr")][1:] == [
        "Espèces 2 25,00 €",
        "Chèque 1 10,00 €",
        "Total du jour 3 35,00 €",
    ]
    vide = connexion(monde.marc).get("/agents/facturation/encaissements")
    assert "Rien ce jour-là" in vide.text
    assert connexion(monde.marc).get("/agents/facturation/encaissements?jour=demain").status_code == 422
