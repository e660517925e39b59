"""Two processes that issue the same month at once: every invoice once, the numbers without a gap."""

import threading

from peewee import IntegrityError

from models import Campagne, Facture, LigneDeFacture
from portail.domain import campagnes
from portail.domain import lecture_des_consommations as lecture
from tests.campagnes.conftest import apercu, novembre, peupler_de_presents  # noqa: F401
from tests.courses.coureurs import PATIENCE, ensemble
from tests.factures import NOVEMBRE
from tests.monde import MAINTENANT


def lancer(monde, monkeypatch) -> Campagne:
    monkeypatch.setattr(campagnes, "TRANCHE", 4)
    peupler_de_presents(monde, 20)
    return campagnes.lancer(monde.gestionnaire, NOVEMBRE, apercu(monde.gestionnaire).marque)


def aller(ident: int):
    """Go through it all, whoever else is at it: as if no lease held anybody."""
    campagne, mois = Campagne.get_by_id(ident), lecture.ouvrir(NOVEMBRE, MAINTENANT)
    while campagnes._avancer(campagne, mois):
        pass


def test_two_that_believe_themselves_alone_issue_each_invoice_once(novembre, monkeypatch):  # noqa: F811
    campagne = lancer(novembre, monkeypatch)
    issues = ensemble(*[lambda: aller(campagne.id)] * 2)
    assert issues == [None, None]
    while campagnes.servir():
        pass
    rangs = [f.rang for f in Facture.select().order_by(Facture.rang)]
    assert rangs == list(range(1, 23))
    assert LigneDeFacture.select().count() == 24
    finie = Campagne.get_by_id(campagne.id)
    assert (finie.factures, finie.montant) == (22, 24 * 345)


def test_without_the_check_of_how_far_it_is_the_second_is_refused_by_the_keys(novembre, monkeypatch):  # noqa: F811
    """The negative control: it loses, and only the keys of the lines stand between a family and two bills."""
    campagne = lancer(novembre, monkeypatch)
    calculer, verrouiller = campagnes.calculer, campagnes.verrouiller
    monkeypatch.setattr(campagnes, "ESSAIS_MAX", 1)
    premieres, tous_ont_lu = campagnes._suivantes(0), threading.Barrier(2)

    def calculer_ensemble(mois, _familles):
        lus = calculer(mois, premieres)
        tous_ont_lu.wait(PATIENCE)  # neither has written anything that the other could read
        return lus

    monkeypatch.setattr(campagnes, "calculer", calculer_ensemble)

    def sans_verrou(modele, ids):
        tenues = verrouiller(modele, ids)
        if modele is Campagne:
            tenues[campagne.id].derniere = 0
        return tenues

    monkeypatch.setattr(campagnes, "verrouiller", sans_verrou)
    mois = lecture.ouvrir(NOVEMBRE, MAINTENANT)
    deux = [Campagne.get_by_id(campagne.id) for _ in range(2)]
    issues = ensemble(*[lambda c=c: campagnes._avancer(c, mois) for c in deux])
    assert sorted(type(issue) is bool for issue in issues) == [False, True]
    assert any(isinstance(issue, IntegrityError) for issue in issues)
    assert Facture.select().count() == 4
