// The drawn browser: asks the simulator once a second what its tab shows, and plays the time in between itself.
"use strict";

const ASK_MS = 1000;
const TICK_MS = 120;
const HANDS_ON_MS = 6000; // how long the script leaves the page to somebody who clicked or typed

const query = new URLSearchParams(location.search);
const part = (id) => document.getElementById(id);
let state = JSON.parse(part("state").textContent);
let since = performance.now();
let drawing = null;
let steps = [];
let shownUrl = null;
let handsOnUntil = 0;

const share = () => Math.min(1, (state.shownS + (performance.now() - since) / 1000) / state.lastsS);

function take(answer) {
  state = answer;
  since = performance.now();
  if (!state.live) return disconnect(state.why);
  if (state.url !== shownUrl && performance.now() >= handsOnUntil) show();
}

function show() {
  shownUrl = state.url;
  document.title = state.title;
  part("url").textContent = state.url.replace("https://", "");
  part("favicon").src = state.favicon;
  part("favicon").hidden = false;
  drawing = PAGES[state.kind](state, dice(state.seed));
  steps = state.steps;
  const page = part("page");
  page.style.setProperty("--hue", state.hue);
  page.innerHTML = drawing.html;
  page.scrollTop = 0;
  page.querySelectorAll(".line").forEach((line) => line.style.setProperty("width", `${line.dataset.w * 9}%`));
  part("progress").hidden = false;
  part("progress").classList.remove("runs");
  void part("progress").offsetWidth; // starts the animation anew
  part("progress").classList.add("runs");
  say(`Page.navigate ${state.url}`);
  play();
}

// Everything on the page follows from the share of its time that has passed, so a late watcher sees the same.
function play() {
  if (!state.live || !drawing || performance.now() < handsOnUntil) return;
  const passed = share();
  steps.forEach((step) => {
    if (step.type && passed >= step.from) write(step, passed);
    if (step.aim && passed >= step.at && !step.done) point(step);
  });
  const page = part("page");
  if (drawing.scrolls) page.scrollTop = (page.scrollHeight - page.clientHeight) * Math.min(1, passed * 1.1);
}

function write({ from, to, type, text }, passed) {
  const target = part("page").querySelector(`[data-type="${type}"]`);
  const count = Math.ceil(text.length * Math.min(1, (passed - from) / (to - from)));
  if (target) target.value = text.slice(0, count);
}

function point(step) {
  step.done = true;
  const target = part("page").querySelector(`[data-aim="${step.aim}"]`);
  if (!target) return;
  const box = target.getBoundingClientRect();
  const frame = part("page").parentElement.getBoundingClientRect();
  const x = box.left - frame.left + Math.min(box.width * 0.6, box.width - 6);
  const y = box.top - frame.top + Math.min(box.height * 0.6, 120);
  part("pointer").removeAttribute("hidden"); // an SVG element has no `hidden` of its own
  part("pointer").style.translate = `${x}px ${y}px`;
  if (step.click) setTimeout(() => press(target, x, y), 450);
}

function press(target, x, y) {
  ring(x, y, "");
  target.classList.add("pressed");
  setTimeout(() => target.classList.remove("pressed"), 300);
  say(`Input.dispatchMouseEvent ${Math.round(x)},${Math.round(y)}`);
}

function ring(x, y, kind) {
  const circle = document.createElement("span");
  circle.className = `ring ${kind}`;
  circle.style.translate = `${x}px ${y}px`;
  part("page").parentElement.append(circle);
  setTimeout(() => circle.remove(), 700);
}

// Taking control: the script holds still, what is clicked or typed shows, and a button moves the script on.
function handsOn(words) {
  handsOnUntil = performance.now() + HANDS_ON_MS;
  part("you").textContent = words;
  part("you").hidden = false;
  clearTimeout(handsOn.timer);
  handsOn.timer = setTimeout(() => (part("you").hidden = true), HANDS_ON_MS);
  say(`Input: ${words}`);
}

function click(event) {
  if (!state.live) return;
  const frame = part("page").parentElement.getBoundingClientRect();
  ring(event.clientX - frame.left, event.clientY - frame.top, "yours");
  handsOn("You clicked");
  if (event.target.closest("button, a, .card, h3, tr")) ask("touch", { method: "POST" });
}

function key(event) {
  if (!state.live || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Enter") ask("touch", { method: "POST" });
  if (event.key.length === 1 || event.key === "Backspace" || event.key === "Enter") handsOn(`You typed ${event.key}`);
  const inField = document.activeElement && document.activeElement.tagName === "INPUT";
  if (!inField && event.key.length === 1) {
    const first = part("page").querySelector("input");
    if (first) first.value += event.key;
  }
}

function say(words) {
  if (part("devtools").hidden) return;
  const line = document.createElement("li");
  line.textContent = words;
  part("devtools").querySelector("ol").append(line);
  line.scrollIntoView({ block: "nearest" });
}

async function ask(what, options) {
  try {
    const answer = await fetch(`/live/${what}${location.search}`, { cache: "no-store", ...options });
    const next = answer.ok ? await answer.json() : null;
    if (!next) return disconnect("The browser cannot be reached.");
    if (what === "touch" && next.url !== shownUrl) handsOnUntil = 0;
    if (state.live) take(next);
  } catch {
    disconnect("The browser cannot be reached.");
  }
}

// As the service's page does: the page around learns it by a message.
function disconnect(why) {
  clearInterval(disconnect.asking);
  clearInterval(disconnect.playing);
  state = { live: false };
  part("gone").querySelector("p").textContent = why;
  part("gone").hidden = false;
  part("pointer").setAttribute("hidden", "");
  if (window.parent !== window) window.parent.postMessage("browserbase-disconnected", "*");
}

part("navbar").hidden = query.get("navbar") === "false";
part("devtools").hidden = !location.pathname.startsWith("/devtools/");
disconnect.asking = setInterval(() => ask("state"), ASK_MS);
disconnect.playing = setInterval(play, TICK_MS);
part("page").addEventListener("pointerdown", click);
document.addEventListener("keydown", key);
take(state);
