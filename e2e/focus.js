/* Whoever was somewhere when htmx asked is still somewhere, in sight, once it has swapped; said on the console if not.

   What the mouse lets go of is not lost, nor what one scrolls away from; what is asked meanwhile is looked at in its
   own turn. */
(() => {
  let tenait = "", qui = "", ou = "", demandes = 0;
  const place = () => `${scrollX} ${scrollY}`;
  const perdu = () => !document.activeElement || document.activeElement === document.body;
  const faute = () => {
    if (perdu()) return "it is nowhere";
    const { top, bottom, left, right, width, height } = document.activeElement.getBoundingClientRect();
    const vu = document.activeElement.checkVisibility({ visibilityProperty: true }) && width && height;
    const la = bottom > 0 && right > 0 && top < innerHeight && left < innerWidth;
    const quittee = document.activeElement.id === qui && place() !== ou;
    return vu && (la || quittee) ? "" : `it is out of sight on ${document.activeElement.outerHTML.slice(0, 120)}`;
  };
  document.addEventListener("pointerdown", () => { tenait = ""; }, true);
  document.addEventListener("htmx:before:request", () => {
    demandes += 1;
    tenait = perdu() ? "" : document.activeElement.outerHTML.slice(0, 120);
    [qui, ou] = [document.activeElement?.id, place()];
  });
  // looked at twice: at once, before anybody can have scrolled, and when what was still to be swapped has been
  document.addEventListener("htmx:after:settle", () => {
    const celle = demandes;
    const dite = () => tenait && celle === demandes && faute();
    setTimeout(() => setTimeout(() => {
      const aussitot = dite();
      setTimeout(() => {
        if (dite() && (aussitot || perdu())) console.log(`the focus was lost: ${dite()}, after ${tenait}`);
      }, 100);
    }));
  });
})();
