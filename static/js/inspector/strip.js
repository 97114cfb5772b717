// The strip above the tabs: the cursor, the part that is selected, how far it is zoomed in, and what lies under the
// pointer. The server draws it; places on it are shares of its width, so nothing is to be done when the window changes.

const STEP = 0.01; // of what is drawn, by one press of an arrow
const NEAR_PX = 7;
const DRAGGED_PX = 4;
const SHORTEST_MS = 50;

const plot = () => document.getElementById("strip-plot");
const look = (name) => {
  const text = document.querySelector(`#look [name=${name}]`)?.value;
  return text ? Number(text) : null;
};
const axis = () => {
  const { left, right, end } = plot().dataset;
  return { left: Number(left), right: Number(right), end: Number(end) };
};
const within = (t, { left, right }) => Math.min(Math.max(t, left), right);
const say = (name, detail) => document.dispatchEvent(new CustomEvent(name, { detail }));

function clock(t) {
  const tenths = Math.floor(Math.abs(t) / 100);
  const [hours, minutes, seconds] = [Math.floor(tenths / 36000), Math.floor(tenths / 600) % 60, Math.floor(tenths / 10) % 60];
  const two = (n) => String(n).padStart(2, "0");
  return `${t < 0 && tenths ? "-" : ""}${hours ? `${hours}:${two(minutes)}` : minutes}:${two(seconds)}.${tenths % 10}`;
}

// ---- Drawing: what stands in #look, and what is being dragged.

let dragged = null; // {from, to} while a part is being selected
let cursor = null; // the moment that others told, which may run ahead of #look

const share = (t) => {
  const { left, right } = axis();
  return ((t - left) / (right - left)) * 100;
};

function drawAll() {
  saySelected();
  if (!plot()) return;
  cursor = look("t");
  drawPart();
  drawCursor();
}

function drawPart() {
  const part = document.getElementById("strip-part");
  const { end } = axis();
  const { from, to } = dragged ?? { from: look("from"), to: look("to") };
  part.toggleAttribute("hidden", from === null && to === null);
  if (from === null && to === null) return;
  const [begin, finish] = [share(from ?? 0), share(to ?? end)].map((place) => Math.min(Math.max(place, -1), 101));
  const [area, one, other] = part.children;
  area.setAttribute("x", `${begin}%`);
  area.setAttribute("width", `${Math.max(finish - begin, 0)}%`);
  for (const [line, place] of [[one, begin], [other, finish]]) {
    line.setAttribute("x1", `${place}%`);
    line.setAttribute("x2", `${place}%`);
  }
}

function drawLine(id, t) {
  const line = document.getElementById(id);
  const place = t === null ? -1 : share(t);
  line.toggleAttribute("hidden", place < 0 || place > 100);
  line.setAttribute("x1", `${place}%`);
  line.setAttribute("x2", `${place}%`);
}

function drawCursor() {
  drawLine("strip-cursor", cursor);
  const beyond = cursor !== null && (cursor < 0 || cursor > axis().end) ? ", beyond the session" : "";
  const words = [cursor === null ? "none chosen" : `${clock(cursor)}${beyond}`];
  const [from, to] = [look("from"), look("to")];
  if (from !== null || to !== null) words.push(selectedWords(from, to));
  const within = Math.min(Math.max(cursor ?? 0, 0), Number(plot().getAttribute("aria-valuemax")));
  plot().setAttribute("aria-valuenow", String(Math.round(within)));
  plot().setAttribute("aria-valuetext", words.join("; "));
}

const selectedWords = (from, to) => {
  if (from === null) return `until ${clock(to)} selected`;
  return to === null ? `from ${clock(from)} selected` : `${clock(from)} to ${clock(to)} selected`;
};

function saySelected() {
  const said = document.getElementById("range-said");
  if (!said) return;
  const [from, to] = [look("from"), look("to")];
  said.replaceChildren();
  if (from === null && to === null) return;
  const all = Object.assign(document.createElement("button"), { type: "button", className: "link", textContent: "show all" });
  all.dataset.showAll = "";
  said.append(`${selectedWords(from, to)} · `, all);
}

document.addEventListener("moment", (event) => {
  if (!plot()) return;
  cursor = event.detail.t;
  drawCursor();
});

