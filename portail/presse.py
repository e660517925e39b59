"""The press: pages in, PDFs out, in a process of its own. It knows nothing of the portal.

`pdf.py` runs it, the portal never imports it: a long page takes seconds and a hundred megabytes. A process
can be stopped, has bounds that the system holds, freezes no thread of the server, and has no key to lose.

On its standard input, JSON: the pages, and the only files that they may name. On its output, each PDF after a
line that says its length. With nothing to read it says, by its exit code, whether it could work.
"""

import base64
import json
import os
import resource
import sys

SECONDES = 60
OCTETS = 1 << 30
"""Of processor time, and of memory: far above the longest invoice, far below the machine."""
BORNES = {resource.RLIMIT_CPU: SECONDES, resource.RLIMIT_AS: OCTETS, resource.RLIMIT_CORE: 0}
"""No image of the memory is left on the disk where it falls: a family's invoice would be in it."""

for quoi, voulu in BORNES.items():
    dur = resource.getrlimit(quoi)[1]
    borne = voulu if dur == resource.RLIM_INFINITY else min(voulu, dur)
    resource.setrlimit(quoi, (borne, borne))

from weasyprint import HTML  # noqa: E402 - what it loads is bounded too
from weasyprint.urls import URLFetcher, URLFetcherResponse  # noqa: E402

ADRESSE = "papier:///"
"""Where the pages are said to come from: no server, no folder."""


class Pieces(URLFetcher):
    """Gives the files that came with the pages, and nothing else: no network, no disk (T41)."""

    def __init__(self, pieces: dict[str, bytes]) -> None:
        super().__init__(allowed_protocols=())
        self.pieces = pieces

    def fetch(self, url, headers=None):
        nom = url.removeprefix(ADRESSE)
        if nom not in self.pieces:
            raise ValueError("not one of the files that came with the page")
        genre = "text/css" if nom.endswith(".css") else "image/png"
        return URLFetcherResponse(url, self.pieces[nom], {"Content-Type": genre})


def imprimer(page: str, pieces: Pieces) -> bytes:
    """PDF/UA-1: the structure of the page, its language and its title go with it."""
    return HTML(string=page, base_url=ADRESSE, url_fetcher=pieces).write_pdf(pdf_variant="pdf/ua-1")


def main() -> None:
    recu = sys.stdin.buffer.read()
    if not recu:
        return
    travail = json.loads(recu)
    pieces = Pieces({nom: base64.b64decode(contenu) for nom, contenu in travail["pieces"].items()})
    for page in travail["pages"]:
        pdf = imprimer(page, pieces)
        sys.stdout.buffer.write(b"%d\n" % len(pdf) + pdf)


if __name__ == "__main__":
    main()
    sys.stdout.flush()
    os._exit(0)  # all is said: the libraries in C have nothing to take down, and may fall while they do
