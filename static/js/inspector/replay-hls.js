// Lets a video element play an HLS film: through hls.js, which is loaded when something of the first one is to be seen. On
// a phone it begins where the bar at the bottom stands.

const SEEN = "0px 0px -100px";

document.addEventListener("htmx:after:swap", () => {
  const video = document.querySelector("video[data-playlist]:not([data-attached])");
  if (!video) return;
  video.dataset.attached = "";
  new IntersectionObserver((entries, observer) => {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    observer.disconnect();
    attach(video);
  }, { rootMargin: SEEN }).observe(video);
});

async function attach(video) {
  const Hls = await import(video.dataset.hls).then((loaded) => loaded.default, () => null);
  if (!Hls) return fail(video, "What plays it could not be loaded from Sightglass.");
  if (!Hls.isSupported()) return fail(video, "This browser cannot play it: it lacks Media Source Extensions.");
  // Fragments are not rewritten, so a worker would have nothing to do.
  const hls = new Hls({ enableWorker: false, maxBufferLength: 30, backBufferLength: 60 });
  let recovered = false;
  hls.on(Hls.Events.ERROR, (_, error) => {
    if (!error.fatal) return;
    if (error.type === Hls.ErrorTypes.MEDIA_ERROR && !recovered) {
      recovered = true;
      hls.recoverMediaError();
    } else {
      hls.destroy();
      fail(video, why(error));
    }
  });
  hls.loadSource(video.dataset.playlist);
  hls.attachMedia(video);
  new MutationObserver((_, observer) => {
    if (video.isConnected) return;
    observer.disconnect();
    hls.destroy();
  }).observe(document.getElementById("content"), { childList: true, subtree: true });
}

function why({ type, response, networkDetails }) {
  if (type !== "networkError") return "Its pictures cannot be understood.";
  const said = networkDetails?.getResponseHeader?.("Content-Type")?.startsWith("text/plain") ? networkDetails.responseText : "";
  return said || (response?.code ? `Browserbase, or the host it names, did not give it (${response.code}).` : "Sightglass did not answer.");
}

function fail(video, words) {
  if (!video.isConnected) return;
  document.getElementById("film-why").textContent = words;
  document.getElementById("film-trouble").hidden = false;
}

document.addEventListener("click", (event) => {
  if (!event.target.closest("#film-again")) return;
  document.getElementById("film-trouble").hidden = true;
  attach(document.getElementById("film"));
});