// A button that is gone or good for nothing once it was pressed leaves its focus to the strip.
let held = null;
document.addEventListener("htmx:before:swap", () => { held = document.activeElement.closest("#strip button"); });

document.addEventListener("part", () => { saySelected(); if (plot()) { drawPart(); drawCursor(); } });
document.addEventListener("htmx:after:swap", (event) => {
  marks = null;
  if (held && (held.disabled || !held.isConnected)) plot()?.focus({ preventScroll: true });
  if (document.getElementById("range-said")) drawAll();
});
document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-show-all]")) return;
  say("part", { from: null, to: null });
  plot()?.focus({ preventScroll: true });
});

// ---- The pointer: a click chooses a moment, a drag a part.

const momentAt = (event) => {
  const box = plot().getBoundingClientRect();
  const { left, right } = axis();
  return within(left + ((event.clientX - box.left) / box.width) * (right - left), { left, right });
};

let pressed = null;

document.addEventListener("pointerdown", (event) => {
  if (event.button || !plot()?.contains(event.target)) return;
  pressed = { x: event.clientX, t: momentAt(event), pointer: event.pointerId };
  plot().setPointerCapture(event.pointerId);
});

document.addEventListener("pointermove", (event) => {
  if (!plot()) return;
  if (pressed && (dragged || Math.abs(event.clientX - pressed.x) > DRAGGED_PX)) {
    const t = momentAt(event);
    dragged = { from: Math.min(pressed.t, t), to: Math.max(pressed.t, t) };
    drawPart();
    readOut(selectedWords(dragged.from, dragged.to));
  } else if (plot().contains(event.target)) hover(event);
  else if (isHovering) hoverEnds();
});

document.addEventListener("pointerup", (event) => {
  if (!pressed || !plot()) return;
  const part = dragged;
  const t = pressed.t;
  pressed = dragged = null;
  if (part && part.to - part.from >= SHORTEST_MS) say("part", part);
  else if (part) drawPart();
  else say("moment", { t, by: "strip" });
});

document.addEventListener("pointercancel", () => { pressed = dragged = null; if (plot()) drawPart(); });

// ---- While the session runs it is drawn anew every few seconds, and seldom where that takes long.

const EVERY_MS = 5000;
let askedAt = 0;
let drawsAgain = null;

document.addEventListener("htmx:before:request", (event) => {
  if (event.detail.ctx?.target?.id === "strip") askedAt = performance.now();
});

document.addEventListener("htmx:finally:request", (event) => {
  if (event.detail.ctx?.target?.id !== "strip" || document.getElementById("strip").dataset.runs === undefined) return;
  clearTimeout(drawsAgain);
  drawsAgain = setTimeout(drawAgain, Math.max(EVERY_MS, 5 * (performance.now() - askedAt)));
});

function drawAgain() {
  const strip = document.getElementById("strip");
  if (strip?.dataset.runs === undefined) return;
  if (document.hidden || pressed) drawsAgain = setTimeout(drawAgain, EVERY_MS);
  else if (strip.querySelector(".strip-unread")) document.body.dispatchEvent(new CustomEvent("read-again"));
  else strip.dispatchEvent(new CustomEvent("again"));
}

// ---- What lies under it: the nearest mark of the lane, else the stretch across all lanes.

let marks = null; // until the strip is drawn anew
let isHovering = false;

function nearest(event) {
  let [best, away] = [null, NEAR_PX];
  let across = null;
  const lane = event.target.closest?.("[data-lane]") ?? laneAt(event.clientY);
  marks ??= [...plot().querySelectorAll("[data-said]")];
  for (const element of marks) {
    const isAcross = element.dataset.across !== undefined;
    if (!isAcross && lane && element.closest("[data-lane]") !== lane) continue;
    const box = element.getBoundingClientRect();
    const distance = Math.max(box.left - event.clientX, event.clientX - box.right, 0);
    if (isAcross && !distance) across = element;
    if (isAcross) continue;
    const isNearer = distance < away || (distance === away && best && box.width < best.getBoundingClientRect().width);
    if (isNearer) [best, away] = [element, distance];
  }
  return best ?? across;
}

const laneAt = (y) => [...plot().querySelectorAll("[data-lane]")].find((lane) => {
  const box = lane.getBoundingClientRect();
  return y >= box.top && y <= box.bottom;
});

