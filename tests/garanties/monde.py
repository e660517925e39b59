"""The world of the guarantees, by its names: `peuplement.py` fills it, and tells who they are."""

import datetime as dt

from peewee import fn

import workflows as w
from models import (
    Abonnement,
    Activite,
    Agenda,
    Calendrier,
    Capacite,
    CodeAbonne,
    Compte,
    ContactHabilite,
    Demande,
    Document,
    Enfant,
    Evenement,
    Famille,
    FiltreGarde,
    Horaire,
    Importation,
    Jeton,
    Ligne,
    Modification,
    MotifAbsence,
    MotifRefus,
    NoteInterne,
    Photo,
    Preinscription,
    Reponse,
    Responsable,
    SessionOuverte,
)
from portail.domain import contacts, jetons, renoncement
from portail.domain.comptes import empreinte
from tests.garanties.ailleurs import ILS
from tests.monde import MAINTENANT, Monde

MARDI = dt.date(2026, 12, 8)
JETONS = {jetons.ACTIVATION: "a" * 43, jetons.MOT_DE_PASSE: "m" * 43}
"""The links that Nadège has received."""
ADRESSES = {"claire": "c" * 43, "paulo": "p" * 43}
"""The links that Claire and Paulo have received at the address that they want."""
AGENDAS = {"claire": "k" * 43, "paulo": "q" * 43}
"""The addresses that the calendars of Claire and Paulo read."""
TABLETTE, RACHID = "une tablette", "rachid@example.org"
ABSENT = 999_999
"""An id that no row has."""


