"""The portal's map, drawn by hand: who may take each route, and all that it reads. The portal is held to it.

A route, a parameter of an address, a field read by a view that is not on the map fails these tests: whoever
adds one draws it here, and all the guarantees of this folder cover it from then on.
"""

from collections.abc import Iterable, Iterator, Sequence

from flask import Flask

import workflows as w
from models import Activite, ContactHabilite, Enfant, Reservation, Responsable, Seance
from portail.domain import guichet, guichet_contacts, guichet_photo, jetons, photos
from portail.domain.contacts import FicheContact
from tests.garanties.monde import ABSENT, ADRESSES, AGENDAS, JETONS, MARDI, Ville
from tests.garanties.route import (
    A_COMPLETER,
    AGENTS,
    CONNECTES,
    FAMILLES,
    PERSONNEL,
    TOUS,
    Champs,
    Fiche,
    Route,
)
from tests.garanties.valeurs import PROPRES, SAINES, VARIANTES
from tests.monde import HIER, JEUDI, LUNDI, MERCREDI

CADRE = ("vue", "date", "enfant", "activite")
REPONSE = ("ligne", "groupe", "malgre", "motif", "precision", "ouverte")
CODE = ("code", "naissance")
CONFIRMATION = ("mot_de_passe_actuel",)
DU_RESPONSABLE = (
    *("nom", "prenom", "email", "telephone", "telephone_travail", "profession", "employeur"),
    *("voie", "complement", "code_postal", "commune", "titulaire", "iban", "bic"),
)
DE_L_ENFANT = (
    *("nom", "prenom", "naissance", "classe"),
    *("rentre_seul", "transport", "image", "baignade", "soins_urgence"),
    *("regime", "allergies", "pai_debut", "pai_fin", "pai_consignes", "medecin", "medecin_telephone"),
    "rappel_dtp",
)
DU_CONTACT = ("prenom", "nom", "lien", "telephone", "appeler", "chercher", "piece_identite")
DU_SOUHAIT = (
    *("activite_choisie", "enfants", "debut", "fin", "semaine", "applique", "montre_du", "montre_au", "jour"),
    *("remarques", "document", "retirer", "etape", "piece-0", "activite_montree"),
)
DU_SOUHAIT_LONG = (
    *("nature", "enfants", "activites", "debut", "fin", "semaine", "comme", "periode", "ensemble", "motif"),
    "document",
)
FILE = ("etat", "nature", "activite", "q", "page", "lignes")
FISCALES = ("quotient", "revenu_fiscal", "parts", "fiscal_le")