let waits = null;
function hover(event) {
  isHovering = true;
  drawLine("strip-hover", momentAt(event));
  if (waits) { waits.event = event; return; }
  waits = { event };
  requestAnimationFrame(() => {
    const { event: last } = waits;
    waits = null;
    if (!isHovering || !plot()) return;
    const mark = nearest(last);
    const lane = mark?.closest("[data-lane]");
    const several = plot().querySelectorAll("[data-lane]").length > 1;
    const where = lane && several ? ` · ${lane.dataset.lane}` : "";
    const t = mark && mark.dataset.across === undefined ? Number(mark.dataset.at) : momentAt(last);
    readOut(clock(t) + where + (mark ? ` · ${mark.dataset.said}` : ""));
  });
}

function hoverEnds() {
  isHovering = false;
  drawLine("strip-hover", null);
  const said = document.getElementById("strip-said");
  said.textContent = said.dataset.summary;
}

function readOut(words) {
  document.getElementById("strip-said").textContent = words;
}

// ---- The keyboard.

let anchor = null; // where a selection by keys began

document.addEventListener("keydown", (event) => {
  if (event.target !== plot() || event.ctrlKey || event.metaKey || event.altKey) return;
  const { left, right, end } = axis();
  const step = (right - left) * STEP;
  const here = cursor ?? left;
  const moves = { ArrowLeft: here - step, ArrowRight: here + step, PageUp: here - 10 * step, PageDown: here + 10 * step, Home: 0, End: end };
  if (event.key in moves) {
    event.preventDefault();
    moveBy(Math.min(Math.max(moves[event.key], 0), end), event.shiftKey, here);
  } else if (event.key === "Escape" && (look("from") !== null || look("to") !== null)) {
    anchor = null;
    say("part", { from: null, to: null });
  } else if (["+", "=", "-", "0"].includes(event.key)) {
    event.preventDefault();
    zoom(event.key === "=" ? "+" : event.key);
  }
});

let soon = null;
function moveBy(t, selects, here) {
  anchor = selects ? (anchor ?? here) : null;
  say("moment", { t, by: "strip" });
  follow(t);
  if (!selects) return;
  dragged = { from: Math.min(anchor, t), to: Math.max(anchor, t) };
  drawPart();
  clearTimeout(soon);
  soon = setTimeout(() => { const part = dragged; dragged = null; say("part", part); }, 200);
}

function follow(t) {
  const { left, right, end } = axis();
  if (t >= left && t <= right) return;
  const length = right - left;
  const begin = Math.min(Math.max(t - length / 2, 0), end - length);
  show(begin, begin + length);
}

// ---- Zoom: the server draws the part anew, with as many marks as before.

const IN = 0.5;

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-zoom]");
  if (button) zoom(button.dataset.zoom);
});

document.addEventListener("wheel", (event) => {
  if (!event.ctrlKey || !plot()?.contains(event.target)) return;
  event.preventDefault();
  zoom(event.deltaY < 0 ? "+" : "-", momentAt(event));
}, { passive: false });

function zoom(way, around = null) {
  const { left, right, end } = wanted ?? axis();
  const [from, to] = [look("from"), look("to")];
  if (way === "0") return show(null, null);
  if (way === "+" && around === null && from !== null && to !== null && (from > left || to < right)) {
    const margin = (to - from) * 0.05;
    return show(from - margin, to + margin);
  }
  const length = (right - left) * (way === "+" ? IN : 1 / IN);
  if (length >= end) return show(null, null);
  const middle = around ?? (cursor !== null && cursor >= left && cursor <= right ? cursor : (left + right) / 2);
  const begin = middle - length * ((middle - left) / (right - left));
  show(begin, begin + length);
}

let wanted = null; // what was asked for and is not drawn yet
let asks = null;

function show(left, right) {
  const { end } = axis();
  if (left === null) wanted = { left: 0, right: end, end };
  else {
    const length = Math.min(Math.max(right - left, SHORTEST_MS * 2), end);
    const begin = Math.min(Math.max(left, 0), end - length);
    wanted = { left: begin, right: begin + length, end };
  }
  const isAll = wanted.left <= 0 && wanted.right >= end;
  say("view", isAll ? { left: null, right: null } : { left: wanted.left, right: wanted.right });
  clearTimeout(asks);
  asks = setTimeout(() => { wanted = null; document.body.dispatchEvent(new CustomEvent("view-changed")); }, 80);
}

drawAll();
