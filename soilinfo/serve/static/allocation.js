// The answer of subsidy-allocation as a table for each level; process.js, which loads it first, calls allocated().
"use strict";

// A browser is slow with the tables of thousands of units; the documents have them.
const MOST_ROWS = 600;

function allocated(answer) {
  const levels = Object.entries(answer.levels).filter(([, rows]) => rows.length <= MOST_ROWS);
  return levels.map(([level, rows]) => listed(rows, { title: data.names.level[level], columns: data.allocated }));
}
