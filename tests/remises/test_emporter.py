"""The file for the bank: of what is still owed, valid against its schema, always the same once taken away."""

import datetime as dt
from xml.etree import ElementTree

import pytest
from sepaxml.validation import try_valid_xml

import workflows as w
from models import Evenement, Mandat, Prelevement, Remise, Responsable
from portail import clock
from portail.domain import champs, pain008, remises
from portail.domain.creancier import Creancier
from portail.domain.pain008 import ESPACE, SCHEMA, Debit
from portail.domain.refus import Interdit, Introuvable, Refus
from tests.actes import session_de
from tests.factures import encaisser
from tests.formulaires import poster
from tests.html import lire
from tests.monde import MAINTENANT, MOT_DE_PASSE
from tests.prelevements import AUTRE_IBAN, IBAN, ICS, JOUR, compte_bancaire, remettre
from tests.remises.test_creer import payer_en_ligne

X = {"x": ESPACE}


@pytest.fixture
def remise(monde, octobre, novembre) -> Remise:
    return remettre(monde)


def emporter(monde, remise) -> bytes:
    return remises.emporter(session_de(monde.gestionnaire), remise.id)[1]


def lu(contenu: bytes, chemin: str) -> list[str]:
    return [n.text or "" for n in ElementTree.fromstring(contenu).iterfind(chemin, X)]


def test_it_is_valid_and_says_who_debits_whom_of_what(monde, remise, mandat, octobre):
    contenu = emporter(monde, remise)
    try_valid_xml(contenu, SCHEMA)
    assert lu(contenu, ".//x:GrpHdr/x:CtrlSum") == ["148.20"]
    assert lu(contenu, ".//x:SeqTp") == ["FRST", "RCUR"]
    assert lu(contenu, ".//x:ReqdColltnDt") == [JOUR.isoformat()] * 2
    assert set(lu(contenu, ".//x:MndtId")) == {mandat.rum}
    assert set(lu(contenu, ".//x:DbtrAcct//x:IBAN")) == {IBAN}
    assert set(lu(contenu, ".//x:CdtrAcct//x:IBAN")) == {AUTRE_IBAN}
    assert set(lu(contenu, ".//x:CdtrSchmeId//x:Othr/x:Id")) == {ICS}
    assert lu(contenu, ".//x:InstdAmt") == ["60.00", "88.20"]
    assert f"Facture {octobre.numero}" in lu(contenu, ".//x:Ustrd")


def test_the_account_is_the_one_that_was_signed_for(monde, remise):
    compte_bancaire(monde.adulte_claire, AUTRE_IBAN)
    assert set(lu(emporter(monde, remise), ".//x:DbtrAcct//x:IBAN")) == {IBAN}


def test_it_is_always_the_same_and_each_time_is_journalled(monde, remise):
    premiere = emporter(monde, remise)
    with clock.figer(MAINTENANT + dt.timedelta(days=1)):
        encaisser(monde.adulte_claire, 14_820)
        assert emporter(monde, remise) == premiere
    lignes = Evenement.select().where(Evenement.acte == remises.EMPORTER)
    assert [ligne.auteur for ligne in lignes] == [monde.gestionnaire] * 2


def test_what_was_paid_before_is_left_out_or_debited_for_the_rest(monde, remise, octobre, novembre):
    encaisser(monde.adulte_claire, 7_000, octobre)
    contenu = emporter(monde, remise)
    assert lu(contenu, ".//x:InstdAmt") == ["78.20"]
    regle, reste = Prelevement.select().order_by(Prelevement.id)
    assert (regle.statut, regle.motif, reste.montant) == (w.ANNULEE, remises.REGLE_ENTRE_TEMPS, 7_820)


