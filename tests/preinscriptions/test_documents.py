"""The documents that a family sends: few kinds, made sound, sealed, for who sent them and for the agents."""

import base64
import datetime as dt
import io

import pytest
from PIL import Image

import workflows as w
from models import Abonnement, Document, Evenement, db
from portail import clock
from portail.domain import documents, images, journal, preinscriptions, rescellement
from portail.domain.refus import Interdit, Introuvable, Refus, TropVite
from portail.domain.verification import verifier
from tests.dossier import images as faux
from tests.dossier.test_rien_en_clair import octets
from tests.garanties.empreinte import contenu
from tests.monde import MAINTENANT
from tests.preinscriptions.souhaits import atelier, souhait

CANARI = b"Canari-de-l-attestation"
SAIN = b"%PDF-1.7\n% " + CANARI + b"\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
LOURD = SAIN[:-7] + bytes(documents.OCTETS_MAX - len(SAIN)) + b"%%EOF\n"

REFUSES = {nom: fait for nom, fait in faux.REFUSEES.items() if nom != "PDF"} | {
    "HTML that begins like a PDF": lambda: b"%PDF-1.7\n" + faux.HTML,
    "HTML before a PDF": lambda: faux.HTML + SAIN,
    "PDF without an end": lambda: SAIN[:-7],
    "a signature and nothing else": lambda: b"%PDF-",
    "SVG with a PDF behind it": lambda: faux.SVG + SAIN,
    "PDF of 5 MB and one byte": lambda: LOURD + b"\n\n",
    "spaces before a PDF": lambda: b"   " + SAIN,
}


@pytest.fixture
def recu(monde):
    return documents.deposer(monde.claire, "Assurance", "attestation.pdf", SAIN)


@pytest.fixture
def joint(monde, recu):
    """A document of a demande that waits."""
    voulu = souhait(atelier(monde), monde.lea, documents=(recu.id,))
    preinscriptions.deposer(monde.claire, monde.moreau, voulu)
    return Document.get_by_id(recu.id)


# ——— what is taken ———


@pytest.mark.parametrize("nom", REFUSES)
def test_what_is_no_document_is_refused_with_a_sentence(nom):
    with pytest.raises(Refus) as refus:
        documents.assainir(REFUSES[nom]())
    assert refus.value.phrase in (documents.INCONNU, documents.TROP_LOURD)
    assert refus.value.champ == "documents"


@pytest.mark.parametrize("nom", faux.INOFFENSIVES)
def test_a_picture_is_drawn_anew_and_nothing_hidden_is_kept(nom):
    genre, garde = documents.assainir(faux.INOFFENSIVES[nom]())
    assert genre == documents.JPEG
    for cache in (faux.CANARI, b"<script", b"PK\x03\x04", b"Exif", b"GPS"):
        assert cache not in garde
    with Image.open(io.BytesIO(garde)) as image:
        assert image.format == "JPEG" and max(image.size) <= images.COTE_D_UN_DOCUMENT
        assert not image.getexif()


def test_the_small_print_of_a_page_stays_legible():
    _, garde = documents.assainir(faux.octets(Image.new("RGB", (2400, 3300), "white")))
    with Image.open(io.BytesIO(garde)) as image:
        assert max(image.size) == images.COTE_D_UN_DOCUMENT > images.COTE


def test_a_pdf_is_kept_as_it_is_and_given_back_as_a_pdf(monde, recu):
    relu = documents.lire_le_sien(monde.claire, recu.id)
    assert (relu.octets, relu.type, relu.nom) == (SAIN, "application/pdf", "attestation.pdf")
    assert (recu.genre, recu.taille, recu.depose_le) == ("pdf", len(SAIN), MAINTENANT)
    assert documents.assainir(LOURD)[0] == documents.PDF
    assert documents.assainir(SAIN + bytes(4096)) == (documents.PDF, SAIN + bytes(4096)), (
        "as scanners pad them"
    )


@pytest.mark.parametrize("nom, garde", [("", "document"), ("é" * 300, "é" * 120)])
def test_a_name_that_is_none_or_too_long(monde, nom, garde):
    assert documents.deposer(monde.claire, "", nom, SAIN).nom == garde


def test_so_many_may_wait_and_no_more(monde, monkeypatch):
    monkeypatch.setattr(documents, "EN_SOUFFRANCE_MAX", 2)
    for _ in range(2):
        documents.deposer(monde.claire, "", "a.pdf", SAIN)
    with pytest.raises(TropVite):
        documents.deposer(monde.claire, "", "a.pdf", SAIN)
    documents.deposer(monde.paulo, "", "a.pdf", SAIN)


# ——— at rest ———


def test_nothing_of_it_is_anywhere_in_clear(app, monde, joint, url_de_base):
    image = faux.octets(comment=CANARI)
    documents.deposer(monde.claire, "", "Canari-visible.jpg", image)
    documents.ouvrir(monde.sophie, joint.id)
    rescellement.resceller()
    tout = octets(url_de_base)
    assert b"Canari-visible.jpg" in tout, "or the search proves nothing"
    for fragment in (CANARI, base64.b64encode(SAIN)[8:48], b"%PDF-1.7", b"JFIF"):
        assert fragment not in tout, fragment
    assert documents.lire_le_sien(monde.claire, joint.id).octets == SAIN


