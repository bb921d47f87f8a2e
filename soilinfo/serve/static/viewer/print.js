// A page to print: the map becomes a picture of the size of the sheet, with its scale.
"use strict";

import { permalink } from "./address.js";
import { byId, decimals, page } from "./page.js";

const STEPS = [1, 2, 5];

// The largest round length (metres) that is at most a given one.
function rounded(metres) {
  const power = 10 ** Math.floor(Math.log10(metres));
  return Math.max(...STEPS.filter((step) => step * power <= metres)) * power;
}

// In pixels of the screen; the map keeps it while it is printed, when it has no place of its own.
const size = () => ["width", "height"].map((side) => Number.parseFloat(page.map.getCanvas().style[side]));

function metresAcross() {
  const [width, height] = size();
  return page.map.unproject([0, height / 2]).distanceTo(page.map.unproject([width, height / 2]));
}

function drawScale() {
  const across = metresAcross();
  const bar = rounded(across / 4);
  byId("scale").style.width = `${(100 * bar) / across}%`;
  byId("scale").textContent = bar >= 1000 ? `${decimals(bar / 1000, 0)} km` : `${decimals(bar, 0)} m`;
}

// The drawing is there only until the browser shows it, so both happen at once.
function picture() {
  const [width, height] = size();
  Object.assign(byId("map").style, { width: `${width}px`, height: `${height}px` });
  page.map.redraw();
  byId("printed").src = page.map.getCanvas().toDataURL("image/png");
  drawScale();
}

function prepare() {
  byId("legends").open = true;
  const date = new Date().toLocaleDateString(page.data.language, { dateStyle: "long" });
  byId("printed-at").textContent = byId("printed-at").dataset.text.replace("{date}", date).replace("{address}", permalink());
  if (page.map) picture();
}

const idle = () => new Promise((done) => page.map.once("idle", done));

// What the screen shows, to be shown again when the sheet is printed.
let before = null;

// The map takes the shape of the sheet for as long as it is printed.
async function fitSheet() {
  const bounds = page.map.getBounds();
  before = { center: page.map.getCenter(), zoom: page.map.getZoom() };
  document.body.classList.add("sheeted");
  page.map.resize();
  page.map.fitBounds(bounds, { duration: 0 });
  await idle();
}

async function printSheet() {
  document.body.dataset.sheet = byId("sheet").value;
  if (page.map) await fitSheet();
  prepare();
  await byId("printed").decode().catch(() => undefined);
  window.print();
}

function end() {
  document.body.classList.remove("sheeted");
  Object.assign(byId("map").style, { width: "", height: "" });
  page.map?.resize();
  if (before) page.map.jumpTo(before);
  before = null;
}

export function offerPrinting() {
  byId("print").addEventListener("click", printSheet);
  window.addEventListener("beforeprint", () => before || prepare());
  window.addEventListener("afterprint", end);
}
