"""Gunicorn on a machine that only serves the web: `gunicorn --config deploy/gunicorn.conf.py`.

How it serves is the portal's own affair, the same as for `servir` (portail/serveur.py). What follows is what
depends on the machine. The mail is sent by another service: portail-courriels.
"""

import os

from portail import serveur

globals().update(serveur.REGLAGES)

wsgi_app = "portail.serveur:application()"
bind = "127.0.0.1:8000"  # the address of the private network where nginx is on another machine
workers = 2  # one for each core
threads = 4


def on_starting(server):
    serveur.avant_de_servir(os.environ)


def post_worker_init(worker):
    serveur.compter(worker)
