"""What the staff send about invoices: which ones they look for, what an avoir takes back and why."""

import datetime as dt
import re

from werkzeug.datastructures import MultiDict

from portail.domain import coordonnees
from portail.domain.lecture_factures_de_la_ville import ETATS, Filtres
from portail.domain.refus import Refus
from portail.forms.planning import lire_entier
from portail.forms.textes import au_net

RECHERCHE_MAX = 100
MOTIF_MAX = 500


def lire_filtres(parametres: MultiDict[str, str]) -> Filtres:
    """What the address asks for; what makes no sense in it asks for nothing."""
    q = au_net(parametres.get("q"))[:RECHERCHE_MAX]
    etat = parametres.get("etat", "")
    lu = re.fullmatch(r"(20\d\d)-(0[1-9]|1[0-2])", parametres.get("mois", ""))
    mois = dt.date(int(lu[1]), int(lu[2]), 1) if lu else None
    page = lire_entier(parametres.get("page")) or 1
    return Filtres(q, etat if etat in ETATS else "", mois, page)


def lire_reprises(corps: MultiDict[str, str]) -> dict[int, int]:
    """What is taken back of each line that is ticked, in cents. :class:`Refus` of what is no amount."""
    montants = dict(zip(map(lire_entier, corps.getlist("de")), corps.getlist("montant"), strict=False))
    reprises: dict[int, int] = {}
    for texte in corps.getlist("ligne"):
        ident = lire_entier(texte)
        if not ident or ident not in montants:
            raise Refus("Choisissez des lignes de cette facture.", champ="lignes")
        try:
            reprises[ident] = int(coordonnees.centiemes(au_net(montants[ident]) or "-"))
        except ValueError as faute:
            raise Refus(f"Un montant n’est pas lisible : {faute}", champ="lignes") from faute
    return reprises


def lire_motif(corps: MultiDict[str, str]) -> str:
    motif = au_net(corps.get("motif"))
    if len(motif) > MOTIF_MAX:
        raise Refus(f"Ce motif est trop long : {MOTIF_MAX} caractères au plus.", champ="motif")
    return motif
