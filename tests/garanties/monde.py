"""What the guarantees add to the small world: demandes in every state, and people who must see nothing.

Claire has three family files, Moreau, Petit and Simon, whose subscription she may end, and the number of a
fourth, Roux. Paulo was once a member of the Moreau family, and is no more. Marc, an agent, belongs to the
Da Silva family. Julien Moreau has just subscribed to his family, and not signed in again. A letter waits for
one adult of Moreau and of Da Silva. Only Tomás goes to the chess club. Nadège has created an account, and not
yet opened its link; she has asked for a new password besides. Claire and Paulo have left their account open
on a tablet, and asked for another address. Rachid has an account to do anything with. Yann has set an
application of codes up.
"""

import datetime as dt

from cryptography.fernet import Fernet

import workflows as w
from models import (
    Abonnement,
    Activite,
    Agenda,
    Calendrier,
    CodeAbonne,
    Compte,
    ContactHabilite,
    Delai,
    Demande,
    Document,
    Enfant,
    Famille,
    Jeton,
    Ligne,
    Modification,
    Photo,
    Preinscription,
    Responsable,
    Seance,
    SecondFacteur,
    SessionOuverte,
    normaliser,
)
from portail import clock
from portail.domain import (
    codes,
    coffre,
    contacts,
    demandes,
    documents,
    dossier,
    jetons,
    moderation,
    photos,
    planning,
    preinscriptions,
)
from portail.domain.comptes import empreinte
from portail.domain.examen import Souhait
from tests.actes import abonner
from tests.conftest import CLES
from tests.dossier.contacts import AUTREMENT, YANN, poser
from tests.dossier.images import octets
from tests.monde import HIER, JEUDI, LUNDI, MAINTENANT, Monde

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
        """The tablet and the link of Claire are now this account's, as good as new."""
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
            _demander_l_adresse(self.rachid, ADRESSES["claire"])  # deleted with the account
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

    def contact(self, enfant: Enfant) -> int:
        """A contact of the child that stands."""
        return ContactHabilite.get(ContactHabilite.enfant == enfant).id

    def contact_attendu(self, enfant: Enfant) -> int:
        """The change that asks for a new one."""
        return contacts.en_attente(enfant.id).get().id

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


def peupler() -> None:
    """Add all that to the small world."""
    ville = Ville()
    _voisins(ville)
    _inscrite()
    _lettres(ville)
    _titulaires(ville)
    SecondFacteur.create(compte=ville.animateur, scelle="-", actif_depuis=MAINTENANT)
    for enfant in (ville.lea, ville.noe):
        ville.poser(enfant, ville.seance(ville.cantine, HIER), w.PRESENT)
    claire, sophie = ville.claire, ville.sophie

    _demander(ville, (ville.lea, ville.cantine, LUNDI), (ville.noe, ville.cantine, LUNDI))
    acceptee = _demander(ville, (ville.lea, ville.cantine, JEUDI))
    moderation.accepter(sophie, acceptee)
    refusee = _demander(ville, (ville.noe, ville.cantine, JEUDI))
    moderation.refuser(sophie, refusee, "Le dossier n’est pas complet")
    en_liste = _demander(ville, (ville.ines, ville.soir, LUNDI))
    moderation.mettre_en_attente(sophie, en_liste)
    demandes.annuler_demande(claire, ville.moreau, _demander(ville, (ville.lea, ville.soir, LUNDI)))
    _demander(ville, (ville.lea, ville.matin, LUNDI))  # answered by itself
    ville.poser(ville.ines, ville.seance(ville.cantine, JEUDI), w.RESERVE)
    couple = (ville.ines.id, ville.seance(ville.cantine, JEUDI).id)
    planning.declarer_absence(claire, ville.moreau, [couple])

    _demander(ville, (ville.tomas, ville.cantine, LUNDI), famille=ville.dasilva, auteur=ville.paulo)
    refusee = _demander(ville, (ville.tomas, ville.cantine, JEUDI), famille=ville.dasilva, auteur=ville.paulo)
    moderation.refuser(sophie, refusee, "Activité complète")
    _dossiers(ville)
    _contacts_et_photos(ville)
    _inscriptions(ville)


