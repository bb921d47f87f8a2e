// Values of a soil profile as people paste them, as harmonize-profile and soc-stock-change take them.
"use strict";

const NUMBERS = ["upper_cm", "lower_cm", "value", "sd"];

// Rows as a spreadsheet copies them (tabs), or as a file has them (commas or semicolons); a name heads each column.
function rowsOf(text) {
  const lines = text.split(/\r?\n/).filter((line) => line.trim());
  const mark = ["\t", ";", ","].find((each) => (lines[0] || "").includes(each)) || ",";
  const [names, ...rows] = lines.map((line) => line.split(mark).map((cell) => cell.trim()));
  return (rows || []).map((cells) => valueOf(names, cells));
}

// What is empty is not said; '<0.1' is a value beyond its limit of detection. What is no number is for the server to refuse.
function valueOf(names, cells) {
  const value = {};
  names.forEach((name, at) => {
    const cell = cells[at] || "";
    const beyond = name === "value" && cell.match(/^([<>])\s*(.*)$/);
    if (!name || !cell) return;
    if (beyond) value.qualifier = beyond[1];
    const text = beyond ? beyond[2] : cell;
    if (name === "is_organic") value[name] = /^(yes|true|1|ya|y)$/i.test(text);
    else value[name] = NUMBERS.includes(name) && !Number.isNaN(Number(text)) ? Number(text) : text;
  });
  return value;
}
