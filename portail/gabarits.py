"""Jinja as Flask has it, but that the pieces of a page are escaped without a `Markup` being made of each.

They are joined into one text at once, and it is that text that is marked as safe where it has to be. A month
of planning has three thousand of them: to wrap them took a tenth of its time.
"""

from typing import Any

from flask.templating import Environment
from jinja2.compiler import CodeGenerator, Frame, nodes
from markupsafe import Markup, _escape_inner, escape


def echapper(valeur: Any) -> str:
    """What `markupsafe.escape` gives, as a text to be joined to others, not to be escaped again."""
    genre = type(valeur)
    if genre is str:
        return _escape_inner(valeur)
    return valeur if genre is Markup else escape(valeur)


class Redacteur(CodeGenerator):
    """Writes the Python of a template."""

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        if frame.eval_ctx.autoescape and not frame.eval_ctx.volatile and finalize.src is None:
            self.write("environment.echapper(")
        else:
            super()._output_child_pre(node, frame, finalize)


class Gabarits(Environment):
    code_generator_class = Redacteur
    echapper = staticmethod(echapper)
