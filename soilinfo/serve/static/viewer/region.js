// The panel of a region: how its land suits crops, what feeds it, what it is given, and documents about it.
"use strict";

import { answer, asThen, filled, noteOfThen } from "./answer.js";
import { amounts, barOfShares, behind, legend, number, percent, table, tableOfShares } from "./charts.js";
import { indicators } from "./indicators.js";
import { element } from "./page.js";

const section = (title, ...content) => element("section", {}, element("h3", {}, title), ...content);
const nothing = (text) => element("p", { class: "muted" }, text);
const byClasses = (bar) => JSON.stringify(bar.classes.map((each) => [each.name, each.colour]));

// ---- the region and its documents

function facts(found) {
  const lines = found.facts.flatMap(({ title, text }) => [element("dt", {}, title), element("dd", {}, text)]);
  return element("dl", { class: "facts" }, ...lines);
}

function documents(found, { words }) {
  const links = found.documents.map(({ title, href }) => element("li", {}, element("a", { class: "button small", href }, title)));
  return element("ul", { class: "actions", "aria-label": words.documents }, ...links);
}

function tables(found, { words }) {
  const files = (each) => Object.entries(each.files).flatMap(([name, href]) => [" ", element("a", { href }, name)]);
  const lines = found.tables.map((each) => element("li", {}, each.title, ...files(each)));
  const [before, after] = words.offline.split("{command}");
  const offline = element("p", { class: "small" }, before, element("code", {}, found.command), after);
  return section(words.documents, element("ul", { class: "plain small" }, ...lines), offline);
}

// ---- suitability

function suited(bars, crop) {
  const worth = (bar) => (bar.parts.S1.pct ?? 0) * 1.001 + (bar.parts.S2.pct ?? 0);
  return [...bars].sort((a, b) => (b.name === crop) - (a.name === crop) || worth(b) - worth(a));
}

function ofScenario(found, scenario, crop, { words, language }) {
  const bars = suited(found.bars.filter((bar) => bar.scenario === scenario), crop);
  const title = filled(words.suitability_of, { scenario: found.scenarios[scenario] });
  const lines = bars.map((bar) => barOfShares(bar, found.classes, language, bar.name === crop ? { class: "chosen" } : {}));
  const rows = tableOfShares(filled(words.bars_of, { title }), words.crop, bars, found.classes, language);
  return [legend(found.classes), element("ul", { class: "bars", "aria-label": title }, ...lines), behind(words.table, rows)];
}

function suitability(found, why, crop, chosen, said) {
  const { words } = said;
  const options = Object.entries(found.scenarios).map(([name, title]) => element("option", { value: name }, title));
  const select = element("select", { id: "panel-scenario" }, ...options);
  const drawn = element("div", { "aria-live": "polite" });
  select.value = chosen in found.scenarios ? chosen : Object.keys(found.scenarios)[0];
  const draw = () => drawn.replaceChildren(...ofScenario(found, select.value, crop, said));
  select.addEventListener("change", draw);
  draw();
  const label = element("label", { for: "panel-scenario" }, words.scenario);
  const more = why ? [element("p", { class: "more" }, element("a", { href: why }, words.why_region))] : [];
  return section(words.suitability, label, select, drawn, ...more);
}

// ---- nutrients

// Bars of the same classes share a legend.
function nutrientChart(chart, { words, language }) {
  const groups = Map.groupBy ? [...Map.groupBy(chart.bars, byClasses).values()] : chart.bars.map((bar) => [bar]);
  const content = groups.flatMap((bars) => {
    const { classes } = bars[0];
    const lines = bars.map((bar) => barOfShares(bar, classes, language));
    const rows = tableOfShares(filled(words.bars_of, { title: chart.title }), words.property, bars, classes, language);
    return [legend(classes), element("ul", { class: "bars", "aria-label": chart.title }, ...lines), behind(words.table, rows)];
  });
  return [element("h4", {}, chart.title), ...content];
}

// ---- fertilizer

const tonnes = (value, { language, words }) => (value === null ? "–" : `${number(value, language, value < 100 ? 1 : 0)} ${words.tonnes}`);
const met = (row, language) => (row.need_met_pct === null ? "–" : `${percent(row.need_met_pct, language)} %`);

function given(row, most, said) {
  const told = `${said.words.allocated}: ${tonnes(row.allocated_t, said)}; ${said.words.need}: ${tonnes(row.need_t, said)} (${met(row, said.language)})`;
  const name = element("div", { class: "bar-name" }, element("strong", {}, row.title), element("span", { class: "told-of" }, told));
  return element("li", {}, name, amounts({ title: row.title, told, need: row.need_t, given: row.allocated_t }, most));
}

function allocation(plan, said) {
  const { words, language } = said;
  const most = Math.max(...plan.rows.flatMap((row) => [row.need_t ?? 0, row.allocated_t ?? 0])) || 1;
  const rows = plan.rows.map((row) => [row.title, tonnes(row.need_t, said), tonnes(row.allocated_t, said), met(row, language)]);
  const headings = [words.fertilizer, words.need, words.allocated, words.need_met];
  return [
    element("h4", {}, plan.title),
    element("ul", { class: "bars", "aria-label": plan.title }, ...plan.rows.map((row) => given(row, most, said))),
    behind(words.table, table(filled(words.given_of, { title: plan.title }), headings, rows)),
  ];
}

// ---- means

function means(found, { words, language }) {
  const rows = found.means.map((row) => [row.title, `${row.mean} ${row.unit}`, `${row.q05} – ${row.q95}`]);
  const most = found.classes.map((row) => [row.title, row.text, `${percent(row.share_pct, language)} %`]);
  const parts = [
    ...(rows.length ? [table(words.means, [words.property, words.mean, words.spread], rows)] : []),
    ...(most.length ? [table(words.most_land, [words.property, words.most_land, words.share], most, 2)] : []),
  ];
  return parts.length ? behind(words.means, ...parts) : nothing(words.no_properties);
}

// ---- the panel

function everything(found, data) {
  const said = data.region;
  const { words } = said;
  const why = found.why && `${found.why}${data.crop ? `&crop=${data.crop}` : ""}`;
  const within = found.within.length ? [element("p", { class: "muted" }, [found.level, ...found.within].join(" · "))] : [];
  return [
    element("h2", {}, found.name, " ", element("span", { class: "muted small" }, found.code)),
    ...within,
    ...noteOfThen(words),
    facts(found),
    ...(found.documents ? [documents(found, said)] : []),
    found.suitability ? suitability(found.suitability, why, data.crop, data.scenario, said) : nothing(words.no_suitability),
    section(words.nutrients, ...(found.nutrients.length ? found.nutrients.flatMap((chart) => nutrientChart(chart, said)) : [nothing(words.no_nutrients)])),
    ...(found.indicators ? [section(words.indicators, ...indicators(found.indicators, words))] : []),
    section(words.allocation, ...(found.allocations.length ? found.allocations.flatMap((plan) => allocation(plan, said)) : [nothing(words.no_allocation)])),
    means(found, said),
    ...(found.tables ? [tables(found, said)] : []),
  ];
}

// Draws into an empty element what is published of the region with this code; throws where the server does not tell.
export async function show(container, { code, data }) {
  const { address, language, words } = data.region;
  container.classList.add("told-panel");
  const waiting = element("p", { class: "muted", role: "status" }, words.loading);
  container.replaceChildren(waiting);
  const found = await answer(`${address}/${encodeURIComponent(code)}?lang=${language}${asThen()}`, waiting, words.failed);
  // Where another region was chosen meanwhile, this one is shown no more.
  waiting.replaceWith(...everything(found, data));
}
