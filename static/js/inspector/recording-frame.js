// Inside the recording's frame: rrweb's player, driven by messages of the page around it.

const { default: Player } = await import(document.getElementById("frame-script").dataset.rrweb);
const stage = document.getElementById("stage");
const say = (recording, more) => parent.postMessage({ recording, ...more }, location.origin);
let replayer = null;
let player = null;
let second = 0;
let plays = false;

addEventListener("message", ({ source, origin, data }) => {
  if (source !== parent || origin !== location.origin) return;
  if (data.events) open(data.events);
  else if (replayer) obey(data);
});

function open(events) {
  const size = () => ({ width: innerWidth, height: innerHeight });
  player = new Player({ target: stage, props: { events, autoPlay: false, showController: false, mouseTail: false, skipInactive: false, ...size() } });
  replayer = player.getReplayer();
  addEventListener("resize", () => { player.$set(size()); player.triggerResize(); });
  player.addEventListener("ui-update-current-time", ({ payload }) => moved(payload / 1000));
  player.addEventListener("finish", () => { plays = false; say("ended", { paused: true }); });
  player.goto(0, false);
  say("loadedmetadata", { lasts: replayer.getMetaData().totalTime / 1000 });
}

function moved(now) {
  second = now;
  if (plays) say("timeupdate", { second });
}

function obey(data) {
  if ("speed" in data) player.setSpeed(data.speed);
  if ("second" in data) {
    second = data.second;
    player.goto(second * 1000, plays);
  }
  if ("plays" in data) {
    plays = data.plays;
    player.goto(second * 1000, plays);
    say(plays ? "play" : "pause", { paused: !plays, second });
  }
}

say("ready");
