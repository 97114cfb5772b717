// The live view on a session's page. The server draws tabs and switch; this keeps the frame in step with them: it shows
// the selected tab, lets nobody in until control was taken, and notices when the browser is gone.

const RETRY_BY_ITSELF_AFTER_MS = 30000;

const piece = (id) => document.getElementById(id);
const allTabs = () => [...document.querySelectorAll("#live-tabs [role=tab]")];
const selectedTab = () => document.querySelector("#live-tabs [aria-selected=true]");

let reconnecting = false;
let reconnectedAt = -Infinity;

// ---- Keeping in step, after each answer of the server.

document.addEventListener("htmx:after:swap", () => {
  const frame = piece("live-frame");
  if (!frame) return;
  const tab = selectedTab();
  if (tab && (reconnecting || tab.dataset.page !== frame.dataset.page)) show(tab, frame);
  else if (tab) name(tab, frame);
  letIn(frame, piece("live-control").getAttribute("aria-checked") === "true");
});

function show(tab, frame) {
  reconnecting = false;
  piece("live-over").hidden = true;
  frame.dataset.page = tab.dataset.page;
  frame.src = tab.dataset.frame;
  name(tab, frame);
}

// The links are fresh in each answer; the frame keeps the one it plays.
function name(tab, frame) {
  frame.title = `Live view: ${tab.title}`;
  piece("live-copy").dataset.copy = tab.dataset.link;
  piece("live-alone").href = tab.dataset.link;
}

function letIn(frame, inControl) {
  frame.inert = !inControl;
  frame.tabIndex = inControl ? 0 : -1;
  piece("live").classList.toggle("live-controlled", inControl);
}

// ---- Tabs: a click or the arrow keys; the chosen one stands in the address.

function select(tab) {
  for (const other of allTabs()) {
    other.setAttribute("aria-selected", String(other === tab));
    other.tabIndex = other === tab ? 0 : -1;
  }
  const here = new URL(location);
  here.searchParams.set("tab", tab.dataset.page);
  history.replaceState(history.state, "", here);
  show(tab, piece("live-frame"));
}

document.addEventListener("click", (event) => {
  const tab = event.target.closest("#live-tabs [role=tab]");
  if (tab && tab.getAttribute("aria-selected") !== "true") select(tab);
  if (event.target.closest("#live-copy")) piece("live-said").textContent = "Copied.";
  if (event.target.closest("#live-again")) reconnect();
});

document.addEventListener("keydown", (event) => {
  const here = event.target.closest("#live-tabs [role=tab]");
  if (!here) return;
  const tabs = allTabs();
  const last = tabs.length - 1;
  const at = tabs.indexOf(here);
  const to = { ArrowRight: at === last ? 0 : at + 1, ArrowLeft: at === 0 ? last : at - 1, Home: 0, End: last }[event.key];
  if (to === undefined) return;
  event.preventDefault();
  tabs[to].focus();
  select(tabs[to]);
});

// ---- The list of tabs is asked for with the one that is shown, and not while nobody looks.

document.addEventListener("htmx:config:request", (event) => {
  const { sourceElement, request } = event.detail.ctx;
  if (sourceElement.id !== "live-tabs") return;
  if (document.hidden && !reconnecting) event.preventDefault();
  else request.body.set("tab", piece("live-frame").dataset.page);
});

// ---- The frame says when it has lost its browser. It is looked for once by itself; after that a person decides.

addEventListener("message", (event) => {
  const frame = piece("live-frame");
  if (event.data !== "browserbase-disconnected" || !frame || event.source !== frame.contentWindow) return;
  if (event.origin !== new URL(frame.src).origin) return;
  piece("live-over").hidden = false;
  letIn(frame, false);
  const soon = performance.now() - reconnectedAt < RETRY_BY_ITSELF_AFTER_MS;
  if (soon) offerToConnect();
  else reconnect();
});

function reconnect() {
  reconnecting = true;
  reconnectedAt = performance.now();
  piece("live-again").hidden = true;
  piece("live-looking").hidden = false;
  htmx.trigger("#live-tabs", "look");
}

function offerToConnect() {
  piece("live-looking").hidden = true;
  piece("live-again").hidden = false;
}

// The tabs were not drawn anew, so upstream had none to give.
document.addEventListener("htmx:finally:request", (event) => {
  if (event.detail.ctx.sourceElement.id !== "live-tabs" || !reconnecting || !piece("live-over")) return;
  reconnecting = false;
  offerToConnect();
});
