// Choosing layers: what the page says about them is taken from the page that shows them.
"use strict";

import { asked, remember } from "./address.js";
import { draw, setOpacity } from "./drawing.js";
import { announce, byId, failed, page, patiently, say, tell } from "./page.js";
import { showPanels } from "./panels.js";
import { chooseWhatIf } from "./what_if.js";

const REPLACED = ["title", "moment", "legends", "over", "add", "origin", "files", "imprint"];
const IN_PLACE = ["part", "assessment"];

function replace(shown) {
  const focused = document.activeElement?.id;
  for (const id of REPLACED) byId(id).replaceWith(shown.getElementById(id));
  for (const id of IN_PLACE) byId(id).hidden = shown.getElementById(id).hidden;
  // As text: options that are moved one by one are each selected in turn.
  byId("variable").innerHTML = shown.getElementById("variable").innerHTML;
  byId("still").replaceWith(shown.getElementById("still"));
  byId("map").setAttribute("aria-label", shown.getElementById("map").getAttribute("aria-label"));
  byId("xyz").value = shown.getElementById("xyz").value;
  document.title = shown.title;
  refocus(focused);
}

// What was pressed is there again, or what is next to it where it can be pressed no more.
function refocus(id) {
  if (!id || document.activeElement?.id === id) return;
  const [, name] = id.match(/^(?:up|down)-(.*)$/) ?? [];
  const found = [id, `up-${name}`, `down-${name}`].map(byId).find((each) => each && !each.disabled);
  (found ?? byId("add")).focus();
}

// The page of the address; asked for again where a slider, which does not wait, has changed the address meanwhile.
async function pageOfAddress() {
  const { href, search } = location;
  const answer = await patiently(href, { headers: { Accept: "text/html" } });
  if (!answer.ok) throw new Error(`${answer.status} ${answer.url}`);
  const text = await answer.text();
  return location.search === search ? new DOMParser().parseFromString(text, "text/html") : pageOfAddress();
}

async function refresh() {
  const shown = await pageOfAddress();
  const isOpen = byId("legends").open;
  page.data = JSON.parse(shown.getElementById("map-data").textContent);
  replace(shown);
  byId("legends").open = isOpen;
  tell("");
  await chooseWhatIf();
  await showPanels();
}

// One change after the other: each begins with what the one before has made of the page.
let working = Promise.resolve();

export function change(changes) {
  const tried = () => {
    remember(changes);
    return refresh();
  };
  working = working.then(tried).catch(() => tell(say("failed"), () => change(changes)));
  return working;
}

// ---- the layer at the bottom

async function chooseBase() {
  const choice = Object.fromEntries(new FormData(byId("choose")));
  await change({ layer: choice.layer, variable: choice.variable, scenario: choice.scenario, crop: "" });
  remember({ variable: byId("variable").value });
  announce(say("shown", { title: byId("title").textContent.trim() }));
}

// ---- those on top of it

const lines = () => [...byId("over").children];
const opacityOf = (line) => line.querySelector("[type=range]").value;
const isShown = (line) => line.querySelector("[type=checkbox]").checked;
const named = (line) => `${line.dataset.layer}:${opacityOf(line)}${isShown(line) ? "" : ":off"}`;
const over = () => lines().map(named).join(",");

function move(line, step) {
  const all = lines();
  const other = all[all.indexOf(line) + step];
  if (step < 0) other.before(line);
  else other.after(line);
}

function onPress(event) {
  const button = event.target.closest("button");
  if (!button) return;
  const line = button.closest("li");
  if (button.dataset.move) move(line, Number(button.dataset.move));
  else line.remove();
  (button.isConnected ? button : byId("add")).focus();
  change({ over: over() });
}

function add(name) {
  const title = byId("add").selectedOptions[0].textContent;
  change({ over: [name, over()].filter(Boolean).join(",") }).then(() => announce(say("shown", { title })));
}

// ---- all of them

function onSlide({ target }) {
  if (target.type !== "range" || !target.id.startsWith("opacity")) return;
  document.querySelector(`output[for="${target.id}"]`).textContent = `${target.value} %`;
  setOpacity(target.closest("li")?.dataset.layer ?? "base", Number(target.value));
}

function onChange({ target }) {
  if (target.id === "opacity") return remember({ opacity: target.value === "100" ? "" : target.value });
  if (target.type === "range" && target.closest("#over")) return remember({ over: over() });
  if (target.type === "checkbox" && target.closest("#over")) return change({ over: over() });
  if (target.id === "add" && target.value) return add(target.value);
  return undefined;
}

export function offerLayers() {
  byId("choose").addEventListener("change", () => chooseBase().catch(failed));
  byId("layers").addEventListener("input", onSlide);
  byId("layers").addEventListener("change", onChange);
  byId("layers").addEventListener("click", (event) => event.target.closest("#over") && onPress(event));
}
