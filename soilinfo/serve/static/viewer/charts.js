// Charts of the panels, drawn as SVG: bars of shares, amounts against one another, values by depth.
// Texts stand beside the drawings in the page's own font; each drawing says in words what it shows.
"use strict";

import { element } from "./page.js";

const SVG = "http://www.w3.org/2000/svg";
let made = 0;

function drawn(tag, attributes = {}, ...children) {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

// A drawing that is read aloud as its title and description.
function image(attributes, title, description, ...children) {
  const id = `chart-${(made += 1)}`;
  const told = [drawn("title", { id: `${id}-title` }, title), drawn("desc", { id: `${id}-desc` }, description)];
  const labels = { role: "img", "aria-labelledby": `${id}-title`, "aria-describedby": `${id}-desc` };
  return drawn("svg", { ...attributes, ...labels }, ...told, ...children);
}

// ---- how numbers are written

export const number = (value, language, most = 0) => value.toLocaleString(language, { maximumFractionDigits: most });

// null is a dash and never zero; what is there but rounds to nothing is told to be less than a tenth.
export function percent(value, language) {
  if (value === null || value === undefined) return "–";
  if (value > 0 && value < 0.05) return `< ${number(0.1, language, 1)}`;
  return number(value, language, value < 10 ? 1 : 0);
}

// ---- tables and legends

export function table(caption, headings, rows, numeric = 1) {
  const kind = (column) => (column < numeric ? {} : { class: "number" });
  const head = headings.map((text, column) => element("th", { scope: "col", ...kind(column) }, text));
  const line = ([name, ...cells]) =>
    element("tr", {}, element("th", { scope: "row" }, name), ...cells.map((cell, column) => element("td", kind(column + 1), cell ?? "–")));
  const body = element("tbody", {}, ...rows.map(line));
  return element("table", {}, element("caption", {}, caption), element("thead", {}, element("tr", {}, ...head)), body);
}

export function behind(summary, ...content) {
  // Reached by the keyboard, as it may be wider than a phone.
  const held = element("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": summary }, ...content);
  return element("details", { class: "behind" }, element("summary", {}, summary), held);
}

function hatching(id) {
  const line = drawn("path", { d: "M0 6 6 0", stroke: "#6b756f", "stroke-width": 1.2 });
  const ground = drawn("rect", { width: 6, height: 6, fill: "#f4f4f1" });
  return drawn("pattern", { id, width: 6, height: 6, patternUnits: "userSpaceOnUse" }, ground, line);
}

// The colour of a class; land without data is hatched.
function part(each, attributes, id) {
  const isHatched = each.name === "nodata";
  const filled = drawn("rect", { ...attributes, height: "100%", fill: isHatched ? `url(#${id})` : each.colour });
  return isHatched ? [drawn("defs", {}, hatching(id)), filled] : [filled];
}

export function swatch(each) {
  const id = `hatch-${(made += 1)}`;
  const frame = drawn("rect", { width: "100%", height: "100%", fill: "none", stroke: "#6b756f" });
  return drawn("svg", { class: "swatch", "aria-hidden": "true" }, ...part(each, { width: "100%" }, id), frame);
}

export function legend(classes) {
  const lines = classes.map((each) => element("li", {}, swatch(each), ` ${each.title}`));
  return element("ul", { class: "key" }, ...lines);
}

// ---- bars of shares

// Shares of the land in a row: {title, told, parts: {class: {pct, ha}}}; a class without a share has no part.
export function shares(bar, classes, language) {
  const known = classes.filter((each) => bar.parts[each.name]?.pct);
  const told = known.map((each) => `${each.title}: ${percent(bar.parts[each.name].pct, language)} %`).join("; ");
  let x = 0;
  const rects = known.flatMap((each) => {
    const width = bar.parts[each.name].pct;
    const at = { x: `${x}%`, width: `${width}%` };
    x += width;
    return part(each, at, `hatch-${(made += 1)}`);
  });
  const frame = drawn("rect", { width: "100%", height: "100%", fill: "none", stroke: "#6b756f" });
  return image({ class: "shares" }, bar.title, told, ...rects, frame);
}

