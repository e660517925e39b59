"""Taking over what the town has today: files are sent, looked at, read by somebody, then written whole.

The work is done outside of the request, by whoever makes the rounds of mail (`facteur.py`), one import at a
time: a lease says who is at it. A process that is killed has written nothing; its lease ends, another begins
again. What is written is what was announced: should the portal have changed since, it is to be read again.
"""

import base64
import datetime as dt
import json
import time
import zlib
from collections.abc import Callable, Sequence

from peewee import IntegrityError

import workflows as w
from models import (
    ROLES_GESTION,
    Compte,
    Enfant,
    Famille,
    Importation,
    db,
    moteur,
    verrouiller,
    write_transaction,
)
from portail import clock
from portail.domain import coffre, perimetre
from portail.domain.importation_dossiers import voir_les_personnes
from portail.domain.importation_ecriture import ecrire
from portail.domain.importation_fichiers import FICHIERS_MAX, OCTETS_MAX, Fichier
from portail.domain.importation_lecture import Lecture, lire
from portail.domain.importation_plan import Contexte, Plan, par_lots, voir_les_familles
from portail.domain.importation_planning import SEANCES_MAX, Offre
from portail.domain.importation_rapport import ERREUR, Rapport
from portail.domain.importation_reservations import voir_le_planning
from portail.domain.places import Places, compter_les_places, verrouiller_les_places
from portail.domain.refus import DejaChange, Interdit, Introuvable, Refus
from portail.domain.transitions import SYSTEME, Acteur, franchir, journaliser

BAIL = dt.timedelta(minutes=3)
"""How long a process may be silent before another one begins again."""
ESSAIS_MAX = 3
GARDE = dt.timedelta(days=30)
"""How long files and reports are kept, at most."""
AUSSITOT = 60_000
"""Bytes, compressed and sealed, that are looked at, and written, within the request: a second or two."""
RYTHME = 1.0
"""Seconds between two tellings of the progress."""

LECTURE, CONTROLE, ECRITURE = "lecture", "controle", "ecriture"
Suivre = Callable[[str, int, int], object]
"""Told what is being done, and how many lines of how many."""


# ——— the acts ———


def deposer(auteur: Compte | None, fichiers: Sequence[Fichier], *, ecraser: bool = False) -> Importation:
    """Keep these files, sealed, to be looked at. `auteur` is None for the command."""
    exiger(auteur)
    if not fichiers:
        raise Refus("Choisissez au moins un fichier.", champ="fichiers")
    if len(fichiers) > FICHIERS_MAX:
        raise Refus(f"{FICHIERS_MAX} fichiers au plus à la fois.", champ="fichiers")
    if sum(len(fichier.octets) for fichier in fichiers) > OCTETS_MAX:
        raise Refus(f"{OCTETS_MAX // 1_000_000} Mo au plus, tous fichiers ensemble.", champ="fichiers")
    noms, scelles = "\n".join(fichier.nom for fichier in fichiers), _fermer(fichiers)
    with write_transaction():
        exiger(auteur)
        importation = Importation.create(
            auteur=auteur, cree_le=clock.maintenant(), noms=noms, fichiers=scelles, ecraser=ecraser
        )
        journaliser(importation, "deposer", _acteur(auteur), detail=noms.replace("\n", ", "))
        return importation


def lancer(auteur: Compte | None, importation_id: int, marque: str) -> Importation:
    """Have it written. `marque`: the report that was read; :class:`DejaChange` when it is another one.

    Whoever has it written answers for it, as if they had sent the files: what it would say of their own
    family is left aside, and the report is read again if that changes it.
    """
    with write_transaction():
        importation = _prendre(auteur, importation_id)
        if importation.statut in (w.LANCEE, w.IMPORTEE):
            return importation
        if importation.statut == w.PRETE and marque != importation.marque:
            raise DejaChange("Le rapport a changé entre-temps : relisez-le avant d’importer.")
        franchir(importation, w.LANCER, _acteur(auteur))
        qui = {"auteur": auteur} if auteur else {}
        _noter(importation.id, etape="", faites=0, bail_jusqua=None, essais=0, **qui)
        return Importation.get_by_id(importation.id)


def abandonner(auteur: Compte | None, importation_id: int) -> Importation:
    """Give it up: the files and the report are thrown away."""
    with write_transaction():
        importation = _prendre(auteur, importation_id)
        if importation.statut != w.ABANDONNEE:
            franchir(importation, w.ABANDONNER, _acteur(auteur))
            _noter(importation.id, fichiers=None, rapport=None, bail_jusqua=None, finie_le=clock.maintenant())
        return importation


def servir() -> bool:
    """Do what waits first: look at the files, or write them. Whether there was something to do."""
    pris = prendre_un_tour()
    if pris is not None:
        traiter(pris)
    return pris is not None


