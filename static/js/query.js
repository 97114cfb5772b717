// The query bar: chips while nobody writes in it, the text while somebody does, and what can be written next. The server
// says what is suggested, how the text looks as chips and what is wrong with it; late answers are thrown away.

const WAIT_MS = 120;

const form = document.getElementById("query");
const input = document.getElementById("q");
const options = document.getElementById("query-options");
const applied = input.value.trim();

let asking = new AbortController();
let waiting = 0;
let judged = applied; // the text that was looked at as a whole, as nobody wrote in it
let replaced = { from: 0, until: 0, writing: "" };

input.setAttribute("role", "combobox");
input.setAttribute("aria-autocomplete", "list");
input.setAttribute("aria-expanded", "false");
input.setAttribute("aria-controls", options.id);

// ---- The server counts characters, the browser units of UTF-16.

const characters = (units) => [...input.value.slice(0, units)].length;
const writing = () => `${input.selectionStart} ${input.value}`;
const units = (count) => [...input.value].slice(0, count).join("").length;

// ---- Asking

function ask({ after = WAIT_MS, open = true } = {}) {
  askNoMore();
  waiting = setTimeout(answer, after, open);
}

function askNoMore() {
  clearTimeout(waiting);
  asking.abort();
}

async function answer(open) {
  asking = new AbortController();
  const { signal } = asking;
  const [asked, written] = [new URLSearchParams(new FormData(form)), writing()];
  if (open) asked.set("at", characters(input.selectionStart));
  try {
    const response = await fetch(`${form.dataset.suggestions}?${asked}`, { signal, headers: { "HX-Request": "true" } });
    if (!response.ok) return;
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const isLate = signal.aborted || (open && written !== writing());
    if (!isLate && page.getElementById(options.id)) show(page, open);
  } catch {
    if (!signal.aborted) close(); // The list beside it says when the site is away.
  }
}

function show(page, open) {
  const text = input.value.trim();
  if (!open || text !== judged) {
    draw(page);
    judged = open ? null : text;
  }
  if (open && document.activeElement === input) suggest(page.getElementById(options.id));
  else close();
}

// The bar as chips, and what is wrong with it.
function draw(page) {
  for (const id of ["query-shown", "query-said"]) {
    const [old, fresh] = [document.getElementById(id), page.getElementById(id)];
    // Nobody's open menu is taken away.
    if (old.innerHTML !== fresh.innerHTML && !old.querySelector(":popover-open")) old.replaceChildren(...fresh.childNodes);
  }
  const isWrong = Boolean(form.querySelector(".query-marked"));
  form.classList.toggle("query-wrong", isWrong);
  if (isWrong) input.setAttribute("aria-invalid", "true");
  else input.removeAttribute("aria-invalid");
  follow();
}

// ---- Suggestions

const all = () => [...options.children];
const isOld = () => replaced.writing !== writing(); // what is suggested fits what was written before
const highlighted = () => options.querySelector("[aria-selected=true]");

function suggest(fresh) {
  replaced = { from: Number(fresh.dataset.from), until: Number(fresh.dataset.until), writing: writing() };
  options.replaceChildren(...fresh.children);
  const [only, ...others] = all();
  const written = [...input.value].slice(replaced.from, replaced.until).join("");
  const isDone = only && !others.length && only.dataset.text === written;
  options.hidden = !only || isDone;
  input.setAttribute("aria-expanded", String(!options.hidden));
  input.removeAttribute("aria-activedescendant");
}

function close() {
  options.hidden = true;
  input.setAttribute("aria-expanded", "false");
  input.removeAttribute("aria-activedescendant");
}

// Before the first and after the last lies the text itself.
function highlight(step) {
  const places = [null, ...all()];
  const at = places.indexOf(highlighted());
  const next = places[(at + step + places.length) % places.length];
  for (const option of all()) option.setAttribute("aria-selected", String(option === next));
  if (next) input.setAttribute("aria-activedescendant", next.id);
  else input.removeAttribute("aria-activedescendant");
  next?.scrollIntoView({ block: "nearest" });
}

