// The histogram's brush, and what else the list's page loads after itself. A part of the bars is marked by dragging over
// them or with the keys of a list: arrows move, with Shift they extend, Enter takes the part, Escape lets it go.

const histogram = document.getElementById("histogram");

let marked = null; // [anchor, head]: the buckets between, both included
let dragging = false;

const within = (name) => histogram.querySelector(`[data-${name}]`);
const buckets = () => [...histogram.querySelectorAll(".bucket")];
const ends = () => [Math.min(...marked), Math.max(...marked)];

// ---- Drawing what is marked

function draw() {
  const all = buckets();
  if (!all.length) return;
  all.forEach((bucket, k) => bucket.setAttribute("aria-selected", String(isMarked(k))));
  const brush = histogram.querySelector(".brush");
  within("brushed").hidden = !marked;
  brush.toggleAttribute("hidden", !marked);
  if (!marked) return;
  const [first, last] = ends();
  brush.setAttribute("x", `${(100 * first) / all.length}%`);
  brush.setAttribute("width", `${(100 * (last + 1 - first)) / all.length}%`);
  say(all.slice(first, last + 1));
}

const isMarked = (k) => Boolean(marked) && k >= ends()[0] && k <= ends()[1];

function say(part) {
  const [start, end] = [part[0].dataset, part.at(-1).dataset];
  const count = part.reduce((sum, bucket) => sum + Number(bucket.dataset.count), 0);
  const words = `${start.startWords} to ${end.endWords}, ${count.toLocaleString("en")} session${count === 1 ? "" : "s"}`;
  const said = within("brushed-words");
  if (said.textContent !== words) said.textContent = words;
  for (const link of [within("brushed-only"), within("brushed-compare")]) {
    const address = new URL(link.href);
    address.searchParams.set("from", start.start);
    address.searchParams.set("to", end.end);
    link.href = address.href;
  }
}

// What the page's address marks; after a refresh, what was marked before.
function restore() {
  const all = buckets();
  const chosen = all.flatMap((bucket, k) => (bucket.getAttribute("aria-selected") === "true" ? [k] : []));
  if (!marked && chosen.length) marked = [chosen[0], chosen.at(-1)];
  if (marked && Math.max(...marked) >= all.length) marked = null;
  if (marked && all.length) moveStop(all, marked[1]);
  draw();
}

function clear() {
  const address = new URL(location);
  if (address.searchParams.has("from") || address.searchParams.has("to")) {
    address.searchParams.delete("from");
    address.searchParams.delete("to");
    location.assign(address);
  }
  marked = null;
  draw();
}

// ---- With a pointer

function bucketAt(event) {
  const plot = histogram.querySelector("[data-bars]").getBoundingClientRect();
  const count = buckets().length;
  const place = Math.floor(((event.clientX - plot.left) / plot.width) * count);
  return Math.min(Math.max(place, 0), count - 1);
}

histogram.addEventListener("pointerdown", (event) => {
  const bars = event.target.closest("[data-bars]");
  if (!bars || event.button) return;
  bars.setPointerCapture(event.pointerId);
  dragging = true;
  const at = bucketAt(event);
  marked = event.shiftKey && marked ? [marked[0], at] : [at, at];
  draw();
});

histogram.addEventListener("pointermove", (event) => {
  if (!dragging) return;
  marked = [marked[0], bucketAt(event)];
  draw();
});

for (const name of ["pointerup", "pointercancel"]) {
  histogram.addEventListener(name, () => {
    if (dragging) moveStop(buckets(), marked[1]);
    dragging = false;
  });
}

// ---- With the keyboard: one bar at a time is a stop of the Tab key

const STEPS = { ArrowLeft: -1, ArrowRight: 1, Home: -Infinity, End: Infinity };

function moveStop(all, place) {
  all.forEach((bucket, k) => bucket.setAttribute("tabindex", k === place ? "0" : "-1"));
}

histogram.addEventListener("keydown", (event) => {
  const bucket = event.target.closest(".bucket");
  if (!bucket || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key in STEPS) step(bucket, STEPS[event.key], event.shiftKey);
  else if (event.key === "Enter") take(bucket);
  else if (event.key === " ") mark(buckets().indexOf(bucket));
  else if (event.key === "Escape" && marked) clear();
  else return;
  event.preventDefault();
});

function step(bucket, by, extending) {
  const all = buckets();
  const here = all.indexOf(bucket);
  const place = Math.min(Math.max(here + by, 0), all.length - 1);
  if (extending) marked = [marked?.[1] === here ? marked[0] : here, place];
  moveStop(all, place);
  all[place].focus();
  draw();
}

function mark(place) {
  marked = [place, place];
  draw();
}

function take(bucket) {
  if (!marked) mark(buckets().indexOf(bucket));
  within("brushed-only").click();
}

histogram.addEventListener("click", (event) => {
  if (event.target.closest("[data-brushed-clear]")) clear();
});

// ---- The rail: folded on a small screen, and a box that finds one of many keys

document.addEventListener("click", (event) => {
  const toggle = event.target.closest("[data-opens-rail]");
  if (!toggle) return;
  const isOpen = toggle.parentElement.toggleAttribute("data-open");
  toggle.setAttribute("aria-expanded", String(isOpen));
});

document.addEventListener("input", (event) => {
  const finder = event.target.closest("[data-finds-key]");
  if (!finder) return;
  const wanted = finder.value.trim().toLowerCase();
  for (const facet of finder.parentElement.querySelectorAll("[data-key]")) {
    facet.hidden = !facet.dataset.key.toLowerCase().includes(wanted);
  }
});

document.addEventListener("htmx:after:swap", (event) => {
  if (event.detail.ctx.target === histogram) restore();
});
