"""What a family types to ask for a pre-registration: a wish, read here, checked later."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

from flask_wtf import FlaskForm
from werkzeug.datastructures import FileStorage, MultiDict
from wtforms import TextAreaField

from portail.domain import documents
from portail.domain.echanges import Fichier
from portail.domain.jours_voulus import Choix, lire_habitudes
from portail.domain.redaction import Brouillon
from portail.forms.planning import lire_entier, lire_ids
from portail.forms.textes import au_net, au_net_par_lignes

JOURS_MAX = 750
"""More days than any period has: what comes besides is not read."""


def lire_le_brouillon(saisie: MultiDict[str, str]) -> Brouillon:
    """The draft, as the form carries it from one step to the next.

    Without script another activity comes with the dates and the days of the one that was shown: not its own.
    """
    autre = _autre_activite(saisie)
    return Brouillon(
        lire_entier(saisie.get("activite_choisie")),
        frozenset(lire_ids(saisie, "enfants")),
        None if autre else _texte(saisie.get("debut")),
        None if autre else _texte(saisie.get("fin")),
        Choix() if autre else _lire_le_choix(saisie),
        au_net_par_lignes(saisie.get("remarques")),
        tuple(lire_ids(saisie, "document")),
    )


def lire_l_etape(saisie: MultiDict[str, str]) -> str:
    """Where the form goes next; an activity that was not shown yet is shown first."""
    return "choisir" if _autre_activite(saisie) else saisie.get("etape", "")


def lire_le_lien(parametres: MultiDict[str, str]) -> Brouillon:
    """What an address may begin the form with: an activity, children, a period, weekly habits."""
    return Brouillon(
        lire_entier(parametres.get("activite_choisie")),
        frozenset(lire_ids(parametres, "enfants")),
        _texte(parametres.get("debut")),
        _texte(parametres.get("fin")),
        Choix(lire_habitudes(parametres.getlist("semaine"))),
    )


def lire_les_enfants(parametres: MultiDict[str, str]) -> list[int]:
    """The children that an address wants shown, each once."""
    return list(dict.fromkeys(lire_ids(parametres, "enfant")))


def lire_les_fichiers(envoyes: list[FileStorage]) -> list[Fichier]:
    """The files that were chosen, not a byte more of each than what is looked at."""
    choisis = [fichier for fichier in envoyes if fichier.filename]
    return [
        Fichier(au_net(fichier.filename)[: documents.NOM_MAX], fichier.read(documents.OCTETS_MAX + 1))
        for fichier in choisis
    ]


def lire_la_reponse(envoyes: MultiDict[str, FileStorage], pieces: Sequence[str]) -> list[Fichier]:
    """The files of an answer, each with the document that it is: a field each, and one for any other."""
    champs = [*((f"piece-{rang}", piece) for rang, piece in enumerate(pieces)), ("documents", "")]
    return [
        replace(fichier, piece=piece, champ=champ)
        for champ, piece in champs
        for fichier in lire_les_fichiers(envoyes.getlist(champ))
    ]


def lire_les_gardes(saisie: MultiDict[str, str]) -> list[int]:
    """The documents that an answer at fault has left, and that are still to be sent."""
    return lire_ids(saisie, "document")


class ReponseForm(FlaskForm):
    """What the family answers on the page of a demande."""

    texte = TextAreaField("Votre message", filters=[au_net_par_lignes])


def _autre_activite(saisie: MultiDict[str, str]) -> bool:
    montree = lire_entier(saisie.get("activite_montree"))
    return montree is not None and montree != lire_entier(saisie.get("activite_choisie"))


def _lire_le_choix(saisie: MultiDict[str, str]) -> Choix:
    jours = [_jour(texte) for texte in saisie.getlist("jour")[:JOURS_MAX]]
    debut, fin = _jour(saisie.get("montre_du")), _jour(saisie.get("montre_au"))
    return Choix(
        lire_habitudes(saisie.getlist("semaine")),
        lire_habitudes(saisie.getlist("applique")),
        frozenset(jour for jour in jours if jour),
        (debut, fin) if debut and fin else None,
    )


def _texte(texte: str | None) -> str | None:
    return texte if texte is None else au_net(texte)[:20]


def _jour(texte: str | None) -> dt.date | None:
    try:
        return dt.date.fromisoformat(texte or "")
    except ValueError:
        return None
