"""The places left, counted by the database: where too many séances are looked at to be read one by one."""

from peewee import Case, Select, fn

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
    moi = Seance.alias()
    ce_jour = (JourDeCapacite.capacite == Capacite.id) & (JourDeCapacite.jour == moi.jour)
    libres = Capacite.places - JourDeCapacite.prises
    return (
        _partageuses(moi, seances)
        .select(moi.id.alias("seance"), libres.alias("libres"))
        .join(JourDeCapacite, on=ce_jour)
        .where(~Capacite.simultanee)
    )


def _par_instant(seances: Select) -> Select:
    """What is left of each capacity of the same moment, a room, whenever a séance of it begins."""
    moi, voisine, autre = Seance.alias(), Seance.alias(), Seance.alias()
    la_voisine, l_autre = CapaciteActivite.alias(), CapaciteActivite.alias()
    instant = Case(None, [(voisine.debut > moi.debut, voisine.debut)], moi.debut)
    return (
        _partageuses(moi, seances)
        .select(moi.id.alias("seance"), (Capacite.places - fn.SUM(autre.prises)).alias("libres"))
        .join(la_voisine, on=la_voisine.capacite == Capacite.id)
        .join(voisine, on=(voisine.activite == la_voisine.activite) & (voisine.jour == moi.jour))
        .join(l_autre, on=l_autre.capacite == Capacite.id)
        .join(autre, on=(autre.activite == l_autre.activite) & (autre.jour == moi.jour))
        .where(
            Capacite.simultanee,
            _avant_la_fin(voisine.debut, moi) & _avant_la_fin(moi.debut, voisine),
            (autre.debut <= instant) & _avant_la_fin(instant, autre),
        )
        .group_by(moi.id, Capacite.id, voisine.id)
    )


def _partageuses(moi: type[Seance], seances: Select) -> Select:
    """Of these séances, those that share something, each with what it shares."""
    la_mienne = CapaciteActivite.alias()
    return (
        moi.select()
        .join(la_mienne, on=la_mienne.activite == moi.activite)
        .join(Capacite, on=la_mienne.capacite == Capacite.id)
        .where(moi.id.in_(seances))
    )


def _avant_la_fin(instant, seance):
    """Before its last hour, that day: a night ends on the next one."""
    return (instant < seance.fin) | (seance.fin <= seance.debut)
