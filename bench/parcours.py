"""What is measured of the portal: each way, as a browser asks it, and its floor of the same weight."""

import itertools
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from statistics import median

from bench.commun import JOUR
from bench.navigateur import FORMULAIRE, HTMX, Navigateur, Recue, guet
from bench.serveurs import Service, servir
from bench.villes import Villes

FAMILLE, AGENT = "famille@example.org", "agent@example.org"
BR = {"Accept-Encoding": "br"}
PAR_RELEVE = 5
"""Requests between two readings of the processor: what a server finishes after its answer is counted too."""

MOIS, SEMAINE, DEMANDER, ANNULER = (
    "planning, le mois",
    "planning, la semaine",
    "réserver",
    "annuler la demande",
)
FILE, CONNEXION, VEILLE = "file des agents", "connexion", "veille sans nouvelle (304)"
VOIES = (MOIS, SEMAINE, DEMANDER, ANNULER, FILE, CONNEXION, VEILLE)
ACTES = (DEMANDER, ANNULER)

ADRESSE_DU_MOIS = f"/famille/planning?vue=mois&date={JOUR.date()}"
ADRESSE_DE_LA_SEMAINE = f"/famille/planning?vue=semaine&date={JOUR.date()}"
JETON = r'name="csrf_token" value="([^"]+)"'

Demande = Callable[[], Recue]


@dataclass
class Releve:
    """What one way cost, reading after reading."""

    processeur: list[float] = field(default_factory=list)
    horloge: list[float] = field(default_factory=list)

    def noter(self, service: Service, demandes: list[Demande]) -> None:
        avant = service.processeur()
        durees = [demande().duree for demande in demandes]
        self.processeur.append((service.processeur() - avant) / len(demandes))
        self.horloge.append(median(durees))


