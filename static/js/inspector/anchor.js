// What the address leads to comes into view: the open tab's name in their row, where that is longer than the screen, and
// a place within a tab (…/details/#record) once its content has come.

document.querySelector(".inspector-tabs [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });

let leadsTo = location.hash.slice(1);

document.addEventListener("htmx:after:swap", () => {
  const place = leadsTo && document.getElementById(leadsTo);
  if (!place) return;
  leadsTo = "";
  place.scrollIntoView();
});
