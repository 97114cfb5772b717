// Whatever stands for a term (`data-term`: a cell's value, a facet, a chip) is a link that adds it to the query. A click
// with Alt or Shift excludes it instead, and so do those keys with Enter. For those who do not know, a small "not" stands
// beside what is hovered or has the focus.

const not = document.createElement("a");
not.className = "not-control";
not.textContent = "not";
not.hidden = true;

let shownFor = null;

const isExcluding = (event) => event.altKey || event.shiftKey;

// The term's own link with the gesture changed; of a chip in the bar, that of the link beside it.
function excluding(element) {
  const address = new URL(element.href ?? element.parentElement.querySelector("a[href]").href);
  for (const name of ["add", "not", "drop"]) address.searchParams.delete(name);
  address.searchParams.append("not", element.dataset.term);
  return address.href;
}

document.addEventListener("click", (event) => {
  const element = event.target.closest("[data-term]");
  if (!element || !isExcluding(event)) return;
  event.preventDefault();
  location.assign(excluding(element));
}, true);

document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !isExcluding(event) || !event.target.dataset?.term) return;
  event.preventDefault();
  location.assign(excluding(event.target));
}, true);

// ---- The "not" beside it. It follows its term in the order of the Tab key.

function place(element) {
  shownFor = element;
  not.href = excluding(element);
  not.setAttribute("aria-label", `Exclude ${element.dataset.term}`);
  not.title = "Exclude this. Also: Alt-click";
  element.after(not);
  not.hidden = false;
  const at = element.getBoundingClientRect();
  not.style.left = `${Math.min(at.right - 6, innerWidth - not.offsetWidth - 4)}px`;
  not.style.top = `${Math.max(at.top - 10, 0)}px`;
}

function hide() {
  shownFor = null;
  not.hidden = true;
}

function offer(event) {
  if (event.target === not) return;
  const element = event.target.closest?.("[data-term]:not([data-chip])");
  if (element && element !== shownFor) place(element);
  else if (!element && !not.matches(":focus-visible")) hide();
}

document.addEventListener("pointerover", (event) => { if (event.pointerType === "mouse") offer(event); });
document.addEventListener("focusin", (event) => { if (event.target.matches(":focus-visible")) offer(event); });
addEventListener("scroll", hide, { passive: true, capture: true });
// A refresh of the list draws it without our control.
document.addEventListener("htmx:after:swap", () => {
  if (shownFor?.isConnected && !not.isConnected) place(shownFor);
  else if (!shownFor?.isConnected) hide();
});