# ——— forgotten ———


@pytest.mark.parametrize("heures, reste", [(23, 1), (25, 0)])
def test_what_was_never_asked_for_is_thrown_away_after_a_day(monde, recu, heures, reste):
    with clock.figer(MAINTENANT + dt.timedelta(hours=heures)):
        documents.faire_le_menage()
    assert Document.select().count() == reste


def test_the_next_one_sent_throws_it_away_too(monde, recu):
    with clock.figer(MAINTENANT + dt.timedelta(hours=25)):
        documents.deposer(monde.paulo, "", "b.pdf", SAIN)
    assert [d.nom for d in Document.select()] == ["b.pdf"]


def test_that_of_a_demande_stays(monde, joint):
    with clock.figer(MAINTENANT + dt.timedelta(days=400)):
        documents.faire_le_menage()
    assert Document.select().count() == 1


def test_verifier_tells_of_what_housekeeping_has_left(monde, recu):
    def en_souffrance(heures: int) -> int:
        with clock.figer(MAINTENANT + dt.timedelta(hours=heures)):
            return sum(rupture.invariant == "Documents en souffrance" for rupture in verifier())

    assert (en_souffrance(47), en_souffrance(49)) == (0, 1)


def test_taken_back_it_is_gone_twice_is_harmless(monde, recu):
    documents.retirer(monde.paulo, recu.id)
    assert Document.select().count() == 1, "another's stays"
    documents.retirer(monde.claire, recu.id)
    documents.retirer(monde.claire, recu.id)
    assert Document.select().count() == 0


def test_that_of_a_demande_is_not_taken_back(monde, joint):
    documents.retirer(monde.claire, joint.id)
    assert Document.select().count() == 1


# ——— who reads it ———


def test_nobody_else_of_a_family_reads_it_not_even_of_the_same(monde, joint):
    Abonnement.create(compte=monde.paulo, famille=monde.moreau, statut=w.ACTIF, cree_le=MAINTENANT)
    for autre in (monde.paulo, monde.sophie, monde.animateur):
        assert documents.lire_le_sien(autre, joint.id) is None
    assert documents.attendus(monde.paulo, [joint.id]) == []


def test_an_agents_reading_is_a_line_that_the_family_sees(monde, joint):
    ouvert = documents.ouvrir(monde.sophie, joint.id)
    assert (ouvert.octets, ouvert.type) == (SAIN, "application/pdf")
    ligne = Evenement.get(Evenement.acte == "lecture_document")
    assert (ligne.auteur, ligne.objet, ligne.objet_id) == (monde.sophie, "document", joint.id)
    assert (ligne.famille, ligne.demande_id) == (monde.moreau, joint.demande_id)
    lus = [fait for fait in journal.tout_lire(monde.claire) if "document joint" in fait.phrase]
    assert [fait.par for fait in lus] and "Garnier" in lus[0].par


def test_its_line_is_written_before_anything_is_read(monde, joint, monkeypatch):
    """Whatever prevents the line prevents the reading."""
    monkeypatch.setattr(documents, "journaliser", lambda *args, **kwargs: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        documents.ouvrir(monde.sophie, joint.id)


@pytest.mark.parametrize("qui", ["claire", "paulo", "animateur"])
def test_only_agents_open_it(monde, joint, qui):
    avant = contenu()
    with pytest.raises(Interdit):
        documents.ouvrir(getattr(monde, qui), joint.id)
    assert contenu() == avant


def test_an_agent_opens_nothing_of_its_own_family_nor_what_was_not_sent_yet(monde, joint):
    autre = documents.deposer(monde.claire, "", "b.pdf", SAIN)
    with pytest.raises(Introuvable):
        documents.ouvrir(monde.sophie, autre.id)
    Abonnement.create(compte=monde.sophie, famille=monde.moreau, statut=w.RESILIE, cree_le=MAINTENANT)
    with pytest.raises(Refus):
        documents.ouvrir(monde.sophie, joint.id)
    assert not Evenement.select().where(Evenement.acte == "lecture_document").exists()


def test_a_list_of_documents_reads_nothing_of_what_they_hold(monde, joint, monkeypatch):
    vus = []
    vraie = db.obj.execute_sql
    monkeypatch.setattr(db.obj, "execute_sql", lambda sql, *a, **k: (vus.append(sql), vraie(sql, *a, **k))[1])
    documents.de_la_demande(joint.demande_id)
    documents.attendus(monde.claire, [joint.id])
    assert vus and not any("contenu" in sql for sql in vus)


def test_few_are_in_memory_at_once_when_they_are_sealed_anew_or_verified(monde, monkeypatch):
    for n in range(7):
        documents.deposer(monde.claire, "", f"{n}.pdf", SAIN)
    lus, vrai = [], rescellement._lot

    def compter(scelle, *quoi):
        lot = vrai(scelle, *quoi)
        lus.append(len(lot) if scelle.modele is Document else 0)
        return lot

    monkeypatch.setattr(rescellement, "_lot", compter)
    rescellement.resceller()
    assert list(rescellement.illisibles()) == []
    assert sum(lus) == 14 and max(lus) * documents.OCTETS_MAX < 50_000_000
