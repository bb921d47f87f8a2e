// Indicators of a unit, as the panels of a point and of a region tell them: two lines for each value.
"use strict";

import { table } from "./charts.js";
import { element } from "./page.js";

const below = (text) => element("span", { class: "muted small below" }, text);
const cell = (text, ...further) => element("span", {}, text, ...further.filter(Boolean).map(below));

function row(each) {
  return [cell(each.title, each.of, each.covered), cell(each.value, each.interval), cell(each.affected, each.threshold)];
}

export function indicators(found, words, caption = found.title) {
  const headings = [words.indicator, words.value, words.affected];
  const rows = table(caption, headings, found.rows.map(row), 3);
  rows.className = "indicators";
  const whole = element("a", { href: found.href }, words.indicators_rows);
  return [rows, element("p", { class: "more" }, element("span", { class: "muted small" }, found.version), " ", whole)];
}
