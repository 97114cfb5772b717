// Long lists whose chunks load when somebody looks at them: places that are high enough, the row of the moment, what
// is folded behind a row.

const CURRENT = "is-current";
const LOOKED_AT_MS = 150; // what was only scrolled over is not asked for
const MOST_CHUNKS = 20; // loaded at once, in a list
const NEAR = "600px 0px";

// ---- Places for chunks that are not loaded, so that the scroll bar tells the list's length.

const watchers = new WeakMap();

function makeRoom() {
  for (const list of document.querySelectorAll("[data-rows]:not([data-ready])")) {
    list.dataset.ready = "";
    const watcher = new IntersectionObserver(seen, { root: list, rootMargin: NEAR });
    watchers.set(list, watcher);
    for (const chunk of list.querySelectorAll("[data-chunk]")) {
      if (!chunk.firstElementChild) chunk.style.minHeight = `${chunk.dataset.chunk * list.dataset.rows}px`;
      watcher.observe(chunk);
    }
    list.addEventListener("scroll", () => { list.scrolledAt = performance.now(); }, { passive: true });
    if (list.dataset.opensAt) openAt(list);
    else if (!scrollBack(list)) showMoment(list, chosenMoment());
  }
}

function seen(entries) {
  for (const { target: chunk, isIntersecting } of entries) {
    clearTimeout(chunk.waits);
    if (!isIntersecting && "asked" in chunk.dataset && !chunk.firstElementChild) giveUp(chunk);
    if (!isIntersecting || "filled" in chunk.dataset || "asked" in chunk.dataset) continue;
    const list = chunk.closest("[data-rows]");
    const isMoving = performance.now() - (list.scrolledAt ?? -1e9) < LOOKED_AT_MS;
    if (isMoving) chunk.waits = setTimeout(ask, LOOKED_AT_MS, chunk);
    else ask(chunk);
  }
}

function ask(chunk) {
  chunk.dataset.asked = "";
  chunk.dispatchEvent(new CustomEvent("seen"));
}

// What has been scrolled away from must not keep what is looked at waiting.
function giveUp(chunk) {
  delete chunk.dataset.asked;
  chunk.dispatchEvent(new CustomEvent("htmx:abort"));
}

document.addEventListener("htmx:finally:request", (event) => {
  const chunk = event.target.closest?.("[data-chunk]");
  if (!chunk || chunk.firstElementChild) return;
  delete chunk.dataset.asked; // what failed is asked for again when it is looked at again
});

document.addEventListener("htmx:after:swap", () => {
  makeRoom();
  for (const chunk of document.querySelectorAll("[data-chunk][data-asked]:not([data-filled])")) {
    if (!chunk.firstElementChild) continue;
    chunk.dataset.filled = "";
    delete chunk.dataset.asked;
    chunk.style.minHeight = "";
    const list = chunk.closest("[data-rows]");
    if (list.dataset.opensAt) openAt(list);
    else if (list.dataset.seeks) showMoment(list, Number(list.dataset.seeks));
    emptyFarthest(list, chunk);
  }
});

// A browser does not like hundreds of thousands of elements.
function emptyFarthest(list, latest) {
  const filled = [...list.querySelectorAll("[data-filled]")];
  if (filled.length <= MOST_CHUNKS) return;
  const away = (chunk) => Math.abs(chunk.offsetTop - latest.offsetTop);
  filled.sort((one, other) => away(other) - away(one));
  const chunk = filled.find((one) => !one.contains(document.activeElement) && !one.querySelector("[aria-expanded=true]"));
  if (!chunk) return;
  chunk.style.minHeight = `${chunk.offsetHeight}px`;
  chunk.replaceChildren();
  delete chunk.dataset.filled;
}

// ---- The row of the moment: the last one that begins before it.

document.addEventListener("moment", (event) => {
  for (const list of document.querySelectorAll("[data-rows]")) {
    if (event.detail.by === "rows" && list.matches(":hover, :focus-within")) markOnly(list, event.detail.t);
    else showMoment(list, event.detail.t);
  }
});

function chosenMoment() {
  const text = document.querySelector("#look [name=t]")?.value;
  return text ? Number(text) : null;
}

function showMoment(list, t) {
  delete list.dataset.seeks;
  if (t === null) return;
  const chunk = lastBefore(list.querySelectorAll("[data-begins]"), "begins", t);
  if (!chunk) return;
  if (!chunk.firstElementChild) {
    list.dataset.seeks = t; // goes on when it is loaded, which being in view brings about
    scrollTo(list, chunk);
    return;
  }
  const row = mark(list, lastBefore(chunk.querySelectorAll("[data-t]"), "t", t));
  if (row && !isInView(list, row)) scrollTo(list, row);
}

