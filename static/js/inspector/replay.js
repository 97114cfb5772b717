// The replay: a film with its bar, its marks and its keys, in step with everything else that shows the session's time.
//
// #film is a video, or what acts as one: currentTime, duration, paused, playbackRate, play, pause, and a video's events.
// Its seconds begin at #replay's data-starts, in milliseconds since the session's start.

const SPEEDS = ["0.5", "1", "2", "4"];
const IDLE_SEEN_S = 0.5; // of an idle stretch, before it is skipped
const LEAP_S = 5;

const piece = (id) => document.getElementById(id);
const film = () => piece("film");
const area = () => piece("replay");
const startsMs = () => Number(area().dataset.starts);
const momentOf = (second) => startsMs() + second * 1000;
const secondOf = (t) => (t - startsMs()) / 1000;
const lasts = () => (Number.isFinite(film().duration) ? film().duration : 0);

function shown(t) {
  const tenths = Math.floor(Math.abs(t) / 100);
  const [seconds, minutes, hours] = [Math.floor(tenths / 10) % 60, Math.floor(tenths / 600) % 60, Math.floor(tenths / 36000)];
  const two = (number) => String(number).padStart(2, "0");
  return `${hours ? `${hours}:${two(minutes)}` : minutes}:${two(seconds)}.${tenths % 10}`;
}

function lasting(seconds) {
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  return `${Math.floor(whole / 60)} min${whole % 60 ? ` ${whole % 60} s` : ""}`;
}

function say(words) {
  if (piece("film-said").textContent !== words) piece("film-said").textContent = words;
}

function tell(second) {
  document.dispatchEvent(new CustomEvent("moment", { detail: { t: Math.round(momentOf(second)), by: "film" } }));
}

// ---- A film that has come is set up once.

document.addEventListener("htmx:after:swap", () => {
  if (area() && !("ready" in area().dataset)) setUp();
  layOut();
});

function setUp() {
  area().dataset.ready = "";
  const one = film();
  one.addEventListener("loadedmetadata", begin);
  one.addEventListener("durationchange", layOut);
  for (const name of ["timeupdate", "seeked", "ratechange", "play", "pause", "ended"]) one.addEventListener(name, () => one === film() && follow(name));
}

function begin() {
  for (const id of ["film-seek", "film-play"]) piece(id).disabled = false;
  film().playbackRate = Number(area().dataset.speed);
  layOut();
  const { t, from } = look();
  if (t !== null) goTo(t);
  else if (from !== null) goTo(from);
  follow("loadedmetadata");
}

function look() {
  const value = (name) => {
    const text = document.querySelector(`#look [name=${name}]`)?.value;
    return text ? Number(text) : null;
  };
  return { t: value("t"), from: value("from"), to: value("to") };
}

// ---- The bar and its marks, laid out by the film's own length.

function layOut() {
  const whole = film() && lasts();
  if (!whole) return;
  piece("film-seek").max = String(whole);
  const percent = (t) => Math.min(Math.max((secondOf(Number(t)) / whole) * 100, 0), 100);
  for (const mark of marks()) {
    const second = secondOf(Number(mark.dataset.t));
    mark.setAttribute("x", `${percent(mark.dataset.t)}%`);
    mark.setAttribute("visibility", second < -0.5 || second > whole + 0.5 ? "hidden" : "visible");
  }
  for (const rect of document.querySelectorAll("#film-track .film-idle")) {
    const begins = percent(rect.dataset.from);
    rect.setAttribute("x", `${begins}%`);
    rect.setAttribute("width", `${percent(rect.dataset.to) - begins}%`);
  }
}

const marks = () => [...document.querySelectorAll("#film-track .film-mark")];

function jumpToMark(mark) {
  const t = Number(mark.dataset.t);
  document.dispatchEvent(new CustomEvent("moment", { detail: { t, by: "mark" } }));
}

/** The next mark, or the one before; of one kind only where it is given. */
function step(by, kind) {
  const here = momentOf(film().currentTime);
  const found = marks().filter((mark) => !kind || mark.dataset.kind === kind);
  const mark = by > 0 ? found.find((one) => Number(one.dataset.t) > here + 50) : found.findLast((one) => Number(one.dataset.t) < here - 50);
  const around = kind ? found[0] : undefined; // past the last of a kind comes its first again
  if (mark || around) jumpToMark(mark ?? around);
}

// ---- Moving.

document.addEventListener("moment", (event) => {
  if (film() && event.detail.by !== "film" && event.detail.t !== null) goTo(event.detail.t);
});

document.body.addEventListener("range-changed", () => {
  if (!film() || !lasts()) return;
  const { from, to } = look();
  const here = momentOf(film().currentTime);
  if (from === null || (here >= from && (to === null || here <= to))) return;
  document.dispatchEvent(new CustomEvent("moment", { detail: { t: from, by: "part" } }));
});

function goTo(t) {
  if (!lasts()) return;
  const second = secondOf(t);
  film().currentTime = Math.min(Math.max(second, 0), lasts());
  const outside = second < -0.5 || second > lasts() + 0.5;
  say(outside ? `This film shows ${shown(startsMs())} to ${shown(momentOf(lasts()))}; ${shown(t)} is not in it.` : "");
}

