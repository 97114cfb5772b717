// The moment and the part of the session that all tabs look at. Both stand in the address and in the form #look, which
// every request of a tab brings along. Milliseconds since the session's start; null where nothing is chosen.

const look = () => document.getElementById("look");
const field = (name) => look()?.elements.namedItem(name);
const read = (name) => (field(name)?.value ? Number(field(name).value) : null);

export const current = () => ({ t: read("t"), from: read("from"), to: read("to") });

// Everybody hears `inspector:moved` on the document; `by` says who moved, so that nobody follows himself.
export function moveTo(t, by) {
  set({ t });
  document.dispatchEvent(new CustomEvent("inspector:moved", { detail: { t, by } }));
}

// The tabs hear `range-changed` on the body and ask for themselves anew.
export function selectPart(from, to) {
  set({ from, to });
  document.body.dispatchEvent(new CustomEvent("range-changed", { detail: { from, to } }));
}

const written = (value) => (value === null || value === undefined ? "" : String(Math.round(value * 1000) / 1000));

function set(values) {
  if (!look()) return;
  const here = new URL(location);
  for (const [name, value] of Object.entries(values)) {
    const text = written(value);
    field(name).value = text;
    field(name).disabled = text === "";
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
  moveTo(Number(link.closest("[data-t]").dataset.t), "rows");
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
