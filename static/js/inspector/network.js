// The network: which request is open, in the address and on its row; keys that walk over the rows.

const pane = () => document.getElementById("network-request");
const opened = () => document.getElementById("network-opened"); // not there where the log has no request

function remember(id) {
  const here = new URL(location);
  if (id) here.searchParams.set("request", id);
  else here.searchParams.delete("request");
  history.replaceState(history.state, "", here);
  if (opened()) opened().value = id;
  mark();
}

function mark() {
  const id = opened()?.value;
  for (const link of document.querySelectorAll(".net-row a[data-request]")) {
    if (link.dataset.request === id) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
}

function close() {
  const id = opened()?.value;
  pane().replaceChildren();
  remember("");
  for (const link of document.querySelectorAll(".net-row a[data-request]")) if (link.dataset.request === id) link.focus();
}

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-request-closes]")) return close();
  const link = event.target.closest("a[data-request]");
  if (link) {
    if (!event.ctrlKey && !event.metaKey && !event.shiftKey) remember(link.dataset.request);
    return;
  }
  // The whole row opens it, unless somebody marks a text in it.
  const row = event.target.closest(".net-row");
  if (row && !event.target.closest("a") && getSelection().isCollapsed) row.querySelector("a[data-request]")?.click();
});

document.addEventListener("keydown", (event) => {
  if (!pane()) return;
  if (event.key === "Escape" && pane().firstElementChild && !document.querySelector("dialog[open]")) return close();
  const way = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const link = event.target.closest(".net-row a[data-request]");
  if (!way || !link) return;
  const links = [...document.querySelectorAll(".net-row a[data-request]")];
  const next = links[links.indexOf(link) + way];
  if (!next) return;
  event.preventDefault();
  next.focus();
  if (link.getAttribute("aria-current")) next.click(); // an open pane goes along
});

document.addEventListener("htmx:after:swap", (event) => {
  if (!pane()) return;
  mark();
  makeRoom();
  // On a phone the request lies over the page: whoever reads by keyboard or ear goes there.
  if (event.detail.ctx?.target === pane() && getComputedStyle(pane()).position === "fixed") {
    pane().querySelector("[data-request-closes]")?.focus();
  }
});

// Messages of a web socket load as they come into view.
function makeRoom() {
  for (const chunk of pane().querySelectorAll("[data-frames]")) {
    chunk.style.minHeight = chunk.firstElementChild ? "" : `${chunk.dataset.frames * 28}px`;
  }
}
