// The page of soc-stock-change: sends both samplings as an execute request, writes the answer as sentences.
// Texts are in the JSON block #stock-change-data; every address is on this host.
"use strict";

const data = JSON.parse(byId("stock-change-data").textContent);
const form = byId("stock-change");

const inLanguage = (texts) => texts[data.language] || texts.en;

// The published profile that is named, else the values pasted, and the day.
function sampling(given, which) {
  const told = (name) => (given.get(name) || "").trim();
  const id = told(which);
  const day = told(`${which}_date`);
  const source = id ? { [which]: id } : { [`${which}_horizons`]: rowsOf(told(`${which}_horizons`)) };
  return day ? { ...source, [`${which}_date`]: day } : source;
}

function asked() {
  const given = new FormData(form);
  return { ...sampling(given, "first"), ...sampling(given, "second"), depth_cm: Number(given.get("depth_cm")) };
}

// A sentence for each comparison; what is lacking and what weakens it below.
function told(answer) {
  const sentences = element("p", {}, inLanguage(answer.sentence));
  const doubts = [...answer.lacking, ...answer.warnings].map((each) => element("li", {}, inLanguage(each.text)));
  return doubts.length ? [sentences, element("ul", { class: "notice" }, ...doubts)] : [sentences];
}

async function run(event) {
  event.preventDefault();
  byId("result").hidden = false;
  say(data.words.running);
  const answer = await fetch(`${form.action}?f=json&lang=${data.language}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ inputs: asked() }),
  });
  const found = await answer.json();
  return answer.ok ? say(...told(found)) : complain(found.detail || found.title);
}

form.addEventListener("submit", (event) => run(event).catch(() => complain(data.words.failed)));
