// The page of a process: sends the form as an execute request and writes the answer as tables.
// Texts, titles and addresses are in the JSON block #process-data; every address is on this host.
"use strict";

const data = JSON.parse(document.getElementById("process-data").textContent);
const byId = (id) => document.getElementById(id);

function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

// ---- how values are written

const number = (value) => value.toLocaleString(data.language, { maximumFractionDigits: Math.abs(value) < 1000 ? 2 : 0 });
const named = (label) => label[data.language] || label.en;
const titleOf = (row) => (row.title ? row.title[data.language] || row.title.en : "");

function written(field, value) {
  if (value === null) return "–";
  if (typeof value === "number") return number(value);
  const names = data.names[field === "unused" ? "characteristic" : field] || {};
  return [value].flat().map((each) => names[each] || each).join(", ") || "–";
}

// ---- the answer: single values as facts, lists of areas as tables

function facts(answer) {
  const list = element("dl", { class: "facts" });
  for (const [field, heading] of Object.entries(data.facts)) {
    if (field in answer) list.append(element("dt", {}, heading), element("dd", {}, written(field, answer[field])));
  }
  return list;
}

function areas(rows, heading, total) {
  const line = (row) => {
    const id = row.class || row.zone || row.quality || row.subclass || `${row.before} → ${row.after}`;
    const code = /^[a-z_]+$/.test(id) && titleOf(row) ? titleOf(row) : [id, titleOf(row)].filter(Boolean).join(": ");
    const share = row.pct ?? (100 * row.ha) / total;
    const cells = [row.ha, share].map((value) => element("td", { class: "number" }, number(value)));
    return element("tr", {}, element("th", { scope: "row" }, code), ...cells);
  };
  const head = [heading, data.words.area, data.words.share].map((text) => element("th", { scope: "col" }, text));
  return element("table", {}, element("thead", {}, element("tr", {}, ...head)), element("tbody", {}, ...rows.map(line)));
}

// One row for each administrative unit, of a comparison by unit.
function units(rows) {
  const fields = Object.keys(data.units);
  const cell = (row, field) =>
    field === "name" ? element("th", { scope: "row" }, row.name) : element("td", { class: "number" }, number(row[field]));
  const head = fields.map((field) => element("th", { scope: "col" }, data.units[field]));
  const body = rows.map((row) => element("tr", {}, ...fields.map((field) => cell(row, field))));
  return element("table", {}, element("thead", {}, element("tr", {}, ...head)), element("tbody", {}, ...body));
}

// A cell of a list: names behind codes, a range as low – high, of what limits the three largest areas.
function cellOf(field, value) {
  if (typeof value === "number") return element("td", { class: "number" }, number(value));
  if (Array.isArray(value) && typeof value[0] === "number") return element("td", { class: "number" }, value.map(number).join(" – "));
  if (Array.isArray(value) && value[0]?.title) {
    return element("td", {}, value.slice(0, 3).map((each) => `${titleOf(each)}: ${number(each.ha)} ha`).join("; "));
  }
  if (value && value[data.language]) return element("td", {}, value[data.language]);
  return element("td", {}, written(field === "crops" ? "crop" : field, value ?? null));
}

// One row for each entry of a list, with the columns that the entries have.
function listed(rows, { title, columns }) {
  const fields = Object.keys(columns).filter((field) => rows.some((row) => row[field] !== undefined));
  const head = fields.map((field) => element("th", { scope: "col" }, columns[field]));
  const body = rows.map((row) => element("tr", {}, ...fields.map((field) => cellOf(field, row[field]))));
  const table = element("table", {}, element("caption", {}, title), element("thead", {}, element("tr", {}, ...head)), element("tbody", {}, ...body));
  return element("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": title }, table);
}

// Rows of texts and numbers under headings; the first cell is the row's heading.
function lined(title, headings, rows) {
  if (!rows.length) return [];
  const cell = (value) =>
    typeof value === "number" ? element("td", { class: "number" }, number(value)) : element("td", {}, value);
  const line = ([first, ...rest]) => element("tr", {}, element("th", { scope: "row" }, first), ...rest.map(cell));
  const head = headings.map((text) => element("th", { scope: "col" }, text));
  const table = element("table", {}, element("thead", {}, element("tr", {}, ...head)), element("tbody", {}, ...rows.map(line)));
  return [element("h3", {}, title), element("div", { class: "scroll", tabindex: "0" }, table)];
}

// One row for each indicator and pair of countries, with what keeps them apart.
function verdicts(indicators) {
  const reasons = (verdict) => verdict.reasons.map((each) => named(each.text)).join("; ");
  return indicators.flatMap(({ title, verdicts }) =>
    verdicts.map((each) => ({ indicator: title, a: each.a, b: each.b, comparability: each.kind, reasons: reasons(each) })),
  );
}

function lists(answer) {
  const thresholds = answer.values?.[0]?.thresholds;
  const found = { ...answer, thresholds, verdicts: verdicts(answer.indicators || []), expected: answer.sentence ? [] : answer.confidence?.classes };
  const filled = Object.entries(data.lists).filter(([name]) => (found[name] || []).length);
  return filled.map(([name, list]) => listed(found[name], list));
}

