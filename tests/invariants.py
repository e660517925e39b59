"""The invariants of the domain, read in plain SQL: what must hold after any act, in any order."""

from collections import defaultdict
from collections.abc import Iterator

import workflows as w
from models import db
from portail import clock

OCCUPENT = {"reserve", "present", "absence_attente"}
ATTENDENT = {"reservation_attente": "reservation", "absence_attente": "absence"}
NAISSANCES = {
    "reservation": "non_reserve",
    "ligne": "en_attente",
    "demande": "en_attente",
    "modification": "en_attente",
}


def fautes() -> list[str]:
    """What does not hold, one sentence each; nothing when all is well."""
    creneaux = _lire("id, enfant_id, seance_id, statut, ordre FROM reservation ORDER BY id")
    lignes = _lire(
        "l.id, l.demande_id, l.reservation_id, l.statut, l.motif, d.nature FROM ligne l"
        " JOIN demande d ON d.id = l.demande_id ORDER BY l.id"
    )
    modifications = _lire(
        "m.id, m.demande_id, m.statut, m.motif, d.nature, d.famille_id,"
        " coalesce(r.famille_id, e.famille_id, f.famille_id)"
        " FROM modification m JOIN demande d ON d.id = m.demande_id"
        " LEFT JOIN responsable r ON m.objet = 'responsable' AND r.id = m.objet_id"
        " LEFT JOIN enfant e ON m.objet = 'enfant' AND e.id = m.objet_id"
        " LEFT JOIN contact_habilite c ON m.objet = 'contact_habilite' AND c.id = m.objet_id"
        " LEFT JOIN enfant f ON f.id = c.enfant_id ORDER BY m.id"
    )
    demandes = _lire("id, statut, repondue_le FROM demande ORDER BY id")
    inscriptions = _lire("id, enfant_id, activite_id, debut, fin, statut FROM preinscription ORDER BY id")
    journal = _lire("id, objet, objet_id, acte, de, vers FROM evenement ORDER BY id")
    return [
        *_places(creneaux),
        *_capacites(),
        *_fratries(),
        *_annulees(),
        *_absences(),
        *_journal(journal, creneaux, lignes, demandes, modifications),
        *_lignes(creneaux, lignes),
        *_modifications(modifications),
        *_demandes(demandes, lignes, modifications),
        *_liste(creneaux, journal),
        *_inscriptions(creneaux),
        *_preinscriptions(inscriptions),
        *_demandees(inscriptions),
    ]


def _lire(quoi: str) -> list[tuple]:
    return db.execute_sql(f"SELECT {quoi}").fetchall()


def _places(creneaux) -> Iterator[str]:
    occupees: dict[int, int] = defaultdict(int)
    for _, _, seance, statut, _ in creneaux:
        occupees[seance] += statut in OCCUPENT
    for seance, places, prises in _lire("id, places, prises FROM seance"):
        if prises != occupees[seance]:
            yield f"séance {seance}: {prises} places counted, {occupees[seance]} taken"
        if prises > places:
            yield f"séance {seance}: {prises} taken of {places}"


def _capacites() -> Iterator[str]:
    """What activities share is never taken more than it holds: in a day, or minute by minute. From today: the
    town may have made it smaller since.
    """
    partages: dict[tuple, list[int]] = defaultdict(list)
    for *capacite, activite in _lire(
        "c.id, c.places, c.simultanee, a.activite_id FROM capacite c"
        " JOIN capacite_activite a ON a.capacite_id = c.id"
    ):
        partages[tuple(capacite)].append(activite)
    depuis = f"prises > 0 AND jour >= '{clock.aujourdhui()}'"
    seances = _lire(f"activite_id, jour, debut, fin, prises FROM seance WHERE {depuis}") if partages else []
    for (ident, places, simultanee), activites in partages.items():
        siennes = [seance for seance in seances if seance[0] in activites]
        prises: dict[tuple, int] = defaultdict(int)
        for _, jour, debut, *_ in siennes:
            if simultanee and (jour, debut) not in prises:
                presentes = [
                    s[4] for s in siennes if s[1] == jour and s[2] <= debut and (debut < s[3] or s[3] <= s[2])
                ]
                prises[jour, debut] = sum(presentes)
        for _, jour, _, _, siens in siennes:
            if not simultanee:
                prises[jour,] += siens
        for quand, total in prises.items():
            if total > places:
                yield f"capacity {ident}, {quand}: {total} taken of {places}"


