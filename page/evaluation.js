// Runs before the page is painted: the colours of page.css hang on a class, which elsewhere Gradio sets.
(() => {
  const wish = window.matchMedia("(prefers-color-scheme: dark)");
  const paint = () => document.documentElement.classList.toggle("dark", wish.matches);
  wish.addEventListener("change", paint);
  paint();
})();
