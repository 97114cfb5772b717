// <film-recording>: an rrweb recording that acts as a video does. It plays in a frame of its own, which is told what to
// do and says where it is, by messages; the recording comes from #replay's data-events.

class FilmRecording extends HTMLElement {
  #state = { second: 0, lasts: NaN, paused: true };
  #speed = 1;

  connectedCallback() {
    addEventListener("message", this.#hear);
    this.#frame = document.createElement("iframe");
    this.#frame.title = "Recording of the browser's first tab";
    this.#frame.tabIndex = -1;
    this.#frame.inert = true;
    this.#frame.src = this.dataset.frame;
    this.append(this.#frame);
  }

  #frame;

  disconnectedCallback() {
    removeEventListener("message", this.#hear);
  }

  #hear = ({ source, data }) => {
    if (source !== this.#frame.contentWindow || !data?.recording) return;
    if (data.recording === "ready") this.#load();
    else {
      this.#state = { ...this.#state, ...data };
      this.dispatchEvent(new Event(data.recording));
    }
  };

  async #load() {
    const answer = await fetch(this.closest("[data-events]").dataset.events).catch(() => null);
    const events = answer?.ok ? await answer.json() : null;
    if (!this.isConnected) return;
    if (events?.length) return this.#show(events);
    const trouble = document.getElementById("film-trouble");
    trouble.hidden = events !== null;
    if (events === null) trouble.textContent = (await words(answer)) || "The recording could not be read.";
    document.getElementById("film-none").hidden = events === null;
  }

  #show(events) {
    document.getElementById("film-trouble").hidden = true;
    for (const id of ["film-controls", "film-kind"]) document.getElementById(id).hidden = false;
    const started = Date.parse(document.getElementById("inspector").dataset.started);
    this.closest("#replay").dataset.starts = String(events[0].timestamp - started);
    this.#tell({ events });
  }

  #tell(what) {
    this.#frame.contentWindow.postMessage(what, location.origin);
  }

  get duration() { return this.#state.lasts; }
  get paused() { return this.#state.paused; }
  get currentTime() { return this.#state.second; }
  set currentTime(second) {
    this.#state.second = second;
    this.#tell({ second });
    this.dispatchEvent(new Event("seeked"));
  }
  get playbackRate() { return this.#speed; }
  set playbackRate(speed) {
    this.#speed = speed;
    this.#tell({ speed });
    this.dispatchEvent(new Event("ratechange"));
  }
  play() { this.#tell({ plays: true }); }
  pause() { this.#tell({ plays: false }); }
}

async function words(answer) {
  const said = await answer?.json().catch(() => null);
  return said?.error?.message;
}

customElements.define("film-recording", FilmRecording);
