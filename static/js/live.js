// The live view on a session's page. The server draws tabs and switches; this keeps the frames in step with them: it shows
// the selected tab, or all of them as tiles, lets nobody in until control was taken, and notices when a browser is gone.

const RETRY_BY_ITSELF_AFTER_MS = 30000;
const MOST_TILES = 9; // each plays a browser of its own

const piece = (id) => document.getElementById(id);
const allTabs = () => [...document.querySelectorAll("#live-tabs [role=tab]")];
const selectedTab = () => document.querySelector("#live-tabs [aria-selected=true]");
const tiles = () => [...document.querySelectorAll("#live-stage .live-tile")];
const frameOf = (tile) => tile.querySelector("iframe");
const isOn = (id) => piece(id).getAttribute("aria-checked") === "true";
const inTiles = () => isOn("live-tiles") && allTabs().length > 1;
const keep = (texts) => document.dispatchEvent(new CustomEvent("address", { detail: texts }));

let lost = new Set(); // tabs whose frames have said that their browser is gone
let lookedAgainAt = -Infinity;

// ---- Keeping in step, after each answer of the server.

document.addEventListener("htmx:after:swap", () => {
  if (!piece("live-frame")) return;
  if (isOn("live-follow")) followActive();
  noteWhatTabsShow();
  arrange();
});

function arrange() {
  piece("live-ways").hidden = allTabs().length < 2;
  piece("live").classList.toggle("live-in-tiles", inTiles());
  const wanted = inTiles() ? allTabs().slice(0, MOST_TILES) : [selectedTab()].filter(Boolean);
  if (wanted.length) fill(wanted);
  const more = inTiles() ? allTabs().length - wanted.length : 0;
  piece("live-more").textContent = more ? `${more} more ${more === 1 ? "tab is" : "tabs are"} not shown as tiles.` : "";
  letIn(isOn("live-control"));
}

// A frame is moved to nothing and shows the same tab as long as it can: whatever else would begin anew.
function fill(wanted) {
  const pages = new Set(wanted.map((tab) => tab.dataset.page));
  const free = tiles().filter((tile) => !pages.has(frameOf(tile).dataset.page));
  wanted.forEach((tab, place) => {
    const shown = tiles().find((tile) => frameOf(tile).dataset.page === tab.dataset.page);
    const tile = shown ?? free.shift() ?? makeTile();
    if (!shown || lost.has(tab.dataset.page)) show(tab, frameOf(tile));
    if (!tile.isConnected) piece("live-over").before(tile);
    name(tab, tile);
    tile.style.order = String(place);
  });
  for (const tile of free) tile.remove();
  tiles().forEach((tile, place) => { frameOf(tile).id = place ? "" : "live-frame"; });
}

const makeTile = () => tiles()[0].cloneNode(true);

function show(tab, frame) {
  lost.delete(tab.dataset.page);
  piece("live-over").hidden = true;
  frame.dataset.page = tab.dataset.page;
  frame.src = tab.dataset.frame;
}

// The links are fresh in each answer; a frame keeps the one it plays.
function name(tab, tile) {
  frameOf(tile).title = `Live view: ${tab.title}`;
  tile.querySelector(".live-tile-name").textContent = tab.title;
  if (tab !== selectedTab()) return;
  piece("live-copy").dataset.copy = tab.dataset.link;
  piece("live-alone").href = tab.dataset.link;
}

function letIn(inControl) {
  for (const tile of tiles()) {
    frameOf(tile).inert = !inControl;
    frameOf(tile).tabIndex = inControl ? 0 : -1;
  }
  piece("live").classList.toggle("live-controlled", inControl);
}

// ---- Tabs: a click or the arrow keys; the chosen one stands in the address, and is followed by nothing.

function select(tab) {
  mark(tab);
  piece("live-follow").setAttribute("aria-checked", "false");
  keep({ tab: tab.dataset.page });
  arrange();
}

function mark(tab) {
  for (const other of allTabs()) {
    other.setAttribute("aria-selected", String(other === tab));
    other.tabIndex = other === tab ? 0 : -1;
  }
}

document.addEventListener("click", (event) => {
  const tab = event.target.closest("#live-tabs [role=tab]");
  if (tab && (tab.getAttribute("aria-selected") !== "true" || isOn("live-follow"))) select(tab);
  const tile = event.target.closest(".live-tile");
  if (tile && inTiles()) showAlone(frameOf(tile).dataset.page);
  if (event.target.closest("#live-follow")) follow(!isOn("live-follow"));
  if (event.target.closest("#live-tiles")) showAsTiles(!isOn("live-tiles"));
  if (event.target.closest("#live-copy")) piece("live-said").textContent = "Copied.";
  if (event.target.closest("#live-again")) look();
});

function showAsTiles(on) {
  piece("live-tiles").setAttribute("aria-checked", String(on));
  keep({ view: on ? "tiles" : "" });
  arrange();
}

function showAlone(page) {
  showAsTiles(false);
  const tab = allTabs().find((one) => one.dataset.page === page);
  if (tab) select(tab);
}

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

// ---- Following: upstream does not tell which tab is active, so it is the one that is new, or shows something new.

let shownBefore = new Map();

function followActive() {
  if (!shownBefore.size || document.activeElement?.closest("#live-tabs")) return;
  const changed = allTabs().filter((tab) => shownBefore.get(tab.dataset.page) !== tab.dataset.shows);
  const opened = changed.filter((tab) => !shownBefore.has(tab.dataset.page));
  const active = opened.at(-1) ?? (changed.includes(selectedTab()) ? null : changed.at(-1));
  if (active) mark(active);
}

function noteWhatTabsShow() {
  shownBefore = new Map(allTabs().map((tab) => [tab.dataset.page, tab.dataset.shows]));
}

function follow(on) {
  piece("live-follow").setAttribute("aria-checked", String(on));
  keep({ tab: on ? "" : selectedTab().dataset.page });
}

// ---- The list of tabs is asked for with the one that is shown, and not while nobody looks.

document.addEventListener("htmx:config:request", (event) => {
  const { sourceElement, request } = event.detail.ctx;
  if (sourceElement.id !== "live-tabs") return;
  if (document.hidden && !lost.size) event.preventDefault();
  else request.body.set("tab", selectedTab()?.dataset.page ?? "");
});

// ---- A frame says when it has lost its browser. It is looked for once by itself; after that a person decides.

addEventListener("message", (event) => {
  if (event.data !== "browserbase-disconnected") return;
  const frame = tiles().map(frameOf).find((one) => one.contentWindow === event.source);
  if (!frame?.src || event.origin !== new URL(frame.src).origin) return;
  lost.add(frame.dataset.page);
  frame.inert = true;
  piece("live-over").hidden = false;
  if (performance.now() - lookedAgainAt < RETRY_BY_ITSELF_AFTER_MS) offerToLook();
  else look();
});

function look() {
  lookedAgainAt = performance.now();
  piece("live-again").hidden = true;
  piece("live-looking").hidden = false;
  htmx.trigger("#live-tabs", "look");
}

function offerToLook() {
  piece("live-looking").hidden = true;
  piece("live-again").hidden = false;
}

// The tabs were not drawn anew, so upstream had none to give.
document.addEventListener("htmx:finally:request", (event) => {
  if (event.detail.ctx.sourceElement.id !== "live-tabs" || !piece("live-over")) return;
  lost = new Set([...lost].filter((page) => allTabs().some((tab) => tab.dataset.page === page)));
  if (lost.size) offerToLook();
  else piece("live-over").hidden = true;
});
