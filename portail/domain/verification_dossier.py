"""What `verifier` asks of the family file: its changes, their answers, what is sealed."""

import workflows as w
from portail.domain import rescellement

FICHE = """
        LEFT JOIN responsable r ON m.objet = 'responsable' AND r.id = m.objet_id
        LEFT JOIN contact_habilite c ON m.objet = 'contact_habilite' AND c.id = m.objet_id
        LEFT JOIN enfant e ON m.objet = 'enfant' AND e.id = m.objet_id OR e.id = c.enfant_id"""
"""The sheet of a change `m`: an adult `r`, or a child `e`."""


def autre_famille() -> str:
    """A change is in a demande about the file, of the family whose sheet it is."""
    return f"""
        SELECT m.id, m.demande_id, d.nature, m.objet, m.objet_id
        FROM modification m JOIN demande d ON d.id = m.demande_id {FICHE}
        WHERE d.nature <> '{w.NATURE_DOSSIER}' OR coalesce(r.famille_id, e.famille_id, 0) <> d.famille_id"""


def melanges() -> str:
    """A demande about the file has no line."""
    return f"""
        SELECT d.id, count(*) FROM demande d JOIN ligne l ON l.demande_id = d.id
        WHERE d.nature = '{w.NATURE_DOSSIER}' GROUP BY d.id"""


def journal_d_une_autre_demande() -> str:
    """The journal tells each change with its own demande and family."""
    return """
        SELECT m.id, m.demande_id, v.id, v.demande_id, v.famille_id
        FROM evenement v
        JOIN modification m ON m.id = v.objet_id JOIN demande d ON d.id = m.demande_id
        WHERE v.objet = 'modification'
          AND (coalesce(v.demande_id, 0) <> d.id OR coalesce(v.famille_id, 0) <> d.famille_id
               AND NOT EXISTS (SELECT 1 FROM famille f
                               WHERE f.id = v.famille_id AND f.fusionnee_dans_id = d.famille_id))"""


def reponses_sans_courriel() -> str:
    """A change was answered, and who asked for it was not told, though still subscribed.

    Only of what they may read for sure: their own sheet, a child over whom nobody's right was touched since.
    """
    return f"""
        SELECT m.id, m.demande_id, m.statut
        FROM modification m
        JOIN demande d ON d.id = m.demande_id
        JOIN evenement v ON v.objet = 'modification' AND v.objet_id = m.id AND v.vers = m.statut
        JOIN compte a ON a.id = d.auteur_id AND a.actif
        JOIN abonnement b ON b.compte_id = a.id AND b.famille_id = d.famille_id AND b.cree_le <= v.quand
                         AND b.statut = '{w.ACTIF}'
        LEFT JOIN lien_parental l ON m.objet = 'enfant' AND l.enfant_id = m.objet_id
                                 AND l.responsable_id = b.responsable_id AND l.droit = 'plein'
        WHERE m.statut IN ('{w.APPLIQUEE}', '{w.REFUSEE}')
          AND (l.id IS NOT NULL OR m.objet = 'responsable' AND m.objet_id = b.responsable_id)
          AND NOT EXISTS (
            SELECT 1 FROM evenement c WHERE c.famille_id = d.famille_id AND c.id > v.id
              AND c.acte IN ('droit_change', 'adulte_rattache'))
          AND NOT EXISTS (
            SELECT 1 FROM courriel q WHERE q.demande_id = m.demande_id
              AND substr(q.cle, 1, 8) = 'reponse:' AND q.cree_le >= v.quand)"""


def liens() -> str:
    """An adult is linked to the children of their own family."""
    return """
        SELECT l.id, r.id, e.id FROM lien_parental l
        JOIN responsable r ON r.id = l.responsable_id JOIN enfant e ON e.id = l.enfant_id
        WHERE r.famille_id <> e.famille_id"""


scelles = rescellement.illisibles
"""Whatever is sealed opens with the present keys."""


def photos() -> str:
    """A picture that neither stands nor is asked for; a second one that stands; one asked for, not there."""
    demandee = "m.objet = 'enfant' AND m.champ = 'photo' AND m.apres <> '' AND m.apres = CAST(p.id AS TEXT)"
    attente = f"SELECT 1 FROM modification m WHERE {demandee} AND m.objet_id = p.enfant_id"
    return f"""
        SELECT p.enfant_id, p.id, 'ne sert plus' FROM photo p
        WHERE p.validee_le IS NULL AND NOT EXISTS ({attente} AND m.statut = '{w.EN_ATTENTE}')
        UNION ALL
        SELECT p.enfant_id, p.id, 'a été remplacée' FROM photo p
        WHERE p.validee_le IS NOT NULL AND EXISTS (
            SELECT 1 FROM photo q
            WHERE q.enfant_id = p.enfant_id AND q.validee_le IS NOT NULL AND q.id > p.id)
        UNION ALL
        SELECT m.objet_id, m.id, 'demandée, n’existe pas' FROM modification m
        WHERE m.statut = '{w.EN_ATTENTE}' AND m.objet = 'enfant' AND m.champ = 'photo' AND m.apres <> ''
          AND NOT EXISTS (SELECT 1 FROM photo p WHERE m.apres = CAST(p.id AS TEXT))"""


def dossiers_vides() -> str:
    """A file that was merged holds nothing any more, and leads to one that was not."""
    restes = " UNION ALL ".join(
        f"SELECT famille_id, '{table}' AS reste FROM {table}"
        for table in (
            "enfant",
            "responsable",
            "abonnement",
            "code_abonne",
            "demande",
            "agenda",
            "facture",
            "reglement",
        )
    )
    return f"""
        SELECT DISTINCT f.id, r.reste FROM famille f JOIN ({restes}) r ON r.famille_id = f.id
        WHERE f.fusionnee_dans_id IS NOT NULL
        UNION ALL
        SELECT f.id, 'famille' FROM famille f JOIN famille g ON g.id = f.fusionnee_dans_id
        WHERE g.fusionnee_dans_id IS NOT NULL"""
