// The address of the page says all that it shows; MapLibre adds the view behind the '#'.
"use strict";

import { byId, page, say } from "./page.js";

export const asked = () => new URL(location.href).searchParams;

export function remember(changes) {
  const address = new URL(location.href);
  for (const [name, value] of Object.entries(changes)) {
    // An empty list of layers is another thing than none.
    if (value || (name === "over" && value === "")) address.searchParams.set(name, value);
    else address.searchParams.delete(name);
  }
  history.replaceState(history.state, "", address);
  tellAddress();
}

// The language switch and the link to copy lead to what is shown now.
export function tellAddress() {
  for (const link of document.querySelectorAll(".languages a")) {
    const other = new URL(location.href);
    other.searchParams.set("lang", link.hreflang);
    link.href = other.href;
  }
  byId("permalink").value = permalink();
}

// Everything that is shown, and the publication that it was shown from.
export function permalink() {
  const link = new URL(location.href);
  link.searchParams.set("lang", page.data.language);
  if (!link.searchParams.has("snapshot")) link.searchParams.set("made", page.data.snapshot);
  return link.href;
}

// Browsers offer a clipboard only to pages sent by HTTPS; elsewhere the selected text is copied.
export async function copyLink() {
  const field = byId("permalink");
  field.value = permalink();
  field.select();
  const isCopied = navigator.clipboard
    ? await navigator.clipboard.writeText(field.value).then(() => true, () => document.execCommand("copy"))
    : document.execCommand("copy");
  byId("copy").textContent = isCopied ? say("copied") : say("copy_by_hand");
}
