"""What agents send: which part of the queue they look at, the lines they choose, the reason of a refusal."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import SelectField, StringField, TextAreaField
from wtforms.fields import SelectChoice

import workflows as w
from portail.domain import coordonnees, motifs, notes
from portail.domain.echanges import TEXTE_MAX
from portail.domain.filtres_moderation import AGES, ETATS, GROUPES, SUIVIS, Filtres
from portail.domain.refus import Refus
from portail.domain.reponse_contestation import champ_du_montant
from portail.forms.planning import lire_entier
from portail.forms.textes import au_net, au_net_par_lignes

AUTRE = "autre"
RECHERCHE_MAX = 100
MOTIF_MAX = 300


def lire_filtres(parametres: MultiDict[str, str]) -> tuple[Filtres, list[str]]:
    """The filters of the address, and a sentence for each thing in it that cannot be: it is left out."""
    erreurs = [
        f"L’adresse contient plusieurs fois « {nom} » : la première valeur est retenue."
        for nom in vars(Filtres())
        if len(parametres.getlist(nom)) > 1
    ]
    etat = parametres.get("etat") or Filtres.etat
    if etat not in ETATS:
        etat, erreurs = Filtres.etat, [*erreurs, "Cet onglet n’existe pas : voici les demandes à traiter."]
    nature = parametres.get("nature", "")
    if nature and nature not in w.NATURES:
        nature, erreurs = "", [*erreurs, "Cette nature de demande n’existe pas : toutes sont montrées."]
    q = " ".join(parametres.get("q", "").split())
    if len(q) > RECHERCHE_MAX:
        q, erreurs = "", [*erreurs, f"La recherche est trop longue : {RECHERCHE_MAX} caractères au plus."]
    activite, page = parametres.get("activite") or "0", parametres.get("page") or "1"
    if lire_entier(activite) is None:
        activite, erreurs = "0", [*erreurs, "Cette activité n’existe pas : toutes sont montrées."]
    if not lire_entier(page):
        page, erreurs = "1", [*erreurs, "Cette page n’existe pas : voici la première."]
    choix = {nom: _choisi(parametres, nom, connus, erreurs) for nom, connus in CHOIX.items()}
    return Filtres(etat, nature, int(activite), q, int(page), **choix), erreurs


CHOIX = {"age": AGES, "suivi": SUIVIS, "par": GROUPES}


def _choisi(parametres: MultiDict[str, str], nom: str, connus: Collection[str], erreurs: list[str]) -> str:
    """One of a few words, or none."""
    valeur = parametres.get(nom, "")
    if valeur and valeur not in connus:
        erreurs.append("Cette façon de trier la file n’existe pas : elle est laissée de côté.")
        return ""
    return valeur


def lire_ids(textes: Iterable[str]) -> list[int]:
    """The ids that were ticked, one by one or a whole group « 12 15 18 »; what is not an id names nothing."""
    groupes = ([lire_entier(mot) for mot in texte.split(" ")] for texte in textes)
    return [ident for ids in groupes if all(ids) for ident in ids if ident]


def lire_malgre(textes: Iterable[str]) -> dict[int, str]:
    """By change of the file, the fingerprint of the value that the agent saw: « 12:4f0c… »."""
    lus = (texte.partition(":") for texte in textes)
    return {ident: vu for nombre, _, vu in lus if (ident := lire_entier(nombre))}


def lire_montants(saisie: MultiDict[str, str]) -> dict[int, str]:
    """By contested line, how much an avoir is to give back, as it was typed: each field follows its line."""
    couples = zip(saisie.getlist("contestee"), saisie.getlist("montant"), strict=False)
    return {ident: au_net(texte) for nombre, texte in couples if (ident := lire_entier(nombre))}


def en_cents(montants: Mapping[int, str]) -> dict[int, int]:
    """The same in cents. What is no amount is none: the act tells what it may be, of a contested line."""
    return {ident: _cents(texte) for ident, texte in montants.items()}


def _cents(texte: str) -> int:
    try:
        return int(coordonnees.centiemes(texte))
    except ValueError:
        return 0


def _choix(motifs: Iterable[str]) -> list[SelectChoice]:
    return [
        SelectChoice("", "Choisir un motif…"),
        *(SelectChoice(motif) for motif in motifs),
        SelectChoice(AUTRE, "Autre (préciser)"),
    ]


class RefusForm(FlaskForm):
    """The reason of a refusal. `suffixe` keeps the ids of its fields apart from any other's on the page."""

    motif = SelectField("Motif du refus", choices=[], validate_choice=False)
    precision = StringField("Précision, que la famille lira")

    def __init__(
        self, *args, suffixe: str | int = "", offerts: Mapping[str, list[str]] | None = None, **kwargs
    ) -> None:
        super().__init__(*args, **kwargs)
        self.offerts = motifs.offerts() if offerts is None else offerts
        self.motif.choices = _choix(self._tous)
        for champ in (self.motif, self.precision):
            champ.id = champ.label.field_id = f"{champ.name}-{suffixe}"

    @property
    def _tous(self) -> list[str]:
        """The reasons of every nature, each once."""
        return list(dict.fromkeys(motif for siens in self.offerts.values() for motif in siens))

    def pour(self, nature: str) -> None:
        """Offer the reasons of this nature of demande only."""
        self.motif.choices = _choix(self.offerts[nature])

    def lire(self) -> str:
        """The reason, in the words that the family will read. :class:`Refus` when there is none."""
        motif, precision = self.motif.data or "", au_net(self.precision.data or "")
        if not motif:
            raise Refus("Choisissez le motif du refus : la famille le lira.", champ="motif")
        if motif != AUTRE:
            return self._connu(motif)
        if not precision:
            raise Refus("Précisez le motif : la famille le lira.", champ="precision")
        if len(precision) > MOTIF_MAX:
            raise Refus(f"La précision est trop longue : {MOTIF_MAX} caractères au plus.", champ="precision")
        return precision

    def _connu(self, motif: str) -> str:
        if motif not in self._tous:
            raise Refus("Ce motif n’existe pas, ou n’est plus proposé : choisissez-en un.", champ="motif")
        return motif


