// What every page does: times that tick in the reader's zone, copy buttons, the theme, dialogs, keys.

// ---- Times. The server writes exact UTC; people read "4 min ago" and their own clock.

const plural = (n, unit) => `${n} ${unit}`;

function distance(seconds) {
  if (seconds < 60) return plural(Math.floor(seconds), "s");
  if (seconds < 3600) return plural(Math.floor(seconds / 60), "min");
  if (seconds < 86400) return plural(Math.floor(seconds / 3600), "h");
  return plural(Math.floor(seconds / 86400), "d");
}

function ago(moment) {
  const seconds = (Date.now() - moment) / 1000;
  if (Math.abs(seconds) < 1) return "now";
  return seconds >= 0 ? `${distance(seconds)} ago` : `in ${distance(-seconds)}`;
}

function runLength(moment) {
  const s = Math.max(0, Math.floor((Date.now() - moment) / 1000));
  const two = (n) => String(n).padStart(2, "0");
  if (s < 60) return `${s} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min ${two(s % 60)} s`;
  if (s < 86400) return `${Math.floor(s / 3600)} h ${two(Math.floor((s % 3600) / 60))} min`;
  return `${Math.floor(s / 86400)} d ${Math.floor((s % 86400) / 3600)} h`;
}

const exactFormat = new Intl.DateTimeFormat("en-GB", {
  day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit", second: "2-digit", timeZoneName: "short",
});
const thisYearFormat = new Intl.DateTimeFormat("en-GB", {
  day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", second: "2-digit",
});
const otherYearFormat = new Intl.DateTimeFormat("en-GB", {
  day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit",
});

function clock(moment) {
  return (moment.getFullYear() === new Date().getFullYear() ? thisYearFormat : otherYearFormat).format(moment);
}

function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

function tick() {
  for (const element of document.querySelectorAll("[data-ago]")) {
    const moment = new Date(element.dateTime);
    write(element, "due" in element.dataset && moment < Date.now() ? "now" : ago(moment));
    element.title = exactFormat.format(moment);
  }
  for (const element of document.querySelectorAll("[data-clock]")) {
    const moment = new Date(element.dateTime);
    write(element, clock(moment));
    element.title = exactFormat.format(moment);
  }
  for (const element of document.querySelectorAll("[data-since]")) write(element, runLength(new Date(element.dataset.since)));
  for (const meter of document.querySelectorAll(".meter[data-until]")) {
    const [from, until] = [new Date(meter.dataset.from), new Date(meter.dataset.until)];
    const width = String(Math.max(Math.round(44 * Math.min((Date.now() - from) / (until - from), 1)), 4));
    if (meter.firstChild.getAttribute("width") !== width) meter.firstChild.setAttribute("width", width);
  }
}

tick();
setInterval(tick, 1000);

// The server needs the reader's zone to know when a day begins.
document.cookie = `tz=${Intl.DateTimeFormat().resolvedOptions().timeZone}; path=/; max-age=31536000; samesite=lax`;
document.addEventListener("htmx:after:swap", tick);

// ---- Clicks, wherever the element came from.

document.addEventListener("click", (event) => {
  const copy = event.target.closest("[data-copy]");
  if (copy) return copyText(copy);
  if (event.target.closest("[data-theme-toggle]")) return switchTheme();
  const opener = event.target.closest("[data-opens]");
  if (opener) return document.getElementById(opener.dataset.opens)?.showModal();
  const closer = event.target.closest("[data-closes]");
  if (closer) closer.closest("dialog")?.close();
});

async function copyText(button) {
  const source = button.dataset.copy.startsWith("#") ? document.querySelector(button.dataset.copy).textContent : button.dataset.copy;
  await navigator.clipboard.writeText(source);
  button.dataset.done = "";
  setTimeout(() => delete button.dataset.done, 1200);
}

function switchTheme() {
  const root = document.documentElement;
  const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = dark ? "light" : "dark";
  localStorage.setItem("theme", root.dataset.theme);
}

// A dialog that came with an answer opens by itself.
document.addEventListener("htmx:after:swap", () => {
  for (const dialog of document.querySelectorAll("dialog[data-open-now]:not([open])")) {
    dialog.removeAttribute("data-open-now");
    dialog.showModal();
  }
});

// What was just said goes away by itself, unless somebody is at it.
const SAID_FOR_MS = 10000;

function letGo(toast) {
  if (toast.matches(":hover, :focus-within")) setTimeout(letGo, SAID_FOR_MS, toast);
  else toast.remove();
}

document.addEventListener("htmx:after:swap", () => {
  for (const toast of document.querySelectorAll(".toast:not([data-timed])")) {
    toast.dataset.timed = "";
    setTimeout(letGo, SAID_FOR_MS, toast);
  }
});

// ---- What did not load says so. What is shown stays, and the next answer takes that away.

const markFailed = (event, failed) => event.target.closest?.("[data-later]")?.toggleAttribute("data-failed", failed);

for (const name of ["htmx:error", "htmx:response:error"]) document.addEventListener(name, (event) => markFailed(event, true));

document.addEventListener("htmx:after:request", (event) => {
  if (event.detail.ctx.response.status < 400) markFailed(event, false);
});

// In the place of what refreshes by itself an error would stay: what asks for the next answer would be gone with it.
document.addEventListener("htmx:response:error", ({ detail: { ctx } }) => {
  if (ctx.response.status >= 500 && ctx.sourceElement.matches("[hx-trigger*='every ']")) ctx.swap = "none";
});

// ---- Focus. Where an answer takes away what has it (the End button of a session that is ending), the row or part of
// the page around it takes it over, so that whoever uses the keyboard goes on from there.

let around = [];

document.addEventListener("htmx:before:swap", () => {
  around = [];
  for (let one = document.activeElement; one && one !== document.body; one = one.parentElement) {
    if (one.id) around.push(one.id);
  }
});

document.addEventListener("htmx:after:swap", () => {
  if (document.activeElement !== document.body) return;
  const nearest = around.map((id) => document.getElementById(id)).find(Boolean);
  nearest?.querySelector("a[href], button:enabled")?.focus({ preventScroll: true });
});

// ---- Keys: "/" searches, "?" explains, "j" and "k" move through rows.

const typing = (element) => element.closest("input:not([type=checkbox]), textarea, select, [contenteditable]");

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || document.querySelector("dialog[open]")) return;
  if (event.key === "/") {
    const search = document.querySelector("[data-search]");
    if (search) { event.preventDefault(); search.focus(); }
  } else if (event.key === "?") {
    document.getElementById("keys").showModal();
  } else if (event.key === "j" || event.key === "k") {
    moveRow(event.key === "j" ? 1 : -1);
  }
});

function moveRow(step) {
  const rows = [...document.querySelectorAll("[data-row-link]")];
  if (!rows.length) return;
  const here = rows.findIndex((row) => row === document.activeElement || row.closest("[data-row]")?.contains(document.activeElement));
  rows[Math.min(Math.max(here + step, 0), rows.length - 1)].focus();
}
