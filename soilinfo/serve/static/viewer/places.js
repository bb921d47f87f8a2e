// The search for a region: what fits is asked for as a person types, and is chosen with arrows and Enter.
"use strict";

import { showAll } from "./drawing.js";
import { announce, byId, element, failed, json, page, say } from "./page.js";

const PAUSE = 150;
let found = [];
let at = -1;
let latest = 0;
let waiting = 0;

const typed = () => byId("place").value.trim();
// The list keeps the text that it is of: what was typed since may not have been answered yet.
const isOfTyped = () => byId("found").dataset.of === typed();

function line(place, index) {
  const of = [place.level_title, place.parent].filter(Boolean).join(", ");
  return element("li", { role: "option", id: `found-${index}`, "aria-selected": "false", "data-at": index }, place.name, " ", element("span", { class: "muted small" }, of));
}

function list(places, text) {
  [found, at] = [places, -1];
  byId("found").dataset.of = text;
  const none = element("li", { role: "option", "aria-disabled": "true", "aria-selected": "false" }, say("none_found"));
  byId("found").replaceChildren(...(places.length ? places.map(line) : [none]));
  openList(true);
  announce(places.length ? say("found", { count: places.length }) : say("none_found"));
  if (places.length) select(0);
}

function openList(isOpen) {
  byId("found").hidden = !isOpen;
  byId("place").setAttribute("aria-expanded", isOpen);
  if (!isOpen) byId("place").removeAttribute("aria-activedescendant");
}

function select(index) {
  at = (index + found.length) % found.length;
  for (const each of byId("found").children) each.setAttribute("aria-selected", Number(each.dataset.at) === at);
  byId("place").setAttribute("aria-activedescendant", `found-${at}`);
}

// What is typed meanwhile makes an older answer worthless.
async function search() {
  clearTimeout(waiting);
  const mine = ++latest;
  const text = typed();
  if (!text) {
    found = [];
    return openList(false);
  }
  const { places } = await json(`${page.data.places}?q=${encodeURIComponent(text)}&lang=${page.data.language}`);
  if (mine === latest) list(places, text);
}

function onKey(event) {
  if (event.key === "Escape" && !byId("found").hidden) {
    openList(false);
    event.stopPropagation();
  }
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step || !found.length) return;
  openList(true);
  select(at + step);
  event.preventDefault();
}

// choose: what is done with the region that a person has found.
export function offerSearch(choose) {
  const take = (place) => {
    openList(false);
    // What was asked for before is asked no more.
    clearTimeout(waiting);
    latest += 1;
    byId("place").value = byId("found").dataset.of = place.name;
    showAll(place.bbox);
    return choose(place).catch(failed);
  };
  byId("find").hidden = false;
  byId("place").addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => search().catch(failed), PAUSE);
  });
  byId("place").addEventListener("keydown", onKey);
  byId("place").addEventListener("blur", () => openList(false));
  byId("found").addEventListener("mousedown", (event) => {
    event.preventDefault();
    const place = found[event.target.closest("[data-at]")?.dataset.at];
    if (place) take(place);
  });
  byId("find").addEventListener("submit", async (event) => {
    event.preventDefault();
    if (!isOfTyped()) await search().catch(failed);
    if (isOfTyped() && found[at]) take(found[at]);
  });
}
