// The list refreshes itself without disturbing whoever reads it: while a row is hovered, focused or selected, or the
// list is scrolled, the refresh asks for the rows from the shown top on and only counts what is new above it.

const list = () => document.getElementById("session-list");
let showNew = false;

function isBusy(element) {
  const held = element.querySelector("tr:hover, tr:focus-within");
  const selection = getSelection();
  const selecting = selection && !selection.isCollapsed && element.contains(selection.anchorNode);
  const scrolled = element.getBoundingClientRect().top < 0;
  return Boolean(held) || selecting || scrolled;
}

document.addEventListener("htmx:config:request", (event) => {
  const element = event.detail.ctx.sourceElement;
  if (element.id !== "session-list" || !element.dataset.top || "older" in element.dataset) return;
  if (!showNew && isBusy(element)) event.detail.ctx.request.body.set("top", element.dataset.top);
  showNew = false;
});

document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-show-new]")) return;
  showNew = true;
  scrollTo({ top: 0 });
  htmx.trigger(document.body, "session-changed");
});

// A click anywhere on a row opens it; its links, buttons and selected text keep their own meaning.
document.addEventListener("click", (event) => {
  const row = event.target.closest("[data-row]");
  if (!row || event.target.closest("a, button, form, .cell-pick") || !getSelection().isCollapsed) return;
  row.querySelector("[data-row-link]").click();
});