class Portail:
    """The portal on one town: a family and an agent who signed in, and what each way asks."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.famille, self.agent = Navigateur(service.port), Navigateur(service.port)
        self.famille.se_connecter(FAMILLE)
        self.agent.se_connecter(AGENT)
        mois = self.famille.lire(ADRESSE_DU_MOIS).texte
        self.guet = guet(mois)
        self.creneaux = list(itertools.islice(self._moderes(mois), PAR_RELEVE))
        assert len(self.creneaux) == PAR_RELEVE, "the family has nothing left to ask for"
        self.releves = {voie: Releve() for voie in VOIES}
        self.poids = {voie: self._peser(voie) for voie in VOIES}
        """Bytes of each answer: in clear, and as sent."""

    def demandes(self, voie: str) -> list[Demande]:
        """So many requests of this way."""
        if voie in ACTES:
            return [lambda c=creneau: self._agir(voie, c, **BR) for creneau in self.creneaux]
        if voie == CONNEXION:
            return [self._venir() for _ in range(PAR_RELEVE)]
        if voie == VEILLE:  # what was done since moved the mark
            self.guet = guet(self.famille.lire(ADRESSE_DU_MOIS).texte)
        une = {
            MOIS: lambda: self.famille.lire(ADRESSE_DU_MOIS, **BR),
            SEMAINE: lambda: self.famille.lire(ADRESSE_DE_LA_SEMAINE, **BR),
            FILE: lambda: self.agent.lire("/agents", **BR),
            VEILLE: self._veiller,
        }[voie]
        return [une] * PAR_RELEVE

    def _moderes(self, page: str) -> Iterator[tuple[str, str, str]]:
        """Slots that an agent answers, as the page has them: the address of each, its query, a token."""
        for adresse, requete in re.findall(r'href="(/famille/planning/creneaux/\d+/\d+)\?([^"]+)"', page):
            panneau = self.famille.lire(f"{adresse}?{requete.replace('&amp;', '&')}", **HTMX).texte
            if 'name="voulu" value="reserve"' in panneau and "La mairie valide la demande" in panneau:
                jeton = re.search(JETON, panneau)
                assert jeton
                yield adresse, requete.replace("&amp;", "&"), jeton[1]

    def _agir(self, voie: str, creneau: tuple[str, str, str], **entetes: str) -> Recue:
        adresse, requete, jeton = creneau
        acte, champs = ("demande", {"voulu": "reserve"}) if voie == DEMANDER else ("annulation", {})
        envoi = {"csrf_token": jeton} | champs
        recue = self.famille.demander(
            "POST", f"{adresse}/{acte}?{requete}", envoi, **HTMX, **FORMULAIRE, **entetes
        )
        assert recue.statut == 200, (voie, recue.statut, recue.contenu[:300])
        return recue

    def _venir(self) -> Demande:
        """Somebody who has the page open, and sends the form."""
        nouveau = Navigateur(self.service.port)
        envoyer = nouveau.preparer_la_connexion(FAMILLE)

        def demande() -> Recue:
            recue = envoyer()
            nouveau.lien.close()
            return recue

        return demande

    def _veiller(self) -> Recue:
        adresse, marque = self.guet
        recue = self.famille.demander("GET", adresse, None, **HTMX, **BR, **marque)
        assert recue.statut == 304, recue.statut
        return recue

    def _peser(self, voie: str) -> tuple[int, int]:
        if voie in ACTES:
            envoyee = self._agir(voie, self.creneaux[0], **BR)
            rendue = self._agir(ANNULER if voie == DEMANDER else DEMANDER, self.creneaux[0])
            return len(rendue.contenu), len(envoyee.contenu)
        adresses = {MOIS: ADRESSE_DU_MOIS, SEMAINE: ADRESSE_DE_LA_SEMAINE, FILE: "/agents"}
        if voie not in adresses:
            return 0, 0  # a redirection, a 304: nothing but headers
        qui = self.agent if voie == FILE else self.famille
        return len(qui.lire(adresses[voie]).contenu), len(qui.lire(adresses[voie], **BR).contenu)


class Plancher:
    """The floor on the same town: each way, at the weight that the portal's answer has."""

    def __init__(self, service: Service, poids: dict[str, tuple[int, int]]) -> None:
        self.service, self.navigateur = service, Navigateur(service.port)
        self.poids = {voie: clair for voie, (clair, _) in poids.items()}
        self.releves = {voie: Releve() for voie in VOIES}
        self.ecritures = {voie: Releve() for voie in ACTES}

    def demandes(self, voie: str) -> list[Demande]:
        return [lambda: self.navigateur.lire(f"/?octets={self.poids[voie]}", **BR)] * PAR_RELEVE

    def demandes_qui_ecrivent(self, voie: str) -> list[Demande]:
        adresse = f"/?octets={self.poids[voie]}"
        return [lambda: self.navigateur.demander("POST", adresse, {}, **FORMULAIRE, **BR)] * PAR_RELEVE


@dataclass
class Ville:
    """A town on an engine, its portal and its floor."""

    moteur: str
    familles: int
    portail: Portail
    plancher: Plancher
    memoire: list[tuple[int, int]] = field(default_factory=list)
    """Of each worker of the portal, once it has been measured."""

    def peser_les_processus(self) -> None:
        self.memoire = self.portail.service.memoire()

    def un_tour(self, compter: bool = True) -> None:
        """Each way after its floor. `compter`: the first ones fill the caches."""
        for voie in VOIES:
            mesures = [
                (self.plancher.service, self.plancher.releves[voie], self.plancher.demandes(voie)),
                (self.portail.service, self.portail.releves[voie], self.portail.demandes(voie)),
            ]
            if voie in ACTES:
                ecrit = self.plancher.demandes_qui_ecrivent(voie)
                mesures.insert(1, (self.plancher.service, self.plancher.ecritures[voie], ecrit))
            for service, releve, demandes in mesures:
                (releve if compter else Releve()).noter(service, demandes)


@contextmanager
def villes_servies(villes: Villes, moteur: str, tailles: list[int]) -> Iterator[list[Ville]]:
    """These towns on this engine, each with its portal and its floor, all running."""
    with ExitStack() as pile:
        servies = []
        for familles in tailles:
            url = pile.enter_context(villes.copie(moteur, familles))
            base = villes.pid_du_serveur() if moteur == "postgresql" else None
            portail, plancher = (
                pile.enter_context(servir(application, url, villes.cle, base))
                for application in ("web", "plancher")
            )
            ici = Portail(portail)
            servies.append(Ville(moteur, familles, ici, Plancher(plancher, ici.poids)))
        yield servies