def test_what_a_mandate_that_was_revoked_meanwhile_would_debit_is_left_out(monde, remise, mandat, novembre):
    """As that of a duplicate whose file became one with another, where a mandate stood already."""
    Mandat.update(statut=w.REVOQUE).where(Mandat.id == mandat.id).execute()
    with pytest.raises(Refus, match="rien à prélever"):
        emporter(monde, remise)
    autre = Mandat.create(
        **(mandat.__data__ | {"id": None, "rum": "PC-2026-AUTRE", "responsable": monde.adulte_claire})
    )
    Prelevement.update(mandat=autre).where(Prelevement.facture == novembre).execute()
    assert lu(emporter(monde, remise), ".//x:MndtId") == [autre.rum]
    assert {p.motif for p in Prelevement.select().where(Prelevement.mandat == mandat)} == {remises.REVOQUE}


def test_what_is_being_paid_online_is_left_out(monde, remise, octobre):
    payer_en_ligne(monde, octobre)
    assert lu(emporter(monde, remise), ".//x:InstdAmt") == ["88.20"]
    assert Prelevement.get(Prelevement.facture == octobre).motif == remises.EN_LIGNE


def test_when_all_was_paid_there_is_no_file(monde, remise):
    encaisser(monde.adulte_claire, 14_820)
    with pytest.raises(Refus, match="réglé autrement"):
        emporter(monde, remise)
    assert Remise.get().emportee_le is None


def test_once_the_day_has_come_it_is_too_late_to_begin(monde, remise):
    with clock.figer(clock.instant(JOUR, dt.time(8))), pytest.raises(Refus, match="passé"):
        emporter(monde, remise)


def test_the_password_is_asked_for_and_only_who_manages_takes_it(monde, remise, connexion):
    tiede = session_de(monde.gestionnaire, confirmee_le=MAINTENANT - dt.timedelta(minutes=11))
    with pytest.raises(Refus, match="mot de passe"):
        remises.emporter(tiede, remise.id)
    for qui in ("sophie", "claire", "animateur"):
        with pytest.raises(Interdit):
            remises.emporter(session_de(getattr(monde, qui)), remise.id)
    with pytest.raises(Introuvable):
        remises.emporter(session_de(monde.gestionnaire), 999_999)
    nadia = connexion(monde.gestionnaire)
    ici = f"/agents/facturation/prelevements/{remise.id}"
    with clock.figer(MAINTENANT + dt.timedelta(minutes=11)):
        page = lire(nadia.get(ici).text)
        assert page.select_one("[name=mot_de_passe_actuel]")
        assert poster(nadia, f"{ici}/fichier").status_code == 422
        reponse = poster(nadia, f"{ici}/fichier", {"mot_de_passe_actuel": MOT_DE_PASSE})
    assert (reponse.status_code, reponse.mimetype) == (200, "application/xml")
    assert "attachment" in reponse.headers["Content-Disposition"]
    assert Remise.get().emportee_le is not None


@pytest.mark.parametrize(
    "nom", ["Hélène Œuvrard-N’Guyen", "<script>&amp;", "李 小龍", "x" * 200, "Société “Été” (SARL)"]
)
def test_any_name_gives_a_file_that_the_bank_takes(nom):
    ville = Creancier(nom, ICS, AUTRE_IBAN, "BDFEFRPP")
    debits = [Debit(7, nom, IBAN, "", "PC-2026-1", dt.date(2026, 11, 30), 1, True, f"Facture {nom}")]
    contenu = pain008.composer(ville, 1, JOUR, MAINTENANT, debits)
    try_valid_xml(contenu, SCHEMA)
    assert lu(contenu, ".//x:Dbtr/x:Nm")[0].isascii()
    assert lu(contenu, ".//x:InstdAmt") == ["0.01"]


def test_the_holder_s_name_as_a_bank_writes_it(monde, octobre):
    Mandat.update(banque=champs.fermer({"titulaire": "Mme Œuvrard", "iban": IBAN, "bic": ""})).execute()
    assert lu(emporter(monde, remettre(monde)), ".//x:Dbtr/x:Nm") == ["Mme OEuvrard"]
    assert Responsable.get_by_id(monde.adulte_claire.id).nom == "Moreau"
