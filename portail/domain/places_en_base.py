"""The places left, counted by the database: where too many séances are looked at to be read one by one."""

from peewee import JOIN, Case, Select, fn

from models import Capacite, CapaciteActivite, JourDeCapacite, Seance


def partagees_de(seances: Select) -> Select:
    """(séance, what is left of the tightest capacity that it shares), counted by the database.

    Of the ids that `seances` selects; those that share nothing are not in it. To be joined; it counts as
    :meth:`places.Places.restantes` does.
    """
    chacune = _par_jour(seances) + _par_instant(seances)
    return Select([chacune], [chacune.c.seance, fn.MIN(chacune.c.libres).alias("libres")]).group_by(
        chacune.c.seance
    )


def _par_jour(seances: Select) -> Select:
    """What is left of each capacity of the whole day, a kitchen."""
    moi = _partageuses(seances, simultanee=False)
    ce_jour = (JourDeCapacite.capacite == moi.c.capacite) & (JourDeCapacite.jour == moi.c.jour)
    libres = moi.c.places - fn.COALESCE(JourDeCapacite.prises, 0)
    return Select([moi], [moi.c.seance, libres.alias("libres")]).join(
        JourDeCapacite, JOIN.LEFT_OUTER, on=ce_jour
    )


def _par_instant(seances: Select) -> Select:
    """What is left of each capacity of the same moment, a room, whenever a séance of it begins."""
    moi = _partageuses(seances, simultanee=True)
    voisine, autre = Seance.alias(), Seance.alias()
    la_voisine, l_autre = CapaciteActivite.alias(), CapaciteActivite.alias()
    instant = Case(None, [(voisine.debut > moi.c.debut, voisine.debut)], moi.c.debut)
    return (
        Select([moi], [moi.c.seance, (moi.c.places - fn.SUM(autre.prises)).alias("libres")])
        .join(la_voisine, on=la_voisine.capacite == moi.c.capacite)
        .join(voisine, on=(voisine.activite == la_voisine.activite) & (voisine.jour == moi.c.jour))
        .join(l_autre, on=l_autre.capacite == moi.c.capacite)
        .join(autre, on=(autre.activite == l_autre.activite) & (autre.jour == moi.c.jour))
        .where(
            _avant_la_fin(voisine.debut, moi.c) & _avant_la_fin(moi.c.debut, voisine),
            (autre.debut <= instant) & _avant_la_fin(instant, autre),
        )
        .group_by(moi.c.seance, moi.c.capacite, moi.c.places, voisine.id)
    )


def _partageuses(seances: Select, simultanee: bool) -> Select:
    """Of these séances, those that share something of that kind, each with what it shares.

    DISTINCT has PostgreSQL find them first: it would join the town's séances with one another before it kept
    these.
    """
    return (
        Seance.select(
            Seance.id.alias("seance"),
            Seance.jour,
            Seance.debut,
            Seance.fin,
            Capacite.id.alias("capacite"),
            Capacite.places,
        )
        .join(CapaciteActivite, on=CapaciteActivite.activite == Seance.activite)
        .join(Capacite, on=CapaciteActivite.capacite == Capacite.id)
        .where(Seance.id.in_(seances), Capacite.simultanee == simultanee)
        .distinct()
        .alias("moi")
    )


def _avant_la_fin(instant, seance):
    """Before its last hour, that day: a night ends on the next one."""
    return (instant < seance.fin) | (seance.fin <= seance.debut)