class Ville(Monde):
    """The small world and what was added to it, by their names."""

    _noms = {
        **Monde._noms,
        "petit": (Famille, {"nom": "Petit"}),
        "julien": (Compte, {"email": "julien@example.org"}),
        "lou": (Enfant, {"prenom": "Lou"}),
        "simon": (Famille, {"nom": "Simon"}),
        "rachid": (Compte, {"email": RACHID}),
        "administratrice": (Compte, {"email": "administratrice@example.org"}),
        **{prenom: (Compte, {"email": f"{prenom}@example.org"}) for prenom in ILS},
        "poterie": (Activite, {"nom": "Stage de poterie"}),
        "echecs": (Activite, {"nom": "Club d’échecs"}),
    }

    def abonnement(self, compte: Compte, famille: Famille) -> int:
        return Abonnement.get(compte=compte, famille=famille).id

    def enfants(self, famille: Famille) -> list[int]:
        return [e.id for e in Enfant.select().where(Enfant.famille == famille).order_by(Enfant.id)]

    def demandes(self, *familles: Famille) -> list[int]:
        requete = Demande.select().where(Demande.famille.in_(familles)).order_by(Demande.id)
        return [demande.id for demande in requete]

    def demande(self, famille: Famille, statut: str, nature: str = w.NATURE_RESERVATION) -> Demande:
        """A demande of this family in this status."""
        return Demande.select().where(
            Demande.famille == famille, Demande.statut == statut, Demande.nature == nature
        ).order_by(Demande.id)[0]  # fmt: skip

    def adulte(self, famille: Famille) -> Responsable:
        return Responsable.get(Responsable.famille == famille)

    def code(self, famille: Famille) -> CodeAbonne:
        """The code of the letter that waits."""
        return CodeAbonne.get(CodeAbonne.famille == famille)

    def tablette(self, compte: Compte) -> int:
        """The session left open by this account."""
        return SessionOuverte.get(compte=compte, appareil=TABLETTE).id

    def agenda(self, compte: Compte) -> int:
        return Agenda.get(Agenda.compte == compte).id

    def confier(self, compte: Compte) -> None:
        """The tablet and the link of Claire are now this account's, as good as new; so are the answers
        that the account may take back.
        """
        Reponse.update(agent=compte).execute()
        pris = SessionOuverte.appareil == TABLETTE
        claire = SessionOuverte.select(SessionOuverte.id).where(pris).order_by(SessionOuverte.id).limit(1)
        SessionOuverte.update(compte=compte, fermee_le=None).where(SessionOuverte.id == claire).execute()
        Jeton.update(compte=compte, utilise_le=None, mot_de_passe=empreinte(compte.mot_de_passe)).where(
            Jeton.empreinte == empreinte(ADRESSES["claire"])
        ).execute()

    def remettre_rachid(self) -> Compte:
        """Rachid as he was at first, whatever was made of his account; the tablet and the link are his."""
        depart = {"actif": True, "email": RACHID, "nom": "Amrani", "mot_de_passe": self.claire.mot_de_passe}
        Compte.update(depart).where(Compte.prenom == "Rachid").execute()
        if not Jeton.select().where(Jeton.empreinte == empreinte(ADRESSES["claire"])).exists():
            demander_l_adresse(self.rachid, ADRESSES["claire"])  # deleted with the account
        self.confier(self.rachid)
        return self.rachid

    def modification(self, famille: Famille) -> int:
        """A change of the file that waits, and is the account's own to withdraw."""
        return Modification.get(
            Modification.demande.in_(Demande.select().where(Demande.famille == famille)),
            Modification.statut == w.EN_ATTENTE,
        ).id

    def demande_sanitaire(self) -> int:
        """The demande that asks to change something of a child's health."""
        return Modification.get(Modification.champ == "medecin").demande_id

    def demande_d_inscription(self) -> int:
        """The demande of the Moreau family that asks for a pre-registration."""
        demandes = Demande.select().where(Demande.nature == w.NATURE_PREINSCRIPTION)
        return demandes.order_by(Demande.id)[0].id  # by no name: these tests change them all

    def demande_d_absence(self, famille: Famille) -> int:
        """The demande of the family that declares an absence."""
        return Demande.get(Demande.nature == w.NATURE_ABSENCE, Demande.famille == famille).id

    def lien_de_la_liste(self) -> str:
        """What Claire's mail holds to leave the list where an agent has put Inès."""
        arrivee = Evenement.get(Evenement.acte == w.METTRE_EN_ATTENTE, Evenement.objet == "reservation")
        return renoncement.signer(arrivee.objet_id, arrivee.id, self.claire.id)

    @property
    def fermeture(self) -> int:
        """A closure to come; 0 once it has been taken away."""
        (premiere,) = Calendrier.select(fn.MIN(Calendrier.id)).where(Calendrier.genre == "fermeture").tuples()
        return premiere[0] or 0

    @property
    def raison(self) -> int:
        """A reason of absence that the town offers."""
        return MotifAbsence.select().order_by(MotifAbsence.id)[0].id

    @property
    def autre_raison(self) -> int:
        """Another, that may be changed, or retired."""
        return MotifAbsence.select().order_by(MotifAbsence.id.desc())[0].id

    @property
    def motif_de_refus(self) -> int:
        """A reason of refusal that the town offers."""
        return MotifRefus.select().order_by(MotifRefus.id)[0].id

    def note(self, famille: Famille) -> int:
        """What Sophie has written for the other agents about a demande of this family."""
        return NoteInterne.get(NoteInterne.demande.in_(self.demandes(famille))).id

    def filtre(self, agent: Compte) -> int:
        """A filter of the queue that this agent has kept."""
        return FiltreGarde.get(FiltreGarde.compte == agent).id

    @property
    def capacite(self) -> int:
        """The places that two activities share."""
        return Capacite.select().order_by(Capacite.id)[0].id

    def horaires(self, activite: Activite) -> str:
        """The ids of its weekly pattern, as its form carries them."""
        siens = Horaire.select(Horaire.id).where(Horaire.activite == activite).order_by(Horaire.id)
        return " ".join(str(ident) for (ident,) in siens.tuples())

    def contact(self, enfant: Enfant) -> int:
        """A contact of the child that stands."""
        return ContactHabilite.get(ContactHabilite.enfant == enfant).id

    def contact_attendu(self, enfant: Enfant) -> int:
        """The change that asks for a new one."""
        return contacts.en_attente(enfant.id).get().id

    @property
    def importation(self) -> Importation:
        """Files that were looked at, and wait to be written."""
        return Importation.select().order_by(Importation.id)[0]

    def photo(self, enfant: Enfant) -> int:
        """The photo of the child that stands."""
        return Photo.get(Photo.enfant == enfant, Photo.validee_le.is_null(False)).id

    def document(self, famille: Famille) -> int:
        """What the family sent with a demande."""
        siennes = Demande.select(Demande.id).where(Demande.famille == famille)
        return Document.get(Document.demande.in_(siennes)).id

    def depot(self, famille: Famille) -> int:
        """The demande of pre-registration of the family, whatever has been answered."""
        return Demande.get(famille=famille, nature=w.NATURE_PREINSCRIPTION).id

    def lignes_du_depot(self, famille: Famille) -> list[int]:
        return self.lignes(Demande.get_by_id(self.depot(famille)))

    def inscription(self, enfant: Enfant) -> int:
        """A registration of the child that stands."""
        return Preinscription.get(
            Preinscription.enfant == enfant, Preinscription.statut == w.RESERVATION_POSSIBLE
        ).id

    def lignes(self, demande: Demande) -> list[int]:
        return [ligne.id for ligne in Ligne.select().where(Ligne.demande == demande).order_by(Ligne.id)]


def demander_l_adresse(compte: Compte, jeton: str) -> None:
    """The link that this account has received at another address, that it wants."""
    Jeton.create(
        compte=compte,
        usage=jetons.ADRESSE,
        empreinte=empreinte(jeton),
        mot_de_passe=empreinte(compte.mot_de_passe),
        expire_le=MAINTENANT + dt.timedelta(hours=1),
        email=f"neuve{compte.id}@example.net",
    )
