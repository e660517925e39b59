"""A tariff as it is typed: kept on the screen until it can be saved; what of it is shown follows the mode."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, RadioField, SelectField, SelectMultipleField, StringField
from wtforms.fields import SelectChoice
from wtforms.widgets import DateInput, NumberInput

from portail.domain import coordonnees
from portail.domain.lecture_tarifs import Depart, Groupe, Recherche
from portail.domain.projet_de_tarif import AUCUNE_ACTIVITE, CATEGORIES, MODES, TRANCHES_MAX, Projet
from portail.domain.refus import Refus
from portail.domain.tarification import EFFORT, FORFAIT, MOIS, PAR_UNITE, SEANCE, TRANCHES, Bareme, Tranche
from portail.forms.moderation import RECHERCHE_MAX
from portail.forms.planning import lire_entier
from portail.forms.textes import au_net
from portail.forms.valeurs import lire_le_jour, lire_le_nombre

T = TypeVar("T")
TEXTE_MAX = 20


def lire_le_montant(texte: str | None) -> int | None:
    """« 3,45 », « 1 200 € », in cents; None when empty. :class:`ValueError` says why it is no amount."""
    net = au_net(texte)[:TEXTE_MAX]
    return int(coordonnees.centiemes(net)) if net else None


def lire_le_taux(texte: str | None) -> int | None:
    """« 0,5 », « 1,25 % », in thousandths of a percent; None when empty."""
    net = au_net(texte)[:TEXTE_MAX].replace("%", "").replace(",", ".").strip()
    if not net:
        return None
    entiers, _, decimales = net.partition(".")
    if not (entiers + decimales).isdecimal() or not net.isascii() or len(entiers) > 3:
        raise ValueError("Écrivez un pourcentage, par exemple : 0,5.")
    if len(decimales.rstrip("0")) > 3:
        raise ValueError("Trois chiffres après la virgule, au plus.")
    return int(entiers or "0") * 1000 + int(decimales[:3].ljust(3, "0"))


def ecrire_le_montant(cents: int) -> str:
    """As one types it: « 3,45 »."""
    return f"{cents // 100},{cents % 100:02}"


def ecrire_le_taux(taux: int) -> str:
    return f"{taux / 1000:g}".replace(".", ",")


def _montant(libelle: str) -> StringField:
    return StringField(libelle, render_kw={"inputmode": "decimal", "autocomplete": "off"})


def _choix(mots: Mapping[str, str]) -> list[SelectChoice]:
    return [SelectChoice(code, mot) for code, mot in mots.items()]


def _pourcent(libelle: str) -> StringField:
    return StringField(libelle, widget=NumberInput(min=0, max=100))


@dataclass
class LigneSaisie:
    """One band, as text."""

    a_partir_de: str = ""
    prix: str = ""
    erreur: str = ""

    @property
    def vide(self) -> bool:
        return not (self.a_partir_de or self.prix)

    def lire(self) -> Tranche | None:
        """The band; None, and `erreur` says why, when it is not one."""
        try:
            borne, prix = lire_le_montant(self.a_partir_de), lire_le_montant(self.prix)
        except ValueError as faute:
            self.erreur = str(faute)
            return None
        if borne is None or prix is None:
            self.erreur = "Indiquez le quotient et le prix."
            return None
        return Tranche(borne, prix)


MONTANTS = ("prix", "plancher", "plafond", "supplement_tardif", "supplement_sans_reservation")
FRATRIES = ("fratrie_2", "fratrie_3")
DU_MODE = {FORFAIT: ("prix",), TRANCHES: (), EFFORT: ("taux", "plancher", "plafond")}
"""The fields that each mode needs."""


class TarifForm(FlaskForm):
    """What is typed is text: nothing of it is lost, whatever is wrong. :meth:`lire` makes a project of it."""

    activites = SelectMultipleField("Activités", validate_choice=False)
    ensembles = SelectMultipleField("Activités du même nom", validate_choice=False)
    debut = StringField("Premier jour", widget=DateInput())
    fin = StringField("Dernier jour", widget=DateInput())
    categorie = RadioField("À quelles familles", choices=_choix(CATEGORIES), validate_choice=False)
    mode = RadioField("Comment le prix se calcule", choices=_choix(MODES), validate_choice=False)
    unite = SelectField("Ce prix est celui de", choices=_choix(PAR_UNITE), validate_choice=False)
    prix = _montant("Prix (€)")
    taux = StringField("Taux d’effort (%)", render_kw={"inputmode": "decimal", "autocomplete": "off"})
    plancher = _montant("Au moins (€)")
    plafond = _montant("Au plus (€)")
    fratrie_2 = _pourcent("Deuxième enfant (% de moins)")
    fratrie_3 = _pourcent("Troisième et suivants (% de moins)")
    supplement_tardif = _montant("Réservation hors délai (€ de plus)")
    supplement_sans_reservation = _montant("Présent sans réservation (€ de plus)")
    absence_non_prevenue = BooleanField(
        "Facturer une séance réservée quand l’enfant ne vient pas sans prévenir"
    )
    garde = BooleanField("Frais de garde, pour l’attestation fiscale")
    remplacer = BooleanField("Arrêter la veille le tarif en vigueur")

    tranches_max = TRANCHES_MAX

    def __init__(
        self,
        groupes: Sequence[Groupe],
        depart: Depart | None = None,
        saisie: MultiDict[str, str] | None = None,
        activite: int | None = None,
    ) -> None:
        """`depart`: what the form begins with; `saisie`: what was typed, once it was. `activite`: of a tariff
        that is there, its own; of a new one, they are chosen among `groupes`.
        """
        super().__init__(formdata=saisie, data=_textes(depart) if depart else {})
        self.activite = activite
        self.groupes = groupes
        self.activites.choices = [
            SelectChoice(str(a.id), a.lieu) for groupe in groupes for a in groupe.activites
        ]
        self.ensembles.choices = [SelectChoice(groupe.cle, groupe.nom) for groupe in groupes]
        self.lignes = (
            [LigneSaisie(*map(ecrire_le_montant, (t.a_partir_de, t.prix))) for t in _tranches(depart)]
            if saisie is None
            else lire_les_lignes(saisie)
        )
        self.reprise: int | None = None
        """The band where one goes on, after one came or went; past the last, the button that adds one."""
        self.phrases: list[str] = []
        """What is wrong and belongs to no field."""
        self.phrases_des_tranches: list[str] = []
        self._garder_une_ligne()

    @property
    def en_faute(self) -> bool:
        fautes = self.errors or self.phrases or self.phrases_des_tranches
        return bool(fautes or any(ligne.erreur for ligne in self.lignes))

    @property
    def cochees(self) -> set[int]:
        """The activities that are ticked one by one."""
        return {i for i in map(lire_entier, (self.activites.data or [])[:1000]) if i}

    @property
    def au_mois(self) -> bool:
        """Whether a month is sold: then nothing depends on a séance."""
        return self.unite.data == MOIS

    def suivre(self, etape: str) -> None:
        """Do what the button asks of the bands, before the form is shown again."""
        if etape == "tranche" and len(self.lignes) < TRANCHES_MAX:
            self.lignes.append(LigneSaisie())
            self.reprise = len(self.lignes) - 1
        elif (rang := lire_entier(etape.removeprefix("retirer-"))) is not None and rang < len(self.lignes):
            del self.lignes[rang]
            self.reprise = min(rang, len(self.lignes) - 1)
        self._garder_une_ligne()

    def signaler(self, refus: Refus) -> None:
        """Say it beside its field, if it has one."""
        if refus.champ in self:
            self._fields[refus.champ].errors = [*self._fields[refus.champ].errors, refus.phrase]
        elif refus.champ == "tranches":
            self.phrases_des_tranches.append(refus.phrase)
        else:
            self.phrases.append(refus.phrase)

    def lire(self) -> Projet | None:
        """The project; None when something of it cannot be read, said beside it."""
        debut, fin = (self._lire(nom, lire_le_jour, "Indiquez le jour.") for nom in ("debut", "fin"))
        mode = self.mode.data if self.mode.data in MODES else FORFAIT
        champs: dict[str, int] = {}
        for nom in MONTANTS:
            vide = "Indiquez un montant." if nom in DU_MODE[mode] else ""
            champs[nom] = self._lire(nom, lire_le_montant, vide) or 0 if self._sert(nom, mode) else 0
        for nom in FRATRIES:
            champs[nom] = self._lire(nom, lire_le_nombre) or 0
        champs["taux"] = self._lire("taux", lire_le_taux, "Indiquez le taux.") if mode == EFFORT else 0
        tranches = [ligne.lire() for ligne in self.lignes if not ligne.vide] if mode == TRANCHES else []
        activites = self._activites()
        if not activites:
            self.signaler(Refus(AUCUNE_ACTIVITE, champ="activites"))
        if self.en_faute:
            return None
        bareme = Bareme(
            mode=self.mode.data or "",
            unite=self.unite.data or "",
            tranches=tuple(sorted((t for t in tranches if t), key=lambda t: t.a_partir_de)),
            absence_non_prevenue=self.absence_non_prevenue.data,
            garde=self.garde.data,
            **champs,
        )
        return Projet(activites, debut, fin, self.categorie.data or "", bareme)

    def _activites(self) -> tuple[int, ...]:
        """Those that are ticked, one by one or all of a name."""
        if self.activite:
            return (self.activite,)
        ensemble = {a.id for g in self.groupes if g.cle in (self.ensembles.data or []) for a in g.activites}
        return tuple(sorted(self.cochees | ensemble))

    def _sert(self, nom: str, mode: str) -> bool:
        """Whether this amount is on the screen: what was typed of another mode is kept, and not read."""
        if nom.startswith("supplement"):
            return not self.au_mois
        return nom in DU_MODE[mode]

    def _lire(self, nom: str, lire: Callable[[str | None], T | None], vide: str = "") -> T:
        """What this field says; a sentence beside it when it says nothing that can be read."""
        lu = None
        try:
            lu = lire(self._fields[nom].data)
        except ValueError as faute:
            self._fields[nom].errors = [str(faute)]
        else:
            if lu is None and vide:
                self._fields[nom].errors = [vide]
        return lu  # type: ignore[return-value]

    def _garder_une_ligne(self) -> None:
        if not self.lignes:
            self.lignes.append(LigneSaisie("0", ""))


def _tranches(depart: Depart | None) -> Sequence[Tranche]:
    return depart.projet.bareme.tranches if depart and depart.projet else ()


def _textes(depart: Depart) -> dict[str, object]:
    """What the form begins with, as it shows it: a project, or what most towns have."""
    textes: dict[str, object] = {
        "activites": [str(ident) for ident in depart.activites],
        "debut": depart.debut.isoformat(),
        "fin": depart.fin.isoformat(),
        "categorie": "",
        "mode": TRANCHES,
        "unite": SEANCE,
        "absence_non_prevenue": True,
    }
    if depart.projet is None:
        return textes
    b = depart.projet.bareme
    requis = DU_MODE[b.mode]
    for nom in MONTANTS:
        if getattr(b, nom) or nom in requis:
            textes[nom] = ecrire_le_montant(getattr(b, nom))
    return textes | {
        "categorie": depart.projet.categorie,
        "mode": b.mode,
        "unite": b.unite,
        "taux": ecrire_le_taux(b.taux) if b.taux else "",
        "fratrie_2": str(b.fratrie_2 or ""),
        "fratrie_3": str(b.fratrie_3 or ""),
        "absence_non_prevenue": b.absence_non_prevenue,
        "garde": b.garde,
    }


def lire_les_lignes(saisie: MultiDict[str, str]) -> list[LigneSaisie]:
    """The bands as they were typed: fields of the same name, in their order."""
    bornes, prix = (saisie.getlist(nom)[:TRANCHES_MAX] for nom in ("t_quotient", "t_prix"))
    return [
        LigneSaisie(*(au_net(c[n])[:60] if n < len(c) else "" for c in (bornes, prix)))
        for n in range(max(len(bornes), len(prix)))
    ]


@dataclass(frozen=True)
class Demarche:
    """Where the form is: shown again, previewed, confirmed."""

    etape: str = ""
    vu: str = ""

    @property
    def encore(self) -> bool:
        """Whether the form is only to be shown again, with what was typed."""
        return self.etape in ("mode", "tranche", "reprendre") or self.etape.startswith("retirer-")


def lire_la_demarche(saisie: MultiDict[str, str]) -> Demarche:
    return Demarche(saisie.get("etape", ""), saisie.get("vu", "")[:64])


def a_reporter(saisie: MultiDict[str, str]) -> list[tuple[str, str]]:
    """What was typed, as the page that asks to confirm carries it along."""
    return [
        (nom, texte) for nom, texte in saisie.items(multi=True) if nom not in ("csrf_token", "etape", "vu")
    ]


def lire_la_recherche(parametres: MultiDict[str, str], annee: int) -> tuple[Recherche, list[str]]:
    """What the list is narrowed by, and a sentence for what cannot be. `annee`: that shown at first."""
    erreurs = []
    q = au_net(parametres.get("q"))
    if len(q) > RECHERCHE_MAX:
        q, erreurs = "", [f"La recherche est trop longue : {RECHERCHE_MAX} caractères au plus."]
    voulue = parametres.get("annee")
    lue = lire_entier(voulue) or 0 if voulue is not None else annee
    page = lire_entier(parametres.get("page")) or 1
    return Recherche(q, lue, parametres.get("manque") == "1", page), erreurs


def lire_le_dernier(saisie: MultiDict[str, str]) -> dt.date:
    """The last day of a tariff that ends; :class:`Refus` when it is no day."""
    try:
        jour = lire_le_jour(saisie.get("dernier"))
    except ValueError as faute:
        raise Refus(str(faute), champ="dernier") from faute
    if jour is None:
        raise Refus("Indiquez le dernier jour.", champ="dernier")
    return jour