function take(option) {
  const [from, until] = [units(replaced.from), units(replaced.until)];
  const rest = input.value.slice(until);
  const space = "whole" in option.dataset && !/^[\s,]/.test(rest) ? " " : "";
  input.setRangeText(option.dataset.text + space, from, until, "end");
  if ("whole" in option.dataset && !space && rest.startsWith(" ")) input.selectionStart += 1;
  changed();
  ask({ after: 0 });
}

options.addEventListener("mousedown", (event) => event.preventDefault());
options.addEventListener("click", (event) => {
  const option = event.target.closest("[role=option]");
  if (option && !isOld()) take(option);
});

input.addEventListener("keydown", (event) => {
  if (event.isComposing) return;
  if (event.key === "Escape") return escape(event);
  if (event.key === "ArrowDown" && options.hidden) { event.preventDefault(); return ask({ after: 0 }); }
  if (options.hidden || event.altKey || event.ctrlKey || event.metaKey) return;
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    if (!isOld()) highlight(event.key === "ArrowDown" ? 1 : -1);
  } else if ((event.key === "Enter" || event.key === "Tab") && !event.shiftKey && highlighted() && !isOld()) {
    event.preventDefault();
    take(highlighted());
  }
});

// First the suggestions go, then the bar is left.
function escape(event) {
  event.preventDefault();
  askNoMore();
  if (options.hidden) input.blur();
  else close();
}

// ---- Writing and leaving

const marked = () => form.querySelector(".query-marked");

function changed() {
  form.classList.toggle("query-changed", input.value.trim() !== applied);
}

// The mark under what is wrong lies behind the text and moves with it.
function follow() {
  if (marked()) marked().scrollLeft = input.scrollLeft;
}

function enter() {
  if (input.value && !/\s$/.test(input.value) && !marked()) input.value += " ";
  const wrong = marked()?.querySelector("mark");
  const place = wrong ? wrong.previousSibling?.textContent.length ?? 0 : input.value.length;
  input.setSelectionRange(place, place);
  ask({ after: 0 });
}

input.addEventListener("input", () => { changed(); ask(); });
input.addEventListener("scroll", follow);
input.addEventListener("focus", enter);
input.addEventListener("blur", () => {
  input.value = input.value.trim();
  changed();
  close();
  ask({ after: 0, open: false });
});

document.addEventListener("selectionchange", () => {
  if (document.activeElement === input && !options.hidden) ask();
});

// The text is not where the click is while chips are shown.
form.addEventListener("mousedown", (event) => {
  if (document.activeElement === input || event.target.closest("a, button, [popover]")) return;
  event.preventDefault();
  input.focus();
});

// Without the focus its ends would move away from under the mouse.
form.querySelector(".query-ends").addEventListener("mousedown", (event) => event.preventDefault());

form.addEventListener("submit", () => {
  input.value = input.value.trim();
  input.disabled = !input.value; // an empty query leaves no trace in the address
});
addEventListener("pageshow", () => { input.disabled = false; });

// What sticks below the bar has to know where that is.
new ResizeObserver(() => {
  const bottom = Number.parseFloat(getComputedStyle(form).top) + form.offsetHeight;
  if (bottom) document.documentElement.style.setProperty("--query-bottom", `${bottom}px`);
}).observe(form);

// ---- A chip's menu: beside the chip; "Edit" goes to its term in the text.

document.addEventListener("toggle", (event) => {
  const menu = event.target;
  if (!menu.matches?.(".term-menu") || event.newState !== "open") return;
  const chip = form.querySelector(`[popovertarget="${menu.id}"]`).getBoundingClientRect();
  menu.style.top = `${chip.bottom + 4}px`;
  menu.style.left = `${Math.max(Math.min(chip.left, innerWidth - menu.offsetWidth - 12), 12)}px`;
  menu.querySelector("button, a").focus();
}, true);

form.addEventListener("click", (event) => {
  const edit = event.target.closest("[data-edit]");
  if (!edit) return;
  const [start, end] = edit.dataset.edit.split("-").map(Number).map(units);
  edit.closest("[popover]").hidePopover();
  input.focus();
  input.setSelectionRange(start, end);
});
