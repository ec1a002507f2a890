// Runs before the page is painted: the colours of page.css hang on a class, which elsewhere Gradio sets.
(() => {
  const wish = window.matchMedia("(prefers-color-scheme: dark)");
  const paint = () => document.documentElement.classList.toggle("dark", wish.matches);
  wish.addEventListener("change", paint);
  paint();
})();

// What comes late, such as a font, may move the place that the address names: unless somebody has moved on, go there again.
(() => {
  let moved = performance.getEntriesByType("navigation")[0]?.type !== "navigate";
  for (const type of ["wheel", "touchmove", "keydown", "pointerdown"]) addEventListener(type, () => { moved = true; }, { once: true, passive: true });
  addEventListener("load", async () => {
    await document.fonts.ready;
    if (!moved) document.getElementById(window.location.hash.slice(1))?.scrollIntoView();
  });
})();