ROUTES = {
    "static": Fiche(TOUS, ("v",)),
    "accueil.page": Fiche(TOUS),
    "accueil.ville_css": Fiche(TOUS),
    "accueil.apparence": Fiche(TOUS, (), ("theme",)),
    "comptes.connexion": Fiche(TOUS, ("next",)),
    "comptes.se_connecter": Fiche(TOUS, (), ("email", "mot_de_passe", "next")),
    "comptes.deconnexion": Fiche(TOUS, (), ("next",)),
    "inscription.formulaire": Fiche(TOUS),
    "inscription.creer": Fiche(TOUS, (), ("nom", "prenom", "email", "mot_de_passe", *CODE)),
    "inscription.courriel_envoye": Fiche(TOUS, ("encore",)),
    "inscription.encore_un_courriel": Fiche(TOUS),
    "inscription.redemander": Fiche(TOUS, (), ("email",)),
    "inscription.lien": Fiche(TOUS),
    "inscription.activer": Fiche(TOUS),
    "oubli.formulaire": Fiche(TOUS),
    "oubli.demander": Fiche(TOUS, (), ("email",)),
    "oubli.courriel_envoye": Fiche(TOUS),
    "oubli.lien": Fiche(TOUS),
    "oubli.changer": Fiche(TOUS, (), ("mot_de_passe",)),
    "mots_de_passe.force": Fiche(TOUS, (), ("mot_de_passe", "prenom", "nom", "email", "exigence")),
    "mon_espace.informations": Fiche(CONNECTES),
    "mon_espace.nom": Fiche(CONNECTES),
    "mon_espace.changer_de_nom": Fiche(CONNECTES, (), ("prenom", "nom")),
    "mon_espace.mot_de_passe": Fiche(CONNECTES),
    "mon_espace.changer_de_mot_de_passe": Fiche(CONNECTES, (), ("mot_de_passe", *CONFIRMATION)),
    "mon_espace.adresse": Fiche(CONNECTES),
    "mon_espace.demander_une_autre_adresse": Fiche(CONNECTES, (), ("email", *CONFIRMATION)),
    "mon_espace.courriel_envoye": Fiche(CONNECTES),
    "mon_espace.lien": Fiche(CONNECTES),
    "mon_espace.confirmer_l_adresse": Fiche(CONNECTES),
    "mon_espace.appareils": Fiche(CONNECTES),
    "mon_espace.fermer_une_session": Fiche(CONNECTES),
    "mon_espace.fermer_les_autres_sessions": Fiche(CONNECTES),
    "mon_espace.fermeture": Fiche(CONNECTES),
    "mon_espace.fermer": Fiche(CONNECTES, (), ("certain", *CONFIRMATION)),
    "journal.page": Fiche(CONNECTES, ("avant",)),
    "mes_donnees.page": Fiche(CONNECTES),
    "mes_donnees.fichier": Fiche(CONNECTES),
    "mes_donnees.confirmation": Fiche(CONNECTES, ("next",)),
    "mes_donnees.confirmer": Fiche(CONNECTES, (), ("next", *CONFIRMATION)),
    "second_facteur.formulaire": Fiche(A_COMPLETER, ("next",)),
    "second_facteur.donner": Fiche(A_COMPLETER, (), ("code", "next")),
    "second_facteur.activer": Fiche(A_COMPLETER, (), ("code", "next")),
    "second_facteur.etat": Fiche(PERSONNEL),
    "second_facteur.refaire": Fiche(PERSONNEL, (), CONFIRMATION),
    "comptes.choisir_famille": Fiche(FAMILLES, (), ("famille",)),
    "abonnements.liste": Fiche(FAMILLES),
    "abonnements.nouveau": Fiche(FAMILLES),
    "abonnements.s_abonner": Fiche(FAMILLES, (), CODE),
    "abonnements.fin": Fiche(FAMILLES),
    "abonnements.resilier": Fiche(FAMILLES),
    "facturation.espace": Fiche(FAMILLES),
    "demo.courriels_ecrits": Fiche(TOUS),
    "famille.espace": Fiche(FAMILLES),
    "dossier.page": Fiche(FAMILLES),
    "dossier.responsable": Fiche(FAMILLES, ("modifier", "reprendre")),
    "dossier.enfant": Fiche(FAMILLES, ("modifier", "reprendre")),
    "dossier.modifier_responsable": Fiche(
        FAMILLES, (), ("rubrique", "repere", *DU_RESPONSABLE, *CONFIRMATION)
    ),
    "dossier.modifier_enfant": Fiche(FAMILLES, (), ("rubrique", "repere", *DE_L_ENFANT)),
    "dossier.annuler": Fiche(FAMILLES),
    "contacts.section": Fiche(FAMILLES),
    "contacts.nouveau": Fiche(FAMILLES),
    "contacts.proposer": Fiche(FAMILLES, (), DU_CONTACT),
    "contacts.changement": Fiche(FAMILLES),
    "contacts.changer": Fiche(FAMILLES, (), DU_CONTACT),
    "contacts.retrait": Fiche(FAMILLES),
    "contacts.retirer": Fiche(FAMILLES),
    "contacts.reprise": Fiche(FAMILLES),
    "contacts.reprendre": Fiche(FAMILLES, (), ("contacts",)),
    "contacts.annuler": Fiche(FAMILLES),
    "photos.section": Fiche(FAMILLES),
    "photos.proposer": Fiche(FAMILLES, (), ("photo",)),
    "photos.retirer": Fiche(FAMILLES),
    "photos.annuler": Fiche(FAMILLES),
    "photos.photo": Fiche(FAMILLES),
    "photos.une_photo": Fiche(FAMILLES),
    "photos.photo_pour_un_agent": Fiche(AGENTS),
    "photos.une_photo_pour_un_agent": Fiche(AGENTS),
    "planning.page": Fiche(FAMILLES, CADRE),
    "planning.nouvelles_du_planning": Fiche(FAMILLES, (*CADRE, "depuis", "dit", "vu", "charpente", "ouvert")),
    "planning.creneau": Fiche(FAMILLES, CADRE),
    "planning.demander": Fiche(FAMILLES, CADRE, ("voulu",)),
    "planning.annuler": Fiche(FAMILLES, CADRE, ("ligne",)),
    "planning.renoncer": Fiche(FAMILLES, CADRE),
    "longue_periode.page": Fiche(FAMILLES, (*DU_SOUHAIT_LONG, "vers")),
    "longue_periode.demander": Fiche(FAMILLES, (), (*DU_SOUHAIT_LONG, "documents", "retirer")),
    "longue_periode.suite": Fiche(FAMILLES, DU_SOUHAIT_LONG),
    "longue_periode.annuler": Fiche(FAMILLES, DU_SOUHAIT_LONG),
    "agenda.page": Fiche(FAMILLES),
    "agenda.nouveau": Fiche(FAMILLES, ("enfant",)),
    "agenda.ouvrir": Fiche(FAMILLES, (), ("enfant", *CONFIRMATION)),
    "agenda.remplacement": Fiche(FAMILLES),
    "agenda.remplacer": Fiche(FAMILLES, (), CONFIRMATION),
    "agenda.suppression": Fiche(FAMILLES),
    "agenda.revoquer": Fiche(FAMILLES),
    "agenda.flux": Fiche(TOUS),
    "preinscriptions.liste": Fiche(FAMILLES, ("enfant",)),
    "preinscriptions.nouvelle": Fiche(FAMILLES, ("activite_choisie", "enfants", "debut", "fin", "semaine")),
    "preinscriptions.ecrire": Fiche(FAMILLES, (), DU_SOUHAIT),
    "preinscriptions.demande": Fiche(FAMILLES),
    "preinscriptions.repondre": Fiche(FAMILLES, (), ("texte", "documents", "piece-0", "document")),
    "preinscriptions.annulation": Fiche(FAMILLES),
    "preinscriptions.annuler": Fiche(FAMILLES),
    "preinscriptions.retrait": Fiche(FAMILLES),
    "preinscriptions.retirer": Fiche(FAMILLES),
    "preinscriptions.document": Fiche(FAMILLES),
    "demandes.liste": Fiche(FAMILLES, ("page",)),
    "demandes.demande": Fiche(FAMILLES),
    "demandes.annuler": Fiche(FAMILLES),
    "moderation.file": Fiche(AGENTS, (*FILE, "demande", "tout")),
    "moderation.demande": Fiche(AGENTS, (*FILE, "tout")),
    "moderation.accepter": Fiche(AGENTS, (*FILE, "tout"), REPONSE),
    "moderation.ouvrir": Fiche(AGENTS, (*FILE, "tout"), ("rubrique",)),
    "moderation.mettre_en_attente": Fiche(AGENTS, (*FILE, "tout"), REPONSE),
    "moderation.refuser": Fiche(AGENTS, (*FILE, "tout"), REPONSE),
    "moderation.demander_une_piece": Fiche(AGENTS, FILE, ("texte",)),
    "pieces.ouvrir": Fiche(AGENTS),
    "moderation.repondre_a_la_selection": Fiche(
        AGENTS, (*FILE, "demande", "tout"), ("demande", "acte", "motif", "precision", "ouverte")
    ),
    "listes_d_attente.page": Fiche(AGENTS, ("page",)),
    "listes_d_attente.liste": Fiche(AGENTS),
    "listes_d_attente.donner": Fiche(AGENTS),
    "familles.liste": Fiche(AGENTS, ("q", "page")),
    "familles.fiche": Fiche(AGENTS),
    "familles.lettre": Fiche(AGENTS, (), ("responsable",)),
    "familles.renouveler": Fiche(AGENTS, (), ("code_id",)),
    "familles.mettre_fin": Fiche(AGENTS),
    "fin_d_inscription.page": Fiche(AGENTS, ("dernier",)),
    "fin_d_inscription.mettre_fin": Fiche(AGENTS, (), ("dernier", "motif")),
    "guichet.responsable": Fiche(AGENTS, ("modifier",)),
    "guichet.enfant": Fiche(AGENTS, ("modifier",)),
    "guichet.ouvrir_un_responsable": Fiche(AGENTS, (), ("rubrique",)),
    "guichet.ouvrir_un_enfant": Fiche(AGENTS, (), ("rubrique",)),
    "guichet.saisir_un_responsable": Fiche(AGENTS, (), ("rubrique", "repere", *DU_RESPONSABLE, *FISCALES)),
    "guichet.saisir_un_enfant": Fiche(AGENTS, (), ("rubrique", "repere", *DE_L_ENFANT)),
    "guichet.changer_le_droit": Fiche(AGENTS, (), ("responsable", "droit")),
    "guichet.rattacher": Fiche(AGENTS, (), ("abonnement", "voulu")),
    "guichet_contacts.section": Fiche(AGENTS),
    "guichet_contacts.nouveau": Fiche(AGENTS),
    "guichet_contacts.ajouter": Fiche(AGENTS, (), DU_CONTACT),
    "guichet_contacts.changement": Fiche(AGENTS),
    "guichet_contacts.changer": Fiche(AGENTS, (), ("repere", *DU_CONTACT)),
    "guichet_contacts.retrait": Fiche(AGENTS),
    "guichet_contacts.retirer": Fiche(AGENTS, (), ("repere",)),
    "guichet_contacts.reprise": Fiche(AGENTS),
    "guichet_contacts.reprendre": Fiche(AGENTS, (), ("contacts",)),
    "guichet_photo.section": Fiche(AGENTS),
    "guichet_photo.poser": Fiche(AGENTS, (), ("repere", "photo")),
    "guichet_planning.page": Fiche(AGENTS, (*DU_SOUHAIT_LONG, "vers")),
    "guichet_planning.demander": Fiche(AGENTS, ("vers",), DU_SOUHAIT_LONG),
    "guichet_photo.retirer": Fiche(AGENTS, (), ("repere",)),
}

