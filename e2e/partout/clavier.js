/* What the keyboard does not reach, and where its focus is not seen. */
() => {
  const fautes = new Set(), depart = document.activeElement;
  const nom = (e) => [e.tagName.toLowerCase() + (e.id && `#${e.id}`), ...e.classList].join(".")
    + ` « ${(e.innerText || e.getAttribute("aria-label") || e.name || "").trim().slice(0, 30)} »`;
  const cerne = (e) => {
    const { outlineStyle, outlineWidth } = getComputedStyle(e);
    return outlineStyle !== "none" && parseFloat(outlineWidth) >= 2;
  };
  const ATTEINTS = "a[href], button:not([disabled]), input:not([type=hidden], [disabled]), select:not([disabled]),"
    + "textarea:not([disabled]), summary, [tabindex='0']";
  for (const e of document.querySelectorAll(ATTEINTS)) {
    if (!e.checkVisibility({ visibilityProperty: true }) || e.tabIndex < 0) continue;
    e.focus();
    if (document.activeElement !== e) { fautes.add(`${nom(e)} does not take the focus`); continue; }
    const montrent = [e, e.nextElementSibling, e.parentElement, ...(e.labels ?? [])].filter(Boolean);
    if (!montrent.some(cerne)) fautes.add(`the focus is not seen on ${nom(e)}`);
    const { left, right, top, bottom, width, height } = e.getBoundingClientRect();
    if (!width || !height || bottom <= 0 || right <= 0 || left >= innerWidth || top >= innerHeight) {
      fautes.add(`the focus is out of sight on ${nom(e)}`);
      continue;
    }
    const cache = [.15, .5, .85].every((part) => {
      const x = Math.min(Math.max(left + width * part, 1), innerWidth - 2);
      const dessus = document.elementFromPoint(x, Math.min(Math.max(top + height / 2, 1), innerHeight - 2));
      return dessus && !montrent.some((m) => m.contains(dessus) || dessus.contains(m));
    });
    if (cache) fautes.add(`something hides the focus on ${nom(e)}`);
  }
  for (const e of document.querySelectorAll("body *")) {
    if (e.tabIndex >= 0 || e.closest("a[href], button, input, select, textarea, summary, label")) continue;
    const demande = e.matches("[hx-get], [hx-post]") && e.tagName !== "FORM"
      && /^$|click/.test(e.getAttribute("hx-trigger") ?? "");
    if ((demande || getComputedStyle(e).cursor === "pointer") && e.checkVisibility())
      fautes.add(`${nom(e)} is for the mouse alone`);
  }
  depart?.focus?.();
  return [...fautes];
}
