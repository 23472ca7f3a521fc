"use strict";

/* The difference between two scripts of the series that do not follow each other.

   Nothing is guessed: the differences between scripts that do follow each other say
   what became of every line, and a line is followed through all of them. */

/* As in find_moves.py: so many lines, or so many letters and digits, are a block. */
const LEAST_MOVED = 3;
const LEAST_LETTERS = 20;
const WORD = /\p{Nd}[\p{L}\p{N}_.]*|[\p{L}\p{N}_]+|\s+|./gsu;

/** The rows between two scripts, however far apart; see `Row` in difference.py. */
function compareScripts(older, newer) {
  const [oldLines, newLines] = [scriptNumbered(older).lines, scriptNumbered(newer).lines];
  const followed = older < newer
    ? followLines(older, newer)
    : followLines(newer, older).map(([i, j]) => [j, i]);
  followed.sort((one, other) => one[0] - other[0]);
  const pairs = fillGaps(longestChain(followed), oldLines, newLines);
  return buildRows(oldLines, newLines, pairs, findMoves(followed, pairs, oldLines));
}

/** Pairs of indices: each line of a script, and where it is in a later one. */
function followLines(first, last) {
  let places = scriptNumbered(first).lines.map((_, index) => index);
  for (let step = first + 1; step <= last; step++) {
    const next = new Map();
    for (const row of rowsBetween(step - 1, step)) {
      if (row.old && row.new) next.set(row.old.number - 1, row.new.number - 1);
      else if (row.old?.moved) next.set(row.old.number - 1, row.old.moved - 1);
    }
    places = places.map((place) => next.get(place));
  }
  return [...places.entries()].filter(([, place]) => place !== undefined);
}

/** The longest part of pairs that ascends on both sides (patience sorting). */
function longestChain(pairs) {
  const piles = [];
  const tops = [];
  const before = [];
  pairs.forEach(([, there], index) => {
    let low = 0;
    for (let high = piles.length; low < high; ) {
      const middle = (low + high) >> 1;
      if (piles[middle] < there) low = middle + 1;
      else high = middle;
    }
    before.push(low ? tops[low - 1] : -1);
    piles[low] = there;
    tops[low] = index;
  });
  const chain = [];
  for (let at = tops.at(-1) ?? -1; at >= 0; at = before[at]) chain.push(pairs[at]);
  return chain.reverse();
}

/** The chain, and between its links lines that went in one step and came in another. */
function fillGaps(chain, oldLines, newLines) {
  const pairs = [];
  let [here, there] = [0, 0];
  for (const [i, j] of [...chain, [oldLines.length, newLines.length]]) {
    const gap = commonParts(oldLines.slice(here, i), newLines.slice(there, j));
    for (const [k, l] of gap) pairs.push([here + k, there + l]);
    if (i < oldLines.length) pairs.push([i, j]);
    [here, there] = [i + 1, j + 1];
  }
  return pairs;
}

/** By old index, where lines went that were followed across others, in blocks. */
function findMoves(followed, pairs, oldLines) {
  const kept = { old: new Set(pairs.map(([i]) => i)), new: new Set(pairs.map(([, j]) => j)) };
  const moves = new Map();
  let run = [];
  const end = () => {
    const lines = run.map(([i]) => oldLines[i]).filter((line) => line.trim());
    const letters = lines.join("").replace(/[^\p{L}\p{N}]/gu, "").length;
    if (lines.length >= LEAST_MOVED || letters >= LEAST_LETTERS) for (const [i, j] of run) moves.set(i, j);
    run = [];
  };
  for (const [i, j] of followed) {
    if (kept.old.has(i) || kept.new.has(j)) continue;
    const last = run.at(-1);
    if (last && (i > last[0] + 2 || j <= last[1] || j > last[1] + 2)) end();
    run.push([i, j]);
  }
  end();
  return moves;
}

/* Rows */

