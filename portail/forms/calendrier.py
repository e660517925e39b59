"""A row of the calendar, as the town fills it in; the zone; the school year that an address asks for."""

import datetime as dt
import re
from collections.abc import Iterable

from flask_wtf import FlaskForm
from wtforms import BooleanField, SelectField, StringField
from wtforms.fields import SelectChoice

from models import Calendrier
from portail import mots
from portail.domain.annulation_de_seances import MOTIF_MAX
from portail.domain.effet_du_calendrier import Jours
from portail.domain.lecture_calendrier import ANNEES
from portail.domain.refus import Introuvable, Refus
from portail.domain.zone import ZONES
from portail.forms.abonnements import lire_jour
from portail.forms.fin_d_inscription import ANNEE_COURTE, ecrire_le_jour
from portail.forms.planning import lire_entier
from portail.forms.textes import au_net

NOM_MAX = 100
PERIODES = {"scolaire": "de la période scolaire", "vacances": "des vacances"}


class JoursForm(FlaskForm):
    """The fields come from the address, where they are tried; what confirms them is only ever sent."""

    nom = StringField("Nom, que les familles liront sur le planning")
    debut = StringField("Premier jour")
    fin = StringField("Dernier jour")
    portee = SelectField("Ce qui est concerné", validate_choice=False)
    comme = SelectField(
        "Les horaires de quel jour ?",
        choices=[SelectChoice(str(n), jour) for n, jour in enumerate(mots.JOURS)],
        validate_choice=False,
    )
    periode = SelectField(
        "Ceux", choices=[SelectChoice(*periode) for periode in PERIODES.items()], validate_choice=False
    )
    motif = StringField("Motif, que les familles concernées liront")
    remettre = BooleanField("Remettre ce qui était réservé")
    repere = StringField()
    motif_max, nom_max = MOTIF_MAX, NOM_MAX

    def proposer(self, portees: Iterable[tuple[str, list[tuple[str, str]]]]) -> None:
        """What the days may be about, by group."""
        self.portee.choices = [
            SelectChoice(code, mot, optgroup=groupe or None)
            for groupe, choix in portees
            for code, mot in choix
        ]

    def lire(self, genre: str) -> Jours:
        """The row that is wanted. :class:`Refus`, beside the field, for what cannot be read."""
        nom = au_net(self.nom.data)
        if len(nom) > NOM_MAX:
            raise Refus(f"Le nom est trop long : {NOM_MAX} caractères au plus.", champ="nom")
        debut = self._jour("debut", "Indiquez le premier jour.")
        fin = debut if genre == "ouverture" or not self.fin.data else self._jour("fin", "")
        activite_id, lieu_id = _portee(self.portee.data or "ville")
        comme, periode = None, ""
        if genre == "ouverture":
            comme = lire_entier(str(self.comme.data))
            if comme is None or comme > 6:
                raise Refus("Choisissez un jour de la semaine dans la liste.", champ="comme")
            periode = self.periode.data or "scolaire"
            if periode not in PERIODES:
                raise Refus("Choisissez une période dans la liste.", champ="periode")
        if genre in ("vacances", "ferie"):
            activite_id = lieu_id = None
        return Jours(genre, nom, debut, fin, activite_id, lieu_id, comme, periode)

    def lire_le_motif(self, defaut: str) -> str:
        return au_net(self.motif.data) or defaut

    def signaler(self, refus: Refus) -> None:
        """Say it beside its field, if it has one."""
        if refus.champ in self:
            self[refus.champ].errors = [refus.phrase]

    def _jour(self, champ: str, manque: str) -> dt.date:
        texte = (self[champ].data or "").strip()
        if not texte:
            raise Refus(manque, champ=champ)
        try:
            jour = lire_jour(ANNEE_COURTE.sub(r"\g<1>20\2", texte))
        except ValueError as erreur:
            raise Refus(str(erreur).replace("14/03/2018", "14/03/2027"), champ=champ) from erreur
        if jour.year not in ANNEES:
            raise Refus("Vérifiez l’année.", champ=champ)
        self[champ].data = ecrire_le_jour(jour)
        return jour


def valeurs_de(ligne: Calendrier) -> dict[str, str]:
    """What the form of a row shows at first."""
    portee = "ville"
    if ligne.activite_id is not None:
        portee = f"activite-{ligne.activite_id}"
    elif ligne.lieu_id is not None:
        portee = f"lieu-{ligne.lieu_id}"
    return {
        "nom": ligne.nom,
        "debut": ecrire_le_jour(ligne.debut),
        "fin": ecrire_le_jour(ligne.fin),
        "portee": portee,
        "comme": str(ligne.comme or 0),
        "periode": ligne.periode or "scolaire",
    }


def lire_la_zone(texte: str | None) -> str:
    """:class:`Refus` when it is none of the three."""
    if texte not in ZONES:
        raise Refus("Choisissez la zone A, B ou C.", champ="zone")
    return texte


def lire_l_annee(texte: str | None, defaut: int) -> int:
    """The year in which a school year begins; what cannot be is the present one."""
    annee = lire_entier(texte)
    return annee if annee is not None and annee in ANNEES else defaut


def _portee(texte: str) -> tuple[int | None, int | None]:
    """The activity, or the place; neither: the town. What names nothing does not exist."""
    if texte == "ville":
        return None, None
    lu = re.fullmatch(r"(activite|lieu)-(\d{1,10})", texte, re.ASCII)
    ident = lire_entier(lu[2]) if lu else None
    if lu is None or ident is None:
        raise Introuvable("Ce lieu ou cette activité n’existe pas.")
    return (ident, None) if lu[1] == "activite" else (None, ident)
