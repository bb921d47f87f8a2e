// The panel of what-ifs on the map page: sliders become the query of map tiles that are computed live.
"use strict";

import { asked, remember } from "./address.js";
import { draw } from "./drawing.js";
import { byId, decimals, element, failed, page, patiently, tell } from "./page.js";

const whatIf = () => page.data.what_if;
const adjusting = () => [...document.querySelectorAll("#what-if [data-adjust]")];
const isMoved = (input) => !input.hidden && input.value !== input.dataset.none;
const amount = (input) => (input.dataset.percent ? 1 + Number(input.value) / 100 : Number(input.value));
const written = (input) => Number(input.value).toLocaleString(page.data.language) + (input.dataset.percent ? " %" : "");

// ---- a threshold of the crop's table

const edgesOf = (row) => [...new Set(Object.values(row.bands).flat(2))].filter((edge) => edge !== null).sort((a, b) => a - b);

// The row with one edge moved wherever bands meet at it, so that they go on meeting.
function movedRow(name, from, to) {
  const { title, symbol, ...row } = whatIf().rows[name];
  const move = (edge) => (edge === from ? to : edge);
  const bands = Object.entries(row.bands).map(([rank, intervals]) => [rank, intervals.map((each) => each.map(move))]);
  return { ...row, bands: Object.fromEntries(bands) };
}

function offerEdges() {
  const row = whatIf().rows[byId("what-if-row").value];
  byId("what-if-which").replaceChildren(...edgesOf(row).map((edge) => element("option", { value: edge }, `${edge.toLocaleString(page.data.language)} ${row.symbol}`.trim())));
  offerEdge();
}

// The slider goes from the edge before to the edge after, so that bands stay in order.
function offerEdge() {
  const edges = edgesOf(whatIf().rows[byId("what-if-row").value]);
  const edge = Number(byId("what-if-which").value);
  const at = edges.indexOf(edge);
  const reach = Math.max(1, Math.abs(edge) / 2);
  const [low, high] = [edges[at - 1] ?? Math.max(0, edge - reach), edges[at + 1] ?? edge + reach];
  const slider = byId("what-if-edge");
  Object.assign(slider, { min: low, max: high, step: "any" });
  slider.value = edge;
}

// ---- the question

function whatIfQuery() {
  const query = new URLSearchParams(whatIf().asked);
  const saved = byId("what-if-saved").value;
  if (saved) query.set("what_if", saved);
  else {
    const adjusted = adjusting().filter(isMoved).map((input) => `${input.dataset.adjust}:${amount(input)}`);
    if (adjusted.length) query.set("adjust", adjusted.join(","));
    const [row, from, to] = [byId("what-if-row").value, Number(byId("what-if-which").value), Number(byId("what-if-edge").value)];
    if (row && from !== to) query.set("criteria", JSON.stringify({ [row]: movedRow(row, from, Number(to.toPrecision(3))) }));
    if (byId("what-if-irrigated").checked) query.set("irrigated", "true");
  }
  if (byId("what-if-compare").checked) query.set("compare", "actual");
  return query;
}

const ASKED = ["what_if", "adjust", "criteria", "irrigated", "compare"];
const asksMore = (query) => ASKED.some((name) => query.has(name));

// ---- the address of the page keeps the question, and gives it back

function restore() {
  const query = asked();
  byId("what-if").open = asksMore(query);
  byId("what-if-saved").value = query.get("what_if") || "";
  byId("what-if-irrigated").checked = query.get("irrigated") === "true";
  byId("what-if-compare").checked = query.has("compare");
  for (const each of (query.get("adjust") || "").split(",")) {
    const input = adjusting().find((known) => each.startsWith(`${known.dataset.adjust}:`));
    const value = Number(each.split(":")[2]);
    if (input) input.value = input.dataset.percent ? Math.round(100 * (value - 1)) : value;
  }
  const [name, row] = Object.entries(JSON.parse(query.get("criteria") || "{}"))[0] || [];
  if (name && whatIf().rows[name]) restoreEdge(name, edgesOf(row));
}

// The edge of the page's own that the row has moved, and where to.
function restoreEdge(name, moved) {
  const own = edgesOf(whatIf().rows[name]);
  const [from, to] = [own.find((edge) => !moved.includes(edge)), moved.find((edge) => !own.includes(edge))];
  byId("what-if-row").value = name;
  offerEdges();
  if (from === undefined || to === undefined) return;
  byId("what-if-which").value = from;
  offerEdge();
  byId("what-if-edge").value = to;
}

// ---- what it makes of the region chosen

// Answers may come in another order than they were asked for: only those to the latest question count.
let latestOfRegion = 0;

