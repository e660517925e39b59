"""The demonstration town, written: one transaction, rows straight to the driver."""

import datetime as dt
from collections.abc import Callable, Iterator
from itertools import count

from peewee import fn

import workflows as w
from models import (
    TABLES,
    Abonnement,
    Activite,
    Compte,
    Courriel,
    Demande,
    Enfant,
    Evenement,
    Famille,
    Horaire,
    LienParental,
    Lieu,
    Ligne,
    Modification,
    Preinscription,
    Reservation,
    Responsable,
    Seance,
    Ville,
    db,
    moteur,
    normaliser,
    write_transaction,
)
from portail import clock
from portail.demo import dossiers, file, places, pointages, preinscriptions, prelevements, tarifs, temps
from portail.demo.contestations import ecrire as ecrire_les_contestations
from portail.demo.courrier import CHAMPS as CHAMPS_COURRIEL
from portail.demo.courrier import lettres
from portail.demo.demandes import REPRENDRE, CreneauDemo, Trace, heure_du_pointage
from portail.demo.familles import CLASSES, EnfantDemo, FamilleDemo
from portail.demo.habitudes import ISSUES, LISTE, PRESENT
from portail.demo.monde import EQUIPE, Monde, imaginer
from portail.domain import coffre
from portail.domain.ecriture import inserer, suivre_les_ids
from portail.domain.reglages import ARGON2
from portail.domain.ville import fonder_ville, oublier_la_ville

MOT_DE_PASSE = "portail-de-demonstration"
VILLE = {
    "nom": "Saint-Alban-sur-Loire",
    "zone": temps.ZONE,
    "teinte": 232,
    "adresse": "Hôtel de ville, 2 place du Pont",
    "horaires": "du lundi au vendredi, 8 h 30 – 12 h et 13 h 30 – 17 h",
    "telephone": "02 61 91 40 40",
    "courriel": "familles@saint-alban.example",
}
FAMILLES_PAR_LOT = 100

CHAMPS_JOURNAL = (
    *("id", "quand", "auteur", "acte", "objet", "objet_id", "de", "vers", "famille", "demande", "detail"),
)
CHAMPS_RESERVATION = ("id", "enfant", "seance", "statut", "ordre")


def deja_habitee() -> bool:
    """Whether the database holds a town already: then the demonstration leaves it alone."""
    return any(modele.select().exists() for modele in (Famille, Compte, Lieu, Activite, Demande))


def fonder_demonstration(
    nombre: int, graine: int, avancer: Callable[[int], object] = lambda familles: None
) -> Monde:
    """Write a town of `nombre` families into an empty database. `avancer` is told of the families written."""
    fonder_ville()
    Ville.update(**VILLE).execute()
    oublier_la_ville()
    monde = imaginer(nombre, graine)
    with write_transaction():
        if moteur() == "postgresql":
            db.execute_sql("SET LOCAL statement_timeout = 0")  # a large town is written in long statements
        _Ecriture(monde).tout(avancer)
        db.execute_sql("ANALYZE")
    prelevements.facturer_et_prelever(monde.temps, graine)
    ecrire_les_contestations(monde.temps)
    return monde


