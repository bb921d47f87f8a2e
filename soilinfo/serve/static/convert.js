// The page of convert-observations: sends values as an execute request and writes the answer as a table.
// Equations and texts are in the JSON block #convert-data; every address is on this host.
"use strict";

const data = JSON.parse(byId("convert-data").textContent);
const form = byId("convert");

const chosen = () => data.equations[form.elements.equation.value];
const number = (value) => (value === null ? data.words.unknown : value.toLocaleString(data.language, { maximumSignificantDigits: 5 }));

// ---- the question

const decimal = (1.5).toLocaleString(data.language).charAt(1);

// '<4' is a limit; after a semicolon stands the standard deviation; a comma is as good as a point where the language has
// it so and there is no point. What is no number is for the server to refuse.
function observation(line) {
  const [text, sd] = line.split(";").map((part) => part.trim());
  const limit = text.match(/^([<>])\s*(.*)$/);
  const plain = (part) => (decimal === "," && !part.includes(".") ? part.replace(",", ".") : part);
  const numeric = (part) => (part === "" || Number.isNaN(Number(plain(part))) ? part : Number(plain(part)));
  return {
    property: chosen().from,
    unit: form.elements.unit.value,
    value: numeric(limit ? limit[2] : text),
    ...(sd ? { sd: numeric(sd) } : {}),
    ...(limit ? { qualifier: limit[1] } : {}),
  };
}

const asked = () => ({
  observations: form.elements.values.value.split(/\r?\n/).filter((line) => line.trim()).map(observation),
  to: chosen().to,
  equation: form.elements.equation.value,
});

// ---- the answer

function row(one) {
  const observed = element("th", { scope: "row" }, `${one.observed_qualifier}${number(one.observed_value)}`);
  if (one.refused) return element("tr", {}, observed, element("td", { colspan: "4" }, data.refusals[one.refused]));
  const numbers = [`${one.qualifier}${number(one.value)} ${one.unit}`, number(one.sd), number(one.sd_conversion)];
  const cells = numbers.map((text) => element("td", { class: "number" }, text));
  return element("tr", {}, observed, ...cells, element("td", {}, data.ranges[one.equation_range]));
}

function table(answer) {
  const head = Object.values(data.headings).map((text) => element("th", { scope: "col" }, text));
  const body = element("tbody", {}, ...answer.observations.map(row));
  return element("table", {}, element("thead", {}, element("tr", {}, ...head)), body);
}

const about = (equation) =>
  element("dl", { class: "facts" }, ...equation.about.flatMap(([name, text]) => [element("dt", {}, name), element("dd", {}, text)]));

async function run(event) {
  event.preventDefault();
  byId("result").hidden = false;
  say(data.words.running);
  // Another may be chosen before the answer is there.
  const equation = chosen();
  const answer = await fetch(`${form.action}?f=json&lang=${data.language}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ inputs: asked() }),
  });
  const found = await answer.json();
  if (!answer.ok) return complain(found.detail || found.title);
  const source = element("p", {}, element("a", { href: equation.href }, equation.title));
  return say(source, about(equation), element("div", { class: "scroll", tabindex: "0", role: "region", "aria-labelledby": "result-title" }, table(found)));
}

const suggestUnit = () => (form.elements.unit.value = chosen().unit);
form.elements.equation.addEventListener("change", suggestUnit);
form.addEventListener("submit", (event) => run(event).catch(() => complain(data.words.failed)));
suggestUnit();
