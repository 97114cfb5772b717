// The new-session form and the page after it: tabs, one submit for one press, a limit's time running out.

// ---- Tabs. Without this script every panel is open.

function show(tabs, chosen) {
  for (const tab of tabs.querySelectorAll("[data-tab]")) {
    const on = tab === chosen;
    tab.setAttribute("aria-selected", on);
    tab.tabIndex = on ? 0 : -1;
    document.getElementById(tab.dataset.tab).hidden = !on;
  }
}

for (const tabs of document.querySelectorAll("[data-tabs]")) {
  const all = [...tabs.querySelectorAll("[data-tab]")];
  tabs.querySelector(".tabs").setAttribute("role", "tablist");
  for (const tab of all) {
    tab.setAttribute("role", "tab");
    tab.setAttribute("aria-controls", tab.dataset.tab);
    tab.addEventListener("click", () => show(tabs, tab));
    tab.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!step) return;
      const next = all[(all.indexOf(tab) + step + all.length) % all.length];
      show(tabs, next);
      next.focus();
    });
  }
  tabs.dataset.ready = "";
  show(tabs, all[0]);
}

// ---- Signed out in another tab: a form that somebody fills in does not make way for the sign-in page.

const signedOut = document.getElementById("signed-out");
let typed = false;

document.addEventListener("input", (event) => { typed ||= Boolean(event.target.closest("#new-session")); });

document.addEventListener("htmx:before:response", (event) => {
  const { redirect } = event.detail.ctx.hx;
  if (!signedOut || !typed) return;
  if (redirect) event.preventDefault();
  signedOut.hidden = !redirect;
});

// ---- One session for one press: a second click would show the answer without the connect URL.

const form = document.getElementById("new-session");

form?.addEventListener("submit", (event) => {
  if (!signedOut.hidden) return event.preventDefault();
  if (event.submitter?.name === "add_rule") return;
  if ("sent" in form.dataset) return event.preventDefault();
  form.dataset.sent = "";
  const start = document.getElementById("start");
  start.setAttribute("aria-disabled", "true");
  start.textContent = "Starting…";
});

// ---- "Try again in 12 s", then "now".

function countDown() {
  for (const time of document.querySelectorAll("[data-retry]")) {
    const seconds = Math.ceil((new Date(time.dateTime) - Date.now()) / 1000);
    const words = seconds > 0 ? `in ${seconds} s` : "now";
    if (time.textContent !== words) time.textContent = words;
  }
}

countDown();
setInterval(countDown, 500);
