// The panel of a point: everything that is known at the place that was clicked.
"use strict";

import { answer, asThen, filled, noteOfThen } from "./answer.js";
import { behind, profile, swatch, table } from "./charts.js";
import { indicators } from "./indicators.js";
import { element } from "./page.js";

const OPEN = ["soil", "suitability", "profiles"];

// ---- where it is

const written = ({ latitude, longitude }) => `${latitude.toFixed(5)}, ${longitude.toFixed(5)}`;

function copied(button, text, words) {
  const tell = (message) => (button.nextElementSibling.textContent = message);
  // Browsers copy only on pages that came by https, or from this machine.
  const copying = navigator.clipboard?.writeText(text) ?? Promise.reject();
  return copying.then(() => tell(words.copied), () => tell(words.copy_failed));
}

function coordinates(point, words) {
  const text = written(point);
  const button = element("button", { type: "button", class: "button small" }, words.copy);
  button.addEventListener("click", () => copied(button, text, words));
  return element("p", { class: "coordinates" }, element("code", {}, text), " ", button, element("span", { role: "status" }));
}

function whereabouts(units, words) {
  if (!units.length) return element("p", { class: "muted" }, words.no_units);
  const line = (unit) => element("li", { title: unit.title }, unit.name, unseen(` (${unit.title})`));
  return element("nav", { class: "crumbs", "aria-label": words.units }, element("ol", {}, ...units.map(line)));
}

// ---- values

const notes = (row) => [row.statistic, row.depth && `${row.depth.join("–")} cm`, row.time].filter(Boolean).join(", ");

// The value with its unit, and how uncertain it is beside it.
function value(row) {
  const colour = row.colour ? [swatch(row), " "] : [];
  const uncertain = row.uncertainty ? [" ", element("span", { class: "uncertain" }, row.uncertainty)] : [];
  const [before, after] = row.sd === undefined ? [[row.unit], []] : [[], [row.unit]];
  return element("span", {}, ...colour, [row.text, ...before].filter(Boolean).join(" "), ...uncertain, [" ", ...after].join(""));
}

function named(row) {
  const told = notes(row);
  return element("span", {}, row.title, ...(told ? [" ", element("span", { class: "muted small" }, told)] : []));
}

function files(group) {
  const links = Object.entries(group.files).map(([name, href]) => element("a", { href }, name.replace("CoverageJSON", "JSON")));
  return links.length ? [element("p", { class: "more" }, ...links)] : [];
}

// What is not known here is told in one sentence, not in rows that say nothing.
function missing(rows, words) {
  const titles = new Set(rows.map((row) => [row.title, notes(row)].filter(Boolean).join(" ")));
  return element("p", { class: "muted small" }, filled(words.no_values, { titles: [...titles].join("; ") }));
}

function values(group, caption, words) {
  const known = group.rows.filter((row) => row.text !== null);
  const unknown = group.rows.filter((row) => row.text === null);
  const rows = known.map((row) => [named(row), value(row)]);
  return [
    ...(known.length ? [table(group.title || unseen(caption), [words.property, words.value], rows, 2)] : []),
    ...(unknown.length ? [missing(unknown, words)] : []),
    ...files(group),
  ];
}

const unseen = (text) => element("span", { class: "unseen" }, text);

function section(id, title, ...content) {
  const open = OPEN.includes(id) ? { open: "" } : {};
  return element("details", { class: "values", ...open }, element("summary", {}, element("h3", {}, title)), ...content);
}

// ---- by depth

function depths(rows) {
  const found = new Map();
  for (const row of rows.filter((each) => each.depth)) {
    const name = [row.name, row.time, row.statistic].join(" ");
    found.set(name, [...(found.get(name) ?? []), row]);
  }
  const deep = [...found.values()].filter((each) => each.length > 1);
  return deep.map((each) => each.sort((a, b) => a.depth[0] - b.depth[0]));
}

function drawing(rows, words) {
  const title = [rows[0].title, rows[0].unit && `(${rows[0].unit})`, rows[0].time].filter(Boolean).join(" ");
  const told = filled(words.profile, { title });
  return element("figure", {}, element("figcaption", {}, title), profile(told, rows, `${words.depth} (cm)`));
}

function profiles(title, rows, words) {
  const found = depths(rows);
  if (!found.length) return [];
  const cells = found.flat().map((row) => [row.title, `${row.depth.join("–")} cm`, row.text === null ? "–" : value(row)]);
  const headings = [words.property, words.depth, words.value];
  return [
    element("div", { class: "profiles" }, ...found.map((each) => drawing(each, words))),
    behind(words.table, table(title, headings, cells, 3)),
  ];
}

// ---- soil map units

function component(each, language) {
  const share = `${each.share_pct.toLocaleString(language, { maximumFractionDigits: 1 })} %`;
  const facts = Object.entries(each.facts).flatMap(([name, text]) => [element("dt", {}, name), element("dd", {}, text)]);
  return element("li", {}, element("strong", {}, `${each.name} ${share}`), element("dl", { class: "facts small" }, ...facts));
}

