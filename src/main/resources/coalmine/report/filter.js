// Shows the scenarios that are asked for. Without it, all of them are shown, and the form stays hidden.
(() => {
  const form = document.querySelector("form.filter");
  const scenarios = [...document.querySelectorAll("li[data-status]")];
  const outer = [...document.querySelectorAll("[data-group]")].reverse();
  const count = form.querySelector("output");
  const show = () => {
    const {status, tag, words} = Object.fromEntries(new FormData(form));
    const wanted = words.trim().toLowerCase();
    for (const it of scenarios) {
      it.hidden = Boolean(status && it.dataset.status !== status
        || tag && !it.dataset.tags.split(" ").includes(tag)
        || wanted && !it.textContent.toLowerCase().includes(wanted));
    }
    for (const group of outer) group.hidden = !group.querySelector("li[data-status]:not([hidden])");
    count.textContent = scenarios.filter(it => !it.hidden).length + " of " + scenarios.length + " scenarios";
    const query = new URLSearchParams([...new FormData(form)].filter(([, value]) => value)).toString();
    history.replaceState(null, "", query ? "#?" + query : location.pathname);
  };
  for (const [name, value] of new URLSearchParams(location.hash.replace(/^#\??/, ""))) {
    if (form.elements[name]) form.elements[name].value = value;
  }
  form.hidden = false;
  form.addEventListener("input", show);
  form.addEventListener("submit", event => event.preventDefault());
  show();
})();
