// How a panel asks for what it shows, and fills its texts.
"use strict";

import { element, json } from "./page.js";

export const filled = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);

// The document at an address; where it does not come, that is told in place of "waiting", and thrown.
export async function answer(path, waiting, failed) {
  try {
    return await json(path);
  } catch (error) {
    waiting.replaceWith(element("p", { class: "notice" }, failed));
    throw error;
  }
}

// On a map of an earlier publication: that a panel tells of the one of now.
export function asNow(words) {
  const isPast = new URLSearchParams(location.search).has("snapshot");
  return isPast ? [element("p", { class: "notice" }, words.as_now)] : [];
}