// Whoever chose a row does not want to see the list move under the pointer.
function markOnly(list, t) {
  mark(list, lastBefore(list.querySelectorAll("[data-t]"), "t", t));
}

function mark(list, row) {
  const before = list.querySelector(`.${CURRENT}`);
  if (before === row) return row;
  before?.classList.remove(CURRENT);
  before?.removeAttribute("aria-current");
  row?.classList.add(CURRENT);
  row?.setAttribute("aria-current", "true");
  return row;
}

function lastBefore(elements, name, t) {
  let found = elements[0];
  for (const element of elements) if (Number(element.dataset[name]) <= t) found = element;
  return found;
}

function isInView(list, row) {
  const [frame, box] = [list.getBoundingClientRect(), row.getBoundingClientRect()];
  return box.top >= frame.top && box.bottom <= frame.bottom;
}

function scrollTo(list, element) {
  list.scrollTop += element.getBoundingClientRect().top - list.getBoundingClientRect().top - list.clientHeight / 3;
}

// ---- A list that opens at one of its rows: `data-opens-at` is its place in the list, `data-opens` what marks it.

function openAt(list) {
  const rows = list.querySelectorAll("[data-chunk]");
  let left = Number(list.dataset.opensAt);
  const chunk = [...rows].find((one) => (left < Number(one.dataset.chunk) ? true : ((left -= Number(one.dataset.chunk)), false)));
  if (!chunk) return;
  if (!chunk.firstElementChild) {
    list.scrollTop += chunk.getBoundingClientRect().top - list.getBoundingClientRect().top + left * list.dataset.rows;
    return;
  }
  delete list.dataset.opensAt;
  const row = mark(list, chunk.querySelectorAll("[role=listitem]")[left]);
  if (!row) return;
  scrollTo(list, row);
  list.scrollIntoView({ block: "nearest" });
  const opener = row.querySelector("[data-unfolds]");
  if (opener) unfold(opener, true);
}

// ---- What is folded behind a row: the place for it is the one that htmx fills.

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-unfolds]");
  if (button) return unfold(button, button.getAttribute("aria-expanded") !== "true");
  const row = event.target.closest("[data-row-opens]");
  if (!row || event.target.closest("a, button, pre, input, summary") || String(getSelection())) return;
  const opener = [...row.querySelectorAll("[data-unfolds]")].at(-1);
  if (opener) unfold(opener, opener.getAttribute("aria-expanded") !== "true");
});

function unfold(button, isOpen) {
  button.setAttribute("aria-expanded", String(isOpen));
  const place = placeOf(button);
  if (place) place.hidden = !isOpen;
  if (isOpen) button.dispatchEvent(new CustomEvent("unfold"));
}

const placeOf = (button) => {
  const name = button.getAttribute("hx-target").replace("next ", "");
  return button.closest("[role=listitem]").querySelector(`:scope > ${name}`);
};

// ---- A session that runs: what came since is offered, and shown without losing one's place.

document.addEventListener("htmx:after:swap", () => {
  const sizes = document.getElementById("strip-drawn")?.dataset;
  if (!sizes) return;
  for (const list of document.querySelectorAll("[data-size-of]")) {
    const more = Number(sizes[`size${list.dataset.sizeOf[0].toUpperCase()}${list.dataset.sizeOf.slice(1)}`]) - Number(list.dataset.size);
    offer(list, more);
  }
});

function offer(list, more) {
  let button = list.parentElement.querySelector(":scope > [data-rows-again]");
  if (more <= 0) { button?.remove(); return; }
  if (!button) {
    button = Object.assign(document.createElement("button"), { type: "button", className: "button button-small rows-again" });
    button.dataset.rowsAgain = "";
    list.before(button);
  }
  const words = `${more} new`;
  if (button.textContent !== words) button.textContent = words;
}

let places = {};
document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-rows-again]")) return;
  places = {};
  for (const list of document.querySelectorAll("[data-rows]")) {
    const isAtEnd = list.scrollTop + list.clientHeight > list.scrollHeight - 40;
    places[list.getAttribute("aria-label")] = isAtEnd ? Infinity : list.scrollTop;
  }
  document.body.dispatchEvent(new CustomEvent("rows-again"));
});

function scrollBack(list) {
  const place = places[list.getAttribute("aria-label")];
  if (place === undefined) return false;
  delete places[list.getAttribute("aria-label")];
  list.scrollTop = Math.min(place, list.scrollHeight);
  return true;
}
