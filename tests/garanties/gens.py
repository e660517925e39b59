"""Everybody that a route may be called by, each in a browser of their own."""

import dataclasses
import io

from models import EchecConnexion, Enfant, Responsable, SessionOuverte
from portail.domain import reglages
from tests.dossier.images import octets
from tests.formulaires import csrf
from tests.garanties.carte import Carte
from tests.garanties.hostiles import (
    remettre_en_attente,
    remettre_l_agenda,
    remettre_l_import,
    remettre_la_modification,
    remettre_la_photo,
    remettre_les_contacts,
)
from tests.garanties.route import (
    A_COMPLETER,
    ADMINISTRATION,
    AGENTS,
    CONNECTES,
    FAMILLES,
    GESTION,
    PERSONNEL,
    TOUS,
    Route,
)
from tests.monde import MAINTENANT

CHANGENT_DE_PERSONNE = ("comptes.se_connecter", "comptes.deconnexion")
CHANGENT_LEUR_COMPTE = (
    "mon_espace.lien",
    "mon_espace.changer_de_mot_de_passe",
    "mon_espace.demander_une_autre_adresse",
    "mon_espace.confirmer_l_adresse",
    "mon_espace.fermer_une_session",
    "mon_espace.fermer_les_autres_sessions",
    "mon_espace.fermer",
    "mes_donnees.confirmer",
)
"""Called by Rachid, whose account is put back as it was before each call."""
AVANT_LA_SAISIE = {
    Enfant: {"nom": "Avant", "rentre_seul": None, "sante": ""},
    Responsable: {"nom": "Avant", "voie": "Avant", "banque": "", "quotient": None},
}
"""So that each part of a sheet has something to change."""
ONT_CONFIRME = (
    *("mes_donnees.page", "mes_donnees.fichier"),
    *("guichet.changer_le_droit", "guichet.rattacher"),
)
"""For whoever has just given the password again."""
ENVOIENT_UNE_PHOTO = ("photos.proposer", "guichet_photo.poser")
HTMX = {"HX-Request": "true", "HX-Current-URL": "http://localhost/famille/planning"}


def une_photo() -> tuple[io.BytesIO, str]:
    return io.BytesIO(octets()), "lea.jpg"


def un_fichier() -> tuple[io.BytesIO, str]:
    return io.BytesIO(b"code;nom\n900001;Neuve\n"), "familles.csv"


def un_pdf() -> tuple[io.BytesIO, str]:
    return io.BytesIO(b"%PDF-1.7\n%%EOF"), "attestation.pdf"


class Moitie:
    """A browser of the staff in which only the password was given: each of its requests is made of a town
    where a second factor is owed, and not of the demonstration that the other browsers are in.
    """

    def __init__(self, navigateur) -> None:
        self.navigateur = navigateur

    def open(self, *mots, **autres):
        avant = reglages.lire()
        reglages.poser(dataclasses.replace(avant, second_facteur=True))
        try:
            return self.navigateur.open(*mots, **autres)
        finally:
            reglages.poser(avant)

    def get(self, *mots, **autres):
        return self.open(*mots, method="GET", **autres)

    @property
    def application(self):
        return self.navigateur.application

    def get_cookie(self, nom):
        return self.navigateur.get_cookie(nom)

    def post(self, *mots, **autres):
        return self.open(*mots, method="POST", **autres)


class Gens:
    """`qui(route)`: the browser of somebody who may take this route, and the token of their forms."""

    def __init__(self, carte: Carte, connexion) -> None:
        self.carte, self.app, self.connexion = carte, carte.app, connexion
        m = carte.monde
        self.navigateurs = {
            TOUS: self.app.test_client(),
            CONNECTES: connexion(m.claire),
            FAMILLES: connexion(m.claire),
            AGENTS: connexion(m.sophie),
            PERSONNEL: connexion(m.animateur),
            GESTION: connexion(m.gestionnaire),
            ADMINISTRATION: connexion(m.administratrice),
            A_COMPLETER: Moitie(connexion(m.gestionnaire)),
            "comptes.choisir_famille": connexion(m.claire),  # so that the others keep the Moreau family
        }
        self.jetons = {qui: csrf(navigateur) for qui, navigateur in self.navigateurs.items()}

    def qui(self, route: Route):
        if route.endpoint in CHANGENT_LEUR_COMPTE:
            EchecConnexion.delete().execute()
            sien = self.connexion(self.carte.monde.remettre_rachid())
            return sien, csrf(sien)
        if route.fiche.qui == A_COMPLETER or "mot_de_passe_actuel" in route.fiche.corps:
            EchecConnexion.delete().execute()
            autres = SessionOuverte.compte != self.carte.monde.sophie
            SessionOuverte.update(confirmee_le=None).where(autres).execute()  # given long ago
        if route.endpoint.startswith("agenda."):
            remettre_l_agenda(int(str(self.carte.parametres["agenda_id"][0][0])))
        if route.endpoint not in CHANGENT_DE_PERSONNE:
            nom = route.endpoint if route.endpoint in self.navigateurs else route.fiche.qui
            return self.navigateurs[nom], self.jetons[nom]
        EchecConnexion.delete().execute()  # the throttle has its own tests: here each try is the first
        sort = route.endpoint == "comptes.deconnexion"
        neuf = self.connexion(self.carte.monde.claire) if sort else self.app.test_client()
        return neuf, csrf(neuf)

    def appel(self, route: Route, variante: int = 0, filtres: bool = False, **autres):
        """A sound call, ready to be made: `gens.appel(route)()`. The demande waits for its answer."""
        navigateur, jeton = self.qui(route)
        if route.fiche.qui != TOUS and not route.lit:
            remettre_en_attente(int(self.carte.champs["demande"][0][0]))
        if route.endpoint.startswith("guichet.saisir"):
            for table, autrement in AVANT_LA_SAISIE.items():
                table.update(autrement).where(table.famille == self.carte.monde.moreau).execute()
        if route.endpoint.startswith("guichet_contacts."):
            remettre_les_contacts(self.carte.parametres["contact_id"][0][0])
        if "photo" in route.endpoint:
            remettre_la_photo(*(self.carte.parametres[nom][0][0] for nom in ("enfant_id", "photo_id")))
        if "importation_id" in route.parametres:
            remettre_l_import(self.carte.parametres["importation_id"][0][0])
        if "modification_id" in route.parametres:
            remettre_la_modification(self.carte.parametres["modification_id"][0][0])
        requete = self.carte.filtres(route) if filtres else None
        url = route.url(self.carte.la_mienne(route), requete)
        corps = None if route.lit else {"csrf_token": jeton} | self.carte.corps(route)[variante]
        if route.endpoint in ONT_CONFIRME:
            SessionOuverte.update(confirmee_le=MAINTENANT).execute()
        if route.endpoint in ENVOIENT_UNE_PHOTO:
            return lambda: navigateur.open(url, method="POST", data=corps | {"photo": une_photo()}, **autres)
        if route.endpoint == "ville.poser_le_logo":
            return lambda: navigateur.open(url, method="POST", data=corps | {"logo": une_photo()}, **autres)
        if route.endpoint == "importation.deposer":
            return lambda: navigateur.open(
                url, method="POST", data=corps | {"fichiers": un_fichier()}, **autres
            )
        if route.endpoint == "preinscriptions.ecrire":
            return lambda: navigateur.open(url, method="POST", data=corps | {"piece-0": un_pdf()}, **autres)
        return lambda: navigateur.open(url, method=route.methode, data=corps, **autres)
