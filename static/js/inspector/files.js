// Files for the browser of a running session: chosen or dropped, sent one after the other, each once, with its progress.

let before = Promise.resolve();

document.addEventListener("change", (event) => {
  const form = event.target.closest("[data-upload]");
  if (!form) return;
  take(form, event.target.files);
  event.target.value = "";
});

for (const name of ["dragover", "dragleave", "drop"]) {
  document.addEventListener(name, (event) => {
    const form = event.target.closest?.("[data-upload]");
    if (!form || !event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    form.classList.toggle("is-over", name === "dragover");
    if (name === "drop") take(form, event.dataTransfer.files);
  });
}

function take(form, files) {
  for (const file of files) {
    const row = addRow(form, file.name);
    if (file.size > Number(form.dataset.most)) say(row, "It is too big, and was not sent.", true);
    else before = before.then(() => send(form, file, row));
  }
}

function addRow(form, name) {
  const list = document.getElementById("uploading");
  const row = document.getElementById("upload-row").content.cloneNode(true).firstElementChild;
  row.querySelector(".file-name").textContent = name;
  list.append(row);
  list.hidden = false;
  return row;
}

function send(form, file, row) {
  const body = new FormData(form);
  body.append("once", `${Date.now()} ${Math.random()}`);
  body.append("file", file);
  const progress = row.querySelector("progress");
  return new Promise((done) => {
    const request = new XMLHttpRequest();
    request.open("POST", form.action);
    request.setRequestHeader("Accept", "application/json");
    request.upload.onprogress = (event) => {
      progress.value = event.loaded / event.total;
      row.querySelector(".upload-said").textContent = `${Math.round(progress.value * 100)} %`;
    };
    request.upload.onload = () => {
      progress.removeAttribute("value");
      row.querySelector(".upload-said").textContent = "on its way to the browser";
    };
    request.onload = () => { finished(row, request); done(); };
    request.onerror = () => { say(row, "The connection broke: it may have arrived.", true); done(); };
    request.send(body);
  });
}

function finished(row, request) {
  const answer = parsed(request.responseText);
  if (request.status === 200 && answer?.path) {
    say(row, answer.message, false);
    const path = document.createElement("code");
    path.textContent = answer.path;
    row.append(path);
  } else say(row, answer?.error?.message ?? "It was not taken. Load the page again.", true);
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function say(row, words, isFailure) {
  row.querySelector("progress").remove();
  const said = row.querySelector(".upload-said");
  said.textContent = words;
  said.classList.toggle("is-failure", isFailure);
}