export function barOfShares(bar, classes, language, attributes = {}) {
  const told = bar.told ? [element("span", { class: "told-of" }, bar.told)] : [];
  const name = element("div", { class: "bar-name" }, element("strong", {}, bar.title), ...told);
  return element("li", attributes, name, shares(bar, classes, language));
}

// Hectares stand below the percentages, where they are known.
export function tableOfShares(caption, heading, bars, classes, language) {
  const cell = ({ pct, ha } = {}) => {
    const area = typeof ha === "number" ? [element("span", { class: "area" }, `${number(ha, language)} ha`)] : [];
    return element("span", {}, typeof pct === "number" ? `${percent(pct, language)} %` : "–", ...area);
  };
  const rows = bars.map((bar) => [bar.title, ...classes.map((each) => cell(bar.parts[each.name]))]);
  // "S1" for "S1: highly suitable": the legend above tells the rest.
  return table(caption, [heading, ...classes.map((each) => each.title.split(":")[0])], rows);
}

// ---- amounts: what is given of what is needed

export function amounts({ title, told, need, given }, most) {
  const width = (value) => `${(100 * (value ?? 0)) / most}%`;
  const needed = drawn("rect", { class: "need", width: width(need), height: "100%" });
  const filled = drawn("rect", { class: "given", width: width(given), height: "100%" });
  return image({ class: "shares" }, title, told, needed, filled);
}

// ---- values by depth

const WIDTH = 190;
const LEFT = 34;
const TOP = 22;
const PER_CM = 0.9;

// Depths deeper than a drawing would be long are drawn closer together.
function scaleOf(rows) {
  const bottom = Math.max(...rows.map((row) => row.depth[1]));
  const ends = rows.flatMap((row) => [row.value, row.low ?? row.value, row.high ?? row.value, row.value + (row.sd ?? 0)]);
  const most = Math.max(...ends) || 1;
  const height = Math.min(Math.max(bottom * PER_CM, 26 * rows.length), 200);
  return { x: (value) => LEFT + (Math.max(value, 0) / most) * (WIDTH - LEFT - 8), y: (depth) => TOP + (depth / bottom) * height, bottom, most, height };
}

function whisker(row, { x, y }) {
  const [low, high] = row.sd === undefined ? [row.low, row.high] : [row.value - row.sd, row.value + row.sd];
  if (low === undefined) return [];
  const at = (y(row.depth[0]) + y(row.depth[1])) / 2;
  const path = `M${x(low)} ${at - 4}v8M${x(low)} ${at}H${x(high)}M${x(high)} ${at - 4}v8`;
  return [drawn("path", { class: "whisker", d: path })];
}

function layer(row, scale) {
  const [top, bottom] = row.depth.map(scale.y);
  const text = [row.text, row.uncertainty].filter(Boolean).join(" ");
  const bar = drawn("rect", { class: "layer", x: LEFT, y: top + 1, width: scale.x(row.value) - LEFT, height: bottom - top - 2 });
  const label = drawn("text", { class: "amount", x: LEFT + 4, y: top + 13 }, text);
  return [bar, ...whisker(row, scale), label];
}

function axis(rows, scale, heading) {
  const ends = [...new Set(rows.flatMap((row) => row.depth))];
  const tick = (depth) => drawn("text", { class: "tick", x: LEFT - 5, y: scale.y(depth) + 4, "text-anchor": "end" }, String(depth));
  const line = drawn("path", { class: "axis", d: `M${LEFT} ${TOP}V${scale.y(scale.bottom)}` });
  return [drawn("text", { class: "tick", x: 0, y: 11 }, heading), line, ...ends.map(tick)];
}

// Rows of one property: {text, uncertainty, value, sd | low, high, depth: [top, bottom]}, from the top down.
export function profile(title, rows, heading) {
  const known = rows.filter((row) => row.value !== null);
  const scale = scaleOf(rows.map((row) => ({ ...row, value: row.value ?? 0 })));
  const told = rows.map((row) => `${row.depth.join("–")} cm: ${row.text ?? "–"} ${row.uncertainty ?? ""}`.trim()).join("; ");
  const parts = [...axis(rows, scale, heading), ...known.flatMap((row) => layer(row, scale))];
  const frame = { class: "profile", viewBox: `0 0 ${WIDTH} ${TOP + scale.height + 8}` };
  return image(frame, title, told, ...parts);
}
