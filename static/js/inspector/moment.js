// The moment and the part of the session that all tabs look at, in milliseconds since its start. Both stand in the
// address and in the form #look, which every request of a tab brings along.
//
// Whoever moves says so with a `moment` event on the document: {t, by}, where `by` tells who, so that nobody follows
// himself. Whoever selects a part says `part`: {from, to}, null for all of it; the tabs then hear `range-changed`.
// How far the strip is zoomed in is said as `view`: {left, right}. What else a tab keeps in the address it says as
// `address`: {name: text}, "" for what need not stand there.

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
  const texts = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, written(value)]));
  for (const [name, text] of Object.entries(texts)) {
    const field = look().elements.namedItem(name);
    field.value = text;
    field.disabled = text === "";
  }
  later(texts);
}

document.addEventListener("address", (event) => later(event.detail));

// An answer that was long on its way brings the address that it was asked for with.
document.addEventListener("htmx:after:history:update", () => {
  if (look()) later(Object.fromEntries([...look().elements].map(({ name, value }) => [name, value])));
});

// A film moves many times a second; browsers refuse an address that changes as often.
let pending = null;
function later(texts) {
  if (!pending) setTimeout(write, 400);
  pending = { ...pending, ...texts };
}

function write() {
  const here = new URL(location);
  for (const [name, text] of Object.entries(pending)) {
    if (text) here.searchParams.set(name, text);
    else here.searchParams.delete(name);
  }
  pending = null;
  history.replaceState(history.state, "", here);
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
  for (const tab of document.querySelectorAll("nav [data-tab-link]")) {
    if (tab.dataset.tabLink === link.dataset.tabLink) tab.setAttribute("aria-current", "page");
    else tab.removeAttribute("aria-current");
  }
  document.getElementById("panel").dataset.panel = link.dataset.tabLink;
});

// ---- What could not be read says so once, and one button asks for all of it again.

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-read-again]")) document.body.dispatchEvent(new CustomEvent("read-again"));
});

document.addEventListener("htmx:error", (event) => {
  const { request, target } = event.detail.ctx ?? {};
  if (!target?.matches?.("#inspector [data-later]:not([data-chunk])")) return;
  const failed = document.getElementById("no-answer").content.cloneNode(true).firstElementChild;
  failed.setAttribute("hx-get", request.action);
  target.replaceChildren(failed);
  htmx.process(failed);
});

// ---- What is not filled in need not stand in the address.

document.addEventListener("htmx:config:request", (event) => {
  const { sourceElement, request } = event.detail.ctx;
  if (!sourceElement.matches("[data-tidy]")) return;
  for (const [name, value] of [...request.body.entries()]) if (value === "") request.body.delete(name);
});