def traiter_aussitot(importation: Importation) -> None:
    """What is small is looked at, or written, without waiting for the next round."""
    octets = len(importation.fichiers or "")
    if octets <= AUSSITOT and (pris := prendre_un_tour(importation.id)):
        traiter(pris)


def prendre_un_tour(importation_id: int | None = None) -> Importation | None:
    """Take what waits first (that one, if it is said), for a while; None when another is being done."""
    if not _en_file():
        return None
    with write_transaction():
        file = [
            i for i in verrouiller(Importation, _en_file()).values() if i.statut in (w.A_CONTROLER, w.LANCEE)
        ]
        if any(i.bail_jusqua and i.bail_jusqua > clock.maintenant() for i in file):
            return None
        pris = next((i for i in file if importation_id in (None, i.id)), None)
        if pris is None:
            return None
        if pris.essais >= ESSAIS_MAX:
            _renoncer(pris)
            return None
        _noter(pris.id, bail_jusqua=clock.maintenant() + BAIL, essais=pris.essais + 1)
        return pris


def traiter(importation: Importation, suivre: Suivre | None = None) -> None:
    """Look at the files, or write them: as its status says. Its turn is taken (:func:`prendre_un_tour`)."""
    suivi = _Suivi(importation.id, suivre)
    lecture = lire(_ouvrir(importation), lambda faites, total: suivi(LECTURE, faites, total))
    total = sum(map(len, lecture.rangees.values()))
    suivi(CONTROLE, 0, total)
    if importation.statut == w.A_CONTROLER:
        _controler(importation, lecture)
        return
    suivi(ECRITURE, 0, total)
    for essai in range(ESSAIS_MAX):
        try:
            _importer(importation, lecture)
            return
        except (DejaChange, IntegrityError):  # somebody was first: worked out again, on what now stands
            if essai == ESSAIS_MAX - 1:
                raise


def faire_le_menage() -> None:
    """Throw away what is a month old: files that were never imported, reports."""
    avant = clock.maintenant() - GARDE
    restes = Importation.fichiers.is_null(False) | Importation.rapport.is_null(False)
    vieilles = Importation.select(Importation.id).where(Importation.cree_le < avant, restes)
    ids = [importation.id for importation in vieilles]
    if not ids:
        return
    with write_transaction():
        for importation in verrouiller(Importation, ids).values():
            if importation.statut in (w.A_CONTROLER, w.PRETE, w.A_CORRIGER):
                franchir(importation, w.ABANDONNER, SYSTEME)
            _noter(importation.id, fichiers=None, rapport=None)


# ——— who may ———


def exiger(auteur: Compte | None) -> None:
    """:class:`Interdit` unless this account sets the portal up; the command, None, may.

    For an account limited to some places, what is the whole town's does not exist: :class:`Introuvable`.
    """
    if auteur is None:
        return
    if auteur.role not in ROLES_GESTION:
        raise Interdit("Seuls les gestionnaires et les administrateurs s’en occupent.")
    if not perimetre.du_compte(auteur).entier:
        raise Introuvable("Ce travail concerne toute la ville, et votre compte est limité à certains lieux.")


def _prendre(auteur: Compte | None, importation_id: int) -> Importation:
    exiger(auteur)
    importation = verrouiller(Importation, [importation_id]).get(importation_id)
    if importation is None:
        raise Introuvable("Cet import n’existe pas.")
    return importation


def _acteur(auteur: Compte | None) -> Acteur:
    return Acteur(auteur, w.AGENT)


# ——— looking, writing ———


def planifier(importation: Importation, lecture: Lecture, offre: Offre, places: Places) -> Plan:
    """What these lines would write. Families first: what rests on a wrong one is wrong by it alone."""
    contexte = Contexte(lecture, importation.auteur, importation.ecraser)
    if contexte.rapport.sain:
        voir_les_familles(contexte)
    if contexte.rapport.sain:
        voir_les_personnes(contexte)
    if contexte.rapport.sain and len(offre.ids) > SEANCES_MAX:
        quoi = f"plus de {SEANCES_MAX} séances à la fois : importez les réservations en plusieurs fois."
        contexte.rapport.dire(ERREUR, importation.noms.replace("\n", ", "), 0, "", quoi)
    if contexte.rapport.sain:
        voir_le_planning(contexte, offre, places)
    return contexte.plan


def _controler(importation: Importation, lecture: Lecture) -> None:
    offre = Offre(lecture)
    ids = offre.ids
    places = compter_les_places(ids if len(ids) <= SEANCES_MAX else ())
    rapport = planifier(importation, lecture, offre, places).rapport
    with write_transaction():
        tenue = verrouiller(Importation, [importation.id])[importation.id]
        if tenue.statut == w.A_CONTROLER:  # else it was given up meanwhile
            _conclure(tenue, w.CONTROLER, w.PRETE if rapport.sain else w.A_CORRIGER, rapport)