class _Ecriture:
    """Writes a :class:`Monde`, table after table, in an order that foreign keys accept."""

    def __init__(self, monde: Monde) -> None:
        self.monde = monde
        self.ouverture = monde.temps.ouverture
        dernier = Evenement.select(fn.MAX(Evenement.id)).scalar() or 0
        self.ids_journal = count(dernier + 1)
        self.ids_reservations = count(len(monde.registre.creneaux) + 1)
        ouvert_le, aujourdhui = clock.a_paris(self.ouverture).date(), monde.temps.aujourdhui
        self.appels = {
            s.id: heure_du_pointage(s) for s in monde.equipements.seances if ouvert_le <= s.jour < aujourdhui
        }
        """When the roll was called, by séance, since the portal opened."""
        self.apres: list[tuple] = []
        """Lines of the journal since the opening, without their id, to be put in the order of time."""
        self.rangs_en_liste: dict[CreneauDemo, int] = {}

    def tout(self, avancer: Callable[[int], object]) -> None:
        self._personnes()
        self._equipements()
        self._demandes()
        self._inscriptions()
        self._reprises()
        lot: list[FamilleDemo] = []
        for famille in self.monde.familles:
            lot.append(famille)
            if len(lot) == FAMILLES_PAR_LOT or famille is self.monde.familles[-1]:
                self._reservations(lot)
                avancer(len(lot))
                lot = []
        self.apres += file.ecrire(self.monde)
        reponses = self._journal()
        self._recits()
        pointages.ecrire()
        lignes = lettres(self.monde.registre.demandes, reponses, self.monde.alea)
        inserer(Courriel, CHAMPS_COURRIEL, lignes)
        suivre_les_ids(modele for modele in TABLES if modele is not Ville)

    # ——— who, where, when ———

    def _personnes(self) -> None:
        hache, familles, cree_le = ARGON2.hash(MOT_DE_PASSE), self.monde.familles, self.ouverture
        equipe = [
            (compte.id, compte.email, compte.prenom, compte.nom, role, service, hache, cree_le, cree_le)
            for compte, (_, _, _, role, service) in zip(self.monde.equipe, EQUIPE, strict=True)
        ]
        parents = [
            (compte.id, compte.email, compte.prenom, compte.nom, "famille", "", hache, cree_le, cree_le)
            for famille in familles
            for compte in famille.comptes
        ]
        champs_compte = (
            *("id", "email", "prenom", "nom", "role", "service", "mot_de_passe"),
            *("cree_le", "active_le"),
        )
        inserer(Compte, champs_compte, equipe + parents)
        inserer(
            Famille,
            ("id", "code_abonne", "nom", "recherche", "cree_le"),
            ((f.id, f.code, f.nom, normaliser(f.nom), cree_le) for f in familles),
        )
        inserer(
            Responsable,
            ("id", "famille", "prenom", "nom", "rang", *dossiers.colonnes(Responsable)),
            (
                (a.id, f.id, a.prenom, a.nom, rang, *dossiers.valeurs(Responsable, a.textes))
                for f in familles
                for rang, a in enumerate(f.adultes, start=1)
            ),
        )
        par_email = {a.textes["email"]: a.id for f in familles for a in f.adultes}
        abonnements = [(c.id, f.id, par_email[c.email]) for f in familles for c in f.comptes]
        inserer(
            Abonnement,
            ("id", "compte", "famille", "responsable", "statut", "cree_le"),
            ((n, *abonnement, w.ACTIF, cree_le) for n, abonnement in enumerate(abonnements, start=1)),
        )
        self._reprendre("abonnement", ((n, w.ACTIF, f) for n, (_, f, _) in enumerate(abonnements, start=1)))

    def _equipements(self) -> None:
        lieux, activites = self.monde.equipements.lieux, self.monde.equipements.activites
        ecoles = set(self.monde.equipements.lieux_ecoles)
        inserer(Lieu, ("id", "nom", "adresse", "ecole"), ((*lieu, lieu[0] in ecoles) for lieu in lieux))
        inserer(
            Enfant,
            (
                *("id", "famille", "prenom", "nom", "naissance", "ecole", "classe", "rang", "recherche"),
                *dossiers.colonnes(Enfant),
            ),
            (
                (
                    *(e.id, f.id, e.prenom, e.nom, e.naissance, self.monde.equipements.lieux_ecoles[e.ecole]),
                    *(CLASSES[e.niveau], e.rang, normaliser(f"{e.prenom} {e.nom}")),
                    *dossiers.valeurs(Enfant, e.textes),
                )
                for f in self.monde.familles
                for e in f.enfants
            ),
        )
        inserer(
            LienParental,
            ("responsable", "enfant", "droit"),
            ((a.id, e.id, "plein") for f in self.monde.familles for e in f.enfants for a in f.adultes),
        )
        champs = tuple(champ.name for champ in Activite._meta.sorted_fields)
        inserer(Activite, champs, (tuple(map(a.modele.__data__.get, champs)) for a in activites))
        places.ecrire(self.monde.equipements)
        tarifs.ecrire(activites, self.monde.familles)
        inserer(
            Horaire,
            ("activite", "jour", "debut", "fin", "places", "periode"),
            (
                (a.modele.id, h.jour, h.debut, h.fin, h.places, h.periode)
                for a in activites
                for h in a.horaires
            ),
        )
        inserer(
            Seance,
            (
                "id",
                "activite",
                "jour",
                "debut",
                "fin",
                "places",
                "prises",
                "mouvements",
                "limite_reservation",
                "limite_absence",
            ),
            (
                (
                    *(s.id, s.activite.modele.id, s.jour, s.debut, s.fin),
                    *(s.places, s.prises, 0, s.limite_reservation, s.limite_absence),
                )
                for s in self.monde.equipements.seances
            ),
        )

    def _demandes(self) -> None:
        inserer(
            Demande,
            (
                *("id", "famille", "auteur", "nature", "statut"),
                *("deposee_le", "a_traiter_avant", "repondue_le", "agent", "piece_attendue"),
            ),
            (
                (
                    *(d.id, d.famille.id, d.auteur.id, d.nature, d.statut),
                    *(d.deposee_le, d.a_traiter_avant, d.repondue_le, d.agent and d.agent.id),
                    d.piece_attendue,
                )
                for d in self.monde.registre.demandes
            ),
        )

        inserer(
            Modification,
            ("id", "demande", "objet", "objet_id", "champ", "avant", "apres", "statut", "motif"),
            (
                (
                    *(m.id, d.id, "enfant" if isinstance(m.fiche, EnfantDemo) else "responsable", m.fiche.id),
                    *(m.champ.nom, *map(coffre.sceller if m.champ.scelle else str, (m.avant, m.apres))),
                    *(m.statut, m.motif),
                )
                for d in self.monde.registre.demandes
                for m in d.modifications
            ),
        )

    def _inscriptions(self) -> None:
        toutes = [(f, e, i) for f in self.monde.familles for e in f.enfants for i in e.inscriptions]
        inserer(
            Preinscription,
            ("id", "enfant", "activite", "debut", "fin", "statut", "cree_le"),
            (
                (
                    *(i.id, e.id, i.activite.modele.id, i.debut, i.fin, i.statut),
                    i.demandee_le or self.ouverture,
                )
                for _, e, i in toutes
            ),
        )
        self._reprendre("preinscription", ((i.id, i.statut, f.id) for f, _, i in toutes if not i.demandee_le))
        preinscriptions.ecrire(self.monde.registre.demandes)

    # ——— bookings and their journal ———

    def _reprendre(self, table: str, objets: Iterator[tuple[int, str, int]]) -> None:
        """What stood before the portal, taken over in its present status by nobody: (id, status, family)."""
        inserer(
            Evenement,
            CHAMPS_JOURNAL,
            (
                (
                    next(self.ids_journal),
                    self.ouverture,
                    None,
                    REPRENDRE,
                    table,
                    numero,
                    "",
                    statut,
                    famille,
                    None,
                    "",
                )
                for numero, statut, famille in objets
            ),
        )

    def _reprises(self) -> None:
        """The bookings with a story that stood before the portal opened."""
        reprises = (trace for trace in self.monde.registre.traces if trace.acte == REPRENDRE)
        self._reprendre("reservation", ((t.objet.id, t.vers, t.famille.id) for t in reprises))

    def _reservations(self, lot: list[FamilleDemo]) -> None:
        """The habits of these families: each booking, and how it came into its status."""
        reservations: list[tuple] = []
        journal: list[tuple] = []
        for famille in lot:
            for enfant in famille.enfants:
                for seance, issue in zip(enfant.voulues, enfant.issues, strict=True):
                    if issue:
                        self._reserver(famille.id, enfant.id, seance, issue, reservations, journal)
        inserer(Reservation, CHAMPS_RESERVATION, reservations)
        inserer(Evenement, CHAMPS_JOURNAL, journal)

    def _reserver(
        self,
        famille: int,
        enfant: int,
        seance: int,
        issue: int,
        reservations: list[tuple],
        journal: list[tuple],
    ) -> None:
        numero, ligne = next(self.ids_reservations), next(self.ids_journal)
        statut = repris = ISSUES[issue]
        if seance in self.appels:
            repris = w.RESERVE
            acte = w.POINTER_PRESENT if issue == PRESENT else w.POINTER_ABSENT
            animateur = self.monde.registre.animateur.id
            self.apres.append(
                (
                    self.appels[seance],
                    animateur,
                    acte,
                    "reservation",
                    numero,
                    repris,
                    statut,
                    famille,
                    None,
                    "",
                )
            )
        reservations.append((numero, enfant, seance, statut, ligne if issue == LISTE else None))
        journal.append(
            (ligne, self.ouverture, None, REPRENDRE, "reservation", numero, "", repris, famille, None, "")
        )

    def _journal(self) -> dict[int, int]:
        """What happened since the opening, in the order of time. Gives the last line about each demande."""
        recits = [trace for trace in self.monde.registre.traces if trace.acte != REPRENDRE]
        suite: list[tuple[dt.datetime, Trace | tuple]] = [(ligne[0], ligne) for ligne in self.apres]
        suite += [(trace.quand, trace) for trace in recits]
        suite.sort(key=lambda entree: entree[0])
        reponses: dict[int, int] = {}
        lignes: list[tuple] = []
        for _, entree in suite:
            numero = next(self.ids_journal)
            if isinstance(entree, tuple):
                lignes.append((numero, *entree))
                continue
            lignes.append((numero, *_ligne_de_journal(entree)))
            if entree.demande is not None:
                reponses[entree.demande.id] = numero
            if isinstance(entree.objet, CreneauDemo) and entree.vers == w.LISTE_ATTENTE:
                self.rangs_en_liste[entree.objet] = numero
        inserer(Evenement, CHAMPS_JOURNAL, lignes)
        return reponses

    def _recits(self) -> None:
        """The bookings that families asked for, or gave back, and the lines of their demandes."""
        registre = self.monde.registre
        inserer(
            Reservation,
            CHAMPS_RESERVATION,
            (
                (c.id, c.enfant.id, c.seance.id, c.statut, self.rangs_en_liste.get(c))
                for c in registre.creneaux.values()
            ),
        )
        inserer(
            Ligne,
            ("id", "demande", "reservation", "statut", "motif"),
            ((li.id, d.id, li.creneau.id, li.statut, li.motif) for d in registre.demandes for li in d.lignes),
        )


def _ligne_de_journal(trace: Trace) -> tuple:
    return (
        *(trace.quand, trace.auteur and trace.auteur.id, trace.acte, trace.table, trace.objet.id),
        *(trace.de, trace.vers, trace.famille.id, trace.demande and trace.demande.id, trace.detail),
    )
