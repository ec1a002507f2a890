// What comes late, such as a font, may move the place that the address names: unless somebody has moved on, go there again.
(() => {
  let moved = performance.getEntriesByType("navigation")[0]?.type !== "navigate";
  for (const type of ["wheel", "touchmove", "keydown", "pointerdown"]) addEventListener(type, () => { moved = true; }, { once: true, passive: true });
  addEventListener("load", async () => {
    await document.fonts.ready;
    if (!moved) document.getElementById(window.location.hash.slice(1))?.scrollIntoView();
  });
})();
