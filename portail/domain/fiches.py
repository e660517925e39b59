"""The sheet that each change of the family file is about: its adult, or its child, be it by a contact."""

from typing import Any

from peewee import JOIN

from models import ContactHabilite, Enfant, Modification, Responsable


def joindre_les_fiches(requete: Any, petit: Any = Enfant) -> Any:
    """`requete`, that reads changes, with the sheet of each: `adulte` or `petit`, the other one is empty.

    `petit` is another name for the children, when the query reads them otherwise too.
    """
    du_contact = (Modification.objet == "contact_habilite") & (Modification.objet_id == ContactHabilite.id)
    de_l_adulte = (Modification.objet == "responsable") & (Modification.objet_id == Responsable.id)
    de_l_enfant = (Modification.objet == "enfant") & (Modification.objet_id == petit.id)
    par_le_contact = ContactHabilite.id.is_null(False) & (ContactHabilite.enfant == petit.id)
    return (
        requete.join_from(Modification, Responsable, JOIN.LEFT_OUTER, on=de_l_adulte, attr="adulte")
        .join_from(Modification, ContactHabilite, JOIN.LEFT_OUTER, on=du_contact, attr="contact")
        .join_from(Modification, petit, JOIN.LEFT_OUTER, on=de_l_enfant | par_le_contact, attr="petit")
    )
