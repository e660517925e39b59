"""The demonstration: nothing is sent, everything is shown."""

from flask import Blueprint, abort, current_app, render_template

from portail import access
from portail.domain import courriels

bp = Blueprint("demo", __name__, url_prefix="/demo")


@bp.get("/courriels")
@access.public
def courriels_ecrits():
    """Every mail, newest first. Outside the demonstration this address does not exist."""
    if not current_app.extensions["portail"].demo:
        abort(404)
    return render_template("demo/courriels.html", courriels=courriels.derniers())
