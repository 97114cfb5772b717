// The panel of the list's columns: order by drag or by buttons, keys of the metadata to add, one's own default.

const panel = document.getElementById("columns");
const chosen = document.getElementById("columns-form");
const items = chosen.querySelector("[data-columns]");
const path = document.getElementById("column-path");
let dragged = null;

items.addEventListener("click", (event) => {
  const button = event.target.closest("[data-move]");
  if (!button) return;
  const item = button.closest("li");
  if (button.dataset.move < 0) item.previousElementSibling?.before(item);
  else item.nextElementSibling?.after(item);
  button.focus();
});

items.addEventListener("dragstart", (event) => {
  dragged = event.target.closest("li");
  event.dataTransfer.effectAllowed = "move";
  dragged.dataset.dragged = "";
});
items.addEventListener("dragover", (event) => {
  const over = event.target.closest("li");
  if (!dragged || !over) return;
  event.preventDefault();
  const { top, height } = over.getBoundingClientRect();
  over[event.clientY < top + height / 2 ? "before" : "after"](dragged);
});
items.addEventListener("dragend", () => {
  delete dragged?.dataset.dragged;
  dragged = null;
});

chosen.addEventListener("click", (event) => {
  if (event.target.closest("[data-add-column]")) add();
});
path.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !path.value.trim()) return;
  event.preventDefault();
  add();
});

// A new column stands where the ticked ones end.
function add() {
  const name = path.value.trim();
  if (!name) return path.focus();
  const known = [...items.children].find((item) => item.querySelector("input").value === name);
  const item = known || items.firstElementChild.cloneNode(true);
  const box = item.querySelector("input");
  box.checked = true;
  if (!known) {
    box.value = name;
    item.querySelector(".cut").textContent = name;
    for (const button of item.querySelectorAll("[data-move]")) button.setAttribute("aria-label", `Move ${name} ${button.dataset.move < 0 ? "up" : "down"}`);
    const ticked = [...items.querySelectorAll("input:checked")].pop();
    if (ticked) ticked.closest("li").after(item);
    else items.prepend(item);
  }
  item.scrollIntoView({ block: "nearest" });
  path.value = "";
  path.focus();
}

// The columns as one word of the address, which reads better than one parameter for each.
function named() {
  return [...new FormData(chosen).getAll("columns")].filter((name) => name.trim()).join(",");
}

chosen.addEventListener("formdata", (event) => {
  const names = event.formData.getAll("columns").filter((name) => name.trim());
  event.formData.set("columns", names.join(","));
});

document.getElementById("prefer-columns").addEventListener("formdata", (event) => {
  if (event.formData.get("columns") === "") return;
  event.formData.set("columns", named());
  event.formData.set("density", new FormData(chosen).get("density"));
});

// The keys that occur, once somebody looks for one.
panel.addEventListener("toggle", async (event) => {
  const list = document.getElementById("column-paths");
  if (event.newState !== "open" || list.children.length) return;
  const asked = new URLSearchParams({ q: chosen.elements.q?.value || "", format: "json" });
  const answer = await fetch(`/sessions/facets/?${asked}`);
  if (!answer.ok) return;
  for (const { path: name } of (await answer.json()).facets) list.append(new Option(name, name));
});
