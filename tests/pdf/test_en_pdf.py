"""Pages into PDFs: what the PDF carries, what it can never read, and how much may be asked at once."""

import http.server
import subprocess
import sys
import threading

import pytest

from portail import pdf
from tests.lecteur_pdf import lire

TETE = '<!doctype html><html lang="fr-FR"><head><meta charset="utf-8"><title>Reçu n° 12</title>'
LONGTEMPS = 120
"""Seconds: more than sixty-four threads take to start on a busy machine."""


def page(corps: str, tete: str = "") -> str:
    return f"{TETE}{tete}</head><body>{corps}</body></html>"


def test_it_carries_its_structure_its_language_and_its_title():
    lu = lire(
        pdf.en_pdf(
            page("<h1>Reçu</h1><h2>Léa</h2><p>Noël</p><table><tr><th scope=col>Jour<tr><td>lundi</table>"), {}
        )
    )
    assert (lu.titre, lu.langue, lu.balise, lu.accessible) == ("Reçu n° 12", "fr-FR", True, True)
    assert [b for b in lu.structure if b in ("H1", "H2", "P", "Table", "TH", "TD")] == [
        *("H1", "H2", "P", "Table", "TH", "TD"),
    ]


def test_accents_and_the_signs_of_french_are_text():
    phrase = "Çà et là, l’œuvre d’Anaïs Ÿlmaz-Müller : 1 204,50 € « payés » – Đặng Łukasz"
    assert phrase in lire(pdf.en_pdf(page(f"<p>{phrase}</p>"), {})).texte


def test_several_pages_are_made_in_one_run_each_its_own():
    faits = pdf.en_pdfs([page(f"<p>numéro {n}</p>") for n in (1, 2, 3)], {})
    assert [lire(fait).texte for fait in faits] == ["numéro 1", "numéro 2", "numéro 3"]


def test_a_file_that_came_with_the_page_is_read():
    style = b"p::after { content: 'de la feuille de style' }"
    lu = lire(
        pdf.en_pdf(page("<p>Vient</p>", '<link rel="stylesheet" href="papier.css">'), {"papier.css": style})
    )
    assert "de la feuille de style" in lu.texte


