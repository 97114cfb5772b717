// The moment and the part of the session that all tabs look at, in milliseconds since its start. Both stand in the
// address and in the form #look, which every request of a tab brings along.
//
// Whoever moves says so with a `moment` event on the document: {t, by}, where `by` tells who, so that nobody follows
// himself. Whoever selects a part says `part`: {from, to}, null for all of it; the tabs then hear `range-changed`.
// How far the strip is zoomed in is said as `view`: {left, right}.

const look = () => document.getElementById("look");

document.addEventListener("moment", (event) => set({ t: event.detail.t }));

document.addEventListener("view", (event) => set(event.detail));

document.addEventListener("part", (event) => {
  const { from, to } = event.detail;
  set({ from, to });
  document.body.dispatchEvent(new CustomEvent("range-changed"));
});

const written = (value) => (value === null || value === undefined ? "" : String(Math.round(value * 1000) / 1000));

function set(values) {
  if (!look()) return;
  const here = new URL(location);
  for (const [name, value] of Object.entries(values)) {
    const text = written(value);
    const field = look().elements.namedItem(name);
    field.value = text;
    field.disabled = text === "";
    if (text) here.searchParams.set(name, text);
    else here.searchParams.delete(name);
  }
  later(here);
}

// A film moves many times a second; browsers refuse an address that changes as often.
let pending = null;
function later(here) {
  if (!pending) setTimeout(() => { history.replaceState(history.state, "", pending); pending = null; }, 400);
  pending = here;
}

// ---- A moment that is shown anywhere leads to it, everywhere.

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-moment]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const t = Number(link.closest("[data-t]").dataset.t);
  document.dispatchEvent(new CustomEvent("moment", { detail: { t, by: "rows" } }));
});

// ---- The tabs: the open one is marked, also where its content is still on the way.

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-tab-link]");
  if (!link) return;
  for (const other of document.querySelectorAll("[data-tab-link]")) other.removeAttribute("aria-current");
  link.setAttribute("aria-current", "page");
  document.getElementById("panel").dataset.panel = link.dataset.tabLink;
});

// ---- What is not filled in need not stand in the address.

document.addEventListener("htmx:config:request", (event) => {
  const { sourceElement, request } = event.detail.ctx;
  if (!sourceElement.matches("[data-tidy]")) return;
  for (const [name, value] of [...request.body.entries()]) if (value === "") request.body.delete(name);
});
