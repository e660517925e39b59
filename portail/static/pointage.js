/* The roll call on a device: a tap is kept here, shown at once, and sent as soon as the network lets it.
   What is kept is ids and hours, by account: neither name nor health. Without this script the forms work alone. */
(() => {
  "use strict";

  const racine = document.querySelector("[data-pointage]");
  if (!racine || !window.isSecureContext) return;
  const CLE = `pointage:${racine.dataset.pointage}`, CACHE = "pointage", PAUSE = 10_000;
  const PANNES = { 401: "Votre session est terminée", 400: "Cette page est trop ancienne : rechargez-la" };
  const file = () => JSON.parse(localStorage.getItem(CLE) ?? "[]");
  const garder = (gestes) => localStorage.setItem(CLE, JSON.stringify(gestes));
  const un = (selecteur, dans = document) => dans.querySelector(selecteur);
  const tous = (selecteur, dans = document) => [...dans.querySelectorAll(selecteur)];
  let enCours = false, panne = "", refuses = 0;

  // ——— a tap: kept before anything else, then shown, then sent ———

  document.addEventListener("submit", (e) => {
    const form = e.target, { submitter } = e;
    if (new URL(form.action).pathname === "/deconnexion") return quitter(e);
    if (!form.matches("[data-geste]")) return;
    e.preventDefault();
    if (submitter?.getAttribute("aria-pressed") === "true") return;
    const { csrf_token, ...champs } = Object.fromEntries(new FormData(form, submitter));
    Object.assign(champs, { cle: crypto.randomUUID(), tape_le: new Date().toISOString() });
    garder([...file(), { url: new URL(form.action).pathname, ligne: form.closest("[data-enfant]").id, champs }]);
    redessiner();
    envoyer();
  });

  function quitter(e) {
    const reste = file().length;
    const perdre = `${reste} pointage(s) ne sont pas encore envoyés : ils seraient perdus. Se déconnecter quand même ?`;
    if (reste && !confirm(perdre)) e.preventDefault();
    else caches.delete(CACHE);
  }

  // ——— what the sheet shows: the server's page, and over it what is still to be sent ———

  function redessiner() {
    const gestes = file();
    for (const ligne of tous(".a-envoyer")) ligne.classList.remove("a-envoyer");
    for (const { ligne: id, champs } of gestes) {
      const ligne = document.getElementById(id);
      ligne?.classList.add("a-envoyer");
      if (ligne && champs.voulu) montrer(ligne, champs.voulu === "efface" ? "" : champs.voulu);
    }
    const nombre = (choix) => tous(`[data-enfant]${choix}`).length;
    const totaux = {
      presents: nombre("[data-etat=present]"), absents: nombre("[data-etat=absent]"),
      restants: nombre("[data-groupe=attendus][data-etat='']"),
    };
    if (racine.dataset.entiere) for (const [nom, n] of Object.entries(totaux)) un(`[data-total=${nom}]`).textContent = n;
    const dits = [panne, gestes.length ? `${gestes.length} à envoyer, rien n’est perdu` : "",
      refuses ? `${refuses} refusé(s) par le portail` : ""].filter(Boolean).join(". ");
    const reseau = un("#reseau");
    reseau.hidden = !dits;
    if (reseau.textContent !== dits) reseau.textContent = dits;
    filtrer();
  }

  function montrer(ligne, etat) {
    ligne.dataset.etat = etat;
    for (const bouton of tous(".appel button", ligne)) bouton.setAttribute("aria-pressed", bouton.value === etat);
    for (const vu of tous("[name=vu]", ligne)) vu.value = etat;
    un(".effacer", ligne).hidden = !etat;
  }

  function filtrer() {
    const tri = un("#tri");
    if (!tri) return;
    const { q, classe, voir } = Object.fromEntries(new FormData(tri));
    const mots = q.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().split(/\s+/);
    for (const ligne of tous("[data-enfant]")) {
      const { nom, etat, classe: sienne } = ligne.dataset;
      ligne.hidden = !mots.every((mot) => nom.includes(mot)) || (classe && classe !== sienne) || (voir && etat !== "");
    }
  }

  // ——— one at a time, in their order; what was received is forgotten here ———

  async function envoyer() {
    if (enCours) return;
    enCours = true;
    try {
      for (let geste = file()[0]; geste; geste = file()[0]) {
        const jeton = un("input[name=csrf_token]").value;
        const body = new URLSearchParams({ ...geste.champs, envoye_le: new Date().toISOString(), csrf_token: jeton });
        const reponse = await fetch(geste.url, { method: "POST", body, headers: { "HX-Request": "true" } });
        if (reponse.status === 401) caches.delete(CACHE);
        if (![200, 403, 404, 409, 422].includes(reponse.status)) throw new Error(PANNES[reponse.status] ?? "");
        const texte = await reponse.text();
        garder(file().filter(({ champs }) => champs.cle !== geste.champs.cle));
        if ([403, 404].includes(reponse.status)) refuses += 1;
        remplacer(geste.ligne, texte);
      }
      panne = "";
    } catch (raison) {
      panne = (raison instanceof TypeError ? "" : raison.message) || "Pas de réseau";
    }
    enCours = false;
    redessiner();
  }

  function remplacer(id, texte) {
    const ligne = document.getElementById(id), neuve = new DOMParser().parseFromString(texte, "text/html").getElementById(id);
    if (!ligne || !neuve || file().some((geste) => geste.ligne === id)) return;
    const actif = ligne.contains(document.activeElement) ? document.activeElement : null;
    const ouverts = tous("details", ligne).map((d) => d.open);
    ligne.replaceWith(neuve);
    tous("details", neuve).forEach((d, rang) => { d.open = ouverts[rang] ?? d.open; });
    if (actif) (un(`button[value="${CSS.escape(actif.value)}"]`, neuve) ?? un("button", neuve)).focus({ preventScroll: true });
  }

  // ——— when ———

  un("#tri")?.addEventListener("input", filtrer);
  un("#tri")?.addEventListener("submit", (e) => { e.preventDefault(); filtrer(); });
  addEventListener("online", envoyer);
  addEventListener("storage", redessiner);
  setInterval(envoyer, PAUSE);
  document.addEventListener("htmx:after:settle", redessiner);
  document.addEventListener("htmx:response:error", (e) => { if (e.detail.ctx.response.status === 401) caches.delete(CACHE); });
  navigator.serviceWorker?.register("/agents/pointage/sw.js", { scope: "/agents/pointage" }).catch(() => {});
  caches.open(CACHE).then((cache) => {
    const vues = tous("link[rel=stylesheet], script[src], img[src], .icone use").map((n) => n.href?.baseVal ?? n.src ?? n.href);
    for (const url of new Set([location.pathname, ...vues.map((v) => v.split("#")[0])])) cache.add(url).catch(() => {});
  });
  redessiner();
  envoyer();
})();
