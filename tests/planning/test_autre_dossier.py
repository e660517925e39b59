"""A planning left open, filtered, while another file of the account is chosen in another window."""

import workflows as w
from models import Abonnement, SessionOuverte
from portail.domain import comptes
from tests.htmx import Page
from tests.monde import MAINTENANT
from tests.planning.test_veille import SEMAINE, conditionnelle, veille


def test_the_open_page_is_told_nothing_not_even_an_error(monde, connexion):
    """Its filters name a child and an activity that are not of the file chosen since."""
    Abonnement.create(compte=monde.claire, famille=monde.dasilva, statut=w.ACTIF, cree_le=MAINTENANT)
    client = connexion(monde.claire)
    session = SessionOuverte.get(compte=monde.claire)
    comptes.choisir_famille(session, monde.moreau)
    ecran = Page(client, f"{SEMAINE}&enfant={monde.lea.id}&activite={monde.matin.id}")
    adresse, _ = veille(ecran)

    comptes.choisir_famille(session, monde.dasilva)

    reponse = client.get(adresse, headers=conditionnelle(ecran))
    assert (reponse.status_code, reponse.data) == (204, b"")