function soilUnit(unit, { words, language }) {
  const title = filled(words.profile_unit, { name: unit.components[0]?.name ?? unit.code });
  return section(
    "soil",
    `${words.soil_unit} ${unit.code}`,
    element("p", {}, unit.name, element("span", { class: "muted small" }, ` ${unit.map}`)),
    element("ul", { class: "plain" }, ...unit.components.map((each) => component(each, language))),
    ...profiles(title, unit.layers, words)
  );
}

// ---- soil profiles

function nearest(found, words) {
  const line = (each) => element("li", {}, element("a", { href: each.href }, each.id), " ", element("span", { class: "muted small" }, each.distance));
  return section("profiles", words.near_profiles, element("ul", { class: "plain" }, ...found.map(line)));
}

// The way to the page of the profile whose dot was clicked.
function clicked(profile, { href, title }) {
  const page = href.replace("{profile}", encodeURIComponent(profile));
  return element("p", {}, element("a", { class: "button primary", href: page }, filled(title, { profile })));
}

// ---- crops

const CLASSES = ["S1", "S2", "S3", "N"];

function rank(row, scenario, crop) {
  const place = CLASSES.indexOf(row.classes[scenario].value);
  return row.name === crop ? -1 : place < 0 ? CLASSES.length : place;
}

// A subclass may go on in the next line after a comma: "S2tc,wa,fh".
function classOf(row) {
  const parts = row.subclass.split(",").flatMap((part, at) => (at ? [",", element("wbr"), part] : [part]));
  return element("td", {}, ...(row.value === null ? ["–"] : [swatch(row), " ", ...parts]));
}

// Two lines a crop: its classes, and what limits it with how sure that is.
function ofCrop(row, scenarios, crop, words) {
  const actual = row.classes[scenarios[0]];
  const told = actual.value === null ? words.no_data : [actual.limiting.join(", "), row.uncertainty].filter(Boolean).join("; ");
  const classes = scenarios.map((name) => classOf(row.classes[name]));
  const first = element("tr", {}, element("th", { scope: "row" }, row.title), ...classes);
  const second = element("tr", {}, element("td", { colspan: scenarios.length + 1 }, element("span", { class: "limiting" }, told)));
  return element("tbody", row.name === crop ? { class: "chosen" } : {}, first, second);
}

function suitability(found, why, crop, words) {
  const scenarios = Object.keys(found.scenarios);
  const sorted = [...found.rows].sort((a, b) => rank(a, scenarios[0], crop) - rank(b, scenarios[0], crop));
  const head = [words.crop, ...Object.values(found.scenarios)].map((text) => element("th", { scope: "col" }, text));
  const caption = element("caption", { class: "unseen" }, found.title);
  const bodies = sorted.map((row) => ofCrop(row, scenarios, crop, words));
  const rows = element("table", { class: "crops" }, caption, element("thead", {}, element("tr", {}, ...head)), ...bodies);
  const more = why ? [element("p", { class: "more" }, element("a", { href: why }, words.why))] : [];
  return section("suitability", found.title, rows, ...more);
}

// ---- indicators of the unit, to be read at once where a map of one is shown

function ofUnit(found, data) {
  const made = section("of-unit", found.title, ...indicators(found, data.point.words, unseen(found.title)));
  made.open = data.shows_indicators;
  return made;
}

// ---- the panel

function everything(found, data) {
  const { words } = data.point;
  const crop = data.crop || found.suitability?.rows[0].name;
  const at = `#at=${found.longitude.toFixed(5)},${found.latitude.toFixed(5)}`;
  const why = found.why && `${found.why}${at}${crop ? `&crop=${crop}` : ""}`;
  const themes = found.themes.map(({ id, title, groups }) =>
    section(id, title, ...groups.flatMap((group) => [...profiles(title, group.rows, words), ...values(group, title, words)]))
  );
  const crops = found.suitability ? [suitability(found.suitability, why, data.crop, words)] : [];
  const near = found.profiles.length ? [nearest(found.profiles, words)] : [];
  const ofIndicators = found.indicators ? [ofUnit(found.indicators, data)] : [];
  return [whereabouts(found.units, words), ...(data.shows_indicators ? ofIndicators.splice(0) : []), ...crops, ...found.soil_units.map((unit) => soilUnit(unit, data.point)), ...near, ...ofIndicators, ...themes];
}

// Draws into an empty element what is known at {lng, lat}, on the dot of a profile or not; throws where the server
// does not tell.
export async function show(container, { lng, lat, profile, data }) {
  const { address, language, words } = data.point;
  const scenario = data.scenario && data.scenario !== "actual" ? `&scenario=${data.scenario}` : "";
  const head = [element("h2", {}, words.at), coordinates({ latitude: lat, longitude: lng }, words), ...noteOfThen(words)];
  if (profile) head.splice(1, 0, clicked(profile, data.point.soil_profile));
  const waiting = element("p", { class: "muted", role: "status" }, words.loading);
  container.classList.add("told-panel");
  container.replaceChildren(...head, waiting);
  const found = await answer(`${address}?at=${lng},${lat}&lang=${language}${scenario}${asThen()}`, waiting, words.failed);
  // Where another place was clicked meanwhile, this one is shown no more.
  waiting.replaceWith(...(found.inside ? everything(found, data) : [element("p", { class: "muted" }, words.outside)]));
}