def _importer(importation: Importation, lecture: Lecture) -> None:
    with write_transaction():
        _prendre_son_temps()
        offre = Offre(lecture)
        if len(offre.ids) <= SEANCES_MAX:
            places = verrouiller_les_places(offre.ids)
            offre.garder(places.seances)
        else:
            places = compter_les_places(())
        _tenir_les_enfants(lecture)
        plan = planifier(importation, lecture, offre, places)
        tenue = verrouiller(Importation, [importation.id])[importation.id]
        if tenue.statut != w.LANCEE:
            return
        if not plan.rapport.sain:
            _conclure(tenue, w.IMPORTER, w.A_CORRIGER, plan.rapport)
        elif plan.rapport.marque != tenue.marque:
            _conclure(tenue, w.IMPORTER, w.PRETE, plan.rapport)
        else:
            ecrire(plan, _acteur(tenue.auteur))
            _conclure(tenue, w.IMPORTER, w.IMPORTEE, plan.rapport)
            _noter(tenue.id, fichiers=None, finie_le=clock.maintenant())


def _tenir_les_enfants(lecture: Lecture) -> None:
    """Lock the children who stand and are to be registered: nobody asks for the same meanwhile."""
    if moteur() == "sqlite" or not lecture.rangees["inscriptions"]:
        return
    codes = {r.textes["code_abonne"] for r in lecture.rangees["inscriptions"] if "code_abonne" in r.textes}
    for lot in par_lots(codes):
        siens = Enfant.select(Enfant.id).join(Famille).where(Famille.code_abonne.in_(lot))
        verrouiller(Enfant, [enfant.id for enfant in siens])


def _conclure(importation: Importation, acte: str, vers: str, rapport: Rapport) -> None:
    franchir(importation, acte, SYSTEME, vers=vers, motif=rapport.resume())
    _noter(
        importation.id,
        rapport=coffre.sceller(_serrer(rapport.en_texte().encode())),
        marque=rapport.marque,
        bail_jusqua=None,
        etape="",
        essais=0,
    )


def _renoncer(importation: Importation) -> None:
    """It failed again and again: it is said, and the others have their turn."""
    rapport = Rapport()
    quoi = (
        "le portail n’est pas venu à bout de ces fichiers, et l’erreur est signalée. Rien n’a été enregistré."
    )
    rapport.dire(ERREUR, importation.noms.replace("\n", ", "), 0, "", quoi)
    acte = w.CONTROLER if importation.statut == w.A_CONTROLER else w.IMPORTER
    _conclure(importation, acte, w.A_CORRIGER, rapport)


def _prendre_son_temps() -> None:
    """On PostgreSQL a request has a few seconds: this is no request."""
    if moteur() == "postgresql":
        for reglage in ("statement_timeout", "idle_in_transaction_session_timeout"):
            db.execute_sql(f"SET LOCAL {reglage} = '180s'")
        db.execute_sql("SET LOCAL lock_timeout = '20s'")


# ——— the queue ———


def _en_file() -> list[int]:
    """What waits to be looked at, or written, in the order in which it came."""
    requete = Importation.select(Importation.id).where(Importation.statut.in_((w.A_CONTROLER, w.LANCEE)))
    return [ident for (ident,) in requete.order_by(Importation.id).tuples()]


class _Suivi:
    """Notes the progress where the page reads it, once a second at most; the lease goes on."""

    def __init__(self, ident: int, aussi: Suivre | None) -> None:
        self.ident, self.etape, self.prochain, self.aussi = ident, "", 0.0, aussi

    def __call__(self, etape: str, faites: int, total: int) -> None:
        if self.aussi:
            self.aussi(etape, faites, total)
        if etape == self.etape and time.monotonic() < self.prochain or db.in_transaction():
            return
        self.etape, self.prochain = etape, time.monotonic() + RYTHME
        with write_transaction():
            bail = clock.maintenant() + BAIL
            _noter(self.ident, etape=etape, faites=faites, total=total, bail_jusqua=bail)


def _noter(ident: int, **valeurs: object) -> None:
    Importation.update(valeurs).where(Importation.id == ident).execute()


# ——— what is kept of them ———


def rapport_de(importation: Importation) -> Rapport | None:
    """The report; None when there is none yet, or no more."""
    if not importation.rapport:
        return None
    return Rapport.lire(_desserrer(coffre.desceller(importation.rapport)).decode())


def _fermer(fichiers: Sequence[Fichier]) -> str:
    contenu = [[f.nom, base64.b64encode(f.octets).decode()] for f in fichiers]
    return coffre.sceller(_serrer(json.dumps(contenu).encode()))


def _ouvrir(importation: Importation) -> list[Fichier]:
    contenu = json.loads(_desserrer(coffre.desceller(importation.fichiers)))
    return [Fichier(nom, base64.b64decode(octets)) for nom, octets in contenu]


def _serrer(octets: bytes) -> str:
    return base64.b64encode(zlib.compress(octets, 3)).decode()


def _desserrer(texte: str) -> bytes:
    return zlib.decompress(base64.b64decode(texte))
