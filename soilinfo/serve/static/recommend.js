// The answer of fertilizer-recommendation as its sentence and tables; process.js, which loads it first, calls recommended().
"use strict";

const amount = (value) => (value === null ? "–" : value);

// A layer or table with its version, as a link to its page.
function layerOf(row) {
  const page = `${byId("process").action.replace(/processes\/.*/, "collections/")}${row.layer}?lang=${data.language}`;
  return element("span", {}, element("a", { href: page }, data.names.layer[row.layer] || row.layer), ` ${row.version}`);
}

function statuses(answer, say) {
  const shares = (row) => row.shares.map((each) => `${named(each.title)}: ${each.pct === null ? "–" : number(each.pct)}`).join("; ");
  const line = (row) => [
    named(row.title),
    row.class_title ? named(row.class_title) : "–",
    shares(row),
    amount(row.nodata_pct),
    amount(row.land_ha),
    amount(row.confidence_pct),
    amount(row.status_pct),
    row.survey_year || "–",
    layerOf(row),
  ];
  const headings = [
    ...[say.nutrient, say.status, say.shares, say.nodata_pct, say.land],
    ...[say.confidence_pct, say.status_pct, say.survey, say.layer],
  ];
  return lined(say.status, headings, answer.status.map(line));
}

// '100 (P: low) − 50 (manure)'.
function stepsOf(row, say) {
  const reason = (step) =>
    step.kind === "status"
      ? `${data.names.nutrient[step.nutrient]}: ${data.names.status[step.status]}`
      : step.kind === "credit"
        ? data.names.credits[step.material]
        : say.step[step.kind];
  const term = (step, at) => `${step.kg_ha < 0 ? "− " : at ? "+ " : ""}${number(Math.abs(step.kg_ha))} (${reason(step)})`;
  return row.computed_kg_ha === null ? "–" : row.steps.map(term).join(" ");
}

function rates(answer, say) {
  const line = (row) => [
    named(row.title),
    data.names.fertilizer[row.fertilizer],
    amount(row.kg_ha),
    amount(row.computed_kg_ha),
    amount(row.legal_kg_ha),
    stepsOf(row, say),
  ];
  const headings = [say.credit, say.fertilizer, say.in_force, say.computed, say.legal, say.steps];
  return lined(say.rates, headings, answer.rates.map(line));
}

function products(answer, say) {
  const money = (value) => (value === null ? "–" : `${answer.currency} ${number(value)}`);
  const line = (row) => [data.names.fertilizer[row.fertilizer], row.kg_ha, money(row.price), money(row.price && row.price * row.kg_ha)];
  const over = Object.fromEntries(answer.left_over.map((row) => [row.nutrient, row.kg_ha]));
  const nutrient = (row) => [row.nutrient.toUpperCase(), row.kg_ha, over[row.nutrient] || 0];
  return [
    ...lined(say.products, [say.fertilizer, say.amount, say.price, say.cost], answer.products.map(line)),
    ...lined(say.left_over, [say.nutrient, say.needed, say.over], answer.nutrients.map(nutrient)),
  ];
}

function recommended(answer) {
  const say = data.recommend;
  const told = answer.findings.map((each) => element("p", { class: "notice" }, each.message));
  const decree = answer.legal ? [element("p", { class: "muted small" }, layerOf(answer.legal))] : [];
  return [
    element("p", { class: "lead" }, named(answer.sentence)),
    ...told,
    ...statuses(answer, say),
    ...rates(answer, say),
    ...decree,
    ...products(answer, say),
  ];
}
