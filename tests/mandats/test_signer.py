"""An agent writes down the mandate that an adult has signed: the account as it is on that day, sealed."""

import datetime as dt

import pytest
from peewee import IntegrityError

import workflows as w
from models import Abonnement, Courriel, Evenement, Mandat, ReglagesDeFacturation, Responsable, db
from portail import clock
from portail.domain import champs, mandats
from portail.domain.refus import Interdit, Introuvable, Refus
from tests.actes import session_de
from tests.activites.outils import limiter
from tests.courrier import recus
from tests.formulaires import poster
from tests.html import lire, mots
from tests.monde import HIER, MAINTENANT, MOT_DE_PASSE
from tests.prelevements import AUTRE_IBAN, IBAN, ICS, compte_bancaire, creancier, rattacher, session, signer


def page(monde) -> str:
    return f"/agents/familles/{monde.moreau.id}/mandats"


def test_it_is_written_with_its_journal_line_and_a_reference_of_ours(monde):
    mandat = signer(monde)
    assert (mandat.statut, mandat.signe_le, mandat.responsable) == (w.ACTIF, HIER, monde.adulte_claire)
    assert mandat.rum.startswith("PC-2026-") and len(mandat.rum) <= 35
    ligne = Evenement.get(Evenement.objet == "mandat", Evenement.objet_id == mandat.id)
    assert (ligne.auteur, ligne.famille, ligne.vers, ligne.detail) == (
        monde.sophie,
        monde.moreau,
        w.ACTIF,
        mandat.rum,
    )


def test_the_account_is_sealed_as_it_was_signed_for(monde):
    mandat = signer(monde)
    assert champs.ouvrir(mandat.banque) == {
        "titulaire": "Claire Moreau",
        "iban": IBAN,
        "bic": "AGRIFRPP",
    }
    compte_bancaire(monde.adulte_claire, AUTRE_IBAN)
    assert champs.ouvrir(Mandat.get().banque)["iban"] == IBAN
    (brut,) = db.execute_sql("SELECT banque FROM mandat").fetchone()
    assert IBAN not in brut and "Moreau" not in brut


def test_whose_account_it_is_hears_of_it_and_no_other_adult(monde):
    rattacher(monde)
    autre = monde.paulo
    Abonnement.create(
        compte=autre,
        famille=monde.moreau,
        statut=w.ACTIF,
        cree_le=MAINTENANT,
        responsable=monde.adulte_julien,
    )
    mandat = signer(monde)
    (courriel,) = Courriel.select()
    assert (courriel.destinataire, courriel.famille) == (monde.claire.email, monde.moreau)
    for mot in (mandat.rum, ICS, "FR76 •••• •••• 0189", "14 jours", "/facturation/prelevements"):
        assert mot in courriel.corps
    assert IBAN not in courriel.corps


def test_an_adult_without_an_account_is_written_to_at_the_address_of_the_file(monde):
    signer(monde, monde.adulte_julien)
    (courriel,) = recus("julien@example.org")
    assert courriel.corps.startswith("Bonjour Julien")


def test_the_same_told_twice_is_one_and_another_account_asks_that_the_first_be_revoked(monde):
    premier = signer(monde)
    assert mandats.signer(session(monde), monde.moreau.id, monde.adulte_claire.id, HIER) == premier
    compte_bancaire(monde.adulte_claire, AUTRE_IBAN)
    with pytest.raises(Refus, match=f"a déjà un mandat, {premier.rum}"):
        mandats.signer(session(monde), monde.moreau.id, monde.adulte_claire.id, HIER)
    assert (Mandat.select().count(), Courriel.select().count()) == (1, 1)


def test_the_database_lets_no_adult_have_two_and_no_two_have_one_reference(monde):
    premier = signer(monde)
    meme = {"signe_le": HIER, "banque": "-", "cree_le": MAINTENANT, "agent": monde.sophie}
    for responsable, rum in ((monde.adulte_claire, "AUTRE"), (monde.adulte_julien, premier.rum)):
        with pytest.raises(IntegrityError), db.atomic():
            Mandat.create(responsable=responsable, rum=rum, **meme)


@pytest.mark.parametrize(
    "signe_le, phrase",
    [
        (MAINTENANT.date() + dt.timedelta(1), "dans l’avenir"),
        (dt.date(2023, 11, 30), "plus de 36 mois"),
    ],
)
def test_a_date_that_cannot_be_is_refused(monde, signe_le, phrase):
    with pytest.raises(Refus, match=phrase) as refus:
        signer(monde, signe_le=signe_le)
    assert (refus.value.champ, Mandat.select().count()) == ("signe_le", 0)
    assert signer(monde, signe_le=dt.date(2023, 12, 1)).statut == w.ACTIF  # to the day


