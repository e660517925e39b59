"""« Espace Facturation »: what is to be paid and until when, the invoices year by year, what was received."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

from models import Entente, PartDePayeur, ReglagesDeFacturation
from portail import clock, mots
from portail.domain import encaissement, lecture_factures, recus
from portail.domain.droits import Regard
from portail.domain.lecture_factures import FactureVue
from portail.domain.recus import RecuImprime


@dataclass(frozen=True)
class Annee:
    """The invoices and avoirs issued in a civil year, the last first."""

    annee: int
    factures: Sequence[FactureVue]


@dataclass(frozen=True)
class Dues:
    """What is left to pay, the oldest first."""

    factures: Sequence[FactureVue]

    @property
    def total(self) -> int:
        return sum(facture.reste for facture in self.factures)

    @property
    def en_retard(self) -> Sequence[FactureVue]:
        return [facture for facture in self.factures if facture.en_retard]

    @property
    def retard(self) -> int:
        return sum(facture.reste for facture in self.en_retard)

    @property
    def payables(self) -> Sequence[FactureVue]:
        """Those about which no operation is open: they may be paid now."""
        return [facture for facture in self.factures if not facture.en_paiement]

    @property
    def prochaine(self) -> FactureVue | None:
        """The first that is to come, when none is late."""
        return self.factures[0] if self.factures and not self.en_retard else None

    @property
    def quand(self) -> str:
        """« avant le 15 décembre »; « dont 91,05 € attendus depuis le 20 novembre » when some is late."""
        if not self.factures:
            return ""
        if not self.en_retard:
            return f"avant le {_jour(self.factures[0].echeance)}"
        depuis = f"attendus depuis le {_jour(self.factures[0].echeance)}"
        return depuis if self.retard == self.total else f"dont {mots.euros(self.retard)} {depuis}"

    @property
    def phrase(self) -> str:
        """For the home: « Facture de novembre : 148,20 €, à payer avant le 15 décembre. » Empty: nothing."""
        match self.factures:
            case []:
                return ""
            case [seule]:
                mois = mots.de(mots.nom_du_mois(seule.mois))
                return f"Facture {mois} : {mots.euros(seule.reste)}, à payer {self.quand}."
        return f"{len(self.factures)} factures à payer : {mots.euros(self.total)}, {self.quand}."


@dataclass(frozen=True)
class Espace:
    """The page, as this account reads it."""

    regard: Regard
    factures: Sequence[FactureVue]
    """All of them, the last first."""
    recus: Sequence[RecuImprime]
    """What was received, the last first."""
    credit: int
    """What was paid in advance, or taken back, and pays nothing yet."""
    entente: dt.date | None
    """Until when the town has agreed that what is due is paid over time."""
    payer: str
    """How to pay, in the town’s words."""

    @cached_property
    def dues(self) -> Dues:
        restent = [facture for facture in self.factures if facture.reste > 0]
        return Dues(sorted(restent, key=lambda f: (f.echeance, f.id)))

    @property
    def annees(self) -> list[Annee]:
        par_annee = groupby(self.factures, key=lambda f: f.emise.year)
        return [Annee(annee, list(siennes)) for annee, siennes in par_annee]

    @property
    def payeurs(self) -> int:
        """How many names the invoices bear: with several, each says its own."""
        return len({facture.payeur_id for facture in self.factures})


def espace(regard: Regard) -> Espace:
    """What the page shows. A constant number of queries."""
    reglages = ReglagesDeFacturation.get_or_none(ReglagesDeFacturation.id == 1)
    factures = lecture_factures.factures(regard)
    siens = _payeurs(regard, factures)
    return Espace(
        regard,
        factures,
        recus.tous(regard),
        sum(c.reste for siennes in encaissement.credits_de(siens).values() for c in siennes),
        _entente(siens),
        reglages.payer if reglages else "",
    )


def dues(regard: Regard) -> Dues:
    """What is left to pay, for the home. Two queries."""
    return Dues(lecture_factures.dues(regard))


# ——— inside ———


def _payeurs(regard: Regard, factures: Sequence[FactureVue]) -> set[int]:
    """The adults whose money the account may know of: itself, and whoever gets the household’s invoices.

    Not one who pays a share: what that adult pays in advance may be for invoices that others do not read.
    """
    moi = {regard.moi} if regard.moi else set()
    autres = {facture.payeur_id for facture in factures} - moi
    a_part = PartDePayeur.select(PartDePayeur.responsable).where(PartDePayeur.responsable.in_(autres or {0}))
    return moi | (autres - {ident for (ident,) in a_part.tuples()})


def _entente(payeurs: set[int]) -> dt.date | None:
    """Until when the last payment plan of these adults runs."""
    courantes = Entente.select(Entente.jusqu_au).where(
        Entente.payeur.in_(payeurs or {0}),
        Entente.levee_le.is_null(),
        Entente.jusqu_au >= clock.aujourdhui(),
    )
    return max((jusqu_au for (jusqu_au,) in courantes.tuples()), default=None)


def _jour(jour: dt.date) -> str:
    """« 15 décembre », with its year when it is another one."""
    return mots.jour_mois(jour) if jour.year == clock.aujourdhui().year else mots.jour_annee(jour)
