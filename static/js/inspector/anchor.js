// A link into a tab (…/details/#record) leads there once the tab's content has come.

let leadsTo = location.hash.slice(1);

document.addEventListener("htmx:after:swap", () => {
  const place = leadsTo && document.getElementById(leadsTo);
  if (!place) return;
  leadsTo = "";
  place.scrollIntoView();
});
