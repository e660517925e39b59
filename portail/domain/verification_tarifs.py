"""What `verifier` asks of the tariffs, and of who pays."""


def parts() -> str:
    """The shares of a child make a hundred, among the adults of its family."""
    return """
        SELECT e.id, sum(p.part), count(CASE WHEN r.famille_id <> e.famille_id THEN 1 END)
        FROM part_de_payeur p
        JOIN enfant e ON e.id = p.enfant_id JOIN responsable r ON r.id = p.responsable_id
        GROUP BY e.id
        HAVING sum(p.part) <> 100 OR count(CASE WHEN r.famille_id <> e.famille_id THEN 1 END) > 0"""


def chevauchements() -> str:
    """On a day, a family finds one tariff of an activity at most."""
    return """
        SELECT a.activite_id, a.id, b.id
        FROM tarif a JOIN tarif b ON b.activite_id = a.activite_id AND b.id > a.id
        WHERE a.debut <= b.fin AND b.debut <= a.fin
          AND (a.categorie = '' OR b.categorie = '' OR a.categorie = b.categorie)"""


def tranches() -> str:
    """A tariff by bands has some, and the first begins at 0; another one has none."""
    return """
        SELECT t.id, t.mode, coalesce(min(b.a_partir_de), -1)
        FROM tarif t LEFT JOIN tranche_de_tarif b ON b.tarif_id = t.id
        GROUP BY t.id, t.mode
        HAVING (t.mode = 'tranches') <> (coalesce(min(b.a_partir_de), -1) = 0)"""
