"""How the town bills and collects: its one row, what is said on invoices, who the creditor is.

Without the row nothing is billed, nothing is paid online, nothing is debited: the defaults stand on the
screen until a gestionnaire has saved them. The bank details are sealed together, and shown masked.
"""

import re
from collections.abc import Callable
from dataclasses import asdict, dataclass

from models import Compte, ReglagesDeFacturation, SessionOuverte, Ville, verrouiller, write_transaction
from portail.domain import champs, comptes, coordonnees, perimetre
from portail.domain.refus import Refus
from portail.domain.transitions import Acteur, journaliser

REGLER, CHANGER_LA_BANQUE = "facturation_reglee", "banque_de_la_ville"
"""What the journal calls these acts."""
DELAI_MAX = 120
PAYER_MAX = 1500
CREANCIER_MAX = 70
"""Of a name in a file of direct debits (ISO 20022, Max70Text)."""


@dataclass(frozen=True)
class Reglages:
    """The fields are those of the row, but for the bank."""

    delai: int = 30
    payer: str = ""
    payfip: str = ""
    payfip_saisie: str = "W"
    creancier: str = ""
    ics: str = ""


@dataclass(frozen=True)
class Banque:
    """The account that receives direct debits; both empty as long as there is none."""

    iban: str = ""
    bic: str = ""

    @property
    def masquee(self) -> str:
        """« FR76 •••• •••• 0189 », or nothing."""
        return champs.masquer(self.iban) if self.iban else ""


# ——— to read ———


def lire() -> Reglages | None:
    """How the town bills; None as long as nobody said it: nothing is billed."""
    ligne = ReglagesDeFacturation.get_or_none(ReglagesDeFacturation.id == 1)
    return ligne and Reglages(**{nom: getattr(ligne, nom) for nom in Reglages.__dataclass_fields__})


def banque() -> Banque:
    """The town's bank details in clear: for a file of direct debits; a screen shows `masquee`."""
    ligne = ReglagesDeFacturation.get_or_none(ReglagesDeFacturation.id == 1)
    return Banque(**champs.ouvrir(ligne.banque)) if ligne else Banque()


# ——— the acts ———


def regler(agent: Compte, voulus: Reglages) -> bool:
    """The town bills so. Whether that is new. :class:`Refus` beside the field that cannot be."""
    for champ, permis, phrase in _regles(voulus):
        if not permis:
            raise Refus(phrase, champ=champ)
    with write_transaction():
        perimetre.exiger_toute_la_ville(agent)
        ville, ligne, neuve = _prendre()
        changes = {nom: v for nom, v in asdict(voulus).items() if getattr(ligne, nom) != v}
        if changes:
            ReglagesDeFacturation.update(changes).where(ReglagesDeFacturation.id == 1).execute()
        if changes or neuve:
            dit = ", ".join(DITS[nom] for nom in changes) or "tels que proposés"
            journaliser(ville, REGLER, Acteur(agent, agent.role), detail=dit)
        return bool(changes) or neuve


def changer_la_banque(session: SessionOuverte, voulue: Banque) -> bool:
    """The account that receives direct debits, the password given of late. Whether that is new."""
    iban = _lue(coordonnees.iban, voulue.iban, "iban", "Indiquez l’IBAN de la ville.")
    bic = _lue(coordonnees.bic, voulue.bic, "bic", "Indiquez le BIC de la banque.")
    with write_transaction():
        comptes.exiger_la_confirmation(session)
        agent = session.compte
        perimetre.exiger_toute_la_ville(agent)
        ville, ligne, _ = _prendre()
        if champs.ouvrir(ligne.banque) == {"iban": iban, "bic": bic}:
            return False
        scellee = champs.fermer({"iban": iban, "bic": bic})
        ReglagesDeFacturation.update(banque=scellee).where(ReglagesDeFacturation.id == 1).execute()
        detail = champs.masquer(iban)
        journaliser(ville, CHANGER_LA_BANQUE, Acteur(agent, agent.role), detail=detail)
        return True


# ——— what may be typed ———


def ics_valide(ics: str) -> bool:
    """Whether it is a SEPA creditor identifier: country, key, business code, national number.

    The key is that of ISO 7064 (mod 97-10) over the national number and the country, without the business
    code (European Payments Council, EPC262-08).
    """
    lu = re.fullmatch(r"([A-Z]{2})([0-9]{2})[A-Z0-9]{3}([A-Z0-9]{1,28})", ics)
    if lu is None or (lu[1] == "FR" and len(ics) != 13):
        return False
    chiffres = "".join(str(int(signe, 36)) for signe in lu[3] + lu[1] + lu[2])
    return int(chiffres) % 97 == 1


SAISIES = {
    "W": "En service : les familles paient pour de bon",
    "X": "Activation, pour la vérification que demande la trésorerie",
    "T": "Essai : rien n’est débité",
}
"""Of PayFiP (`models.ReglagesDeFacturation.payfip_saisie`)."""
DITS = {
    "delai": "délai de paiement",
    "payer": "comment payer",
    "payfip": "numéro de client PayFiP",
    "payfip_saisie": "mode de PayFiP",
    "creancier": "nom du créancier",
    "ics": "identifiant créancier SEPA",
}
"""What the journal calls each field."""


def _regles(v: Reglages) -> list[tuple[str, bool, str]]:
    """Field, whether it is right, what is said when it is not."""
    return [
        ("delai", 0 <= v.delai <= DELAI_MAX, f"Le délai va de 0 à {DELAI_MAX} jours."),
        ("payer", len(v.payer) <= PAYER_MAX, f"{PAYER_MAX} caractères au plus."),
        ("payfip", not v.payfip or re.fullmatch(r"[0-9]{6}", v.payfip) is not None,
         "Le numéro de client PayFiP a 6 chiffres : la trésorerie vous l’a donné."),
        ("payfip_saisie", v.payfip_saisie in SAISIES, "Choisissez un des modes proposés."),
        ("creancier", len(v.creancier) <= CREANCIER_MAX, f"{CREANCIER_MAX} caractères au plus."),
        ("ics", not v.ics or ics_valide(v.ics),
         "Cet identifiant contient une erreur de frappe. Il s’écrit ainsi : FR72ZZZ123456."),
        ("creancier", bool(v.creancier) or not v.ics, "Donnez le nom du créancier avec son identifiant."),
    ]  # fmt: skip


def _lue(normer: Callable[[str], str], saisie: str, champ: str, vide: str) -> str:
    if not saisie:
        raise Refus(vide, champ=champ)
    try:
        return normer(saisie)
    except ValueError as faute:
        raise Refus(str(faute), champ=champ) from faute


def _prendre() -> tuple[Ville, ReglagesDeFacturation, bool]:
    """The town, locked; its settings, and whether the row was just made. The journal tells of the town."""
    ville = verrouiller(Ville, [1])[1]
    ligne = ReglagesDeFacturation.get_or_none(ReglagesDeFacturation.id == 1)
    return ville, ligne or ReglagesDeFacturation.create(id=1, **asdict(Reglages())), ligne is None
