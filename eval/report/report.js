(() => {
  const questions = [...document.querySelectorAll(".question")];
  const [find, outcome, tag, shown] = ["find", "outcome", "tag", "shown"].map((id) => document.getElementById(id));
  const has = (question, name, value) => (question.dataset[name] || "").split("\n").includes(value);
  const filter = () => {
    const words = find.value.toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    for (const question of questions) {
      const text = question.querySelector("summary").textContent.toLowerCase();
      const keep =
        words.every((word) => text.includes(word)) &&
        (!outcome.value || has(question, "outcome", outcome.value)) &&
        (!tag || !tag.value || has(question, "tags", tag.value));
      question.hidden = !keep;
      count += keep;
    }
    shown.textContent = `${count} of ${questions.length}`;
  };
  for (const control of [find, outcome, tag]) control && control.addEventListener("input", filter);
  const open = () => {
    const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (target && target.matches(".question")) target.open = true;
  };
  addEventListener("hashchange", open);
  open();
  filter();
})();
