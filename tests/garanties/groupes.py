"""The fields that several routes read together, by their names on the map (`routes.py`)."""

CADRE = ("vue", "date", "enfant", "activite", "choix")
REPONSE = ("ligne", "groupe", "malgre", "contestee", "montant", "motif", "precision", "ouverte")
CODE = ("code", "naissance")
CONFIRMATION = ("mot_de_passe_actuel",)
DE_LA_CHARGE = ("role", "limite", "lieux")
DU_RESPONSABLE = (
    *("nom", "prenom", "email", "telephone", "telephone_travail", "profession", "employeur"),
    *("voie", "complement", "code_postal", "commune", "titulaire", "iban", "bic"),
)
DE_L_ENFANT = (
    *("nom", "prenom", "naissance", "classe"),
    *("rentre_seul", "transport", "image", "baignade", "soins_urgence"),
    *("regime", "allergies", "pai_debut", "pai_fin", "pai_consignes", "medecin", "medecin_telephone"),
    "rappel_dtp",
)
DU_CONTACT = ("prenom", "nom", "lien", "telephone", "appeler", "chercher", "piece_identite")
DU_SOUHAIT = (
    *("activite_choisie", "enfants", "debut", "fin", "semaine", "applique", "montre_du", "montre_au", "jour"),
    *("remarques", "document", "retirer", "etape", "piece-0", "activite_montree"),
)
DU_SOUHAIT_LONG = (
    *("nature", "enfants", "activites", "debut", "fin", "semaine", "comme", "periode", "ensemble", "motif"),
    "document",
)
TRI = ("etat", "nature", "activite", "q", "page", "age", "suivi", "par")
FILE = (*TRI, "lignes")
DE_LA_VILLE = (
    *("nom", "guichet", "adresse", "horaires", "telephone", "courriel", "teinte"),
    "places_en_niveau",
)
DES_JOURS = ("nom", "debut", "fin", "portee", "comme", "periode", "motif", "remettre", "repere")
LIGNES = ("lignes", "mois")
DE_LA_FEUILLE = ("q", "classe", "voir")
TAPE = ("vu", "cle", "tape_le", "envoye_le")
DE_L_ACTIVITE = (
    *("nom", "lieu_id", "debut", "fin", "age_min", "age_max", "description", "pieces", "couleur", "rang"),
    *("preinscription_du", "preinscription_au", "reservable", "automatique", "absence_automatique"),
    "absence_tardive",
    *(f"{quoi}_{mot}" for quoi in ("reservation", "absence") for mot in ("genre", "nombre", "jour", "heure")),
    *("h_jour", "h_debut", "h_fin", "h_places", "h_periode", "h_origine", "etape", "vu", "garder", "motif"),
)
DU_TARIF = (
    *("activites", "ensembles", "debut", "fin", "categorie", "mode", "unite", "prix", "taux", "plancher"),
    *("plafond", "fratrie_2", "fratrie_3", "supplement_tardif", "supplement_sans_reservation"),
    *("absence_non_prevenue", "garde", "remplacer", "t_quotient", "t_prix", "etape", "vu"),
)
DU_LIEU = ("nom", "adresse", "ecole")
DU_PARTAGE = ("nom", "places", "compte", "activites", "etape", "vu")
DE_LA_COPIE = ("lieu", "de", "vers", "activite")
DU_JOUR = ("jour", "lieu", "activite", "montrer")
DES_REPAS = ("jour", "etendue", "lieu")
D_ATTENTE = ("lieu", "activite", "du", "au")
DES_INSCRIPTIONS = ("lieu", "activite", "classe", "du", "au", "etat", "coordonnees")
DES_DOSSIERS = ("lieu", "activite", "classe")
FICHIER = ("genre", "sante")
FISCALES = ("quotient", "revenu_fiscal", "parts", "fiscal_le")
DU_REGLEMENT = ("cle", "payeur", "avance", "factures", "montant", "moyen", "recu_le", "reference")