export async function showWhatIfOf(code) {
  const mine = ++latestOfRegion;
  const query = whatIf() && code ? whatIfQuery() : new URLSearchParams();
  byId("what-if-table").replaceChildren();
  if (!["what_if", "adjust", "criteria", "irrigated"].some((name) => query.has(name))) return;
  const { adjust: adjustments, criteria, irrigated, ...inputs } = Object.fromEntries(query);
  if (adjustments) inputs.adjustments = adjustments;
  if (criteria) inputs.criteria = JSON.parse(criteria);
  if (irrigated) inputs.irrigated = true;
  if (inputs.what_if) delete inputs.scenario;
  const request = { method: "POST", headers: { "Content-Type": "application/json" } };
  const answer = await patiently(whatIf().process, { ...request, body: JSON.stringify({ inputs: { ...inputs, region: code } }) });
  const told = await answer.json();
  if (mine === latestOfRegion) byId("what-if-table").replaceChildren(answer.ok ? whatIfTable(told) : told.detail);
}

function whatIfTable(told) {
  const { caption, before, after, change } = whatIf().words;
  const number = (value) => element("td", { class: "number" }, decimals(value, 0));
  const line = (row) => [row.class, row.before_ha, row.ha, row.change_ha];
  const rows = told.classes.map(line).map(([name, ...areas]) => element("tr", {}, element("th", { scope: "row" }, name), ...areas.map(number)));
  const head = ["", before, after, change].map((text) => element("th", { scope: "col" }, text));
  return element("table", {}, element("caption", {}, caption), element("thead", {}, element("tr", {}, ...head)), element("tbody", {}, ...rows));
}

function tellAmounts() {
  for (const input of adjusting()) {
    document.querySelector(`output[for=${input.id}]`).textContent = isMoved(input) ? written(input) : "–";
  }
  const edge = Number(Number(byId("what-if-edge").value).toPrecision(3));
  document.querySelector("output[for=what-if-edge]").textContent = edge.toLocaleString(page.data.language);
  byId("what-if-own").disabled = Boolean(byId("what-if-saved").value);
  const isCompared = byId("what-if-compare").checked;
  byId("what-if-legend").hidden = !isCompared;
  byId("legend").hidden = isCompared;
}

// Why the server refuses the tiles of a question; empty where it does not.
async function refusalOf(tiles) {
  const answer = await patiently(tiles.replace("{z}/{y}/{x}", "0/0/0"));
  return answer.ok ? "" : (await answer.json()).detail;
}

let latest = 0;

async function showWhatIf() {
  const mine = ++latest;
  tellAmounts();
  const query = whatIfQuery();
  const tiles = `${whatIf().address}?${query}`;
  byId("xyz").value = `${location.origin}${tiles}`;
  const refusal = asksMore(query) ? await refusalOf(tiles) : "";
  if (mine !== latest) return;
  if (asksMore(query)) tell(refusal);
  if (refusal) return;
  page.tiles = asksMore(query) ? tiles : page.data.style.sources.base.tiles[0];
  draw();
  remember(Object.fromEntries(ASKED.map((name) => [name, query.get(name)])));
  await showWhatIfOf(page.region?.code);
}

// A slider that is moved by keys has many steps, and each would be computed.
const PAUSE = 300;
let waiting = 0;
function soon() {
  clearTimeout(waiting);
  waiting = setTimeout(() => showWhatIf().catch(failed), PAUSE);
}

function offerAdjustments() {
  for (const input of adjusting()) {
    const known = whatIf().adjustable.includes(input.dataset.adjust.split(":")[0]);
    input.hidden = !known;
    document.querySelector(`label[for=${input.id}]`).hidden = !known;
  }
}

// ---- called once, and whenever another layer is chosen

export async function chooseWhatIf(fill = () => undefined) {
  page.tiles = null;
  latest += 1;
  latestOfRegion += 1;
  clearTimeout(waiting);
  byId("what-if").hidden = !whatIf();
  byId("what-if-legend").hidden = true;
  if (!whatIf()) {
    byId("legend").hidden = false;
    byId("what-if-table").replaceChildren();
    // What was asked of then is kept in an address that shows then, for when it shows now.
    if (!asked().has("snapshot")) remember(Object.fromEntries(ASKED.map((name) => [name, ""])));
    return draw();
  }
  offerAdjustments();
  const rows = Object.entries(whatIf().rows);
  byId("what-if-row").replaceChildren(...rows.map(([name, row]) => element("option", { value: name }, row.title)));
  offerEdges();
  fill();
  return showWhatIf();
}

export function offerWhatIf() {
  byId("what-if-row").addEventListener("change", offerEdges);
  byId("what-if-which").addEventListener("change", offerEdge);
  byId("what-if-form").addEventListener("input", tellAmounts);
  byId("what-if-form").addEventListener("change", soon);
  return chooseWhatIf(whatIf() ? restore : undefined);
}
