// What all parts of the map page share: the block of data, what is chosen, and how something is told.
"use strict";

// data: of the layers shown; map: null where the browser cannot draw it; region: {code, level, name, bbox};
// point: {lng, lat}; tiles: those of a what-if, in place of the base's own; hasView: the address came with one.
export const page = {
  data: JSON.parse(document.getElementById("map-data").textContent),
  map: null,
  region: null,
  point: null,
  tiles: null,
  hasView: location.hash !== "",
};

export const byId = (id) => document.getElementById(id);
export const absolute = (path) => new URL(path, location.origin).href;
export const decimals = (value, places) => value.toLocaleString(page.data.language, { maximumFractionDigits: places });

export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

// A word of the page, with what is to be filled into it.
export function say(key, filled = {}) {
  const fill = (text, [name, value]) => text.replace(`{${name}}`, value);
  return Object.entries(filled).reduce(fill, page.data.words[key]);
}

// Something went wrong: seen and read aloud; with a button where it can be tried again.
export function tell(message, again) {
  const button = again ? [" ", element("button", { type: "button", class: "button" }, say("again"))] : [];
  if (again) button[1].addEventListener("click", () => { tell(""); again(); });
  byId("message").replaceChildren(message, ...button);
  byId("message").hidden = !message;
}

// Something has changed as a person wished: read aloud only.
export function announce(text) {
  byId("status").textContent = text;
}

export const failed = () => tell(say("failed"));

const TRIES = 10;
const PAUSE = 1000;
const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

// A server that is busy, or still cutting its tiles, says so (503): it is asked again, not complained about.
export async function patiently(path, options) {
  for (let left = TRIES; ; left -= 1) {
    const answer = await fetch(absolute(path), options);
    if (answer.status !== 503 || !left) return answer;
    await pause(PAUSE);
  }
}

export async function json(path, options) {
  const answer = await patiently(path, options);
  if (!answer.ok) throw new Error(`${answer.status} ${path}`);
  return answer.json();
}