class RefusDuLotForm(RefusForm):
    """The same reason for a whole selection."""

    motif = SelectField("Motif commun", choices=[], validate_choice=False)
    precision = StringField("Précision, que les familles liront")


class PieceForm(FlaskForm):
    """What the family is asked for before it is answered."""

    texte_max = TEXTE_MAX
    texte = TextAreaField("Ce que la famille doit envoyer ou préciser")

    def __init__(self, *args, suffixe: str | int = "", **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.texte.id = self.texte.label.field_id = f"texte-{suffixe}"

    def lire(self) -> str:
        return au_net_par_lignes(self.texte.data)


class NoteForm(FlaskForm):
    """What an agent writes for the others."""

    note_max = notes.TEXTE_MAX
    note = TextAreaField("Note pour les agents")

    def __init__(self, *args, suffixe: str | int = "", **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.note.id = self.note.label.field_id = f"note-{suffixe}"

    def lire(self) -> str:
        return au_net_par_lignes(self.note.data)


F = TypeVar("F", PieceForm, NoteForm)


@dataclass
class Requete(Generic[F]):
    """What is written beside the answer, to the family or to the agents: kept, with why it is refused."""

    form: F
    refus: Refus | None = None

    def __post_init__(self) -> None:
        if self.refus and self.refus.champ in self.form:
            self.form[self.refus.champ].errors = [self.refus.phrase]

    @property
    def phrase(self) -> str:
        """A refusal that is about no field."""
        return self.refus.phrase if self.refus and self.refus.champ not in self.form else ""

    def proposer(self, texte: str) -> None:
        """Begin with these words, unless something was typed."""
        if not self.refus and isinstance(self.form, PieceForm):
            self.form.texte.data = texte


@dataclass
class Saisie:
    """An answer as it was typed: kept on the screen when it is refused, with the sentence that tells why."""

    motif: RefusForm
    cochees: Collection[int] | None = None
    """None: nothing was typed yet."""
    refus: Refus | None = None
    malgre: Mapping[int, str] = field(default_factory=dict)
    """Of the file: what was to be replaced all the same (:func:`lire_malgre`)."""
    groupes: Collection[str] = ()
    """Of a long demande: the months of a child in an activity that were ticked."""
    montants: Mapping[int, str] = field(default_factory=dict)
    """Of contested lines: what an avoir was to give back (:func:`lire_montants`)."""

    def __post_init__(self) -> None:
        if self.refus and self.refus.champ in self.motif:
            self.motif[self.refus.champ].errors = [self.refus.phrase]

    @property
    def phrase(self) -> str:
        """What is said above the answer: a refusal that is about no field."""
        refus = self.refus
        return refus.phrase if refus and not (refus.champ in self.motif or self._d_un_montant) else ""

    def faute(self, champ: str) -> str:
        """What is wrong with this amount, in words."""
        return self.refus.phrase if self.refus and self.refus.champ == champ else ""

    @property
    def _d_un_montant(self) -> bool:
        return self.refus is not None and self.refus.champ in map(champ_du_montant, self.montants)

    @property
    def champ(self) -> str:
        """The field to mend."""
        return self.refus.champ if self.refus and self.refus.champ in self.motif else ""


def rien_de_saisi(ouverte: int | None) -> dict[str, Any]:
    """The page before anything is typed or said: a blank answer for the open demande, one for a selection."""
    offerts = motifs.offerts()
    return {
        "saisie": Saisie(RefusForm(formdata=None, suffixe=ouverte or "", offerts=offerts)),
        "lot": Saisie(RefusDuLotForm(formdata=None, suffixe="lot", offerts=offerts)),
        "note": Requete(NoteForm(formdata=None, suffixe=ouverte or "")),
        "piece": Requete(PieceForm(formdata=None, suffixe=ouverte or "")),
        "erreurs": (),
        "seule": False,
        "dite": None,
        "retour": None,
    }
