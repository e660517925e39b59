"""The family's planning in one's own calendar: opening an address that a phone reads, taking it away.

The address tells where children are, to whoever holds it: the password is asked for again to open one, or to
put another in its place; never to take it away.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

import workflows as w
from models import Abonnement, Agenda, Compte, Enfant, Famille, SessionOuverte, verrouiller, write_transaction
from portail import clock, mots
from portail.domain import adresses_d_agenda, comptes, droits
from portail.domain.droits import Regard
from portail.domain.refus import DejaChange, Introuvable
from portail.domain.transitions import Acteur, journaliser

TOUTE_LA_FAMILLE = "toute la famille"
DEJA_PARTIE = "Cette adresse d’agenda a déjà été remplacée ou supprimée. Rien n’a été modifié."


@dataclass(frozen=True)
class AgendaVu:
    """What can be followed in a calendar, a child or the whole family, and its address once there is one."""

    enfant_id: int | None
    """None: the whole family."""
    prenom: str
    prenoms: list[str]
    """Whom it shows."""
    id: int | None = None
    """None: nobody has asked for the address yet."""
    adresse: str = ""
    """Empty when it can no longer be shown."""
    cree_le: dt.datetime | None = None

    @property
    def qui(self) -> str:
        """« Léa », « toute la famille »."""
        return self.prenom or TOUTE_LA_FAMILLE

    @property
    def lien(self) -> str:
        """The address that a phone opens in its own calendar."""
        return f"webcal://{self.adresse.partition('://')[2]}"

    @property
    def activites_de(self) -> str:
        """« Les activités de Léa et d’Inès »."""
        return f"Les activités {mots.enumeration([mots.de(prenom) for prenom in self.prenoms])}"

    @property
    def jour(self) -> dt.date | None:
        """The day on which it was made, in Paris."""
        return clock.a_paris(self.cree_le).date() if self.cree_le else None


# ——— the acts ———


def ouvrir(session: SessionOuverte, famille: Famille, enfant_id: int | None = None) -> Agenda:
    """An address for this child, or for the whole family; the one that stands already, if there is one.

    :class:`Introuvable` for a child whom the account may not follow; :class:`Refus` when the password was
    not given of late.
    """
    with write_transaction():
        _verrouiller_l_abonnement(session.compte_id, famille)
        qui = _dire_qui(session.compte, famille, enfant_id)
        comptes.exiger_la_confirmation(session)
        meme = Agenda.enfant == enfant_id if enfant_id else Agenda.enfant.is_null()
        debout = Agenda.get_or_none(_les_siens(session.compte_id, famille), meme, Agenda.revoque_le.is_null())
        if debout:
            return debout
        journaliser(
            session.compte, "agenda_ouvert", _lui_meme(session.compte), famille_id=famille.id, detail=qui
        )
        return adresses_d_agenda.emettre(session.compte_id, famille.id, enfant_id)


def remplacer(session: SessionOuverte, famille: Famille, agenda_id: int) -> Agenda:
    """Another address takes the place of this one, that opens nothing any more. As :func:`ouvrir`.

    :class:`DejaChange` when this one was taken away meanwhile.
    """
    with write_transaction():
        _verrouiller_l_abonnement(session.compte_id, famille)
        agenda = _le_sien(session.compte_id, famille, agenda_id)
        qui = _dire_qui(session.compte, famille, agenda.enfant_id)
        comptes.exiger_la_confirmation(session)
        if not adresses_d_agenda.eteindre(Agenda.id == agenda.id):
            raise DejaChange(DEJA_PARTIE)
        journaliser(
            session.compte, "agenda_remplace", _lui_meme(session.compte), famille_id=famille.id, detail=qui
        )
        return adresses_d_agenda.emettre(session.compte_id, famille.id, agenda.enfant_id)


def revoquer(compte: Compte, famille: Famille, agenda_id: int) -> None:
    """This address opens nothing any more; taking it away twice is harmless."""
    with write_transaction():
        agenda = _le_sien(compte.id, famille, agenda_id)
        qui = agenda.enfant.prenom if agenda.enfant_id else TOUTE_LA_FAMILLE
        if adresses_d_agenda.eteindre(Agenda.id == agenda.id):
            journaliser(compte, "agenda_revoque", _lui_meme(compte), famille_id=famille.id, detail=qui)


# ——— what is read ———


def lister(regard: Regard) -> list[AgendaVu]:
    """The whole family, then each child whom the account may follow; an only child is the whole family."""
    tous = _tous(regard)
    seul = len(tous) == 2
    return [vu for vu in tous if vu.id or vu.enfant_id is None or not seul]


def un_agenda(regard: Regard, agenda_id: int) -> AgendaVu | None:
    """This one, if it is about whom one may follow; else None.

    :class:`Introuvable` when it is not the account's, :class:`DejaChange` when it was taken away.
    """
    if _le_sien(regard.compte.id, regard.famille, agenda_id).revoque_le:
        raise DejaChange(DEJA_PARTIE)
    return next((vu for vu in _tous(regard) if vu.id == agenda_id), None)


def pour(regard: Regard, enfant_id: int | None) -> AgendaVu | None:
    """What this child, or the whole family, has or may have; None for a child whom one may not follow."""
    return next((vu for vu in _tous(regard) if vu.enfant_id == enfant_id), None)


# ——— inside ———


def _tous(regard: Regard) -> list[AgendaVu]:
    suivis = list(
        Enfant.select().where(Enfant.id.in_(list(regard.suit) or [0])).order_by(Enfant.rang, Enfant.id)
    )
    siens = _les_siens(regard.compte.id, regard.famille) & Agenda.revoque_le.is_null()
    ouverts = {agenda.enfant_id: agenda for agenda in Agenda.select().where(siens)}
    if not suivis:
        return []
    return [
        _voir(None, suivis, ouverts.get(None)),
        *(_voir(enfant, [enfant], ouverts.get(enfant.id)) for enfant in suivis),
    ]


def _voir(enfant: Enfant | None, montres: Iterable[Enfant], agenda: Agenda | None) -> AgendaVu:
    qui = (enfant and enfant.id, enfant.prenom if enfant else "", [montre.prenom for montre in montres])
    if agenda is None:
        return AgendaVu(*qui)
    return AgendaVu(*qui, agenda.id, adresses_d_agenda.adresse(agenda), agenda.cree_le)


def _verrouiller_l_abonnement(compte_id: int, famille: Famille) -> None:
    """Two tabs, or an address and the end of the subscription: one after the other."""
    actif = (
        (Abonnement.compte == compte_id) & (Abonnement.famille == famille) & (Abonnement.statut == w.ACTIF)
    )
    tenus = verrouiller(Abonnement, [a.id for a in Abonnement.select(Abonnement.id).where(actif)])
    if not any(abonnement.statut == w.ACTIF for abonnement in tenus.values()):
        raise Introuvable("Cet abonnement n’existe pas.")


def _dire_qui(compte: Compte, famille: Famille, enfant_id: int | None) -> str:
    """Whom a feed is about, if the account may follow them now; else :class:`Introuvable`."""
    suivis = droits.regard(compte, famille).suit
    if not (enfant_id in suivis if enfant_id else suivis):
        raise Introuvable("Cet agenda n’existe pas.")
    return Enfant.get_by_id(enfant_id).prenom if enfant_id else TOUTE_LA_FAMILLE


def _le_sien(compte_id: int, famille: Famille, agenda_id: int) -> Agenda:
    """This feed, standing or not, if it is the account's about this family; else :class:`Introuvable`."""
    agenda = Agenda.get_or_none(Agenda.id == agenda_id, _les_siens(compte_id, famille))
    if agenda is None:
        raise Introuvable("Cet agenda n’existe pas.")
    return agenda


def _les_siens(compte_id: int, famille: Famille):
    return (Agenda.compte == compte_id) & (Agenda.famille == famille)


def _lui_meme(compte: Compte) -> Acteur:
    return Acteur(compte, w.FAMILLE)