function show(answer) {
  const tables = Object.entries(data.tables)
    .filter(([name]) => (answer[name] || []).length)
    .map(([name, heading]) => element("div", { class: "scroll" }, areas(answer[name], heading, answer.total_ha)));
  if (answer.units) tables.push(element("div", { class: "scroll" }, units(answer.units)));
  tables.push(...lists(answer));
  const links = answer.href ? [element("a", { class: "button primary", href: answer.href }, answer.title)] : [];
  const reasons = answer.rates ? recommended(answer) : answer.sentence ? explained(answer) : [];
  if (answer.levels) tables.push(...allocated(answer));
  byId("answer").replaceChildren(...documents(), ...reasons, facts(answer), ...tables, ...links);
  byId("json").textContent = JSON.stringify(answer, null, 2);
}

// The form as inputs: what is left open is not sent, and a point stands in place of a region.
function asked(form) {
  const { at, ...inputs } = Object.fromEntries([...form].filter(([, value]) => value));
  for (const name of data.several) if (form.has(name)) inputs[name] = form.getAll(name);
  if (inputs.total_change_pct) inputs.total_change_pct = Number(inputs.total_change_pct);
  if (!at) return inputs;
  delete inputs.region;
  return { ...inputs, geometry: { type: "Point", coordinates: at.split(",").map(Number) } };
}

// The execute request of the form, answered in a format.
function execute(format) {
  const inputs = asked(new FormData(byId("process")));
  const request = { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ inputs }) };
  return fetch(`${byId("process").action}?f=${format}&lang=${data.language}`, request);
}

// Buttons for the documents that the process makes of its answer: those of a job, else it is worked out again.
function documents() {
  const buttons = data.documents.map(({ form, title }) => {
    const button = element("button", { class: "button primary", type: "button" }, title);
    button.addEventListener("click", () => save(button, form).catch(failed));
    return button;
  });
  return buttons.length ? [element("p", {}, ...buttons)] : [];
}

async function save(button, form) {
  button.disabled = true;
  const answer = await (job ? fetch(resultOf(job, form)) : execute(form));
  if (answer.status === 200) download(await answer.blob(), `${data.process}.${form}`);
  else if (answer.status === 201) follow(answer);
  else await told(answer);
  button.disabled = false;
}

function download(blob, name) {
  const link = element("a", { href: URL.createObjectURL(blob), download: name });
  link.click();
  URL.revokeObjectURL(link.href);
}

const follow = (answer) => (location.href = `${answer.headers.get("Location")}?f=html&lang=${data.language}`);

async function run(event) {
  if (event) event.preventDefault();
  byId("result").hidden = false;
  byId("answer").replaceChildren(data.words.running);
  const answer = await execute("json");
  if (answer.status === 201) follow(answer);
  else await told(answer);
}

async function told(answer) {
  const body = await answer.json();
  if (answer.ok) show(body);
  else byId("answer").replaceChildren(element("p", { class: "notice", role: "alert" }, body.detail || body.title));
}

// ---- the result of a job, which the page of the job leads here to be read: #job=ID

// Address of the result of a job in a format.
const resultOf = (id, format) =>
  `${byId("process").action.replace(/processes\/.*/, "jobs/")}${encodeURIComponent(id)}/results?f=${format}&lang=${data.language}`;

async function showJob(id) {
  byId("result").hidden = false;
  await told(await fetch(resultOf(id, "json")));
}

// ---- the regions to choose from

async function offerRegions() {
  for (const level of data.levels) {
    const answer = await fetch(level.address, { headers: { Accept: "application/geo+json" } });
    const regions = (await answer.json()).features.map((feature) => feature.properties);
    const options = regions
      .sort((a, b) => a.name.localeCompare(b.name, data.language))
      .map((region) => element("option", { value: region.code }, `${region.name} (${region.code})`));
    byId("input-region").append(element("optgroup", { label: level.title }, ...options));
  }
}

const failed = () => byId("answer").replaceChildren(element("p", { class: "notice", role: "alert" }, data.words.failed));
byId("process").addEventListener("submit", (event) => run(event).catch(failed));
const job = new URLSearchParams(location.hash.slice(1)).get("job");
if (job) showJob(job).catch(failed);
if (byId("input-region")) offerRegions().then(begin).catch(failed);

// Fills in a field; a list gets the region that it does not offer, being of a fine level.
function fill(field, value) {
  const offered = [...(field.options || [])].map((option) => option.value);
  if (field.options && !offered.includes(value)) field.append(element("option", { value }, value));
  field.value = value;
}

// #crop=&region= or #crop=&at=: another page asks for the answer at once.
async function begin() {
  const query = [...new URLSearchParams(location.hash.slice(1))].filter(([name]) => byId(`input-${name}`));
  query.forEach(([name, value]) => fill(byId(`input-${name}`), value));
  if (query.length) await run();
}
