// Long lists whose chunks load when they come into view: places that are high enough, and the row of the moment.

const CURRENT = "is-current";

// ---- Places for chunks that are not loaded, so that the scroll bar tells the list's length.

function makeRoom() {
  for (const list of document.querySelectorAll("[data-rows]:not([data-ready])")) {
    list.dataset.ready = "";
    for (const chunk of list.querySelectorAll("[data-chunk]")) {
      if (!chunk.firstElementChild) chunk.style.minHeight = `${chunk.dataset.chunk * list.dataset.rows}px`;
    }
    showMoment(list, chosenMoment());
  }
}

document.addEventListener("htmx:after:swap", (event) => {
  makeRoom();
  for (const chunk of document.querySelectorAll("[data-chunk]:not([data-filled])")) {
    if (!chunk.firstElementChild) continue;
    chunk.dataset.filled = "";
    chunk.style.minHeight = "";
    const list = chunk.closest("[data-rows]");
    if (list.dataset.seeks) showMoment(list, Number(list.dataset.seeks));
  }
});

// ---- The row of the moment: the last one that begins before it.

document.addEventListener("moment", (event) => {
  for (const list of document.querySelectorAll("[data-rows]")) showMoment(list, event.detail.t);
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
  const row = lastBefore(chunk.querySelectorAll("[data-t]"), "t", t);
  list.querySelector(`.${CURRENT}`)?.classList.remove(CURRENT);
  row?.classList.add(CURRENT);
  if (row && !isInView(list, row)) scrollTo(list, row);
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
