/* The keys of the agents' queue, and the tick of a whole group. All that they do is on the page without them: a key
   moves the focus, opens, ticks; none answers a family by itself. They can be put off (WCAG 2.1.4). */
(() => {
  "use strict";

  const SAISIE = "input:not([type=checkbox]), select, textarea, dialog, [contenteditable]";
  const un = (selecteur) => document.querySelector(selecteur);
  const allumes = (valeur) => {
    try {
      if (valeur !== undefined) localStorage.setItem("raccourcis", valeur ? "oui" : "non");
      return localStorage.getItem("raccourcis") !== "non";
    } catch {
      return true;
    }
  };

  const rangee = () => document.activeElement?.closest(".file > li") ?? un(".file > li.choisie");

  function aller(pas) {
    const liens = [...document.querySelectorAll(".file > li > a")];
    const ici = liens.indexOf(rangee()?.querySelector("a"));
    liens[Math.min(Math.max(ici + pas, 0), liens.length - 1)]?.focus();
  }

  /* A key that answers bears on the demande that is open. From another row, it opens that one first. */
  const surLaSienne = (faire) => () => {
    const autre = document.activeElement?.closest(".file > li:not(.choisie)");
    if (autre) autre.querySelector("a").click();
    else faire();
  };

  function aider() {
    un("[data-raccourcis]").checked = allumes();
    un("#aide-clavier").showModal();
  }

  const TOUCHES = {
    j: () => aller(1),
    k: () => aller(-1),
    o: () => rangee()?.querySelector("a").click(),
    x: () => rangee()?.querySelector("input")?.click(),
    a: surLaSienne(() => un(".reponse > .rang .bouton")?.focus()),
    r: surLaSienne(() => un(".reponse > .raison select")?.focus()),
    m: surLaSienne(() => un("[data-prise]")?.focus()),
    n: surLaSienne(() => { const note = un("details.note"); if (note) { note.open = true; note.querySelector("textarea").focus(); } }),
    h: surLaSienne(() => un("[data-historique]")?.click()),
    u: () => un(".bandeau [data-retour]")?.focus(),
    "/": () => un(".tri [type=search]").focus(),
    "?": aider,
  };

  document.addEventListener("keydown", (e) => {
    if (e.ctrlKey || e.metaKey || e.altKey || e.isComposing || e.defaultPrevented || !allumes()) return;
    if (!Object.hasOwn(TOUCHES, e.key) || e.target.closest(SAISIE)) return;
    e.preventDefault();
    TOUCHES[e.key]();
  });
  document.addEventListener("click", (e) => { if (e.target.closest("[data-aide-clavier]")) aider(); });

  /* What was written of a demande and not sent does not go without a word when another one takes its place. */
  document.addEventListener("htmx:before:request", (e) => {
    const source = e.detail.ctx.sourceElement;
    if (!source.closest(".file > li > a, .reponse, .lot")) return;
    const siens = source.closest("form");
    const ecrit = [...document.querySelectorAll(".demande textarea, .demande .raison input")].find(
      (champ) => champ.form !== siens && champ.value.trim() && champ.value !== champ.defaultValue);
    if (!ecrit || window.confirm(un("[data-perdre]").dataset.perdre)) return;
    e.preventDefault();
    ecrit.focus();
  });
  document.addEventListener("change", (e) => {
    if (e.target.matches("[data-raccourcis]")) allumes(e.target.checked);
    const groupe = e.target.closest(".groupe")?.querySelector("[data-groupe]");
    const siennes = groupe ? [...e.target.closest(".groupe").querySelectorAll(".file input")] : [];
    if (e.target === groupe) for (const case_ of siennes) case_.checked = groupe.checked;
    else if (groupe) groupe.checked = siennes.every((case_) => case_.checked);
  });
})();
