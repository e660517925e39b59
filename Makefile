# Portail citoyen. `make` or `make help` lists what can be asked.
# Needs: make and Python 3.11 or later. Everything else is set up by the targets themselves, in .venv/.

PYTHON ?= python3
export PYTHON
# Written even where the environment says not to: the tests start the portal some hundred times.
export PYTHONDONTWRITEBYTECODE :=

PY := .venv/bin/python
DEMO := set -a && . ./instance/demo.env && set +a && exec $(PY) -m flask --app portail

.DEFAULT_GOAL := help
.PHONY: help demo demo-neuve test test-rapide nuit fautes acces captures chromium pango pdf lint format bench securite propre

help: ## Affiche cette aide
	@grep -hE '^[a-z-]+:.*## ' Makefile | sed -E 's/^([a-z-]+):.*## (.*)/\1|\2/' | \
		while IFS='|' read -r cible texte; do printf '  make %-12s %s\n' "$$cible" "$$texte"; done

demo: .venv/.base instance/demo.env ## Crée la ville de démonstration si besoin, et la sert sur http://127.0.0.1:8000
	$(DEMO) initialiser
	$(DEMO) demo
	$(DEMO) servir

demo-neuve: ## Jette la base de démonstration, puis fait comme « make demo »
	rm -f instance/demo.sqlite3 instance/demo.sqlite3-wal instance/demo.sqlite3-shm
	$(MAKE) demo

test: .venv/.dev chromium pango ## Tous les tests, navigateur compris, sur SQLite et PostgreSQL
	$(PY) -m pytest -n 3 --dist worksteal -q tests e2e

test-rapide: .venv/.dev pango ## Les tests sans navigateur
	$(PY) -m pytest -n 2 --dist worksteal -q tests

nuit: .venv/.dev chromium pango ## Tout sur les deux moteurs ; puis, longuement, histoires tirées au sort et courses à la dernière place
	PORTAIL_ENTIER=1 $(PY) -m pytest -n 3 --dist worksteal -q tests e2e
	PORTAIL_ENTIER=1 PORTAIL_NUIT=1 $(PY) -m pytest -n 2 -q tests/sequences tests/test_portes.py \
		tests/courses/test_derniere_place.py tests/courses/test_deux_agents.py

acces: .venv/.dev chromium ## Chaque page × qui l’ouvre × largeur × thème × ville pleine ou vide : axe, agrandissement, clavier
	PORTAIL_ACCES=1 $(PY) -m pytest -n 2 --dist worksteal -q -rP e2e/partout

fautes: .venv/.dev ## Les pannes, longuement : serveur tué, base qui tombe, disque plein, courrier, copie sous charge
	PORTAIL_FAUTES=1 $(PY) -m pytest -q -rP tests/fautes tests/horloge tests/sauvegarde

captures: .venv/.dev chromium pango ## Reprend les images de docs/captures/
	PORTAIL_CAPTURES=1 $(PY) -m pytest -q e2e/test_captures.py

pdf: .venv/.base ## Ajoute les PDF au portail : WeasyPrint, et Pango qu’il lui faut
	sh outils/venv.sh requirements-pdf.txt
	@sh outils/pango.sh

lint: .venv/.dev ## Vérifie le style et les types
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy machine.py workflows.py models.py portail

format: .venv/.dev ## Remet le code en forme
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .

bench: .venv/.dev ## Les mesures de bench/
	@for mesure in performance reservations preinscriptions longue_periode longue_periode_agents reponses importation connexions; do $(PY) -m bench.$$mesure || exit 1; done

securite: .venv/.dev pango ## wapiti et sqlmap contre une petite ville, connectés comme chacun (docs/securite.md)
	sh outils/securite.sh

propre: ## Efface l'environnement et les caches ; garde instance/
	rm -rf .venv .venv-securite .pytest_cache .ruff_cache .mypy_cache .hypothesis .coverage .coverage.* htmlcov test-results
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# --- Mise en place ----------------------------------------------------------------------

.venv/.base: requirements.txt
	sh outils/venv.sh requirements.txt
	@touch $@

.venv/.dev: requirements.txt requirements-pdf.txt requirements-dev.txt
	sh outils/venv.sh requirements-dev.txt
	@touch .venv/.base $@

instance/demo.env: | .venv/.base
	$(PY) outils/secrets_demo.py $@

chromium: .venv/.dev
	@sh outils/chromium.sh

pango: .venv/.dev
	@sh outils/pango.sh