def test_without_an_account_number_or_a_creditor_there_is_no_mandate(monde):
    creancier()
    with pytest.raises(Refus, match="n’a pas d’IBAN"):
        mandats.signer(session(monde), monde.moreau.id, monde.adulte_claire.id, HIER)
    compte_bancaire(monde.adulte_claire)
    ReglagesDeFacturation.update(ics="").execute()
    with pytest.raises(Refus, match="réglages de la facturation"):
        mandats.signer(session(monde), monde.moreau.id, monde.adulte_claire.id, HIER)


def test_the_password_is_asked_for_again(monde):
    with pytest.raises(Refus, match="mot de passe"):
        signer(monde, confirmee_le=MAINTENANT - dt.timedelta(minutes=11))


@pytest.mark.parametrize("qui", ["claire", "animateur"])
def test_who_is_no_agent_writes_none_down(monde, qui):
    creancier()
    compte_bancaire(monde.adulte_claire)
    with pytest.raises(Interdit):
        mandats.signer(session_de(getattr(monde, qui)), monde.moreau.id, monde.adulte_claire.id, HIER)


def test_an_agent_writes_none_down_for_their_own_family_nor_an_adult_of_another(monde):
    creancier()
    compte_bancaire(monde.adulte_claire)
    with pytest.raises(Introuvable):
        mandats.signer(session(monde), monde.moreau.id, monde.adulte_paulo.id, HIER)
    Abonnement.create(compte=monde.sophie, famille=monde.moreau, statut=w.ACTIF, cree_le=MAINTENANT)
    with pytest.raises(Refus, match="un autre agent"):
        mandats.signer(session(monde), monde.moreau.id, monde.adulte_claire.id, HIER)


def test_for_an_agent_limited_to_places_there_are_no_mandates(monde, connexion):
    limiter(monde.sophie)
    assert connexion(monde.sophie).get(page(monde)).status_code == 404


# ——— the page ———


def test_it_is_done_from_the_page_where_the_account_is_masked(monde, connexion):
    creancier()
    compte_bancaire(monde.adulte_claire)
    sophie = connexion(monde.sophie)
    texte = sophie.get(page(monde)).text
    assert "FR76 •••• •••• 0189" in texte and "30006" not in texte
    saisie = {"responsable": monde.adulte_claire.id, "signe_le": "2026-11-30"}
    assert poster(sophie, page(monde), saisie).status_code == 303
    vue = lire(sophie.get(page(monde)).text)
    assert "30 novembre 2026" in mots(vue.select_one(".fiche"))
    assert vue.select_one('[name="signe_le"]') is None  # nobody else has an account number


@pytest.mark.parametrize("manque", ["responsable", "signe_le"])
def test_what_is_missing_is_said_beside_it_and_nothing_typed_is_lost(monde, connexion, manque):
    creancier()
    compte_bancaire(monde.adulte_claire)
    saisie = {"responsable": monde.adulte_claire.id, "signe_le": "2026-11-30"}
    reponse = poster(connexion(monde.sophie), page(monde), saisie | {manque: ""})
    vue = lire(reponse.text)
    assert (reponse.status_code, len(vue.select(".message"))) == (422, 1)
    if manque == "signe_le":
        assert vue.select_one('[name="responsable"]').has_attr("checked")
    else:
        assert vue.select_one('[name="signe_le"]')["value"] == "2026-11-30"


def test_a_form_that_comes_when_nobody_may_sign_any_more_is_told_so(monde, connexion):
    """The page had it; the account was taken off the file meanwhile: no field is left to say it beside."""
    creancier()
    reponse = poster(connexion(monde.sophie), page(monde), {"responsable": str(monde.adulte_claire.id)})
    assert reponse.status_code == 422
    assert "Aucun mandat ne peut être enregistré ici" in mots(lire(reponse.text).select_one("[role=alert]"))
    assert not Mandat.select().exists()


def test_the_password_is_asked_on_the_page_too(monde, connexion):
    creancier()
    compte_bancaire(monde.adulte_claire)
    sophie = connexion(monde.sophie)
    with clock.figer(MAINTENANT + dt.timedelta(minutes=11)):
        saisie = {"responsable": monde.adulte_claire.id, "signe_le": "2026-11-30"}
        reponse = poster(sophie, page(monde), saisie)
        assert reponse.status_code == 422 and lire(reponse.text).select_one('[name="mot_de_passe_actuel"]')
        assert poster(sophie, page(monde), saisie | {"mot_de_passe_actuel": MOT_DE_PASSE}).status_code == 303
    assert Mandat.select().count() == 1
    assert Responsable.get_by_id(monde.adulte_claire.id).banque


def test_a_date_of_spaces_is_asked_for(monde, connexion):
    creancier()
    compte_bancaire(monde.adulte_claire)
    refuse = poster(
        connexion(monde.sophie), page(monde), {"responsable": str(monde.adulte_claire.id), "signe_le": "  "}
    )
    assert refuse.status_code == 422
    assert "Indiquez la date" in mots(lire(refuse.text).select_one("#signe_le-message"))