function buildRows(oldLines, newLines, pairs, moves) {
  const back = new Map([...moves].map(([i, j]) => [j, i]));
  const side = (lines, index, words = [], other = undefined) => ({
    number: index + 1, text: lines[index], words, moved: other === undefined ? 0 : other + 1,
  });
  const rows = [];
  let [here, there] = [0, 0];
  for (const [i, j] of [...pairs, [oldLines.length, newLines.length]]) {
    for (; here < i; here++) {
      const to = moves.get(here);
      const [gone] = to === undefined ? [] : markEdits(oldLines[here], newLines[to]);
      rows.push({ kind: "removed", old: side(oldLines, here, gone, to), new: null });
    }
    for (; there < j; there++) {
      const from = back.get(there);
      const [, come] = from === undefined ? [] : markEdits(oldLines[from], newLines[there]);
      rows.push({ kind: "added", old: null, new: side(newLines, there, come, from) });
    }
    if (i < oldLines.length) {
      const same = oldLines[i] === newLines[j];
      const [gone, come] = same ? [[], []] : markWords(oldLines[i], newLines[j]);
      rows.push({ kind: same ? "same" : "changed", old: side(oldLines, i, gone),
                  new: side(newLines, j, come) });
    }
    [here, there] = [i + 1, j + 1];
  }
  return rows;
}

/** The words that were edited in a moved line, other than its indentation. */
function markEdits(older, newer) {
  const marked = markWords(older.trimStart(), newer.trimStart());
  return [older, newer].map((line, side) => {
    const indent = line.length - line.trimStart().length;
    return marked[side].map(([start, stop]) => [start + indent, stop + indent]);
  });
}

/** The spans of words that have gone from an old line, and that came in a new one. */
function markWords(older, newer) {
  const [left, right] = [cutWords(older), cutWords(newer)];
  const pairs = commonParts(left.map((word) => word.text), right.map((word) => word.text));
  return [
    unpairedSpans(older, left, new Set(pairs.map(([i]) => i))),
    unpairedSpans(newer, right, new Set(pairs.map(([, j]) => j))),
  ];
}

function cutWords(text) {
  const indent = text.length - text.trimStart().length;
  const words = Array.from({ length: indent }, (_, start) => ({ text: text[start], start }));
  for (const match of text.slice(indent).matchAll(WORD)) {
    words.push({ text: match[0], start: indent + match.index });
  }
  return words;
}

function unpairedSpans(text, words, paired) {
  const spans = [];
  words.forEach((word, index) => {
    if (paired.has(index)) return;
    const stop = word.start + word.text.length;
    const last = spans.at(-1);
    if (last && !text.slice(last[1], word.start).trim()) last[1] = stop;
    else spans.push([word.start, stop]);
  });
  return spans;
}

/** Index pairs of a longest common subsequence (E. Myers, An O(ND) algorithm, 1986). */
function commonParts(older, newer) {
  const trace = [];
  const reach = new Map([[1, 0]]);
  for (let distance = 0; distance <= older.length + newer.length; distance++) {
    trace.push(new Map(reach));
    for (let k = -distance; k <= distance; k += 2) {
      let i = comesFromAbove(reach, k, distance) ? reach.get(k + 1) : reach.get(k - 1) + 1;
      while (i < older.length && i - k < newer.length && older[i] === newer[i - k]) i++;
      reach.set(k, i);
      if (i >= older.length && i - k >= newer.length) {
        return walkBack(trace, older.length, newer.length);
      }
    }
  }
  return [];
}

function comesFromAbove(reach, k, distance) {
  return k === -distance || (k !== distance && reach.get(k - 1) < reach.get(k + 1));
}

function walkBack(trace, i, j) {
  const pairs = [];
  for (let distance = trace.length - 1; distance >= 0; distance--) {
    const from = comesFromAbove(trace[distance], i - j, distance) ? i - j + 1 : i - j - 1;
    const start = distance ? trace[distance].get(from) : 0;
    const stop = distance ? start - from : 0;
    while (i > start && j > stop) pairs.push([--i, --j]);
    [i, j] = [start, stop];
  }
  return pairs.reverse();
}