def _dossiers(ville: Ville) -> None:
    """What waits in the family files: some of it sealed."""
    lea, tomas = ville.lea.id, ville.tomas.id
    claire = (Abonnement.compte == ville.claire) & (Abonnement.famille == ville.moreau)
    Abonnement.update(responsable=ville.adulte_claire).where(claire).execute()
    dossier.demander_des_modifications(ville.claire, ville.moreau, "enfant", lea, {"classe": "CE2"})
    dossier.demander_des_modifications(ville.claire, ville.moreau, "enfant", lea, {"medecin": "Dr Roy"})
    dossier.demander_des_modifications(ville.paulo, ville.dasilva, "enfant", tomas, {"classe": "CP"})


def _contacts_et_photos(ville: Ville) -> None:
    """A contact and a photo that stand, a contact that waits; for Léa a second photo waits too."""
    poser(ville.noe, YANN)
    for enfant, famille, auteur in (
        (ville.lea, ville.moreau, ville.claire),
        (ville.tomas, ville.dasilva, ville.paulo),
    ):
        poser(enfant)
        contacts.proposer_un_contact(auteur, famille, enfant.id, AUTREMENT)
        Photo.create(enfant=enfant, contenu=octets(), deposee_le=MAINTENANT, validee_le=MAINTENANT)
    photos.proposer_une_photo(ville.claire, ville.moreau, ville.lea.id, octets(format_="PNG"))


def _inscriptions(ville: Ville) -> None:
    """A pre-registration of each family that waits, with a document and a word."""
    activite = Activite.create(
        nom="Stage de poterie",
        lieu=ville.cantine.lieu,
        debut=dt.date(2026, 12, 1),
        fin=dt.date(2027, 7, 2),
        delai_reservation=Delai("jours", 1, dt.time(12)),
        delai_absence=Delai("jours", 1, dt.time(12)),
        rang=6,
        pieces="Attestation d’assurance",
    )
    for enfant, famille, auteur in (
        (ville.lea, ville.moreau, ville.claire),
        (ville.tomas, ville.dasilva, ville.paulo),
    ):
        document = documents.deposer(auteur, activite.pieces, "attestation.pdf", b"%PDF-1.7\n%%EOF")
        souhait = Souhait(
            activite.id, (enfant.id,), LUNDI, activite.fin, remarques="Bonjour", documents=(document.id,)
        )
        preinscriptions.deposer(auteur, famille, souhait)


def _voisins(ville: Ville) -> None:
    """A second file for Claire, a club of Tomás's own, two subscriptions that open nothing."""
    petit = Famille.create(nom="Petit", code_abonne="104590", recherche="petit", cree_le=MAINTENANT)
    Enfant.create(
        famille=petit,
        prenom="Lou",
        nom="Petit",
        naissance=dt.date(2019, 5, 1),
        ecole=ville.cantine.lieu,
        recherche=normaliser("Lou Petit"),
    )
    for nom, code in (("Simon", "104591"), ("Roux", "104592")):
        famille = Famille.create(nom=nom, code_abonne=code, recherche=nom.lower(), cree_le=MAINTENANT)
        Enfant.create(
            famille=famille,
            prenom="Sacha",
            nom=nom,
            naissance=dt.date(2019, 5, 2),
            recherche=normaliser(f"Sacha {nom}"),
        )
    annee = {"debut": dt.date(2026, 9, 1), "fin": dt.date(2027, 7, 2)}
    delai = Delai("jours", 1, dt.time(12))
    club = Activite.create(
        nom="Club d’échecs",
        lieu=ville.cantine.lieu,
        delai_reservation=delai,
        delai_absence=delai,
        rang=5,
        **annee,
    )
    limite = clock.instant(JEUDI - dt.timedelta(1), dt.time(12))
    Seance.create(
        activite=club,
        jour=JEUDI,
        debut=dt.time(17),
        fin=dt.time(18),
        places=8,
        limite_reservation=limite,
        limite_absence=limite,
    )
    for enfant, activite in ((ville.tomas, club), (Enfant.get(prenom="Lou"), ville.cantine)):
        Preinscription.create(
            enfant=enfant, activite=activite, statut=w.RESERVATION_POSSIBLE, cree_le=MAINTENANT, **annee
        )
    for compte, famille, statut in (
        (ville.claire, petit, w.ACTIF),
        (ville.claire, Famille.get(nom="Simon"), w.ACTIF),
        (ville.paulo, ville.moreau, w.RESILIE),
        (ville.marc, ville.dasilva, w.ACTIF),
    ):
        Abonnement.create(compte=compte, famille=famille, statut=statut, cree_le=MAINTENANT)
    Calendrier.create(
        genre="fermeture", nom="Travaux à la cantine", debut=MARDI, fin=MARDI, activite=ville.cantine
    )


