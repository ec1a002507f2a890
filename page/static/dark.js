// Runs before the page is painted: the colours of page.css hang on a class, which in the chat Gradio sets.
{
  const wish = window.matchMedia("(prefers-color-scheme: dark)");
  const paint = () => document.documentElement.classList.toggle("dark", wish.matches);
  wish.addEventListener("change", paint);
  paint();
}
