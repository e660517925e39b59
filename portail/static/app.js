/* All the script that is ours. Every page works without it; with it, focus is never lost and panels know each other. */
(() => {
  "use strict";

  const FOCALISABLE = "a[href], button:not([disabled]), input:not([type=hidden]), select, textarea, summary, [tabindex]";
  document.documentElement.classList.add("avec-script");
  const bandeau = () => document.getElementById("bandeau");

  // ——— focus: whatever is replaced, the keyboard stays where it was, and in sight if it was ———

  let repere = "", seVoyait = false;
  const ici = () => (document.activeElement === document.body ? null : document.activeElement);
  const seVoit = ({ top, bottom } = ici()?.getBoundingClientRect() ?? {}) => bottom > 0 && top < innerHeight;
  const retenirLeFocus = () => { repere = ici()?.closest("[id]")?.id ?? ""; seVoyait = seVoit(); };

  function rendreLeFocus() {
    const lieu = !ici() && repere ? document.getElementById(repere) : null;
    const cible = lieu?.matches(FOCALISABLE) ? lieu : lieu?.querySelector(FOCALISABLE);
    cible?.focus({ preventScroll: true });
    if (seVoyait && !seVoit()) ici()?.scrollIntoView({ block: "nearest" });
  }

  // ——— panels: one open at a time, Escape closes it and gives the focus back to what opened it ———

  const PANNEAU = ".panneau, .ligne-ouverte";
  const ouvreurDe = (panneau) => document.querySelector(`[aria-controls="${CSS.escape(panneau.id)}"]`);
  function fermer(panneau) {
    panneau.remove();
    ouvreurDe(panneau)?.setAttribute("aria-expanded", "false");
    ouvreurDe(panneau)?.focus();
  }

  function unSeulPanneau(nouveau) {
    for (const panneau of nouveau ? document.querySelectorAll(PANNEAU) : []) if (panneau !== nouveau) panneau.remove();
    for (const ouvreur of document.querySelectorAll("[aria-controls][aria-expanded=true]"))
      if (!document.getElementById(ouvreur.getAttribute("aria-controls"))) ouvreur.setAttribute("aria-expanded", "false");
    if (nouveau) ouvreurDe(nouveau)?.setAttribute("aria-expanded", "true");
  }

  document.addEventListener("keydown", (e) => {
    if (e.key !== "Escape" || e.defaultPrevented) return;
    const panneau = document.querySelector(PANNEAU);
    if (panneau) fermer(panneau);
    document.documentElement.classList.add("sans-infobulle");
  });

  document.addEventListener("click", (e) => {
    if (e.target.closest?.("[data-imprimer]")) window.print();
    const bouton = e.target.closest?.("[data-fermer]");
    if (bouton?.closest(".bandeau")) {
      bouton.closest(".bandeau").remove();
      document.getElementById("contenu").focus({ preventScroll: true });
    }
    const panneau = bouton?.closest(PANNEAU);
    if (!panneau || e.ctrlKey || e.metaKey || e.shiftKey) return;
    e.preventDefault();
    fermer(panneau);
  });

  for (const geste of ["focusin", "pointerover"]) {
    document.addEventListener(geste, () => document.documentElement.classList.remove("sans-infobulle"));
  }

  // ——— failures: said in the banner, and aloud; the words are in the page ———

  function direLaPanne() {
    const modele = document.getElementById("panne");
    bandeau()?.replaceChildren(modele.content.cloneNode(true));
    bandeau()?.firstElementChild?.setAttribute("data-panne", "");
    document.getElementById("annonce").textContent = modele.content.textContent.trim();
  }

  document.addEventListener("htmx:error", (e) => { if (e.detail?.ctx?.request) direLaPanne(); });
  document.addEventListener("htmx:response:error", (e) => {
    const { text, hx, response } = e.detail.ctx;
    if (response.status >= 500 && !hx?.redirect && !text?.includes("<hx-partial")) direLaPanne();
  });
  document.addEventListener("htmx:after:request", (e) => {
    if (e.detail.ctx.response?.status < 400) bandeau()?.querySelector("[data-panne]")?.remove();
  });

  // ——— a password shown while it is typed, hidden again before it leaves ———

  for (const bouton of document.querySelectorAll("[data-montrer]")) {
    const montrer = (oui) => {
      document.getElementById(bouton.dataset.montrer).type = oui ? "text" : "password";
      bouton.setAttribute("aria-pressed", oui);
    };
    bouton.addEventListener("click", () => montrer(bouton.getAttribute("aria-pressed") === "false"));
    bouton.form.addEventListener("submit", () => montrer(false));
  }

  // ——— htmx tells when ———

  document.addEventListener("htmx:before:swap", retenirLeFocus);
  document.addEventListener("htmx:before:settle", (e) => unSeulPanneau(e.target.querySelector?.(PANNEAU)));
  document.addEventListener("htmx:after:settle", () => setTimeout(rendreLeFocus));
  window.htmx?.process(document.body); // now: htmx would do it in a moment, and an early key would leave the page
})();
