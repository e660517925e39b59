"""What `verifier` asks of the accounts of the staff."""

from models import ROLES_ADMINISTRATION, ROLES_PERSONNEL


def limites_sans_objet() -> str:
    """Whoever opens accounts has every place, and the account of a family none to be limited to."""
    limitables = ", ".join(f"'{role}'" for role in ROLES_PERSONNEL if role not in ROLES_ADMINISTRATION)
    return f"""
        SELECT c.id, c.role, l.nom
        FROM affectation a JOIN compte c ON c.id = a.compte_id JOIN lieu l ON l.id = a.lieu_id
        WHERE c.role NOT IN ({limitables}) ORDER BY c.id, l.nom"""
