"""Every route of the portal, with an address that exists in the small world, and who may call it."""

from dataclasses import dataclass

import workflows as w
from models import (
    Abonnement,
    Agenda,
    Calendrier,
    Capacite,
    Demande,
    Ligne,
    Modification,
    Paiement,
    Photo,
    Preinscription,
)
from portail.access import Acces
from portail.domain import (
    adresses_d_agenda,
    coffre,
    contacts,
    documents,
    identite,
    importation,
    regles_de_reponse,
)
from portail.domain.importation_fichiers import Fichier
from portail.domain.regles_de_reponse import Conditions
from portail.domain.ville import la_ville
from tests import factures
from tests.dossier.contacts import JEANNE, YANN, poser
from tests.dossier.images import octets
from tests.garanties import argent
from tests.monde import HIER, JEUDI, MAINTENANT, Monde

OUVERTES = ("tous_pareil", "par_jeton", "sonde", "public")
"""The doors that nobody has to sign in for."""
A_LA_FIN = ("abonnements.resilier",)
"""What takes the family file away from whoever does it."""
ROLES = {
    "famille": "claire",
    "agent": "sophie",
    "gestionnaire": "gestionnaire",
    "animateur": "animateur",
}


@dataclass(frozen=True)
class Route:
    methode: str
    url: str
    endpoint: str
    acces: Acces

    @property
    def lit(self) -> bool:
        return self.methode == "GET"


def routes(app, monde: Monde) -> list[Route]:
    """A route with a parameter that is not known here must be given a value below."""
    demande = Demande.create(
        famille=monde.moreau, auteur=monde.claire, nature=w.NATURE_RESERVATION, deposee_le=MAINTENANT
    )
    reservation = monde.poser(monde.lea, monde.seance(monde.cantine, JEUDI), w.RESERVATION_ATTENTE)
    Ligne.create(demande=demande, reservation=reservation)
    du_dossier = Demande.create(
        famille=monde.moreau, auteur=monde.claire, nature=w.NATURE_DOSSIER, deposee_le=MAINTENANT
    )
    modification = Modification.create(
        demande=du_dossier, objet="enfant", objet_id=monde.lea.id, champ="classe", avant="", apres="CM1"
    )
    photo = Photo.create(enfant=monde.lea, contenu=octets(), deposee_le=MAINTENANT, validee_le=MAINTENANT)
    attente = contacts.proposer_un_contact(monde.claire, monde.moreau, monde.lea.id, JEANNE)
    depot = _depot(monde)
    capacite = Capacite.create(nom="Repas", places=500)
    emise = factures.facture(monde.adulte_claire, [(monde.noe, monde.seance(monde.cantine, HIER), 345)])
    valeurs = {
        "filename": "app.js",
        "enfant_id": monde.lea.id,
        "seance_id": monde.seance(monde.cantine, JEUDI).id,
        "demande_id": demande.id,
        "appel_id": monde.seance(monde.cantine, MAINTENANT.date()).id,
        "attendue_id": reservation.id,
        "famille_id": monde.moreau.id,
        "compte_id": monde.animateur.id,
        "abonne_id": Abonnement.get(Abonnement.compte == monde.claire).id,
        "abonnement_id": Abonnement.get(Abonnement.compte == monde.claire).id,
        "responsable_id": monde.adulte_claire.id,
        "modification_id": modification.id,
        "contact_id": poser(monde.lea, YANN).id,
        "attente_id": attente.modifications.get().id,
        "photo_id": photo.id,
        "document_id": documents.garder(demande, monde.claire, "", "a.pdf", documents.PDF, b"%PDF-").id,
        "inscription_id": Preinscription.get(Preinscription.enfant == monde.lea).id,
        "depot_id": depot.id,
        "longue_id": demande.id,
        "ligne_id": depot.lignes.get().id,
        "jeton_activation": "a" * 43,
        "jeton_oubli": "m" * 43,
        "jeton_adresse": "e" * 43,
        "jeton_renoncement": "l" * 43,
        "jeton_agenda": "k" * 43,
        "agenda_id": _agenda(monde),
        "regle_id": regles_de_reponse.creer(
            monde.gestionnaire, monde.cantine.id, w.NATURE_RESERVATION, Conditions()
        ),
        "importation_id": _importation(monde),
        "paiement_id": _paiement(monde),
        "refdet": "ADRESSES" * 3,
        "facture_emise_id": emise.id,
        "mois": factures.NOVEMBRE,
        "facture_id": emise.id,
        "ligne_facturee_id": emise.lignes.get().id,
        "session_id": 999_999,
        "note_id": 999_999,
        "filtre_id": 999_999,
        "refus_id": 999_999,
        "motif_absence_id": 999_999,
        "activite_id": monde.cantine.id,
        "lieu_id": monde.cantine.lieu_id,
        "tarif_id": factures.tarif(monde.cantine).id,
        "capacite_id": capacite.id,
        "genre": "fermeture",
        "page_cle": "accessibilite",
        "courriel": "reponse",
        "empreinte": _logo(monde),
        "jours_id": Calendrier.get().id,
        **argent.adresses(monde),
    }
    trouvees = []
    with app.test_request_context():
        adaptateur = app.url_map.bind("localhost")
        for regle in app.url_map.iter_rules():
            url = adaptateur.build(regle.endpoint, {nom: valeurs[nom] for nom in regle.arguments})
            acces = app.view_functions[regle.endpoint].acces
            for methode in sorted(regle.methods - {"HEAD", "OPTIONS"}):
                trouvees.append(Route(methode, url, regle.endpoint, acces))
    return sorted(trouvees, key=lambda route: route.endpoint in A_LA_FIN)


def _logo(monde: Monde) -> str:
    """What the address of the town's logo holds."""
    identite.poser_le_logo(monde.gestionnaire, octets())
    return la_ville().logo


def _paiement(monde: Monde) -> int:
    return Paiement.create(
        famille=monde.moreau,
        payeur=monde.adulte_claire,
        compte=monde.claire,
        refdet="ADRESSES" * 3,
        montant=100,
        cree_le=MAINTENANT,
    ).id


def _agenda(monde: Monde) -> int:
    """A calendar feed that stands."""
    liens = {"compte": monde.claire, "famille": monde.moreau, "cree_le": MAINTENANT}
    jeton = {"empreinte": adresses_d_agenda.empreinte("k" * 43), "scelle": coffre.sceller("k" * 43)}
    return Agenda.create(**liens, **jeton).id


def _importation(monde: Monde) -> int:
    """Files that were looked at, and wait to be written."""
    fichiers = [Fichier("familles.csv", b"code;nom\n900001;Neuve\n")]
    ident = importation.deposer(monde.gestionnaire, fichiers).id
    importation.servir()
    return ident


def _depot(monde: Monde) -> Demande:
    """A demande of pre-registration that waits."""
    depot = Demande.create(
        famille=monde.moreau, auteur=monde.claire, nature=w.NATURE_PREINSCRIPTION, deposee_le=MAINTENANT
    )
    periode = {"debut": JEUDI, "fin": JEUDI, "cree_le": MAINTENANT}
    inscription = Preinscription.create(enfant=monde.lea, activite=monde.cantine, **periode)
    Ligne.create(demande=depot, preinscription=inscription)
    return depot