def _fratries() -> Iterator[str]:
    """Asked together or not at all: nobody has a place while the other waits."""
    statuts: dict[int, set[str]] = defaultdict(set)
    for fratrie, statut in _lire("fratrie, statut FROM reservation WHERE fratrie IS NOT NULL"):
        statuts[fratrie].add(statut)
    for fratrie, siens in statuts.items():
        if "liste_attente" in siens and siens & OCCUPENT:
            yield f"tie {fratrie}: {sorted(siens)}"


def _annulees() -> Iterator[str]:
    """Nothing stands on a séance that the town cancelled, but a child who was there."""
    for ident, statut in _lire(
        "s.id, r.statut FROM seance s JOIN reservation r ON r.seance_id = s.id WHERE s.annulee <> ''"
    ):
        if statut not in ("non_reserve", "present"):
            yield f"séance {ident} is cancelled, « {statut} » stands there"


def _absences() -> Iterator[str]:
    """A reason, and whether it is billed: of absences alone."""
    for ident, nature, motif in _lire("id, nature, motif_absence_id FROM demande"):
        if motif is not None and nature != "absence":
            yield f"demande {ident} « {nature} » has the reason {motif}"
    for ident, nature in _lire(
        "l.id, d.nature FROM ligne l JOIN demande d ON d.id = l.demande_id WHERE l.facturee IS NOT NULL"
    ):
        if nature != "absence":
            yield f"line {ident} of a demande « {nature} » is billed or not"


def _journal(journal, creneaux, lignes, demandes, modifications) -> Iterator[str]:
    """The last line of an object tells its status, and each goes on from the one before."""
    dits: dict[tuple[str, int], str] = {}
    for ident, table, objet, acte, de, vers in journal:
        if not vers:
            continue  # no step: what is told of the object besides
        # those of the small world were taken over without a line
        depart = de if table == "preinscription" else NAISSANCES.get(table, "")
        avant = dits.get((table, objet), depart)
        nait = acte in ("deposer", "reprendre") or (table, acte) == ("modification", "demander")
        if not nait and avant != de:
            yield f"journal line {ident} leaves « {de} », {table} {objet} was « {avant} »"
        dits[table, objet] = vers
    statuts = [("reservation", c[0], c[3]) for c in creneaux]
    statuts += [("ligne", ligne[0], ligne[3]) for ligne in lignes]
    statuts += [("demande", d[0], d[1]) for d in demandes]
    statuts += [("modification", m[0], m[2]) for m in modifications]
    for table, objet, statut in statuts:
        if dits.get((table, objet), NAISSANCES[table]) != statut:
            yield f"{table} {objet}: « {statut} », the journal says « {dits.get((table, objet))} »"


def _lignes(creneaux, lignes) -> Iterator[str]:
    """A slot that waits for an answer has one line that waits, of the right nature; no other has any."""
    en_attente: dict[int, list[str]] = defaultdict(list)
    for ident, _, creneau, statut, motif, nature in lignes:
        if statut == w.EN_ATTENTE:
            en_attente[creneau].append(nature)
        if (statut == "refusee") != bool(motif):
            yield f"line {ident}: « {statut} », its reason is « {motif} »"
    for ident, _, _, statut, _ in creneaux:
        if en_attente[ident] != ([ATTENDENT[statut]] if statut in ATTENDENT else []):
            yield f"slot {ident} « {statut} » has waiting lines {en_attente[ident]}"


def _modifications(modifications) -> Iterator[str]:
    """A change is in a demande about the file, of the family whose sheet it is; refused, it says why."""
    for ident, _, statut, motif, nature, famille, sienne in modifications:
        if nature != "dossier" or famille != sienne:
            yield f"change {ident}: of a demande « {nature} » of family {famille}, of a sheet of {sienne}"
        if (statut == "refusee") != bool(motif):
            yield f"change {ident}: « {statut} », its reason is « {motif} »"


