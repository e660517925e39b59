"""What nobody means to type: values, bodies, fields and headers made to break a portal."""

from urllib.parse import quote

from models import (
    Agenda,
    ContactHabilite,
    Demande,
    Importation,
    Ligne,
    Modification,
    Photo,
    Reservation,
    Seance,
)
from portail.domain import coffre
from tests.dossier.images import octets
from tests.garanties.monde import AGENDAS
from tests.monde import MAINTENANT
from workflows import EN_ATTENTE, PRETE, RESERVATION_ATTENTE

Valeur = str | bytes

SUR_LES_DEUX_MOTEURS: dict[str, Valeur] = {
    "NUL": "a\0b",
    "lone surrogate": b"\xed\xa0\x80",
    "not UTF-8": b"\xff\xfe\xc0\x80",
    "emoji": "👩‍👩‍👧‍👦 𝕃é𝕒",
    "SQL": "' OR 1=1--",
    "LIKE": "%_\\%",
    "2**31": str(2**31),
    "2**63": str(2**63),
}
"""Those that could reach a query: two engines may take them differently."""

VALEURS = SUR_LES_DEUX_MOTEURS | {
    "nothing": "",
    "ten kB": "é" * 5_000,
    "right to left": "\u202egro.live\u202c\u200b\ufeff",
    "spaces": " \t ",
    "minus one": "-1",
    "zero": "0",
    "one MB": "x" * 1_000_000,
    "digits without end": "9" * 5_000,
    "HTML": "<script>alert(1)</script>",
    "template": "{{7*7}}${7*7}<%=7*7%>",
    "new lines": "a\r\nSet-Cookie: piege=1\r\n\r\nb",
    "an address": "//evil.test/../../etc/passwd",
    "1e9": "1e9",
    "foreign digits": "١２",
    "no such day": "2026-02-30",
    "the year 9999": "9999-12-31",
}

EN_TROP = {
    "_method": "DELETE",
    "id": "1",
    "statut": "reserve",
    "etat": "traitees",
    "role": "administrateur",
    "admin": "1",
    "est_agent": "1",
    "actif": "0",
    "famille": "2",
    "famille_id": "2",
    "compte": "2",
    "compte_id": "2",
    "auteur": "3",
    "auteur_id": "3",
    "agent": "4",
    "agent_id": "4",
    "enfant": "4",
    "enfant_id": "4",
    "seance": "1",
    "seance_id": "1",
    "demande": "7",
    "demande_id": "7",
    "ligne": "8",
    "ligne_id": "8",
    "reservation_id": "1",
    "places": "9999",
    "prises": "0",
    "ordre": "1",
    "automatique": "1",
    "motif": "piégé",
    "acte": "accepter",
    "nature": "absence",
    "deposee_le": "2020-01-01",
    "limite_reservation": "2099-01-01",
    "prix": "0",
    "voulu[]": "reserve",
    "__proto__": "x",
}
"""Fields that no form of ours has: names of columns, of roles, of tricks."""

ENTETES = {
    "X-HTTP-Method-Override": "DELETE",
    "X-Forwarded-For": "10.0.0.1, ' OR 1=1--",
    "X-Forwarded-Host": "evil.test",
    "X-Original-URL": "/agents",
    "X-Rewrite-URL": "/agents",
    "Forwarded": "host=evil.test",
}


def coder(champs: list[tuple[str, Valeur]]) -> str:
    """These fields as a browser, or worse, would send them."""
    return "&".join(f"{quote(nom)}={quote(valeur)}" for nom, valeur in champs)


def remettre_l_agenda(agenda_id: int) -> None:
    """As if its address had neither been taken away nor replaced, and there were no other."""
    agenda = Agenda.get_by_id(agenda_id)
    Agenda.delete().where(Agenda.compte == agenda.compte_id, Agenda.id != agenda_id).execute()
    if agenda.revoque_le is not None:  # sealed twice, the same address is not the same to the byte
        scelle = coffre.sceller(AGENDAS["claire"])
        Agenda.update(revoque_le=None, scelle=scelle).where(Agenda.id == agenda_id).execute()


def remettre_l_import(ident: int) -> None:
    """As if it had neither been written nor given up: its files, its report are those that it had."""
    pris = Importation.get_by_id(ident)
    if pris.statut == PRETE:
        _SCELLES[ident] = (pris.fichiers, pris.rapport, pris.marque)
        return
    fichiers, rapport, marque = _SCELLES[ident]
    Importation.update(
        statut=PRETE, fichiers=fichiers, rapport=rapport, marque=marque, finie_le=None, bail_jusqua=None
    ).where(Importation.id == ident).execute()


_SCELLES: dict[int, tuple[str, str, str]] = {}


def remettre_la_modification(modification_id: int) -> None:
    """As if the family had not withdrawn it."""
    Modification.update(statut=EN_ATTENTE).where(Modification.id == modification_id).execute()
    demande = Modification.get_by_id(modification_id).demande_id
    Demande.update(statut=EN_ATTENTE, repondue_le=None).where(Demande.id == demande).execute()


def remettre_les_contacts(contact_id: int) -> None:
    """As if the counter had changed nothing of them: this one stands, the child has no other."""
    ContactHabilite.update(retire_le=None, lien="Avant").where(ContactHabilite.id == contact_id).execute()
    enfant = ContactHabilite.get_by_id(contact_id).enfant_id
    ContactHabilite.delete().where(
        ContactHabilite.enfant == enfant, ContactHabilite.id != contact_id
    ).execute()


def remettre_la_photo(enfant: int, photo_id: int) -> None:
    """As if the counter had not replaced it."""
    Photo.delete().where(Photo.enfant == enfant, Photo.validee_le.is_null(False)).execute()
    Photo.insert(
        id=photo_id, enfant=enfant, contenu=octets(), deposee_le=MAINTENANT, validee_le=MAINTENANT
    ).execute()


def remettre_en_attente(demande_id: int) -> None:
    """As if nobody had answered: the next value meets the same demande."""
    lignes = Ligne.select(Ligne.reservation).where(Ligne.demande == demande_id)
    if not (lignes.clone().where(Ligne.statut != EN_ATTENTE)).exists():
        return
    reservations = Reservation.select().where(Reservation.id.in_(lignes))
    Seance.update(prises=0).where(Seance.id.in_([r.seance_id for r in reservations])).execute()
    Reservation.update(statut=RESERVATION_ATTENTE, ordre=None).where(
        Reservation.id.in_([r.id for r in reservations])
    ).execute()
    Ligne.update(statut=EN_ATTENTE, motif="").where(Ligne.demande == demande_id).execute()
    Demande.update(statut=EN_ATTENTE, repondue_le=None, agent=None).where(Demande.id == demande_id).execute()
