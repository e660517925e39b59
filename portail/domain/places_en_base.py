"""The places left, counted by the database: where too many séances are looked at to be read one by one."""

from peewee import Case, Select, fn

from models import Capacite, CapaciteActivite, Seance


def partagees_de(seances: Select) -> Select:
    """(séance, what is left of the tightest capacity that it shares), counted by the database.

    Of the ids that `seances` selects; those that share nothing are not in it. To be joined; it counts as
    :meth:`places.Places.restantes` does.
    """
    moi, voisine, autre = Seance.alias(), Seance.alias(), Seance.alias()
    la_mienne, la_voisine, l_autre = (CapaciteActivite.alias() for _ in range(3))
    instant = Case(None, [(voisine.debut > moi.debut, voisine.debut)], moi.debut)
    en_meme_temps = _avant_la_fin(voisine.debut, moi) & _avant_la_fin(moi.debut, voisine)
    prises = fn.SUM(autre.prises)
    par_instant = (
        moi.select(moi.id.alias("seance"), (Capacite.places - prises).alias("libres"))
        .join(la_mienne, on=la_mienne.activite == moi.activite)
        .join(Capacite, on=la_mienne.capacite == Capacite.id)
        .join(la_voisine, on=la_voisine.capacite == Capacite.id)
        .join(voisine, on=(voisine.activite == la_voisine.activite) & (voisine.jour == moi.jour))
        .join(l_autre, on=l_autre.capacite == Capacite.id)
        .join(autre, on=(autre.activite == l_autre.activite) & (autre.jour == moi.jour))
        .where(
            moi.id.in_(seances),
            (Capacite.simultanee & en_meme_temps) | (~Capacite.simultanee & (voisine.id == moi.id)),
            ~Capacite.simultanee | ((autre.debut <= instant) & _avant_la_fin(instant, autre)),
        )
        .group_by(moi.id, Capacite.id, voisine.id)
    )
    return Select(
        [par_instant], [par_instant.c.seance, fn.MIN(par_instant.c.libres).alias("libres")]
    ).group_by(par_instant.c.seance)


def _avant_la_fin(instant, seance):
    """Before its last hour, that day: a night ends on the next one."""
    return (instant < seance.fin) | (seance.fin <= seance.debut)