@pytest.fixture
def serveur():
    """A web server on this machine, and the addresses that were asked of it."""
    demandees: list[str] = []

    class Note(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            demandees.append(self.path)
            self.send_error(404)

        def log_message(self, *_):
            pass

    web = http.server.HTTPServer(("127.0.0.1", 0), Note)
    fil = threading.Thread(target=web.serve_forever)
    fil.start()
    yield f"http://127.0.0.1:{web.server_port}", demandees
    web.shutdown()
    fil.join()
    web.server_close()


def test_it_reads_no_file_of_the_machine_and_asks_nothing_of_the_network(tmp_path, serveur):
    adresse, demandees = serveur
    feuille = tmp_path / "secret.css"
    feuille.write_text("p::after { content: 'CANARI' } @page { @top-left { content: 'CANARI' } }")
    for ou in (feuille.as_uri(), str(feuille), f"{adresse}/feuille.css"):
        lu = lire(
            pdf.en_pdf(
                page(
                    f'<p>Reste</p><img src="{ou}" alt="image"><object data="{ou}"></object><embed src="{ou}">'
                    f'<svg><image href="{ou}"/></svg><p style="background: url({ou})">Fond</p>',
                    f'<base href="{ou}"><link rel="stylesheet" href="{ou}">'
                    f'<link rel="attachment" href="{ou}">'
                    f'<style>@import url("{ou}"); @font-face {{ font-family: x; src: url("{ou}") }}</style>',
                ),
                {"papier.css": f'@import url("{ou}");'.encode()},
            )
        )
        assert "Reste" in lu.texte and "CANARI" not in lu.texte and not lu.joints
    assert demandees == []


def test_the_press_has_no_key_of_ours(monkeypatch, tmp_path):
    monkeypatch.setenv("PORTAIL_SECRET_KEY", "une-cle-qui-reste-ici")
    bavarde = tmp_path / "bavarde.py"
    bavarde.write_text("import os; print(sorted(os.environ), os.getcwd())")
    monkeypatch.setattr(pdf, "PRESSE", bavarde)
    assert pdf._lancer(b"").decode().strip() == "['LC_ALL'] /"


def test_the_system_holds_its_time_and_its_memory_and_keeps_no_image_of_it():
    dire = (
        f"import resource, runpy; p = runpy.run_path({str(pdf.PRESSE)!r});"
        "print(resource.getrlimit(resource.RLIMIT_CPU)[1] <= p['SECONDES'],"
        " resource.getrlimit(resource.RLIMIT_AS)[1] <= p['OCTETS'],"
        " resource.getrlimit(resource.RLIMIT_CORE)[1] == 0)"
    )
    fait = subprocess.run([sys.executable, "-I", "-c", dire], capture_output=True, text=True, check=True)
    assert fait.stdout.split() == ["True", "True", "True"]


def test_a_page_that_takes_too_long_is_given_up(monkeypatch):
    assert pdf.disponible()
    monkeypatch.setattr(pdf, "SECONDES", 0.01)
    with pytest.raises(pdf.PasDePdf, match="too long"):
        pdf.en_pdf(page("<p>x</p>"), {})


def test_too_long_a_page_is_not_begun(monkeypatch):
    monkeypatch.setattr(pdf, "OCTETS_MAX", 1000)
    with pytest.raises(pdf.PasDePdf, match="too many"):
        pdf.en_pdf(page("<p>x</p>" * 200), {})


def test_a_press_that_fails_gives_no_pdf(monkeypatch, tmp_path):
    assert pdf.disponible()
    casse = tmp_path / "casse.py"
    casse.write_text("raise SystemExit(3)")
    monkeypatch.setattr(pdf, "PRESSE", casse)
    with pytest.raises(pdf.PasDePdf, match="stopped with 3"):
        pdf.en_pdf(page("<p>x</p>"), {})


TOMBE = "import os, sys, signal; sys.stdin.buffer.read(); "
"""A press that has read its work, and then…"""


def test_a_press_that_falls_is_run_a_second_time(monkeypatch, tmp_path, caplog):
    """The libraries under WeasyPrint are C: one may fall by chance. It is noted."""
    assert pdf.disponible()
    (capricieuse := tmp_path / "capricieuse.py").write_text(
        f"{TOMBE}deja = {str(tmp_path / 'deja')!r}\n"
        "if not os.path.exists(deja):\n"
        "    open(deja, 'w').close()\n"
        "    os.kill(os.getpid(), signal.SIGSEGV)\n"
        "print('3\\nPDF', end='')"
    )
    monkeypatch.setattr(pdf, "PRESSE", capricieuse)
    assert pdf.en_pdf(page("<p>x</p>"), {}) == b"PDF"
    assert "a press fell and is run again (-11): Fatal Python error: Segmentation fault" in caplog.text


@pytest.mark.parametrize(("fin", "essais"), [("SIGSEGV", 2), ("SIGABRT", 2), ("SIGXCPU", 1), ("SIGKILL", 1)])
def test_one_that_falls_each_time_or_that_a_bound_stopped_gives_no_pdf(monkeypatch, tmp_path, fin, essais):
    assert pdf.disponible()
    (casse := tmp_path / "casse.py").write_text(
        f"{TOMBE}open({str(tmp_path / 'essais')!r}, 'a').write('x'); os.kill(os.getpid(), signal.{fin})"
    )
    monkeypatch.setattr(pdf, "PRESSE", casse)
    with pytest.raises(pdf.PasDePdf, match="stopped with -"):
        pdf.en_pdf(page("<p>x</p>"), {})
    assert (tmp_path / "essais").read_text() == "x" * essais


def test_without_weasyprint_there_is_none_and_nothing_is_run(monkeypatch):
    pdf.disponible.cache_clear()
    monkeypatch.setattr(pdf.importlib.util, "find_spec", lambda _: None)
    monkeypatch.setattr(pdf, "_lancer", lambda _: pytest.fail("the press was run"))
    try:
        assert not pdf.disponible()
        with pytest.raises(pdf.PasDePdf):
            pdf.en_pdf(page("<p>x</p>"), {})
    finally:
        pdf.disponible.cache_clear()


def test_many_at_once_hold_few_threads_and_those_who_are_too_many_are_told_at_once(monkeypatch):
    """Of sixty-four that ask together, three hold a thread, two a press; the others have an answer."""
    assert pdf.disponible()
    tournent, ouvrir, verrou = [0, 0], threading.Event(), threading.Lock()
    admis = pdf.A_LA_FOIS + pdf.EN_ATTENTE
    refuses = threading.Semaphore(0)
    reponses: list[str] = []

    def lentement(_: bytes) -> bytes:
        with verrou:
            tournent[0] += 1
            tournent[1] = max(tournent)
        ouvrir.wait(LONGTEMPS)
        with verrou:
            tournent[0] -= 1
        return b"3\nPDF"

    def demander() -> None:
        try:
            reponses.append(pdf.en_pdf("une page", {}).decode())
        except pdf.PasDePdf:
            reponses.append("non")
            refuses.release()

    monkeypatch.setattr(pdf, "_lancer", lentement)
    monkeypatch.setattr(pdf, "PATIENCE", LONGTEMPS)
    fils = [threading.Thread(target=demander) for _ in range(64)]
    for fil in fils:
        fil.start()
    assert all(refuses.acquire(timeout=LONGTEMPS) for _ in range(64 - admis))  # while the presses still turn
    assert len(reponses) == 64 - admis
    ouvrir.set()
    for fil in fils:
        fil.join(LONGTEMPS)
    assert (reponses.count("PDF"), tournent[1]) == (admis, pdf.A_LA_FOIS)


def test_nobody_waits_forever_for_a_press(monkeypatch):
    assert pdf.disponible()
    monkeypatch.setattr(pdf, "PATIENCE", 0.01)
    with pdf._presses.prendre(1), pdf._presses.prendre(1), pytest.raises(pdf.PasDePdf, match="in time"):
        pdf.en_pdf("une page", {})
