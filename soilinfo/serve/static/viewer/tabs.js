// The tabs of the panel: one is open at a time; arrows go from one to the next, Escape back to the layers.
"use strict";

import { remember } from "./address.js";
import { byId } from "./page.js";

const tabs = () => [...document.querySelectorAll("#tabs [role=tab]")];
const opening = {};

export const isTab = (id) => tabs().some((tab) => tab.id === id);
export const openTab = () => tabs().find((tab) => tab.getAttribute("aria-selected") === "true").id;

// The address keeps which one it is, so that a link opens it again.
export function open(id) {
  for (const tab of tabs()) {
    const isOpen = tab.id === id;
    tab.setAttribute("aria-selected", isOpen);
    tab.tabIndex = isOpen ? 0 : -1;
    byId(tab.getAttribute("aria-controls")).hidden = !isOpen;
  }
  remember({ tab: id.replace("tab-", "") });
  return opening[id]?.();
}

function onKey(event) {
  const all = tabs();
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!step) return;
  const next = all[(all.indexOf(event.target) + step + all.length) % all.length];
  open(next.id);
  next.focus();
  event.preventDefault();
}

// whenOpened: by the id of a tab what is to be done when it is opened.
export function offerTabs(whenOpened) {
  Object.assign(opening, whenOpened);
  byId("tabs").hidden = false;
  byId("tabs").addEventListener("click", (event) => event.target.role === "tab" && open(event.target.id));
  byId("tabs").addEventListener("keydown", onKey);
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || openTab() === "tab-layers") return;
    open("tab-layers");
    byId("tab-layers").focus();
  });
}
