"""`facturer`: a month's invoices, from the command line."""

import datetime as dt
import time

import click
from flask.cli import with_appcontext

from portail.cli_base import base_prete


@click.command()
@click.argument("mois", type=click.DateTime(formats=["%Y-%m"]))
@click.option("--apercu", is_flag=True, help="Montrer ce que le mois donnerait, sans rien émettre.")
@with_appcontext
def facturer(mois: dt.datetime, apercu: bool) -> None:
    """Émet les factures de MOIS (2026-11) ; ce qui est déjà facturé ne l’est jamais deux fois.

    Interrompue, la même commande reprend où elle en était.
    """
    from models import ApercuDeCampagne
    from portail import mots
    from portail.domain import campagnes
    from portail.domain.apercu_de_campagne import Resume
    from portail.domain.refus import Refus

    with base_prete():
        try:
            if (campagne := campagnes.ouverte(mois.date())) is None:
                demande = campagnes.apercevoir(None, mois.date())
                _suivre("Aperçu", lambda: ApercuDeCampagne.get_by_id(demande.id).fini_le is not None)
                fait = ApercuDeCampagne.get_by_id(demande.id)
                resume = Resume.lire(fait.resume)
                click.echo(f"{mots.pluriel(resume.factures, 'facture')}, {mots.euros(resume.montant)}.")
                if apercu:
                    return
                campagne = campagnes.lancer(None, mois.date(), fait.marque)
        except Refus as refus:
            raise click.ClickException(refus.phrase) from refus
        lancee = campagne
        _suivre("Factures", lambda: type(lancee).get_by_id(lancee.id).finie_le is not None)
        finie = type(lancee).get_by_id(lancee.id)
        click.echo(f"Émises : {mots.pluriel(finie.factures, 'facture')}, {mots.euros(finie.montant)}.")


def _suivre(quoi: str, fini) -> None:
    """Go on until it is done; whoever runs beside may do some of it."""
    from portail.domain import campagnes

    with click.progressbar(length=1, label=quoi) as barre:

        def suivre(faites: int, total: int) -> None:
            barre.length = max(total, 1)
            barre.update(faites - barre.pos)

        while not fini():
            if not campagnes.servir(suivre=suivre):
                time.sleep(0.5)
        barre.finish()
