"""The envelopes, as the service of PayFiP writes them, and what is never read in one."""

import time

import pytest

from portail.domain import soap
from portail.domain.payfip import Resultat, en_objet

REEL = """<?xml version='1.0' encoding='UTF-8'?>
<S:Envelope xmlns:S="http://schemas.xmlsoap.org/soap/envelope/"><S:Body>
<n:recupererDetailPaiementSecuriseResponse xmlns:n="{service}">
<return><idop>12345678-abcd</idop><montant>4250</montant><resultrans>R</resultrans><numauto/></return>
</n:recupererDetailPaiementSecuriseResponse></S:Body></S:Envelope>"""
QUALIFIE = REEL.replace(
    "<return>", '<return xmlns="http://securite.service.tpa.cp.finances.gouv.fr/reponse">'
)


def test_an_envelope_is_read_as_it_was_written():
    lu = soap.lire(soap.ecrire("creerPaiementSecurise", {"objet": "A & <B>", "montant": "100"}))
    assert (lu.nom, lu.champs) == ("creerPaiementSecurise", {"objet": "A & <B>", "montant": "100"})


def test_the_values_of_a_request_have_no_namespace():
    texte = soap.ecrire("creerPaiementSecurise", {"montant": "100"}).decode()
    assert "<arg0><montant>100</montant></arg0>" in texte
    assert f'"{soap.SERVICE}"' in texte


@pytest.mark.parametrize("texte", [REEL, QUALIFIE], ids=["nu", "qualifié"])
def test_the_names_are_read_whatever_their_prefix_and_case(texte):
    lu = soap.lire(texte.format(service=soap.SERVICE).encode())
    assert lu.champs == {"idop": "12345678-abcd", "montant": "4250", "resultrans": "R", "numauto": ""}


def test_a_fault_says_which_and_its_code():
    lu = soap.lire(soap.ecrire_une_faute("FonctionnelleErreur", "P5", "Résultat non connu"))
    assert (lu.nom, lu.detail, lu.champs["code"]) == (soap.FAUTE, "FonctionnelleErreur", "P5")


LOL = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
FICHIER = '<!DOCTYPE a [<!ENTITY f SYSTEM "file:///etc/passwd">]>'
CORPS = REEL.partition("?>")[2].format(service=soap.SERVICE)


@pytest.mark.parametrize(
    "octets",
    [
        f'<!DOCTYPE a [<!ENTITY l0 "lol">{LOL}]>{CORPS}'.encode(),
        f"{FICHIER}{CORPS.replace('4250', '&f;')}".encode(),
        f"{FICHIER}{CORPS}".encode("utf-16"),
        f'<?xml version="1.0" encoding="utf-7"?>+ADw-+ACE-DOCTYPE a+AD4-{CORPS}'.encode(),
        CORPS.encode()[:-9],
        b"<a>" * 20_000,
        b"<a>" * 9_000 + b"</a>" * 9_000,
        b"x" * (soap.OCTETS_MAX + 1),
        b"\xff\xfe",
        b"",
        CORPS.replace("Body", "Corps").encode(),
        b"<html><body>Bonjour</body></html>",
    ],
    ids=[
        *("rires", "fichier", "utf-16", "utf-7", "coupée", "ouverte", "profonde", "longue", "octets"),
        *("vide", "sans corps", "html"),
    ],
)
def test_a_hostile_envelope_is_refused_at_once(octets):
    debut = time.thread_time()
    with pytest.raises(soap.Illisible):
        soap.lire(octets)
    assert time.thread_time() - debut < 0.2


def test_what_is_paid_is_said_in_plain_letters():
    assert en_objet("Factures n° 12, 13 – École d’été (L’Île)") == "Factures n 12 13 Ecole d ete L Ile"
    assert len(en_objet("à" * 300)) == 100


@pytest.mark.parametrize(
    ("jour", "heure"), [("", ""), ("31022026", "1200"), ("19112026", "9999"), ("x", "y")]
)
def test_a_date_that_cannot_be_read_is_none(jour, heure):
    assert Resultat("i", "c", "r", 1, "P", "", jour, heure).quand is None
