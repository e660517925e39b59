/* What scrolls sideways, what is cut, what scrolls out of the keyboard's reach. */
() => {
  const vue = window.innerWidth, fautes = new Set();
  const nom = (e) => [e.tagName.toLowerCase() + (e.id && `#${e.id}`), ...e.classList].join(".");
  const ATTEINT = "a[href], button, input, select, textarea, summary, [tabindex]";
  const large = document.documentElement.scrollWidth;
  if (large > vue) {
    const dehors = [...document.querySelectorAll("body *")].filter(
      (e) => e.getBoundingClientRect().right > vue + 1 && e.checkVisibility());
    fautes.add(`${large} px wide: ${dehors.slice(-3).map(nom).join(", ")}`);
  }
  for (const e of document.querySelectorAll("body *")) {
    if (!(e instanceof HTMLElement) || /^(INPUT|SELECT|TEXTAREA)$/.test(e.tagName) || !e.clientWidth) continue;
    const aCote = e.scrollWidth > e.clientWidth + 1, dessous = e.scrollHeight > e.clientHeight + 1;
    if ((!aCote && !dessous) || !e.checkVisibility()) continue;
    const style = getComputedStyle(e);
    if (style.clipPath !== "none") continue;
    const defile = (aCote && /auto|scroll/.test(style.overflowX)) || (dessous && /auto|scroll/.test(style.overflowY));
    if (defile && e.tabIndex < 0 && !e.querySelector(ATTEINT)) fautes.add(`${nom(e)} scrolls, and no key reaches it`);
    const coupe = (aCote && /hidden|clip/.test(style.overflowX)) || (dessous && /hidden|clip/.test(style.overflowY));
    if (coupe && e.innerText.trim() && style.textOverflow !== "ellipsis") fautes.add(`${nom(e)} is cut`);
  }
  return [...fautes];
}
