/* What moves, for whoever asked that nothing does. The seconds that an agent has left are told, they do not move. */
() => {
  const fautes = new Set(), DITS = ["none", "sablier"];
  const nom = (e) => [e.tagName.toLowerCase() + (e.id && `#${e.id}`), ...e.classList].join(".");
  const dure = (durees) => durees.split(",").some((duree) => parseFloat(duree) > 0);
  for (const e of document.querySelectorAll("*")) {
    for (const partie of ["", "::before", "::after"]) {
      const style = getComputedStyle(e, partie);
      const animee = style.animationName.split(", ").some((animation) => !DITS.includes(animation));
      if (animee && dure(style.animationDuration)) fautes.add(`${nom(e)}${partie} is animated: ${style.animationName}`);
      if (style.transitionProperty !== "none" && dure(style.transitionDuration)) fautes.add(`${nom(e)}${partie} takes time`);
      if (style.scrollBehavior === "smooth") fautes.add(`${nom(e)} scrolls smoothly`);
    }
  }
  return [...fautes];
}
