"""The envelopes of SOAP 1.1 as the web service of PayFiP has them: written, and read without trusting them.

Pure text, no network: whoever speaks for the town and whoever plays PayFiP in the demonstration share it.
"""

import xml.etree.ElementTree as ET
from collections.abc import Mapping
from dataclasses import dataclass

ENVELOPPE = "http://schemas.xmlsoap.org/soap/envelope/"
SERVICE = (
    "http://securite.service.tpa.cp.finances.gouv.fr/services/mas_securite/"
    "contrat_paiement_securise/PaiementSecuriseService"
)
"""The namespace of the operations; what they hold has none."""
OCTETS_MAX = 64_000
"""Of one envelope: theirs hold a dozen short values."""
FAUTE = "Fault"


class Illisible(ValueError):
    """It is no envelope, or it holds what none of ours has any reason to hold."""


@dataclass(frozen=True)
class Corps:
    """What an envelope holds: the name of the operation, its values by name, without case."""

    nom: str
    champs: Mapping[str, str]
    detail: str = ""
    """Of a fault: which one, « FonctionnelleErreur »."""


def ecrire(nom: str, champs: Mapping[str, str], *, dans: str = "arg0") -> bytes:
    """The envelope of an operation; `dans`: the element around its values, `return` in an answer."""
    corps, racine = _vide()
    operation = ET.SubElement(corps, f"{{{SERVICE}}}{nom}")
    _remplir(ET.SubElement(operation, dans), champs)
    return _octets(racine)


def ecrire_une_faute(genre: str, code: str, libelle: str) -> bytes:
    """The envelope of an error, with its code."""
    corps, racine = _vide()
    faute = ET.SubElement(corps, f"{{{ENVELOPPE}}}{FAUTE}")
    _remplir(faute, {"faultcode": "Server", "faultstring": genre})
    detail = ET.SubElement(ET.SubElement(faute, "detail"), f"{{{SERVICE}}}{genre}")
    _remplir(detail, {"code": code, "descriptif": "", "libelle": libelle, "severite": "2"})
    return _octets(racine)


def lire(octets: bytes) -> Corps:
    """What this envelope holds; :class:`Illisible` when it is none.

    No document type is read, whatever it declares: without one there is neither entity nor anything to
    fetch. The text is decoded here, so that none hides in another encoding.
    """
    if len(octets) > OCTETS_MAX:
        raise Illisible("trop long")
    try:
        texte = octets.decode("utf-8-sig")
        if "<!DOCTYPE" in texte or "<!ENTITY" in texte:
            raise Illisible("un type de document")
        racine = ET.fromstring(texte)
    except (UnicodeDecodeError, ET.ParseError) as erreur:
        raise Illisible(type(erreur).__name__) from erreur
    corps = racine.find(f"{{{ENVELOPPE}}}Body")
    if racine.tag != f"{{{ENVELOPPE}}}Envelope" or corps is None or len(corps) != 1:
        raise Illisible("pas une enveloppe")
    contenu = corps[0]
    nom = _local(contenu)
    return Corps(nom, _feuilles(contenu), _detail(contenu) if nom == FAUTE else "")


def _vide() -> tuple[ET.Element, ET.Element]:
    racine = ET.Element(f"{{{ENVELOPPE}}}Envelope")
    return ET.SubElement(racine, f"{{{ENVELOPPE}}}Body"), racine


def _remplir(element: ET.Element, champs: Mapping[str, str]) -> None:
    for nom, valeur in champs.items():
        ET.SubElement(element, nom).text = valeur


def _octets(racine: ET.Element) -> bytes:
    ET.register_namespace("soapenv", ENVELOPPE)
    ET.register_namespace("pai", SERVICE)
    return ET.tostring(racine, encoding="utf-8", xml_declaration=True)


def _feuilles(element: ET.Element) -> dict[str, str]:
    """The values, by their name: their guide writes `idop` where their service writes `idOp`."""
    return {_local(e).lower(): (e.text or "").strip() for e in element.iter() if len(e) == 0}


def _detail(faute: ET.Element) -> str:
    detail = next((e for e in faute if _local(e) == "detail"), None)
    return _local(detail[0]) if detail is not None and len(detail) else ""


def _local(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2]