function seek(second) {
  film().currentTime = Math.min(Math.max(second, 0), lasts());
  tell(film().currentTime);
}

function follow(name) {
  const { currentTime, paused, playbackRate } = film();
  const t = momentOf(currentTime);
  area().classList.toggle("film-plays", !paused);
  piece("film-play").setAttribute("aria-label", paused ? "Play" : "Pause");
  piece("film-clock").textContent = `${shown(t)} / ${shown(momentOf(lasts()))}`;
  const bar = piece("film-seek");
  bar.value = String(currentTime);
  bar.setAttribute("aria-valuetext", shown(t));
  for (const button of document.querySelectorAll(".film-speeds [data-speed]")) button.setAttribute("aria-pressed", String(Number(button.dataset.speed) === playbackRate));
  if (name === "timeupdate" && !paused) playedTo(currentTime);
}

function playedTo(second) {
  const { to } = look();
  const t = momentOf(second);
  if (to !== null && t >= to) {
    film().pause();
    say("The selected part ends here.");
  }
  const end = skips() ? idleEnd(t) : null;
  if (end !== null) {
    say(`Skipped ${lasting((end - t) / 1000)} without a command.`);
    film().currentTime = Math.min(secondOf(end), lasts());
  }
  tell(film().currentTime);
}

const skips = () => area().dataset.skip === "idle";

function idleEnd(t) {
  for (const { dataset } of document.querySelectorAll("#film-track .film-idle")) {
    const [from, to] = [Number(dataset.from), Number(dataset.to)];
    if (t > from + IDLE_SEEN_S * 1000 && t < to - 1500) return to - 500;
  }
  return null;
}

// ---- What a person sets stands in the address.

function remember(name, text) {
  document.dispatchEvent(new CustomEvent("address", { detail: { [name]: text } }));
}

// Another tab's film goes on as this one did.
document.addEventListener("htmx:config:request", (event) => {
  const { sourceElement, request } = event.detail.ctx;
  if (!sourceElement.matches("[data-film]")) return;
  for (const name of ["speed", "skip"]) request.body.set(name, area().dataset[name]);
});

function setSpeed(speed) {
  area().dataset.speed = speed;
  film().playbackRate = Number(speed);
  remember("speed", speed === "1" ? "" : speed);
}

function setSkip(on) {
  area().dataset.skip = on ? "idle" : "";
  piece("film-skip").setAttribute("aria-checked", String(on));
  remember("skip", on ? "idle" : "");
}

function toggle() {
  if (!lasts()) return;
  say("");
  if (!film().paused) return film().pause();
  const { from, to } = look();
  const here = momentOf(film().currentTime);
  if (to !== null && here >= to - 50) goTo(from ?? startsMs());
  else if (film().currentTime >= lasts() - 0.05) film().currentTime = 0;
  film().play();
}

document.addEventListener("click", (event) => {
  if (!area()) return;
  const on = (selector) => event.target.closest(selector);
  if (on("#film-play") || on("#film")) toggle();
  else if (on(".film-speeds [data-speed]")) setSpeed(on(".film-speeds [data-speed]").dataset.speed);
  else if (on("#film-skip")) setSkip(!skips());
  else if (on("#replay [data-step]")) step(Number(on("[data-step]").dataset.step));
  else if (on("#replay [data-next]")) step(1, on("[data-next]").dataset.next);
  else if (on("#film-full")) fullScreen();
  else if (on(".film-mark")) jumpToMark(on(".film-mark"));
  else if (on("[data-film]")) remember("film", on("[data-film]").dataset.film);
});

function fullScreen() {
  if (document.fullscreenElement) document.exitFullscreen();
  else area().requestFullscreen();
}

document.addEventListener("input", (event) => {
  if (event.target.id === "film-seek") seek(Number(event.target.value));
});

// ---- Keys, where they are nobody else's.

const OWN = "input:not([type=range], [type=checkbox]), textarea, select, [contenteditable], dialog, [role=tab]";
const PRESSED = "button, a, summary, [role=option]";

const KEYS = {
  ",": () => step(-1),
  ".": () => step(1),
  "<": () => setSpeed(SPEEDS[Math.max(speedAt() - 1, 0)]),
  ">": () => setSpeed(SPEEDS[Math.min(speedAt() + 1, SPEEDS.length - 1)]),
  i: () => setSkip(!skips()),
  f: fullScreen,
};
const speedAt = () => SPEEDS.indexOf(area().dataset.speed);

document.addEventListener("keydown", (event) => {
  if (!area() || event.ctrlKey || event.metaKey || event.altKey || event.target.closest(OWN) || document.querySelector("dialog[open]")) return;
  const leap = { ArrowLeft: -LEAP_S, ArrowRight: LEAP_S }[event.key];
  if (event.key === " " && !event.target.closest(PRESSED)) toggle();
  else if (leap && lasts() && event.target.closest("body, #replay") && !event.target.closest("#strip, [role=tablist]")) seek(film().currentTime + leap);
  else if (KEYS[event.key]) KEYS[event.key]();
  else return;
  event.preventDefault();
});
