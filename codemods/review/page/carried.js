"use strict";

/* What the page carries, as `embed_series.py` has put it together. */

const DATA = JSON.parse(document.getElementById("carried").textContent);
const LAST = DATA.scripts.length - 1;

const textsByName = new Map();

/** The lines of a script or codemod, and the colours of each. */
function textNamed(name) {
  if (!textsByName.has(name)) {
    const text = { name, lines: [], colours: [] };
    for (const [first, count] of inPairs(DATA.texts[name])) {
      for (let index = first; index < first + count; index++) {
        text.lines.push(DATA.lines[index]);
        text.colours.push(DATA.colours[index]);
      }
    }
    textsByName.set(name, text);
  }
  return textsByName.get(name);
}

/** The text of the original, number 0, or of a snapshot. */
function scriptNumbered(number) {
  return textNamed(DATA.scripts[number].name);
}

/** For each line of a script, the step that wrote it. */
function originsOf(number) {
  return inPairs(DATA.scripts[number].origins)
    .flatMap(([step, count]) => Array(count).fill(step));
}

const rowsByPair = new Map();

/** The rows of the difference between two scripts, however far apart. */
function rowsBetween(older, newer) {
  const key = `${older} ${newer}`;
  if (!rowsByPair.has(key)) {
    rowsByPair.set(key, newer === older + 1
      ? carriedRows(DATA.steps[older].rows, scriptNumbered(older).lines,
                    scriptNumbered(newer).lines)
      : compareScripts(older, newer));
  }
  return rowsByPair.get(key);
}

const KINDS = { c: "changed", r: "removed", a: "added" };

function carriedRows(encoded, oldLines, newLines) {
  const rows = [];
  let [here, there] = [0, 0];
  const take = (lines, index, words = [], moved = 0) =>
    ({ number: index + 1, text: lines[index], words: inPairs(words), moved });
  for (const entry of encoded) {
    if (typeof entry === "number") {
      for (let count = entry; count > 0; count--) {
        rows.push({ kind: "same", old: take(oldLines, here++), new: take(newLines, there++) });
      }
      continue;
    }
    const [letter, oldWords, oldMoved, newWords, newMoved] = entry;
    const kind = KINDS[letter];
    rows.push({
      kind,
      old: kind === "added" ? null : take(oldLines, here++, oldWords, oldMoved),
      new: kind === "removed" ? null : take(newLines, there++, newWords, newMoved),
    });
  }
  return rows;
}

function inPairs(numbers) {
  const pairs = [];
  for (let index = 0; index < numbers.length; index += 2) {
    pairs.push([numbers[index], numbers[index + 1]]);
  }
  return pairs;
}
