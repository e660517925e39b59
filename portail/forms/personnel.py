"""What `flask compte creer` is given, held to the same rules as the form of the page."""

from wtforms import StringField
from wtforms.validators import Length

from portail.forms.inscription import InscriptionForm
from portail.forms.textes import ranger


class CompteForm(InscriptionForm):
    """Without a password: the person chooses it."""

    mot_de_passe = None
    service = StringField("Service", [Length(max=80, message="80 caractères au plus.")], filters=[ranger])

    class Meta:
        csrf = False  # typed at the command line: there is no page for another site to imitate
