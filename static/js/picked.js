// Rows that are picked to be ended together: boxes, ranges, whole pages, all that match. What is picked is kept for the
// query in this tab, so that it survives the list's refresh and its pages; the preview names what it really comes to.

{
  const PREFIX = "picked:";
  const bar = document.getElementById("picked");
  const key = PREFIX + (bar ? bar.dataset.q : "");
  const boxes = () => [...document.querySelectorAll("[data-pick]")];
  const idOf = (row) => decodeURIComponent(row.id.slice("row-".length));

  let picked = read();
  let last = null;
  let shift = false;

  function read() {
    const kept = JSON.parse(sessionStorage.getItem(key) || "{}");
    return { all: Boolean(kept.all), ids: new Set(kept.ids) };
  }

  function keep() {
    if (picked.all || picked.ids.size) sessionStorage.setItem(key, JSON.stringify({ all: picked.all, ids: [...picked.ids] }));
    else sessionStorage.removeItem(key);
    draw();
  }

  // ---- What is picked

  function pick(some, on) {
    if (picked.all && !on) picked = { all: false, ids: new Set(boxes().map((box) => box.value)) };
    for (const box of some) {
      if (on) picked.ids.add(box.value);
      else picked.ids.delete(box.value);
    }
    keep();
  }

  function pickUpTo(box) {
    const all = boxes();
    const from = all.findIndex((one) => one.value === last);
    const to = all.indexOf(box);
    const range = shift && from >= 0 ? all.slice(Math.min(from, to), Math.max(from, to) + 1) : [box];
    last = box.value;
    pick(range, box.checked);
  }

  function pickNone() {
    picked = { all: false, ids: new Set() };
    keep();
  }

  // A session that ended meanwhile cannot be ended: its row has lost its box.
  function letGoOfEnded() {
    for (const row of document.querySelectorAll("[data-row]")) {
      if (!row.querySelector("[data-pick]")) picked.ids.delete(idOf(row));
    }
  }

  // ---- What is shown of it

  function draw() {
    if (!bar) return;
    const here = boxes();
    for (const box of here) box.checked = picked.all || picked.ids.has(box.value);
    const on = here.filter((box) => box.checked).length;
    const whole = document.querySelector("[data-pick-all]");
    if (whole) {
      whole.checked = here.length > 0 && on === here.length;
      whole.indeterminate = on > 0 && on < here.length;
    }
    drawBar(on === here.length);
  }

  function drawBar(isWholePage) {
    const list = document.getElementById("session-list");
    const running = list ? Number(list.dataset.running) : 0;
    const words = runningWords(running);
    const matching = bar.querySelector("[data-pick-matching]");
    bar.toggleAttribute("data-on", picked.all || picked.ids.size > 0);
    write(bar.querySelector("[data-picked-words]"), picked.all ? `All ${words} picked` : `${picked.ids.size} picked`);
    write(matching, `Pick all ${words}`);
    matching.hidden = picked.all || !isWholePage || running <= picked.ids.size;
    bar.querySelector("[data-pick-page]").hidden = picked.all || isWholePage;
    write(bar.querySelector("[data-picked-end] span"), picked.all ? "End all …" : `End ${picked.ids.size} …`);
    bar.elements.sessions.value = JSON.stringify([...picked.ids]);
    bar.elements.q.disabled = !picked.all;
  }

  function runningWords(running) {
    const many = running > 1000 ? "1,000+" : running.toLocaleString("en-GB");
    return `${many} that run${bar.dataset.q ? " and match" : ""}`;
  }

  // ---- Gestures

  for (const gesture of ["pointerdown", "keydown"]) {
    document.addEventListener(gesture, (event) => { shift = event.shiftKey; }, true);
  }
  // A click with Shift would select the text in between.
  document.addEventListener("mousedown", (event) => {
    if (event.shiftKey && event.target.closest(".cell-pick")) event.preventDefault();
  });

  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-pick]")) pickUpTo(event.target);
    else if (event.target.matches("[data-pick-all]")) pick(boxes(), event.target.checked);
  });

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-pick-none]")) pickNone();
    else if (event.target.closest("[data-pick-page]")) pick(boxes(), true);
    else if (event.target.closest("[data-pick-matching]")) { picked.all = true; keep(); }
  });

  // Once its end is confirmed, nothing is picked any more, whatever the query was.
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-picks-used]")) return;
    for (const name of Object.keys(sessionStorage)) {
      if (name.startsWith(PREFIX)) sessionStorage.removeItem(name);
    }
  });

  document.addEventListener("keydown", (event) => {
    if (!bar || event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    if (document.querySelector("dialog[open], :popover-open")) return;
    const row = document.activeElement.closest("[data-row]");
    if (event.key === "X") pick(boxes(), boxes().some((box) => !box.checked));
    else if (event.key === "Escape") pickNone();
    else if (event.key === "x") row?.querySelector("[data-pick]")?.click();
    else if (event.key === "o") row?.querySelector("[data-row-link]").click();
    else if (event.key === "e") row?.querySelector(".end button")?.click();
  });

  document.addEventListener("htmx:after:swap", () => { letGoOfEnded(); keep(); });
  addEventListener("pageshow", () => { picked = read(); letGoOfEnded(); draw(); });
}
