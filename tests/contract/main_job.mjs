// The main job with the unchanged official Node SDK. Writes one JSON object: what it saw on the way.

import fs from "node:fs";

import Browserbase from "@browserbasehq/sdk";

const [baseURL, apiKey, extensionFile] = process.argv.slice(2);
const sdk = new Browserbase({ baseURL, apiKey });
const saw = {};

async function untilStatus(id, wanted) {
  for (;;) {
    const session = await sdk.sessions.retrieve(id);
    if (session.status === wanted) return session;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function refusal(question) {
  try {
    return { answer: await question() };
  } catch (error) {
    return { status: error.status, message: error.message };
  }
}

saw.projects = (await sdk.projects.list()).map((project) => project.id);
saw.usage = await sdk.projects.usage(saw.projects[0]);
saw.made = await sdk.sessions.create({ userMetadata: { team: "growth" }, keepAlive: true });
saw.running = await untilStatus(saw.made.id, "RUNNING");
saw.listed = (await sdk.sessions.list({ status: "RUNNING" })).map((session) => session.id);
saw.found = (await sdk.sessions.list({ q: "user_metadata['team']:'growth'" })).map((session) => session.id);
saw.tabs = (await sdk.sessions.debug(saw.made.id)).pages.length;
saw.logs = await sdk.sessions.logs.list(saw.made.id);
saw.uploaded = (await sdk.sessions.uploads.create(saw.made.id, { file: fs.createReadStream(extensionFile) })).message;
saw.released = await sdk.sessions.update(saw.made.id, { status: "REQUEST_RELEASE" });
saw.ended = await untilStatus(saw.made.id, "COMPLETED");
saw.replays = await sdk.sessions.replays.retrieve(saw.made.id);
saw.playlist = await (await sdk.sessions.replays.retrievePage(saw.made.id, "0")).text();
saw.zipBytes = (await (await sdk.sessions.downloads.list(saw.made.id)).arrayBuffer()).byteLength;

const context = await sdk.contexts.create({ projectId: saw.projects[0] });
saw.context = { made: context.id, read: (await sdk.contexts.retrieve(context.id)).id };
await sdk.contexts.delete(context.id);
saw.contextGone = await refusal(() => sdk.contexts.retrieve(context.id));
const extension = await sdk.extensions.create({ file: fs.createReadStream(extensionFile) });
saw.extension = await sdk.extensions.retrieve(extension.id);
await sdk.extensions.delete(extension.id);
saw.extensionGone = await refusal(() => sdk.extensions.retrieve(extension.id));

// This SDK writes ids into the path as they are.
saw.climbing = {};
for (const id of ["../projects", "..", "../..", "../../healthz", "a%2Fb", "%2e%2e", "a/b", "%2e%2e%2fprojects"]) {
  saw.climbing[id] = await refusal(() => sdk.sessions.retrieve(id));
}
saw.refused = await refusal(() => sdk.sessions.create({ region: "mars-1" }));

console.log(JSON.stringify(saw));
