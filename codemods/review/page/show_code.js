"use strict";

/* Tables of code: differences side by side or unified, and whole texts. */

const CONTEXT = 3;
const SHORTEST_FOLD = 4;
const CHUNK = 80;
const HANGING = 2;
const ROW_HEIGHT = 1.21;
const BREAK = /(?<=[.([}/])(?=[\p{L}\p{N}_])/u;
const LONG = 40;
const COLOURS = { c: "comment", k: "keyword", b: "builtin", d: "definition",
                  n: "number", s: "string", i: "interpolation" };

/** An element with attributes and children; text is never read as markup. */
function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "onclick") element.addEventListener("click", value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null) element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}

/** A line of code with its colours, the changed words in elements of their own. */
function makeLine(text, colours, words, wordTag) {
  const code = document.createElement("code");
  const indent = text.length - text.trimStart().length;
  code.style.paddingLeft = `${indent + HANGING}ch`;
  code.style.textIndent = `${-indent - HANGING}ch`;
  const spans = colourSpans(text, colours);
  let place = 0;
  for (const [start, stop] of [...words, [text.length, text.length]]) {
    place = addColoured(code, text, spans, place, start);
    if (start === stop) break;
    const word = document.createElement(wordTag);
    place = addColoured(word, text, spans, place, stop);
    code.append(word);
  }
  return code;
}

function colourSpans(text, colours) {
  const spans = [];
  let place = 0;
  for (const [, kind, size] of colours.matchAll(/([a-z_])(\d+)/g)) {
    place += Number(size);
    spans.push([place, COLOURS[kind]]);
  }
  if (place < text.length) spans.push([text.length, undefined]);
  return spans;
}

function addColoured(parent, text, spans, start, stop) {
  for (const [end, colour] of spans) {
    if (end <= start) continue;
    if (start >= stop) break;
    const piece = text.slice(start, Math.min(end, stop));
    const parts = text.length > LONG ? breakable(piece) : [piece];
    if (colour) parent.append(make("span", { class: colour }, ...parts));
    else parent.append(...parts);
    start = Math.min(end, stop);
  }
  return stop;
}

/** The parts of a text, with a place between them where a narrow column may break it. */
function breakable(text) {
  return text.split(BREAK).flatMap((part, index) => (index ? [make("wbr"), part] : [part]));
}

/* Differences */

/** Where hunks start and stop, the lines around what has changed among them. */
function cutHunks(rows) {
  const hunks = [];
  rows.forEach((row, index) => {
    if (row.kind === "same") return;
    const [start, stop] = [Math.max(0, index - CONTEXT), index + CONTEXT + 1];
    const last = hunks.at(-1);
    if (last && start < last.stop + SHORTEST_FOLD) last.stop = stop;
    else hunks.push({ start, stop, first: index });
  });
  return hunks.map((hunk) => ({ ...hunk, stop: Math.min(hunk.stop, rows.length) }));
}

/** The difference of two texts as elements, one hunk after the other. */
class DifferenceView {
  constructor(rows, oldText, newText, isSplit, credit) {
    Object.assign(this, { rows, oldText, newText, isSplit, credit });
  }

  elements() {
    const hunks = cutHunks(this.rows);
    if (!hunks.length) return [make("p", { class: "empty" }, "The two scripts are the same.")];
    const elements = [];
    let last = 0;
    hunks.forEach((hunk, index) => {
      elements.push(...this.fold(last, hunk.start));
      elements.push(this.hunk(hunk, `${index + 1}/${hunks.length}`));
      last = hunk.stop;
    });
    return [...elements, ...this.fold(last, this.rows.length)];
  }

  hunk({ start, stop, first }, number) {
    const rows = this.rows.slice(start, stop);
    const heading = make("h2", { class: "hunk-heading", tabindex: "-1" },
      make("span", { class: "hunk-number" }, number),
      make("span", {}, this.linesOf(rows)));
    const definition = this.definitionAround(first);
    if (definition) heading.append(make("code", {}, definition));
    return make("section", { class: "hunk" },
      make("div", { class: "hunk-head" }, heading, this.credit(rows)), ...this.tables(rows));
  }

  linesOf(rows) {
    const sides = ["old", "new"].map((side) => {
      const numbers = rows.filter((row) => row[side]).map((row) => row[side].number);
      if (!numbers.length) return "nothing";
      const [first, last] = [numbers[0], numbers.at(-1)];
      return first === last ? `${first}` : `${first}–${last}`;
    });
    return `lines ${sides.join(" → ")}`;
  }

