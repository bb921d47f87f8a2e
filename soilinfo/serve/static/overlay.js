// The page of the overlay: reads a file, sends it as an execute request, writes the answer as a table.
// Texts are in the JSON block #overlay-data; every address is on this host.
"use strict";

const data = JSON.parse(byId("overlay-data").textContent);
const form = byId("overlay");
// A browser is slow with thousands of rows; the files have all of them.
const MOST_ROWS = 200;
const PAUSE_MS = 1500;

const named = (label) => label[data.language] || label.en;
const filled = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);

// ---- the question

// A file as base64: what stands behind the comma of its data address.
function packed(file) {
  return new Promise((done, failed) => {
    const reader = new FileReader();
    reader.addEventListener("load", () => done(reader.result.split(",")[1] || ""));
    reader.addEventListener("error", () => failed(reader.error));
    reader.readAsDataURL(file);
  });
}

async function asked() {
  const given = new FormData(form);
  const inputs = { polygons: { value: await packed(byId("input-file").files[0]), encoding: "base64" } };
  for (const name of ["about", "crops"]) if (given.getAll(name).length) inputs[name] = given.getAll(name);
  for (const name of ["scenario", "layer", "crs"]) if (given.get(name)) inputs[name] = given.get(name);
  return inputs;
}

const body = (inputs) => ({ method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ inputs }) });
const address = (format) => `${form.action}?f=${format}&lang=${data.language}`;
const resultOf = (id, format) =>
  `${form.action.replace(/processes\/.*/, "jobs/")}${encodeURIComponent(id)}/results?f=${format}&lang=${data.language}`;

// ---- the answer

const shown = (column, row) =>
  row[column.name] === null || row[column.name] === undefined ? "–" : written(column, row[column.name]);

function written(column, value) {
  if (typeof value === "number") return value.toLocaleString(data.language, { maximumFractionDigits: 2 });
  return column.titles[value] ? named(column.titles[value]) : String(value);
}

// Of hundreds of columns those that say most: who it is, how large, the largest class, the mean.
const isMain = (column) => Object.keys(column.titles).length || !column.name.match(/_(ha|pct|min|max|code|limiting)$/) || column.name === "area_ha";
const heading = (column) => (column.unit && column.unit !== "1" ? `${named(column.title)} (${column.unit})` : named(column.title));

function table(answer) {
  const rows = answer.table.features.slice(0, MOST_ROWS).map((feature) => feature.properties);
  const columns = answer.columns.filter(isMain).filter((column) => rows.some((row) => row[column.name] !== null));
  const cell = (column, row) => element("td", typeof row[column.name] === "number" ? { class: "number" } : {}, shown(column, row));
  const head = columns.map((column) => element("th", { scope: "col" }, heading(column)));
  const lines = rows.map((row) => element("tr", {}, ...columns.map((column) => cell(column, row))));
  const made = element("table", {}, element("thead", {}, element("tr", {}, ...head)), element("tbody", {}, ...lines));
  return element("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": data.words.polygons }, made);
}

function findings(answer) {
  return element("ul", {}, ...answer.findings.map((each) => element("li", {}, named(each.messages))));
}

async function save(format, fetched) {
  const answer = await fetched(format);
  if (!answer.ok) return complain((await answer.json()).detail);
  const link = element("a", { href: URL.createObjectURL(await answer.blob()), download: `overlay.${format}` });
  link.click();
  return URL.revokeObjectURL(link.href);
}

function downloads(fetched) {
  const button = (format) => {
    const made = element("button", { class: "button", type: "button" }, data.formats[format]);
    made.addEventListener("click", () => save(format, fetched).catch(failed));
    return element("li", {}, made);
  };
  return element("ul", { class: "actions" }, ...Object.keys(data.formats).map(button));
}

function show(answer, fetched) {
  const count = answer.table.features.length;
  const told = count > MOST_ROWS ? [element("p", {}, filled(data.words.first, { count: MOST_ROWS, total: count }))] : [];
  byId("answer").replaceChildren(element("p", {}, data.words.save), downloads(fetched), findings(answer), ...told, table(answer));
}

// ---- the way there

async function ended(job) {
  for (;;) {
    const status = await (await fetch(`${job}?f=json&lang=${data.language}`)).json();
    if (!["accepted", "running"].includes(status.status)) return status;
    say(element("progress", { max: 100, value: status.progress || 0, "aria-label": data.words.running }));
    await new Promise((done) => setTimeout(done, PAUSE_MS));
  }
}

async function showJob(id) {
  byId("result").hidden = false;
  const fetched = (format) => fetch(resultOf(id, format));
  const answer = await fetched("json");
  const found = await answer.json();
  if (answer.ok) show(found, fetched);
  else complain(found.detail || found.title);
}

async function run(event) {
  event.preventDefault();
  byId("result").hidden = false;
  if (byId("input-file").files[0].size > data.bytes) return complain(data.words.too_large);
  say(data.words.running);
  const inputs = await asked();
  const fetched = (format) => fetch(address(format), body(inputs));
  const answer = await fetched("json");
  const found = await answer.json();
  if (!answer.ok) return complain(found.detail || found.title);
  if (answer.status !== 201) return show(found, fetched);
  const status = await ended(answer.headers.get("Location"));
  return status.status === "successful" ? showJob(found.jobID) : complain(status.message);
}

const failed = () => complain(data.words.failed);
form.addEventListener("submit", (event) => run(event).catch(failed));
const job = new URLSearchParams(location.hash.slice(1)).get("job");
if (job) showJob(job).catch(failed);
