"""What an activity would cost a month, by the number of days a week; a quotient tried is never kept."""

import pytest

import workflows as w
from models import Activite, LienParental, Lieu, PartDePayeur, Preinscription, Responsable, Seance
from portail import mots
from portail.domain import droits, simulateur
from portail.domain.refus import Introuvable
from portail.domain.simulateur import SANS_TARIF, Choix, PrixSimule, Simulation
from tests import factures
from tests.formulaires import poster
from tests.html import lire
from tests.html import mots as les_mots


def simuler(monde, *activites: Activite, quotient: int | None = None, qui=None, enfant=None) -> Simulation:
    regard = droits.regard(qui or monde.claire, monde.moreau)
    enfant = enfant or monde.lea
    return simulateur.simuler(regard, Choix((enfant.id,), tuple(a.id for a in activites), quotient))


def prix(monde, activite: Activite, **plus) -> PrixSimule:
    (un,) = simuler(monde, activite, **plus).prix
    return un


def test_each_number_of_days_has_its_price_on_the_real_seances(monde):
    """16 séances from 23 November to 18 December, over 4 weekdays and 2 months: 8 a month for all four."""
    factures.tarif(monde.cantine, prix=345)
    un = prix(monde, monde.cantine)
    assert Seance.select().where(Seance.activite == monde.cantine).count() == 16
    assert [(r.jours, r.montant) for r in un.rythmes] == [(1, 690), (2, 1380), (3, 2070), (4, 2760)]
    assert un.rythmes[2].phrase == f"à 3 jours par semaine : {mots.euros(2070)} par mois"
    assert un.pourquoi == [f"{mots.euros(345)} la séance."]
    assert un.comment.startswith("En moyenne, de novembre 2026 à décembre 2026 : 16 séances sur 2 mois")


def test_what_does_not_take_place_is_not_counted(monde):
    factures.tarif(monde.cantine, prix=400)
    premiere = Seance.select().where(Seance.activite == monde.cantine).order_by(Seance.jour).first()
    Seance.update(annulee="Grève").where(Seance.id == premiere.id).execute()
    assert "15 séances" in prix(monde, monde.cantine).comment


def test_the_own_quotient_serves_or_another_that_is_tried_and_never_kept(monde):
    factures.tarif(monde.cantine, tranches={0: 100, 60_000: 300})
    Responsable.update(quotient=70_000).where(Responsable.prenom == "Claire").execute()
    assert prix(monde, monde.cantine).rythmes[0].montant == 600
    essai = simuler(monde, monde.cantine, quotient=20_000)
    assert essai.prix[0].rythmes[0].montant == 200 and not essai.sans_quotient
    assert Responsable.get(Responsable.prenom == "Claire").quotient == 70_000


def test_without_a_quotient_it_is_said_and_the_highest_is_shown(monde):
    factures.tarif(monde.cantine, tranches={0: 100, 60_000: 300})
    s = simuler(monde, monde.cantine)
    assert s.sans_quotient and s.prix[0].rythmes[0].montant == 600


def test_a_price_by_month_is_said_once(monde):
    factures.tarif(monde.centre, unite="mois", prix=2500)
    un = prix(monde, monde.centre)
    assert un.rythmes == () and un.forfait.dit == f"{mots.euros(2500)} par mois"


def test_by_half_hour_the_whole_seance_is_counted(monde):
    """Two hours of evening care: four half hours."""
    factures.tarif(monde.soir, unite="demi_heure", prix=50)
    assert prix(monde, monde.soir).rythmes[0].montant == 400


def test_a_separated_parent_sees_the_own_share_alone(monde):
    factures.tarif(monde.cantine, prix=400)
    PartDePayeur.create(enfant=monde.lea, responsable=monde.adulte_claire, part=60)
    PartDePayeur.create(enfant=monde.lea, responsable=monde.adulte_julien, part=40)
    un = prix(monde, monde.cantine)
    assert un.rythmes[0].montant == 480 and "Votre part : 60" in un.pourquoi[0]


