// The answer of explain-suitability as its sentence and tables; process.js, which loads it first, calls explained().
"use strict";

const unitOf = (symbol) => [data.names.unit[symbol] ?? symbol ?? ""].filter((text) => text && text !== "–").join("");

function valueOf(row) {
  if (row.value === null) return "–";
  return typeof row.value === "number" ? `${number(row.value)} ${unitOf(row.unit)}`.trim() : named(row.value.title);
}

function askedOf(row) {
  if (!row.better) return "–";
  if (typeof row.value !== "number") return `${row.better}: ${row.band.map((each) => named(each.title)).join(", ")}`;
  const [low, high] = row.band;
  const range = low === null ? `< ${number(high)}` : high === null ? `> ${number(low)}` : low === high ? number(low) : `${number(low)}–${number(high)}`;
  return `${row.better}: ${range} ${unitOf(row.unit)}`.trim();
}

function causes(answer, say) {
  const rows = answer.classes.flatMap((one) =>
    one.limiting.flatMap((quality) => quality.characteristics.map((cause) => ({ class: one.class, quality, ...cause })))
  );
  const cells = (row) => [row.class, named(row.quality.title), named(row.title), row.ha, row.pct, valueOf(row), askedOf(row), `${row.layer} ${row.version}`];
  const headings = [say.class, say.quality, say.characteristic, data.words.area, say.share_of_class, say.value, say.better, say.layer];
  return lined(say.causes, headings, rows.map(cells));
}

function outcomes(answer, say) {
  const still = (row) => row.still_limiting.map((quality) => named(quality.title)).join("; ") || "–";
  const line = (name) => (row) => [name(row), ...row.classes.map((one) => one.ha), row.improved_ha, still(row)];
  const targets = (row) => row.targets.filter((one) => one.raise_to !== null).map((one) => `${named(one.title)} ${number(one.raise_to)} ${unitOf(one.unit)}`.trim());
  const measure = (row) => [named(row.title), targets(row).join(", ")].filter(Boolean).join(": ");
  const rows = [...answer.measures.map(line(measure)), ...answer.management.map(line((row) => data.names.scenario[row.scenario] || row.scenario))];
  return lined(say.outcomes, [say.with, "S1 (ha)", "S2 (ha)", "S3 (ha)", "N (ha)", say.improved, say.still], rows);
}

function certainty(answer, say) {
  const sure = answer.confidence;
  if (!sure) return [];
  const rows = sure.classes.map((row) => [row.class, row.expected_ha, row.range_ha.map(number).join(" – ")]);
  const certain = element("p", { class: "muted small" }, `${say.certain}: ${written("unused", sure.conditional_on)}`);
  return [...lined(say.sure, [say.class, say.expected, say.range], rows), certain];
}

function cells(answer, say) {
  const line = (row) => [named(row.title), valueOf(row), row.class || "–", askedOf(row), `${row.layer} ${row.version}`];
  return lined(say.cell, [say.characteristic, say.value, say.class, say.better, say.layer], answer.cell.map(line));
}

function explained(answer) {
  const say = data.explain;
  const missing = answer.missing.map((row) => [named(row.title), row.ha]);
  const unrated = answer.unrated.map((row) => [named(row.title), valueOf(row), row.ha]);
  return [
    element("p", { class: "lead" }, named(answer.sentence)),
    ...cells(answer, say),
    ...(answer.is_point ? [] : causes(answer, say)),
    ...outcomes(answer, say),
    ...certainty(answer, say),
    ...lined(say.missing, [say.characteristic, data.words.area], missing),
    ...lined(say.unrated, [say.characteristic, say.value, data.words.area], unrated),
  ];
}
