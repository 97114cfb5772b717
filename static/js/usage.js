// The usage page: arrows walk over the bars, parts that did not load say so, and the report prints.

// ---- One stop of the Tab key for a chart. Left and right go from bar to bar, up and down through the parts of one,
// Home and End to the ends. Without this script each bar is a stop.

const bars = (chart) => [...chart.querySelectorAll(".column")].map((column) => [...column.querySelectorAll("a")]).filter((links) => links.length);

function arm(chart) {
  const links = bars(chart).flat();
  for (const link of links) link.tabIndex = -1;
  const last = bars(chart).at(-1)?.[0];
  if (last) last.tabIndex = 0;
}

function step(links, from, key) {
  const column = links.findIndex((of) => of.includes(from));
  const part = links[column].indexOf(from);
  switch (key) {
    case "ArrowLeft": return links[Math.max(column - 1, 0)][0];
    case "ArrowRight": return links[Math.min(column + 1, links.length - 1)][0];
    case "ArrowUp": return links[column][Math.min(part + 1, links[column].length - 1)];
    case "ArrowDown": return links[column][Math.max(part - 1, 0)];
    case "Home": return links[0][0];
    case "End": return links.at(-1)[0];
    default: return null;
  }
}

document.addEventListener("keydown", (event) => {
  const chart = event.target.closest?.("[data-chart]");
  if (!chart || event.altKey || event.ctrlKey || event.metaKey) return;
  const next = step(bars(chart), event.target.closest("a"), event.key);
  if (!next) return;
  event.preventDefault();
  for (const link of bars(chart).flat()) link.tabIndex = -1;
  next.tabIndex = 0;
  next.focus();
});

function armAll() {
  for (const chart of document.querySelectorAll("[data-chart]")) arm(chart);
}

armAll();
document.addEventListener("htmx:after:swap", armAll);

// ---- Printing

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) print();
});

// A menu opens under its button.
document.addEventListener("toggle", (event) => {
  const menu = event.target;
  if (!menu.matches?.(".usage-menu") || event.newState !== "open") return;
  const button = document.querySelector(`[popovertarget="${menu.id}"]`).getBoundingClientRect();
  menu.style.inset = "auto";
  menu.style.top = `${button.bottom + 4}px`;
  menu.style.left = `${Math.max(Math.min(button.left, innerWidth - menu.offsetWidth - 12), 12)}px`;
}, true);