def _lettres(ville: Ville) -> None:
    julien = abonner(ville.moreau, "julien@example.org", statut=w.ATTENTE_RECONNEXION)
    Compte.update(prenom="Julien", nom="Moreau").where(Compte.id == julien.id).execute()
    cle = Fernet(CLES[0])
    for famille in (ville.moreau, ville.dasilva):
        CodeAbonne.create(
            famille=famille,
            responsable=ville.adulte(famille),
            empreinte=f"{famille.id:064}",
            scelle=cle.encrypt(codes.tirer().encode()).decode(),
            cree_le=MAINTENANT,
            expire_le=MAINTENANT + dt.timedelta(days=80),
            agent=ville.sophie,
        )


def _demander(ville: Ville, *voeux, famille: Famille | None = None, auteur=None) -> int:
    couples = [(enfant.id, ville.seance(activite, jour).id) for enfant, activite, jour in voeux]
    depot = planning.demander_reservation(auteur or ville.claire, famille or ville.moreau, couples)
    assert depot.demande
    return depot.demande.id


def _inscrite() -> None:
    nadege = Compte.create(
        email="nadege@example.org",
        prenom="Nadège",
        nom="Petit",
        role="famille",
        mot_de_passe="-",
        cree_le=MAINTENANT,
    )
    for usage, jeton in JETONS.items():
        Jeton.create(
            compte=nadege,
            usage=usage,
            empreinte=empreinte(jeton),
            mot_de_passe=empreinte(nadege.mot_de_passe),
            expire_le=MAINTENANT + dt.timedelta(hours=1),
        )


def _titulaires(ville: Ville) -> None:
    Compte.create(
        email=RACHID,
        prenom="Rachid",
        nom="Amrani",
        role="famille",
        mot_de_passe=ville.claire.mot_de_passe,
        cree_le=MAINTENANT,
        active_le=MAINTENANT,
    )
    for nom, jeton in ADRESSES.items():
        compte = getattr(ville, nom)
        SessionOuverte.create(
            compte=compte,
            jeton=empreinte(f"tablette de {nom}"),
            appareil=TABLETTE,
            ouverte_le=MAINTENANT,
            vue_le=MAINTENANT,
        )
        _demander_l_adresse(compte, jeton)
        liens = {"famille": Abonnement.get(compte=compte, statut=w.ACTIF).famille, "cree_le": MAINTENANT}
        sien = AGENDAS[nom]
        Agenda.create(compte=compte, empreinte=empreinte(sien), scelle=coffre.sceller(sien), **liens)


def _demander_l_adresse(compte: Compte, jeton: str) -> None:
    Jeton.create(
        compte=compte,
        usage=jetons.ADRESSE,
        empreinte=empreinte(jeton),
        mot_de_passe=empreinte(compte.mot_de_passe),
        expire_le=MAINTENANT + dt.timedelta(hours=1),
        email=f"neuve{compte.id}@example.net",
    )
