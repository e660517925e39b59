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
    Capacite,
    CapaciteActivite,
    CodeAbonne,
    Compte,
    Delai,
    Enfant,
    Famille,
    Jeton,
    MotifAbsence,
    Photo,
    Preinscription,
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
    contestations,
    demandes,
    documents,
    dossier,
    filtres_gardes,
    identite,
    importation,
    moderation,
    notes,
    photos,
    planning,
    preinscriptions,
    prises_en_charge,
    regles_de_reponse,
)
from portail.domain.comptes import empreinte
from portail.domain.examen import Souhait
from portail.domain.filtres_moderation import ANCIEN, Filtres
from portail.domain.importation_fichiers import Fichier
from portail.domain.regles_de_reponse import Conditions
from tests.actes import abonner
from tests.conftest import CLES
from tests.dossier.contacts import AUTREMENT, YANN, poser
from tests.dossier.images import octets
from tests.garanties import argent, factures, paiements, tarifs
from tests.garanties.ailleurs import ouvrir_un_autre_lieu
from tests.garanties.monde import (
    ADRESSES,
    AGENDAS,
    JETONS,
    MARDI,
    RACHID,
    TABLETTE,
    Ville,
    demander_l_adresse,
)
from tests.monde import HIER, JEUDI, LUNDI, MAINTENANT


def peupler() -> None:
    """Add all that to the small world."""
    ville = Ville()
    _voisins(ville)
    _inscrite()
    _lettres(ville)
    _titulaires(ville)
    _partage(ville)
    ouvrir_un_autre_lieu(ville.claire.mot_de_passe)
    Calendrier.create(genre="fermeture", nom="Pont", debut=dt.date(2027, 5, 7), fin=dt.date(2027, 5, 7))
    MotifAbsence.create(nom="Maladie", justificatif="Certificat médical")
    MotifAbsence.create(nom="Voyage", rang=2)
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
    ville.poser(ville.tomas, ville.seance(ville.soir, LUNDI), w.RESERVE)
    couple = (ville.tomas.id, ville.seance(ville.soir, LUNDI).id)
    planning.declarer_absence(ville.paulo, ville.dasilva, [couple])
    _dossiers(ville)
    _contacts_et_photos(ville)
    _inscriptions(ville)
    _file(ville)
    ville.poser(ville.lea, ville.seance(ville.cantine, MAINTENANT.date()), w.RESERVE)  # on today's sheet
    tarifs.peupler(ville)
    argent.peupler(ville)
    identite.poser_le_logo(ville.gestionnaire, octets())
    importation.deposer(ville.gestionnaire, [Fichier("familles.csv", b"code;nom\n900001;Neuve\n")])
    importation.servir()
    factures.emettre(ville)
    _contestations(ville)
    paiements.poser(ville)


def _contestations(ville: Ville) -> None:
    """Of the invoice of each family, the line that no avoir has touched is contested."""
    for auteur, famille in ((ville.claire, ville.moreau), (ville.paulo, ville.dasilva)):
        entiere = factures.lignes(famille)[1]
        contestations.contester(auteur, famille, entiere, [], "Ce jour-là, personne n’est venu.")


def _file(ville: Ville) -> None:
    """What agents have written on the queue: notes, filters, a demande that Marc looks after."""
    for famille in (ville.moreau, ville.dasilva):
        notes.ecrire(ville.sophie, ville.demandes(famille)[0], "À voir avec la directrice")
    for agent in (ville.sophie, ville.marc, ville.gestionnaire, ville.administratrice):
        filtres_gardes.garder(agent, "Anciennes", Filtres(age=ANCIEN))
    prises_en_charge.prendre(ville.marc, ville.demandes(ville.moreau)[0])


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
    gestionnaire = ville.gestionnaire
    regles_de_reponse.creer(gestionnaire, activite.id, w.NATURE_PREINSCRIPTION, Conditions())
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
    Compte.create(
        email="administratrice@example.org",
        prenom="Hélène",
        nom="Roux",
        role="administrateur",
        mot_de_passe=ville.claire.mot_de_passe,
        cree_le=MAINTENANT,
        active_le=MAINTENANT,
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


def _partage(ville: Ville) -> None:
    """More meals than anybody asks for here."""
    capacite = Capacite.create(nom="Repas de la cuisine", places=500)
    for activite in (ville.cantine, ville.soir):
        CapaciteActivite.create(capacite=capacite, activite=activite)


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
        demander_l_adresse(compte, jeton)
        liens = {"famille": Abonnement.get(compte=compte, statut=w.ACTIF).famille, "cree_le": MAINTENANT}
        sien = AGENDAS[nom]
        Agenda.create(compte=compte, empreinte=empreinte(sien), scelle=coffre.sceller(sien), **liens)
