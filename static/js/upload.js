// A form with a file: what cannot be right is told before anything is sent, and a bar shows how far it is.
// The answer is either an address to go to (HX-Redirect) or the form again, which takes the place of this one.

const CANNOT_TELL = "The connection broke before an answer came. Nobody knows whether it was done: look at the list before you send it again.";

document.addEventListener("change", async (event) => {
  const input = event.target.closest("form[data-upload] input[type=file]");
  if (input) say(input, await problemOf(input));
});

document.addEventListener("submit", async (event) => {
  const form = event.target.closest("form[data-upload]");
  if (!form) return;
  event.preventDefault();
  const input = form.querySelector("input[type=file]");
  const problem = await problemOf(input);
  say(input, problem);
  if (problem) input.focus();
  else if (!("sending" in form.dataset)) send(form);
});

async function problemOf(input) {
  const file = input.files[0];
  if (!file) return "Choose a file.";
  if (file.size > Number(input.dataset.mostBytes)) return `${file.name} is bigger than ${megabytes(input.dataset.mostBytes)}.`;
  const begins = input.dataset.begins;
  try {
    if (begins && (await file.slice(0, begins.length).text()) !== begins) return `${file.name} is not a zip file.`;
  } catch {
    return `${file.name} cannot be read.`;
  }
  return "";
}

function say(input, problem) {
  input.form.querySelector("[data-file-error]").textContent = problem;
  input.toggleAttribute("aria-invalid", Boolean(problem));
  if (problem) input.setAttribute("aria-invalid", "true");
}

function send(form) {
  const request = new XMLHttpRequest();
  const asked = new FormData(form);
  form.dataset.sending = "";
  const [box, bar, words, button] = ["[data-upload-progress]", "progress", "[data-upload-words]", "button"].map((one) => form.querySelector(one));
  form.querySelector("[role=alert]")?.remove();  // what was wrong with the one before
  box.hidden = false;
  button.disabled = true;
  words.textContent = "Uploading…";
  request.upload.addEventListener("progress", ({ loaded, total }) => {
    bar.value = total ? (100 * loaded) / total : 0;
    words.textContent = loaded < total ? `${megabytes(loaded)} of ${megabytes(total)}` : "Handing it on to Browserbase…";
    if (loaded >= total) bar.removeAttribute("value");
  });
  request.addEventListener("load", () => arrived(form, request));
  request.addEventListener("error", () => broken(form, CANNOT_TELL));
  request.open("POST", form.action);
  request.setRequestHeader("HX-Request", "true");
  request.setRequestHeader("HX-Current-URL", location.href);
  request.send(asked);
}

function arrived(form, request) {
  const address = request.getResponseHeader("HX-Redirect");
  if (address) {
    location.assign(address);
    return;
  }
  const page = new DOMParser().parseFromString(request.responseText, "text/html");
  const answer = page.getElementById(form.id);
  if (!answer) {
    const refused = request.status >= 400 && request.status < 500 && page.querySelector("[role=alert] p")?.textContent;
    broken(form, refused || CANNOT_TELL);
    return;
  }
  // The file that was chosen stays chosen.
  const [kept, blank] = [form, answer].map((one) => one.querySelector("input[type=file]"));
  for (const { name, value } of blank.attributes) kept.setAttribute(name, value);
  if (!blank.hasAttribute("aria-invalid")) kept.removeAttribute("aria-invalid");
  blank.replaceWith(kept);
  form.replaceWith(answer);
  (answer.querySelector("[aria-invalid]") ?? answer.querySelector("button")).focus();
}

function broken(form, words) {
  delete form.dataset.sending;
  form.querySelector("[data-upload-progress]").hidden = true;
  form.querySelector("button").disabled = false;
  say(form.querySelector("input[type=file]"), words);
}

const megabytes = (bytes) => (bytes < 1e6 ? `${Math.ceil(bytes / 1e3)} kB` : `${(bytes / 1e6).toFixed(bytes < 1e8 ? 1 : 0)} MB`);
