"use strict";

/* A reviewer's notes: kept in the browser, for each step and its very snapshot. */

const PLACE = `review of ${DATA.scripts[0].name} ${DATA.scripts[0].hash}`;

class Notes {
  constructor() {
    this.byStep = {};
    this.isKept = true;
    this.read();
  }

  /** Read what is kept, which the same page elsewhere in the browser may have changed. */
  read() {
    if (!this.isKept) return;
    try {
      this.byStep = JSON.parse(localStorage.getItem(PLACE)) ?? {};
    } catch {
      this.isKept = false;
    }
  }

  /** What is noted of a step; `isOld` if that was of another snapshot than this one. */
  of(step) {
    const note = this.byStep[step] ?? { mark: "", text: "", hash: null };
    const isOld = Boolean(note.hash) && note.hash !== DATA.scripts[step].hash;
    return { ...note, isOld };
  }

  set(step, changes) {
    this.read();
    const { mark, text } = { ...this.of(step), ...changes };
    if (mark || text) this.byStep[step] = { mark, text, hash: DATA.scripts[step].hash };
    else delete this.byStep[step];
    try {
      localStorage.setItem(PLACE, JSON.stringify(this.byStep));
    } catch {
      this.isKept = false;
    }
  }

  noted() {
    return DATA.steps.filter(({ number }) => this.byStep[number]);
  }

  asMarkdown() {
    const counts = { read: 0, questioned: 0 };
    const items = this.noted().map(({ number, message }) => {
      const { mark, text, isOld } = this.of(number);
      if (mark) counts[mark]++;
      const said = [mark || "noted", isOld ? "before the snapshot changed" : ""];
      const body = text.trim().split("\n").map((line) => (line.trim() ? `    ${line}` : ""));
      const head = `- **${number}. ${message}**: ${said.filter(Boolean).join(", ")}`;
      return text.trim() ? `${head}\n\n${body.join("\n")}\n` : head;
    });
    const summary = `${counts.read} of ${LAST} steps read, ${counts.questioned} questioned.`;
    return [`# Review of ${DATA.scripts[0].name}`, summary, items.join("\n"), ""].join("\n\n");
  }
}

const notes = new Notes();

function exportNotes() {
  const blob = new Blob([notes.asMarkdown()], { type: "text/markdown" });
  const link = make("a", { href: URL.createObjectURL(blob), download: "review.md" });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

/** The controls by which a step is marked, and noted upon. */
function noteControls(step, onChange) {
  const field = make("textarea", { rows: "1", id: `note-${step}`, placeholder: "A note" });
  const marks = { read: "Read", questioned: "Questioned" };
  const buttons = Object.entries(marks).map(([mark, words]) => {
    const press = () => {
      notes.set(step, { mark: notes.of(step).mark === mark ? "" : mark });
      refresh();
      onChange();
    };
    return make("button", { type: "button", "data-mark": mark, onclick: press }, words);
  });
  const stale = make("p", { class: "stale" }, "The snapshot has changed since.");
  const refresh = () => {
    const { mark, isOld } = notes.of(step);
    for (const button of buttons) {
      button.setAttribute("aria-pressed", `${button.dataset.mark === mark}`);
    }
    stale.hidden = !isOld;
  };
  field.value = notes.of(step).text;
  field.addEventListener("input", () => {
    notes.set(step, { text: field.value });
    onChange();
  });
  refresh();
  return make("div", { class: "note", role: "group", "aria-label": "Your review" },
    make("div", { class: "buttons" }, ...buttons),
    make("label", { for: `note-${step}`, class: "unseen" }, `Note on step ${step}`),
    field, stale);
}
