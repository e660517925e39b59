"""A slice of invoices, issued: a few statements, whatever their number, in the transaction of the run."""

from collections.abc import Iterator, Sequence

from models import Campagne, Evenement, Facture, LigneDeFacture, Responsable, Solde, verrouiller
from portail import clock
from portail.domain import courriels_de_facture, encaissement, numeros
from portail.domain.calcul_de_factures import Calcul, FactureAEmettre
from portail.domain.ecriture import inserer, reserver_les_ids

EMETTRE = "emettre"
"""What the journal calls the birth of an invoice."""


def ecrire(campagne: Campagne, calculs: Sequence[Calcul]) -> tuple[int, int]:
    """Issue these; what was paid too much before goes to them; each is told. Gives how many, how much.

    The adults who have a credit are locked before the numbers are, as whoever makes an avoir does.
    """
    a_emettre = [facture for calcul in calculs for facture in calcul.factures]
    if not a_emettre:
        return 0, 0
    credites = sorted(encaissement.credits_de(f.payeur.responsable_id for f in a_emettre))
    verrouiller(Responsable, credites)
    exercice, rangs = numeros.reserver(len(a_emettre))
    ids = reserver_les_ids(Facture, len(a_emettre))
    maintenant, par = clock.maintenant(), campagne.lancee_par_id
    emises = list(zip(ids, rangs, a_emettre, strict=True))
    inserer(
        Facture,
        (
            *("id", "exercice", "rang", "famille", "payeur", "foyer", "destinataire", "campagne", "mois"),
            *("emise_le", "echeance", "total", "emise_par"),
        ),
        (
            (
                *(ident, exercice, rang, f.famille_id, f.payeur.responsable_id, f.payeur.foyer),
                *(f.payeur.destinataire, campagne.id, campagne.mois, maintenant, campagne.echeance),
                *(f.total, par),
            )
            for ident, rang, f in emises
        ),
    )
    inserer(
        LigneDeFacture,
        (
            *("facture", "rang", "cle", "genre", "enfant", "activite", "seance", "jour"),
            *("libelle", "explication", "montant", "garde"),
        ),
        (ligne for ident, _, f in emises for ligne in _lignes(ident, f)),
    )
    inserer(
        Solde,
        ("facture", "payeur", "echeance", "reste"),
        ((ident, f.payeur.responsable_id, campagne.echeance, f.total) for ident, _, f in emises),
    )
    inserer(
        Evenement,
        ("quand", "auteur", "acte", "objet", "objet_id", "famille", "detail"),
        (
            (maintenant, par, EMETTRE, "facture", ident, f.famille_id, f"{exercice}-{rang:06}")
            for ident, rang, f in emises
        ),
    )
    for payeur in credites:
        encaissement.imputer_les_credits(payeur)
    courriels_de_facture.annoncer(ids)
    return len(emises), sum(f.total for f in a_emettre)


def _lignes(facture_id: int, facture: FactureAEmettre) -> Iterator[tuple]:
    for rang, ligne in enumerate(facture.lignes, start=1):
        c = ligne.consommee
        yield (
            *(facture_id, rang, ligne.cle, c.genre, c.enfant_id, c.activite_id, c.seance_id, c.jour),
            *(ligne.libelle, ligne.explication, ligne.montant, ligne.garde),
        )
