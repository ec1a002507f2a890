// Shows what the server has written already in the right colours, and takes it away when Gradio has made the page.
(() => {
  const first = document.getElementById("fn-first");
  const query = new URLSearchParams(location.search);
  const theme = query.get("__theme");
  first.classList.toggle("dark", theme ? theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches);
  if (["q", "c", "a"].some((name) => query.has(name))) // there is nothing to welcome to
    first.querySelector("main").remove();
  const made = new MutationObserver(() => {
    if (!document.querySelector(".fn-log") || !document.querySelector("#fn-masthead .fn-masthead")) return;
    made.disconnect();
    first.remove();
    document.dispatchEvent(new CustomEvent("footnote:made")); // only now can anything of the page have the focus
  });
  made.observe(document.body, { childList: true, subtree: true });
})();
