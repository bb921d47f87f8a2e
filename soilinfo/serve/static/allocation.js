// The answer of subsidy-allocation as a table for each level; process.js, which loads it first, calls allocated().
"use strict";

// A browser is slow with the tables of thousands of units; the workbook has them.
const MOST_ROWS = 600;

function allocated(answer) {
  const levels = Object.entries(answer.levels).filter(([, rows]) => rows.length <= MOST_ROWS);
  const tables = levels.map(([level, rows]) => listed(rows, { title: data.names.level[level], columns: data.allocated }));
  return [element("p", {}, workbookButton()), ...tables];
}

// Asks for the same answer as a workbook: the one of a job, else it is worked out again.
function workbookButton() {
  const button = element("button", { class: "button", type: "button" }, data.words.workbook);
  button.addEventListener("click", async () => {
    button.disabled = true;
    const answer = await (job ? fetch(resultOf(job, "xlsx")) : execute("xlsx"));
    if (answer.ok) save(await answer.blob(), "subsidy-allocation.xlsx");
    else await told(answer);
    button.disabled = false;
  });
  return button;
}

function save(blob, name) {
  const link = element("a", { href: URL.createObjectURL(blob), download: name });
  link.click();
  URL.revokeObjectURL(link.href);
}
