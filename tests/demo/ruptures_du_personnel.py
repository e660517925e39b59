"""How each invariant of the staff's side is broken: the queue, the roll call, rules, imports, accounts."""

import workflows as w

QUAND = "'2026-11-23 10:00:00'"
D_UNE_FAMILLE = "(SELECT min(id) FROM compte WHERE role = 'famille')"
DU_PERSONNEL = "(SELECT max(id) FROM compte WHERE role <> 'famille')"
ACCEPTEE = "(SELECT min(id) FROM demande WHERE statut = 'acceptee')"
SUIVIE = "(SELECT min(presence.id) FROM presence WHERE etat = 'present' AND NOT sans_reservation)"
"""A child who was pointed there, as it was booked."""
REPONSE = (
    "INSERT INTO reponse (demande_id, agent_id, lot, donnee_le, premier, dernier, avant)"
    f" SELECT {ACCEPTEE}, {DU_PERSONNEL}, 'x', {QUAND}, min(e.id), max(e.id), '' FROM evenement e"
)
REGLE = (
    "INSERT INTO regle_de_reponse"
    " (activite_id, nature, places_min, dossier, dans_les_delais, active, agent_id, changee_le)"
    f" SELECT min(a.id), '{{}}', 1, '{{}}', TRUE, FALSE, {DU_PERSONNEL}, {QUAND} FROM activite a"
)
IMPORT = (
    "INSERT INTO importation"
    " (statut, cree_le, noms, fichiers, ecraser, rapport, marque, etape, faites, total, essais)"
    " VALUES ('{}', {}, 'familles.csv', {}, FALSE, {}, '{}', '', 0, 0, 0)"
)
VIDE = (
    "INSERT INTO famille (nom, code_abonne, recherche, cree_le, fusionnee_dans_id)"
    f" SELECT 'Vide', '{{}}', 'vide', {QUAND}, {{}}(id) FROM famille"
)

RUPTURES_DU_PERSONNEL: dict[str, list[str | tuple[str, ...]]] = {
    "Prises en charge": [f"UPDATE prise_en_charge SET agent_id = {D_UNE_FAMILLE}"],
    "Notes": [
        f"UPDATE note_interne SET auteur_id = {D_UNE_FAMILLE}",
        f"UPDATE note_interne SET demande_id = {ACCEPTEE}",
        "DELETE FROM evenement WHERE acte = 'note_ecrite'",
    ],
    "Filtres gardés": [
        f"UPDATE filtre_garde SET compte_id = {D_UNE_FAMILLE} WHERE id = (SELECT min(id) FROM filtre_garde)",
    ],
    "Pointages": [
        f"UPDATE presence SET etat = 'absent' WHERE id = {SUIVIE}",
        f"UPDATE presence SET sans_reservation = TRUE WHERE id = {SUIVIE}",
        f"UPDATE reservation SET statut = '{w.RESERVE}' WHERE id = (SELECT r.id FROM reservation r"
        f" JOIN presence p ON p.seance_id = r.seance_id AND p.enfant_id = r.enfant_id WHERE p.id = {SUIVIE})",
    ],
    "Pointages à venir": [
        "UPDATE presence SET seance_id = (SELECT min(id) FROM seance WHERE jour > '2026-11-25')"
        f" WHERE id = {SUIVIE}",
    ],
    "Départs": [
        "UPDATE presence SET parti_le = '2020-01-01 10:00:00', parti_avec = 'Jeanne Roux, grand-mère',"
        f" parti_par_id = pointe_par_id WHERE id = {SUIVIE}",
    ],
    "Réponses à annuler": [REPONSE],
    "Règles de réponse": [
        REGLE.format(w.NATURE_ABSENCE, "pieces"),
        REGLE.format(w.NATURE_ABSENCE, "assurance"),
    ],
    "Imports gardés": [
        IMPORT.format(w.IMPORTEE, QUAND, "'x'", "'x'", "x"),
        IMPORT.format(w.ABANDONNEE, QUAND, "'x'", "NULL", ""),
        IMPORT.format(w.A_CORRIGER, "'2026-10-01 10:00:00'", "NULL", "'x'", ""),
    ],
    "Imports prêts": [
        IMPORT.format(w.PRETE, QUAND, "'x'", "NULL", "x"),
        IMPORT.format(w.LANCEE, QUAND, "'x'", "'x'", ""),
        IMPORT.format(w.A_CONTROLER, QUAND, "NULL", "NULL", ""),
    ],
    "Dossiers réunis": [
        "UPDATE famille SET fusionnee_dans_id = 2 WHERE id = 1",
        (VIDE.format("900001", "min"), VIDE.format("900002", "max")),
    ],
    "Comptes limités à des lieux": [
        f"INSERT INTO affectation (compte_id, lieu_id) SELECT {D_UNE_FAMILLE}, min(id) FROM lieu",
        (
            f"INSERT INTO affectation (compte_id, lieu_id) SELECT {DU_PERSONNEL}, min(id) FROM lieu",
            "UPDATE compte SET role = 'administrateur' WHERE id IN (SELECT compte_id FROM affectation)",
        ),
    ],
}
