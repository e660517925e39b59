/* The roll call on a device: a tap is kept here, shown at once, sent as soon as the network lets it. What is kept is
   ids and hours, by account: neither name nor health. Without this script the forms do it all. */
(() => {
  const racine = document.querySelector("[data-pointage]");
  if (!racine || !window.isSecureContext) return;
  const CLE = `pointage:${racine.dataset.pointage}`, CACHE = "pointage", TRAITES = [200, 403, 404, 409, 422];
  const PANNES = { 400: "Cette page est trop ancienne : rechargez-la", 401: "Votre session est terminée" };
  const un = (choix, dans = document) => dans.querySelector(choix);
  const tous = (choix, dans = document) => [...dans.querySelectorAll(choix)];
  const gestes = () => JSON.parse(localStorage.getItem(CLE) ?? "[]");
  const garder = (eux) => localStorage.setItem(CLE, JSON.stringify(eux));
  const file = () => gestes().filter((geste) => !geste.recu);
  const oublier = () => caches.delete(CACHE);
  let enCours = false, panne = "", refuses = 0;

  // ——— a tap: kept before anything else, then shown, then sent ———

  document.addEventListener("submit", (e) => {
    const { target: form, submitter } = e, url = new URL(form.action).pathname;
    if (url === "/deconnexion") return quitter(e);
    if (form.id === "tri" || form.matches("[data-geste]")) e.preventDefault();
    if (!form.matches("[data-geste]")) return;
    if (submitter?.getAttribute("aria-pressed") === "true") return;
    const { csrf_token, ...dits } = Object.fromEntries(new FormData(form, submitter));
    const champs = { ...dits, cle: crypto.randomUUID(), tape_le: new Date().toISOString() };
    garder([...gestes(), { url, ligne: form.closest("[data-enfant]").id, champs }]);
    redessiner();
    envoyer();
  });

  function quitter(e) {
    const reste = `${file().length} pointage(s) ne sont pas encore envoyés : ils seraient perdus.`;
    if (file().length && !confirm(`${reste} Se déconnecter quand même ?`)) e.preventDefault();
    else oublier();
  }

  // ——— what is shown: the page, and over it what was tapped since it was drawn ———

  function redessiner() {
    for (const ligne of tous(".a-envoyer")) ligne.classList.remove("a-envoyer");
    for (const { ligne: id, champs, recu } of gestes()) {
      const ligne = document.getElementById(id);
      if (!ligne || recu <= ligne.dataset.dernier) continue;
      ligne.classList.toggle("a-envoyer", !recu);
      if (champs.voulu) montrer(ligne, champs.voulu === "efface" ? "" : champs.voulu);
    }
    const compter = (nom, choix) => { un(`[data-total=${nom}]`).textContent = tous(`[data-enfant]${choix}`).length; };
    if (racine.dataset.entiere) {
      compter("presents", "[data-etat=present]");
      compter("absents", "[data-etat=absent]");
      compter("restants", "[data-groupe=attendus][data-etat='']");
    }
    const reste = file().length, reseau = un("#reseau");
    const dits = [panne, reste && `${reste} à envoyer, rien n’est perdu`, refuses && `${refuses} refusé(s)`];
    reseau.hidden = !dits.some(Boolean);
    if (reseau.textContent !== dits.filter(Boolean).join(". ")) reseau.textContent = dits.filter(Boolean).join(". ");
    filtrer();
  }

  function montrer(ligne, etat) {
    ligne.dataset.etat = etat;
    for (const bouton of tous(".appel button", ligne)) bouton.setAttribute("aria-pressed", bouton.value === etat);
    for (const vu of tous("[name=vu]", ligne)) vu.value = etat;
    un(".effacer", ligne).hidden = !etat;
  }

  function filtrer() {
    if (!un("#tri")) return;
    const { q, classe, voir } = Object.fromEntries(new FormData(un("#tri")));
    const mots = q.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().split(/\s+/);
    for (const ligne of tous("[data-enfant]")) {
      const { nom, etat, classe: sienne } = ligne.dataset, nomme = mots.every((mot) => nom.includes(mot));
      ligne.hidden = !nomme || (classe && classe !== sienne) || (voir && etat !== "");
    }
  }

  // ——— one at a time, in their order: what is received stays, until a page shows it ———

  async function envoyer() {
    if (enCours) return;
    enCours = true;
    try {
      for (let geste = file()[0]; geste; geste = file()[0]) {
        const autres = { envoye_le: new Date().toISOString(), csrf_token: un("[name=csrf_token]").value };
        const body = new URLSearchParams({ ...geste.champs, ...autres });
        const reponse = await fetch(geste.url, { method: "POST", body, headers: { "HX-Request": "true" } });
        if (reponse.status === 401) oublier();
        if (!TRAITES.includes(reponse.status)) throw new Error(PANNES[reponse.status] ?? "");
        if ([403, 404].includes(reponse.status)) refuses += 1;
        const page = new DOMParser().parseFromString(await reponse.text(), "text/html");
        const neuve = page.getElementById(geste.ligne), recu = reponse.ok && Number(neuve?.dataset.dernier);
        garder(gestes().flatMap((g) => (g.champs.cle !== geste.champs.cle ? [g] : recu ? [{ ...g, recu }] : [])));
        if (neuve && !file().some(({ ligne }) => ligne === geste.ligne)) remplacer(geste.ligne, neuve);
        panne = "";
        redessiner();
      }
    } catch (raison) {
      panne = (raison instanceof TypeError ? "" : raison.message) || "Pas de réseau";
    }
    enCours = false;
    redessiner();
  }

  function remplacer(id, neuve) {
    const ligne = document.getElementById(id), ouverts = ligne ? tous("details", ligne).map((d) => d.open) : [];
    const actif = ligne?.contains(document.activeElement) && document.activeElement.value;
    ligne?.replaceWith(neuve);
    tous("details", neuve).forEach((d, rang) => { d.open ||= ouverts[rang] ?? false; });
    if (actif) un(`.appel button[value="${CSS.escape(actif)}"]`, neuve)?.focus({ preventScroll: true });
  }

  for (const [qui, quand, quoi] of [[un("#tri"), "input", filtrer], [window, "online", envoyer],
    [window, "storage", redessiner], [document, "htmx:after:settle", redessiner],
    [document, "htmx:finally:request", redessiner]]) qui?.addEventListener(quand, quoi);
  document.addEventListener("htmx:response:error", (e) => e.detail.ctx.response.status === 401 && oublier());
  setInterval(envoyer, 10_000);
  garder(gestes().filter(({ ligne, recu }) => !(recu <= document.getElementById(ligne)?.dataset.dernier)));
  navigator.serviceWorker?.register("/agents/pointage/sw.js", { scope: "/agents/pointage" }).catch(() => {});
  caches.open(CACHE).then((cache) => {
    const vus = tous("link[rel=stylesheet], script[src], .portrait img, use").map((n) => n.href?.baseVal ?? n.src ?? n.href);
    for (const url of new Set([location.pathname, ...vus.map((v) => v.split("#")[0])])) cache.add(url).catch(() => {});
  });
  redessiner();
  envoyer();
})();
