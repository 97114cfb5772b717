// The palette: Ctrl-K or ⌘K from anywhere, also while typing. The server says where a text leads.

const palette = document.getElementById("palette");
const field = document.getElementById("palette-text");
const ways = document.getElementById("palette-ways");
const options = () => [...ways.querySelectorAll("a[role=option]")];
const active = () => ways.querySelector('[aria-selected="true"]');

if (palette) {
  if (/Mac|iPhone|iPad/.test(navigator.platform)) for (const key of document.querySelectorAll("[data-palette-key]")) key.textContent = "⌘ K";

  // Before the page's own keys, and before those of whatever has the focus.
  addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
    event.preventDefault();
    event.stopPropagation();
    if (palette.open) palette.close();
    else open();
  }, true);

  document.addEventListener("click", (event) => {
    if (event.target === palette) palette.close();
    if (!event.target.closest("[data-palette]") || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    open();
  });

  // An address to connect to holds keys; they are nobody's business, also not the server's.
  field.addEventListener("input", () => {
    const without = field.value.replace(/((?:apiKey|signingKey)=)[^&#\s]+/gi, "$1");
    if (without !== field.value) field.value = without;
  });

  field.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      move(step);
    } else if (event.key === "Enter" && isAnswered() && active()) {
      event.preventDefault();
      active().dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true, ctrlKey: event.ctrlKey, metaKey: event.metaKey }));
    }
  });

  document.addEventListener("htmx:after:swap", () => {
    if (palette.open && options().length && !active()) choose(options()[0]);
  });
}

// What is shown may still be the answer to an earlier text: then Enter asks the server to go.
function isAnswered() {
  return ways.querySelector("[data-text]")?.dataset.text === field.value.trim();
}

function open() {
  field.value = "";
  ways.replaceChildren();
  palette.showModal();
  field.focus();
  htmx.trigger(field, "palette-opened");
}

function move(step) {
  const all = options();
  if (!all.length) return;
  choose(all[(all.indexOf(active()) + step + all.length) % all.length]);
}

function choose(option) {
  active()?.setAttribute("aria-selected", "false");
  option.setAttribute("aria-selected", "true");
  field.setAttribute("aria-activedescendant", option.id);
  option.scrollIntoView({ block: "nearest" });
}