JETON = ("csrf_token",)
"""Read on every form, before the view."""


class Carte:
    """The map, laid on one world: the routes of the application, and values for all that they read."""

    def __init__(self, app: Flask, monde: Ville) -> None:
        self.app, self.monde = app, monde
        self.parametres = self._parametres()
        self.champs = self._champs()

    # ——— the routes ———

    def routes(self, *qui: str, methodes: Iterable[str] = ("GET", "POST")) -> list[Route]:
        """The routes that these people may take (all when nobody is said), by address."""
        trouvees = []
        for regle in self.app.url_map.iter_rules():
            assert regle.endpoint in ROUTES, f"{regle.endpoint} is not on the map (tests/garanties/carte.py)"
            fiche = ROUTES[regle.endpoint]
            inconnues = set(regle.methods or ()) - {"GET", "HEAD", "OPTIONS", "POST"}
            assert not inconnues, f"{regle.endpoint}: the guarantees know nothing of {inconnues}"
            for methode in set(methodes) & set(regle.methods or ()):
                trouvees.append(Route(methode, regle.endpoint, regle.rule, fiche))
        return sorted(
            (r for r in trouvees if not qui or r.fiche.qui in qui), key=lambda r: (r.regle, r.methode)
        )

    def route(self, endpoint: str) -> Route:
        return next(route for route in self.routes() if route.endpoint == endpoint)

    # ——— values for the parameters of an address ———

    def _parametres(self) -> dict[str, tuple[Sequence[object], Sequence[object]]]:
        """For each parameter: values that the Moreau family has, values that are of others."""
        m = self.monde
        siennes = [
            m.seance(activite, jour).id
            for activite, jour in (
                (m.cantine, LUNDI),
                (m.cantine, MARDI),
                (m.cantine, JEUDI),
                (m.cantine, HIER),
                (m.matin, LUNDI),
                (m.soir, LUNDI),
                (m.centre, MERCREDI),
            )
        ]
        return {
            "filename": (["app.js"], []),
            "enfant_id": (m.enfants(m.moreau), [m.tomas.id, m.lou.id]),
            "seance_id": (siennes, [m.seance(m.echecs, JEUDI).id]),
            "demande_id": (m.demandes(m.moreau), m.demandes(m.dasilva)),
            "abonnement_id": ([m.abonnement(m.claire, m.simon)], [m.abonnement(m.paulo, m.dasilva)]),
            "attendue_id": ([_creneau(m, m.ines, m.soir)], [_creneau(m, m.tomas, m.cantine)]),
            "famille_id": ([m.moreau.id, m.petit.id], [m.dasilva.id]),
            "abonne_id": ([m.abonnement(m.julien, m.moreau)], [m.abonnement(m.paulo, m.dasilva)]),
            "responsable_id": ([m.adulte_claire.id], [m.adulte_paulo.id]),
            "contact_id": ([m.contact(m.lea)], [m.contact(m.noe), m.contact(m.tomas)]),
            "attente_id": (
                [m.contact_attendu(m.lea)],
                [m.modification(m.moreau), m.contact_attendu(m.tomas)],
            ),
            "photo_id": ([m.photo(m.lea)], [m.photo(m.tomas)]),
            "document_id": ([m.document(m.moreau)], [m.document(m.dasilva)]),
            "inscription_id": ([m.inscription(m.lea)], [m.inscription(m.tomas)]),
            "depot_id": ([m.depot(m.moreau)], [m.depot(m.dasilva), m.demandes(m.dasilva)[0]]),
            "longue_id": ([m.demande(m.moreau, w.EN_ATTENTE).id], [m.demandes(m.dasilva)[0]]),
            "ligne_id": (m.lignes_du_depot(m.moreau), m.lignes_du_depot(m.dasilva)),
            "modification_id": ([m.modification(m.moreau)], [m.modification(m.dasilva)]),
            "jeton_activation": ([JETONS[jetons.ACTIVATION]], []),
            "jeton_oubli": ([JETONS[jetons.MOT_DE_PASSE]], []),
            "jeton_adresse": ([ADRESSES["claire"]], [ADRESSES["paulo"]]),
            "jeton_agenda": ([AGENDAS["claire"]], []),
            "agenda_id": ([m.agenda(m.claire)], [m.agenda(m.paulo)]),
            "session_id": ([m.tablette(m.claire)], [m.tablette(m.paulo)]),
        }

    def miennes(self, route: Route) -> Iterator[dict[str, object]]:
        """The ways to fill the address with what the Moreau family has, one parameter changing at a time."""
        premiers = {nom: self._du_parametre(nom)[0][0] for nom in route.parametres}
        yield premiers
        for nom in route.parametres:
            yield from (premiers | {nom: autre} for autre in self._du_parametre(nom)[0][1:])

    def la_mienne(self, route: Route) -> dict[str, object]:
        """One of them."""
        siens: dict[str, object] = {}
        if route.endpoint == "moderation.ouvrir":
            siens = {"demande_id": self.monde.demande_sanitaire()}
        elif route.endpoint == "moderation.demander_une_piece":
            siens = {"demande_id": self.monde.demande_d_inscription()}
        return next(self.miennes(route)) | siens

    def etrangeres(self, route: Route) -> Iterator[dict[str, object]]:
        """The same, with one parameter that is of others, or of nobody."""
        for nom in route.parametres:
            if autrui := self._du_parametre(nom)[1]:
                yield from (self.la_mienne(route) | {nom: ident} for ident in (*autrui, ABSENT))

    def _du_parametre(self, nom: str) -> tuple[Sequence[object], Sequence[object]]:
        assert nom in self.parametres, f"« {nom} »: say what it may stand for (tests/garanties/carte.py)"
        return self.parametres[nom]

    # ——— values for the fields ———

    def _champs(self) -> dict[str, tuple[list[str], list[str]]]:
        """For each field: a sound value, then the ids of others that it could name."""
        m = self.monde
        attente = m.demande(m.moreau, w.EN_ATTENTE)
        ailleurs = m.demande(m.dasilva, w.EN_ATTENTE)
        club = Seance.get(Seance.activite == m.echecs)
        return {nom: ([valeur], []) for nom, valeur in SAINES.items()} | {
            "enfant": ([str(m.lea.id)], [str(m.tomas.id), str(m.lou.id)]),
            "activite": ([str(m.cantine.id)], [str(club.activite_id)]),
            "activite_choisie": ([str(m.poterie.id)], []),
            "activites": ([str(m.centre.id)], [str(club.activite_id)]),
            "activite_montree": ([str(m.poterie.id)], []),
            "enfants": ([str(m.noe.id)], []),
            "retirer": ([str(m.document(m.moreau))], []),
            "ouvert": ([f"c-{m.ines.id}-1"], []),
            "contacts": ([str(m.contact(m.noe))], [str(m.contact(m.tomas))]),
            "famille": ([str(m.petit.id)], [str(m.dasilva.id)]),
            "demande": ([str(attente.id)], [str(ailleurs.id)]),
            "responsable": ([str(m.adulte(m.moreau).id)], [str(m.adulte(m.dasilva).id)]),
            "code": (["104592"], []),
            "code_id": ([str(m.code(m.moreau).id)], [str(m.code(m.dasilva).id)]),
            "abonnement": ([str(m.abonnement(m.claire, m.moreau))], [str(m.abonnement(m.paulo, m.dasilva))]),
            "ligne": ([str(i) for i in m.lignes(attente)], [str(i) for i in m.lignes(ailleurs)]),
        }

    def sains(self, noms: Iterable[str]) -> Champs:
        """These fields, each with a sound value."""
        return {nom: list(self._du_champ(nom)[0]) for nom in noms}

    def ids_d_autrui(self, nom: str) -> list[str]:
        """What this field could name and must not; nothing when it names no row."""
        return self._du_champ(nom)[1]

    def _du_champ(self, nom: str) -> tuple[list[str], list[str]]:
        assert nom in self.champs, f"« {nom} »: say what it may hold (tests/garanties/carte.py)"
        return self.champs[nom]

    def corps(self, route: Route) -> list[Champs]:
        """The sound bodies of a route: one for each act that it leads to."""
        sain = self.sains(route.fiche.corps) | PROPRES.get(route.endpoint, {})
        tous = [sain, *(sain | autre for autre in VARIANTES.get(route.endpoint, []))]
        if "repere" in route.fiche.corps and route.endpoint.startswith("guichet"):
            return [un | {"repere": [self._repere(route, un)]} for un in tous]
        return tous

    def _repere(self, route: Route, corps: Champs) -> str:
        """What the form of this part of the sheet would have shown."""
        ids = self.la_mienne(route)
        if "contact_id" in ids:
            contact = ContactHabilite.get_by_id(ids["contact_id"])
            return guichet_contacts.marquer(contact.id, FicheContact.de(contact).texte)
        if route.endpoint.startswith("guichet_photo"):
            return guichet_photo.marquer(photos.presente(Enfant.get_by_id(ids["enfant_id"]).id))
        (rubrique,) = corps["rubrique"]
        if "enfant_id" in ids:
            return guichet.marquer(Enfant.get_by_id(ids["enfant_id"]), rubrique)
        return guichet.marquer(Responsable.get_by_id(ids["responsable_id"]), rubrique)


def _creneau(m: Ville, enfant: Enfant, activite: Activite) -> int:
    """What the child has on Monday's séance of this activity."""
    return Reservation.get(enfant=enfant, seance=m.seance(activite, LUNDI)).id
