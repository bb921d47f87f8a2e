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

// On a map of an earlier publication a panel tells of that one as well.
const then = () => new URLSearchParams(location.search).get("snapshot");
export const asThen = () => (then() ? `&snapshot=${encodeURIComponent(then())}` : "");
export const noteOfThen = (words) => (then() ? [element("p", { class: "notice" }, filled(words.as_then, { number: then() }))] : []);
