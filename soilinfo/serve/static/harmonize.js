// The page of harmonize-profile: sends rows as an execute request, writes the answer as sentences and a depth plot.
// Texts are in the JSON block #harmonize-data; every address is on this host.
"use strict";

const data = JSON.parse(byId("harmonize-data").textContent);
const form = byId("harmonize");

// ---- the question

function asked() {
  const given = new FormData(form);
  const id = (given.get("profile") || "").trim();
  const inputs = { properties: [given.get("property")], ...(id ? { profile: id } : { horizons: rowsOf(given.get("horizons")) }) };
  const depths = given.get("intervals").trim();
  if (depths) inputs.intervals = depths.split(",").map((each) => each.split("-").map(Number));
  return inputs;
}

const fetched = (inputs, format) =>
  fetch(`${form.action}?f=${format}&lang=${data.language}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ inputs }),
  });

// ---- the answer

function sentences(answer) {
  const rows = answer.harmonized.map((row) => element("li", {}, row.sentence[data.language] || row.sentence.en));
  return rows.length ? element("ul", {}, ...rows) : element("p", {}, data.words.nothing);
}

function unconverted(answer) {
  const reasons = answer.unconverted.filter((each) => each.reason);
  return reasons.map((each) => element("p", { class: "notice" }, `${data.names[each.property]}: ${each.reason[data.language] || each.reason.en}`));
}

// As wide as the page, so that nobody scrolls sideways.
const widthHere = () => Math.min(Math.max(Math.floor(byId("answer").clientWidth) - 2, 320), 640);

// The picture is part of the page, so that its texts can be searched and read aloud.
async function plot(inputs) {
  const answer = await fetched({ ...inputs, plot_width: widthHere() }, "svg");
  if (!answer.ok) return [];
  const text = await answer.text();
  const drawn = new DOMParser().parseFromString(text, "image/svg+xml").documentElement;
  const link = element("a", { class: "button", href: URL.createObjectURL(new Blob([text], { type: "image/svg+xml" })), download: `${inputs.properties[0]}.svg` }, "SVG");
  return [element("figure", { class: "plot", "aria-label": data.words.plot }, document.importNode(drawn, true)), element("p", {}, link)];
}

async function run(event) {
  event.preventDefault();
  byId("result").hidden = false;
  say(data.words.running);
  const inputs = asked();
  const answer = await fetched(inputs, "json");
  const found = await answer.json();
  if (!answer.ok) return complain(found.detail || found.title);
  const drawn = found.drawings.length ? await plot(inputs) : [];
  return say(...drawn, sentences(found), ...(found.harmonized.length ? [] : unconverted(found)));
}

form.addEventListener("submit", (event) => run(event).catch(() => complain(data.words.failed)));