def _demandes(demandes, lignes, modifications) -> Iterator[str]:
    des_lignes: dict[int, set[str]] = defaultdict(set)
    for _, demande, _, statut, *_ in lignes:
        des_lignes[demande].add(statut)
    for _, demande, statut, *_ in modifications:
        des_lignes[demande].add({"appliquee": "acceptee"}.get(statut, statut))
    for ident, statut, repondue_le in demandes:
        decidees = des_lignes[ident] - {"annulee"}
        if "en_attente" in decidees or not des_lignes[ident]:
            attendu = "en_attente"
        elif len(decidees) < 2:
            attendu = next(iter(decidees), "annulee")
        else:
            attendu = "acceptee_en_partie"
        if statut != attendu:
            yield f"demande {ident}: « {statut} », its lines say « {attendu} »"
        if not des_lignes[ident] or (statut != "en_attente" and repondue_le is None):
            yield f"demande {ident}: no line, or answered nobody knows when"


def _liste(creneaux, journal) -> Iterator[str]:
    """Who waits has a rank of its own: the number of the journal line that put it there."""
    arrivees = {objet: ident for ident, table, objet, _, _, vers in journal if vers == "liste_attente"}
    for ident, _, _, statut, ordre in creneaux:
        attendu = arrivees[ident] if statut == "liste_attente" else None
        if ordre != attendu:
            yield f"slot {ident}: order {ordre}, the journal says {attendu}"


def _inscriptions(creneaux) -> Iterator[str]:
    """No booking outside a validated pre-registration."""
    seances = {
        ident: (activite, jour) for ident, activite, jour in _lire("id, activite_id, jour FROM seance")
    }
    periodes: dict[tuple[int, int], list[tuple]] = defaultdict(list)
    for enfant, activite, debut, fin in _lire(
        "enfant_id, activite_id, debut, fin FROM preinscription WHERE statut = 'reservation_possible'"
    ):
        periodes[enfant, activite].append((debut, fin))
    for ident, enfant, seance, statut, _ in creneaux:
        activite, jour = seances[seance]
        couvert = any(debut <= jour <= fin for debut, fin in periodes[enfant, activite])
        if statut != "non_reserve" and not couvert:
            yield f"slot {ident} « {statut} » outside any pre-registration"


def _preinscriptions(inscriptions) -> Iterator[str]:
    """Registered within the dates that the activity had; never twice on the same day, standing or waiting."""
    changees = {ident for (ident,) in _lire("objet_id FROM evenement WHERE acte = 'activite_modifiee'")}
    activites = {ident: (debut, fin) for ident, debut, fin in _lire("id, debut, fin FROM activite")}
    vivantes: dict[tuple[int, int], list[tuple]] = defaultdict(list)
    for ident, enfant, activite, debut, fin, statut in inscriptions:
        premier, dernier = activites[activite]
        dedans = activite in changees or premier <= debut <= fin <= dernier
        if statut == "reservation_possible" and not dedans:
            yield f"registration {ident} from {debut} to {fin}, its activity from {premier} to {dernier}"
        if statut in ("reservation_possible", "demande_en_cours"):
            for autre, d, f in vivantes[enfant, activite]:
                if d <= fin and debut <= f:
                    yield f"registrations {autre} and {ident} overlap"
            vivantes[enfant, activite].append((ident, debut, fin))


def _demandees(inscriptions) -> Iterator[str]:
    """What the line of a registration says, what the registration is; the days asked for are its own."""
    accords = {
        "en_attente": {"demande_en_cours"},
        "acceptee": {"reservation_possible", "annulee"},
        "refusee": {"refusee"},
        "annulee": {"annulee"},
    }
    lignes = dict(_lire("preinscription_id, statut FROM ligne WHERE preinscription_id IS NOT NULL"))
    ecourtees = {objet for (objet,) in _lire("objet_id FROM evenement WHERE acte = 'ecourter'")}
    voulus: dict[int, list[tuple]] = defaultdict(list)
    for ident, activite, jour in _lire(
        "j.preinscription_id, s.activite_id, s.jour FROM jour_voulu j JOIN seance s ON s.id = j.seance_id"
    ):
        voulus[ident].append((activite, jour))
    for ident, _, activite, debut, fin, statut in inscriptions:
        ligne = lignes.get(ident)
        if statut not in accords.get(ligne, set()) if ligne else statut == "demande_en_cours":
            yield f"registration {ident} is « {statut} », its line says « {ligne} »"
        for sienne, jour in voulus[ident]:
            if sienne != activite or jour < debut or (jour > fin and ident not in ecourtees):
                yield f"registration {ident}: a day of {jour} is not its own"
