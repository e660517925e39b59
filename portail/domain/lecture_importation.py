"""The imports as those who make them read them: what was sent, how far it is, what it would write."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from peewee import JOIN

import workflows as w
from models import Compte, Importation
from portail import clock, mots
from portail.domain import importation
from portail.domain.importation_rapport import AVERTISSEMENT, CHANGE, CREE, ERREUR, INCHANGE, Dit, Rapport
from portail.domain.refus import Introuvable

MONTRES = 100
"""Sentences of each kind on the page: the file of the report has them all."""
DERNIERS = 10
OUBLI = dt.timedelta(seconds=30)
"""How long something waits before the page says that nobody may be there to do it."""
ETAPES = {
    "": "En attente de son tour",
    importation.LECTURE: "Lecture des lignes",
    importation.CONTROLE: "Contrôle de ce que les lignes changent",
    importation.ECRITURE: "Écriture dans le portail",
}


@dataclass(frozen=True)
class Partie:
    """The sentences of one kind: the first ones, and how many there are."""

    genre: str
    titre: str
    dits: Sequence[Dit]
    combien: int

    @property
    def reste(self) -> int:
        return self.combien - len(self.dits)


@dataclass(frozen=True)
class ImportVu:
    """One import."""

    id: int
    statut: str
    noms: list[str]
    par: str
    quand: dt.datetime
    fini: dt.datetime | None
    ecraser: bool
    etape: str
    faites: int
    total: int
    marque: str
    oublie: bool
    """Nobody seems to be there to do it."""
    derriere: bool
    """Another one is being done first."""
    rapport: Rapport | None

    @property
    def etat(self) -> w.Etat:
        return w.IMPORTATION.etats[self.statut]

    @property
    def en_cours(self) -> bool:
        return self.statut in (w.A_CONTROLER, w.LANCEE)

    @property
    def se_compte(self) -> bool:
        """Whether how far it is can be told in lines."""
        return self.etape == importation.LECTURE and bool(self.total)

    @property
    def a_corriger(self) -> bool:
        return self.statut == w.A_CORRIGER

    @property
    def peut_lancer(self) -> bool:
        return self.statut == w.PRETE and bool(self.rapport and self.rapport.ecrit)

    @property
    def peut_abandonner(self) -> bool:
        return w.IMPORTATION.permet(self.statut, w.ABANDONNER, w.AGENT)

    @property
    def est_importe(self) -> bool:
        return self.statut == w.IMPORTEE

    @property
    def tout_est_la(self) -> bool:
        """Whether the files say nothing that the portal does not hold."""
        return self.statut == w.PRETE and not self.peut_lancer

    @property
    def dit(self) -> str:
        """What is being done: « Lecture des lignes : 4 000 sur 20 000 »."""
        phrase = "En attente : un autre import est en cours" if self.derriere else ETAPES[self.etape]
        if self.se_compte:
            return f"{phrase} : {mots.nombre(self.faites)} sur {mots.nombre(self.total)}"
        return phrase

    @cached_property
    def parties(self) -> list[Partie]:
        """What the page shows of the report, what matters first; what is unchanged is only counted."""
        if self.rapport is None:
            return []
        titres = {
            ERREUR: "À corriger",
            AVERTISSEMENT: "À regarder",
            CHANGE: "Mis à jour" if self.est_importe else "À mettre à jour",
            CREE: "Créés" if self.est_importe else "À créer",
        }
        lots = ((genre, titre, self.rapport.de(genre)) for genre, titre in titres.items())
        return [
            Partie(genre, titre, dits[:MONTRES], self.rapport.total(genre))
            for genre, titre, dits in lots
            if dits
        ]

    @property
    def bilan(self) -> list[tuple[str, list[int]]]:
        """By table: created, updated, unchanged."""
        return self.rapport.bilan() if self.rapport and self.rapport.sain else []

    @property
    def inchangees(self) -> int:
        return self.rapport.total(INCHANGE) if self.rapport else 0


def voir(auteur: Compte, importation_id: int, *, entier: bool = True) -> ImportVu:
    """One import; :class:`Introuvable` when there is no such one. `entier`: its report is opened too."""
    importation.exiger(auteur)
    trouvee = _requete().where(Importation.id == importation_id).first()
    if trouvee is None:
        raise Introuvable("Cet import n’existe pas.")
    return _vu(trouvee, importation.rapport_de(trouvee) if entier else None)


def lister(auteur: Compte) -> list[ImportVu]:
    """The last imports, newest first, without their reports."""
    importation.exiger(auteur)
    return [_vu(i, None) for i in _requete().order_by(Importation.id.desc()).limit(DERNIERS)]


def rapport(auteur: Compte, importation_id: int) -> Rapport | None:
    """The whole report; None when there is none yet, or no more."""
    return voir(auteur, importation_id).rapport


def _requete():
    """Without the files, that weigh."""
    champs = [champ for champ in Importation._meta.sorted_fields if champ.name != "fichiers"]
    return Importation.select(*champs, Compte.id, Compte.prenom, Compte.nom).join(Compte, JOIN.LEFT_OUTER)


def _vu(trouvee: Importation, rapport: Rapport | None) -> ImportVu:
    maintenant = clock.maintenant()
    tenue = bool(trouvee.bail_jusqua and trouvee.bail_jusqua > maintenant)
    en_cours = trouvee.statut in (w.A_CONTROLER, w.LANCEE)
    return ImportVu(
        id=trouvee.id,
        statut=trouvee.statut,
        noms=trouvee.noms.split("\n"),
        par=trouvee.auteur.nom_complet if trouvee.auteur_id else "la commande « importer »",
        quand=trouvee.cree_le,
        fini=trouvee.finie_le,
        ecraser=trouvee.ecraser,
        etape=trouvee.etape if tenue else "",
        faites=trouvee.faites,
        total=trouvee.total,
        marque=trouvee.marque,
        oublie=en_cours and not tenue and trouvee.cree_le < maintenant - OUBLI,
        derriere=en_cours and not tenue and _une_autre(trouvee.id),
        rapport=rapport,
    )


def _une_autre(ident: int) -> bool:
    return (
        Importation.select()
        .where(Importation.id != ident, Importation.bail_jusqua > clock.maintenant())
        .exists()
    )