def test_who_pays_nothing_of_the_child_is_told_and_may_try_a_quotient(monde):
    factures.tarif(monde.cantine, tranches={0: 100, 60_000: 300})
    Responsable.update(quotient=70_000).where(Responsable.prenom == "Julien").execute()
    PartDePayeur.create(enfant=monde.lea, responsable=monde.adulte_julien, part=100)
    assert "ne vous facture rien pour Léa" in prix(monde, monde.cantine).manque
    assert prix(monde, monde.cantine, quotient=20_000).rythmes[0].montant == 200


def test_an_activity_without_tariff_or_without_seance_is_said(monde):
    assert prix(monde, monde.cantine).manque == SANS_TARIF
    factures.tarif(monde.matin)
    Seance.delete().where(Seance.activite == monde.matin).execute()
    assert "Aucune séance n’est encore prévue" in prix(monde, monde.matin).manque


def test_the_activities_are_those_open_to_the_child(monde):
    assert {a.nom for a in simuler(monde).ouvertes} >= {"Cantine", "Centre de loisirs"}
    ailleurs = Lieu.create(nom="Autre école", ecole=True)
    Activite.update(lieu=ailleurs).where(Activite.nom == "Cantine").execute()
    assert "Cantine" in {a.nom for a in simuler(monde).ouvertes}, "it is registered there"
    Preinscription.update(statut=w.ANNULEE).where(Preinscription.activite == monde.cantine).execute()
    assert "Cantine" not in {a.nom for a in simuler(monde, monde.cantine).ouvertes}
    assert simuler(monde, monde.cantine).prix == []
    Activite.update(age_min=12).where(Activite.nom == "Centre de loisirs").execute()
    Preinscription.delete().where(Preinscription.activite == monde.centre).execute()
    assert "Centre de loisirs" not in {a.nom for a in simuler(monde).ouvertes}


def test_a_child_of_others_or_that_one_only_follows_is_404(monde):
    with pytest.raises(Introuvable):
        simuler(monde, enfant=monde.tomas)
    lien = (LienParental.enfant == monde.lea) & (LienParental.responsable == monde.adulte_claire)
    LienParental.update(droit="information").where(lien).execute()
    with pytest.raises(Introuvable):
        simuler(monde)


@pytest.mark.parametrize("url_de_base", ["sqlite"], indirect=True)  # only drawn here
def test_the_page_asks_then_answers_and_keeps_what_was_typed(monde, connexion):
    factures.tarif(monde.cantine, tranches={0: 100, 60_000: 300})
    famille, url = connexion(monde.claire), "/facturation/simulateur"
    assert "Simuler un prix" in famille.get("/facturation").text
    premiere = les_mots(lire(famille.get(url).text).main)
    assert "Léa Noé Inès" in premiere and "Continuer" in premiere
    page = famille.get(f"{url}?enfant={monde.lea.id}&activite={monde.cantine.id}&quotient=200")
    assert "à 2 jours par semaine : 4,00 € par mois" in les_mots(lire(page.text).main)
    faux = famille.get(f"{url}?enfant={monde.lea.id}&activite={monde.cantine.id}&quotient=beaucoup")
    assert faux.status_code == 422 and 'value="beaucoup"' in faux.text
    assert famille.get(f"{url}?enfant={monde.tomas.id}").status_code == 404
    assert poster(famille, url, {}).status_code == 405
    assert connexion(monde.sophie).get(url).status_code == 403


def test_a_quotient_that_cannot_be_is_told_before_a_child_is_chosen(monde, connexion):
    page = connexion(monde.claire).get("/facturation/simulateur?quotient=beaucoup")
    assert page.status_code == 422
    assert "Écrivez un nombre" in les_mots(lire(page.text).select_one("#quotient-message"))