  /** The definition that a row is in, such as `Value.backward`, by indentation. */
  definitionAround(index) {
    const side = this.rows[index].new ? "new" : "old";
    const names = [];
    let inside = Infinity;
    for (let above = index; above >= 0 && inside > 0; above--) {
      const line = this.rows[above][side]?.text ?? "";
      const indent = line.length - line.trimStart().length;
      if (!line.trim() || /^\s*[)\]}]/.test(line) || indent >= inside) continue;
      const found = /^\s*(?:async\s+)?(?:def|class)\s+([\p{L}\p{N}_]+)/u.exec(line);
      if (found) names.unshift(found[1]);
      inside = indent;
    }
    return names.join(".");
  }

  fold(start, stop) {
    if (start === stop) return [];
    const rows = this.rows.slice(start, stop);
    const lines = rows.length === 1 ? "1 unchanged line" : `${rows.length} unchanged lines`;
    const holder = make("div", { class: "fold" });
    const open = () => {
      const tables = this.tables(rows);
      holder.replaceWith(...tables);
      tables[0].tabIndex = -1;
      tables[0].focus({ preventScroll: true });
    };
    holder.append(make("button", { type: "button", onclick: open }, `Show ${lines}`));
    return [holder];
  }

  tables(rows) {
    return this.isSplit
      ? codeTables("split", ["Old line", "Old text", "New line", "New text"], this.splitRows(rows))
      : codeTables("unified", ["Old line", "New line", "Text"], this.unifiedRows(rows));
  }

  splitRows(rows) {
    return rows.map((row, index) => make("tr", {},
      ...this.sideCells(row, "old", rows[index - 1]),
      ...this.sideCells(row, "new", rows[index - 1])));
  }

  sideCells(row, side, before) {
    const { [side]: shown } = row;
    if (!shown) return [make("td", { class: "number none" }), make("td", { class: "none" })];
    const look = lookOf(row, side);
    const cell = make("td", { class: `text ${look}` }, this.line(shown, side));
    this.addMove(cell, shown, before?.[side], side);
    return [make("td", { class: `number ${look}`, "data-line": `${side}-${shown.number}` },
                 `${shown.number}`), cell];
  }

  unifiedRows(rows) {
    const lines = [];
    for (let index = 0; index < rows.length; ) {
      if (rows[index].kind === "same") {
        lines.push(this.unifiedRow(rows[index], "new", null));
        index++;
        continue;
      }
      let stop = index;
      while (stop < rows.length && rows[stop].kind !== "same") stop++;
      for (const side of ["old", "new"]) {
        let before = null;
        for (const row of rows.slice(index, stop).filter((one) => one[side])) {
          lines.push(this.unifiedRow(row, side, before));
          before = row;
        }
      }
      index = stop;
    }
    return lines;
  }

  unifiedRow(row, side, before) {
    const { kind, [side]: shown } = row;
    const look = lookOf(row, side);
    const cell = make("td", { class: `text ${look}` }, this.line(shown, side));
    this.addMove(cell, shown, before?.[side], side);
    const numbers = ["old", "new"].map((one) => {
      const number = kind === "same" || one === side ? row[one].number : "";
      const place = number ? `${one}-${number}` : null;
      return make("td", { class: `number ${look}`, "data-line": place }, `${number}`);
    });
    return make("tr", {}, ...numbers, cell);
  }

  line(shown, side) {
    const { colours } = side === "old" ? this.oldText : this.newText;
    const tag = side === "old" ? "del" : "ins";
    return makeLine(shown.text, colours[shown.number - 1], shown.words, tag);
  }

  /** Where a moved block starts, a way to where it was or is. */
  addMove(cell, shown, before, side) {
    if (!shown.moved) return;
    const goesOn = before?.moved && before.number === shown.number - 1
      && Math.abs(before.moved - shown.moved) <= 3;
    if (goesOn) return;
    const [other, words] = side === "old" ? ["new", "moved to"] : ["old", "moved from"];
    const jump = () => jumpTo(cell.closest(".shown"), `${other}-${shown.moved}`);
    cell.prepend(make("button", { type: "button", class: "move", onclick: jump },
                      `${words} line ${shown.moved}`));
  }
}

function lookOf(row, side) {
  if (row.kind === "same") return "same";
  if (row[side].moved) return `moved ${side === "old" ? "removed" : "added"}`;
  return side === "old" ? "removed" : "added";
}

/** Scroll to a line of a shown difference, and point at it for a moment. */
function jumpTo(shown, line) {
  const place = shown.querySelector(`[data-line="${line}"]`);
  if (!place) return;
  const row = place.closest("tr");
  row.scrollIntoView({ block: "center" });
  row.classList.add("pointed-at");
  setTimeout(() => row.classList.remove("pointed-at"), 1500);
  (row.querySelector("button.move") ?? place).focus({ preventScroll: true });
}

/** Tables of at most so many rows, so that what is out of sight costs nothing. */
function codeTables(look, headings, rows) {
  const tables = [];
  for (let start = 0; start < rows.length; start += CHUNK) {
    tables.push(codeTable(look, headings, rows.slice(start, start + CHUNK)));
  }
  return tables;
}

function codeTable(look, headings, rows) {
  const cells = headings.map((text) => make("th", { scope: "col" }, text));
  const columns = headings.map((text) =>
    make("col", { class: /text$/i.test(text) ? "wide" : "narrow" }));
  const table = make("table", { class: `code ${look}` }, make("colgroup", {}, ...columns),
    make("thead", { class: "unseen" }, make("tr", {}, ...cells)),
    make("tbody", {}, ...rows));
  const chunk = make("div", { class: "chunk" }, table);
  chunk.style.containIntrinsicSize = `auto ${rows.length * ROW_HEIGHT}rem`;
  return chunk;
}

/* Whole texts */

/** A text as tables; beside each line the step that wrote it, where that is known. */
function textTables(text, origins) {
  const rows = text.lines.map((line, index) => {
    const row = make("tr", {}, make("td", { class: "number" }, `${index + 1}`),
      make("td", { class: "text" }, makeLine(line, text.colours[index], [], "ins")));
    if (origins) row.prepend(originCell(origins, index, index % CHUNK === 0));
    return row;
  });
  return origins ? codeTables("whole", ["Step", "Line", "Text"], rows)
    : codeTables("plain", ["Line", "Text"], rows);
}

function originCell(origins, index, isFirst) {
  const step = origins[index];
  const cell = make("td", { class: "origin" });
  if (!isFirst && origins[index - 1] === step) return cell;
  cell.classList.add("starts");
  const message = step ? DATA.steps[step - 1].message : "The original";
  const href = step ? `#step-${step}` : "#original";
  cell.append(make("a", { href, title: message }, `${step}`));
  return cell;
}
