"use strict";

/* The views of the page, which the address names:

     #plan  #pictures  #data  #notes  #original
     #step-8                   what step 8 did, side by side or unified
     #step-8/unified/from-3    against the snapshot of step 3; 0 is the original
     #step-8/script            the whole snapshot
     #step-8/codemod-2         the codemod, or the second file after it            */

const NARROW = matchMedia("(max-width: 60rem)");
const LOOKS = { split: "Side by side", unified: "Unified", script: "Script",
                codemod: "Codemod" };
const filter = document.getElementById("filter");
let current = { view: "plan" };

function readAddress() {
  const [view, ...rest] = location.hash.slice(1).split("/");
  const step = /^step-(\d+)$/.exec(view);
  if (!step || !(step[1] >= 1 && step[1] <= LAST)) {
    const known = document.getElementById(`view-${view}`)?.classList.contains("view");
    return { view: known && !step ? view : "plan" };
  }
  const number = Number(step[1]);
  const place = { view: `step-${number}`, step: number, look: null, from: number - 1, file: 0 };
  for (const part of rest) {
    const [, word, value] = /^([a-z]+)(?:-(\d+))?$/.exec(part) ?? [];
    if (word in LOOKS) place.look = word;
    if (word === "codemod") place.file = Math.min(value ?? 0, filesOf(number).length - 1);
    if (word === "from" && value <= LAST && Number(value) !== number) place.from = Number(value);
  }
  return place;
}

function addressOf({ step, look, from, file }) {
  const parts = [`#step-${step}`];
  if (look) parts.push(look === "codemod" && file ? `codemod-${file}` : look);
  if (from !== step - 1) parts.push(`from-${from}`);
  return parts.join("/");
}

function filesOf(step) {
  return DATA.steps[step - 1].codemods;
}

/** Go to an address and show it at once, before the browser tells of the change. */
function openAddress(address) {
  location.hash = address;
  show();
}

/** Show what the address names. */
function show() {
  const before = current;
  current = readAddress();
  document.body.classList.remove("with-plan");
  if (current.step) openStep(current.step);
  for (const view of document.querySelectorAll(".view")) {
    view.hidden = view.id !== `view-${current.view}`;
  }
  for (const link of document.querySelectorAll("[data-view]")) {
    if (link.dataset.view === current.view) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  if (current.step) showStep(current);
  if (current.view === "original") fill("view-original", "script", originalTables);
  if (current.view === "notes") showNotes();
  const view = document.getElementById(`view-${current.view}`);
  document.title = `${view.dataset.title} · ${document.body.dataset.title}`;
  if (before.view === current.view) return;
  window.scrollTo(0, 0);
  view.querySelector("h1").focus({ preventScroll: true });
  document.querySelector(".steps [aria-current]")?.scrollIntoView({ block: "nearest" });
}

/* A step */

/** Put the view of a step into the page, when it is first asked for. */
function openStep(step) {
  if (!document.getElementById(`view-step-${step}`)) {
    document.getElementById("content").append(unopenedStep(step).cloneNode(true));
  }
}

function unopenedStep(step) {
  return document.getElementById(`step-${step}-unopened`).content;
}

function showStep(place) {
  const { step } = place;
  const view = document.getElementById(`view-step-${step}`);
  const look = place.look ?? usualLook();
  if (look === "split" || look === "unified") keep("look", look);
  view.querySelector(".tools").replaceChildren(...tools({ ...place, look }));
  const note = view.querySelector(".note-place");
  if (!note.firstChild) note.append(noteControls(step, showMarks));
  const wanted = `${look} ${place.from} ${place.file}`;
  fill(view.id, wanted, () => contents({ ...place, look }));
}

/** Draw what is wanted in a view, and take away what others show. */
function fill(view, wanted, draw) {
  const shown = document.getElementById(view).querySelector(".shown");
  if (shown.dataset.shown === wanted) return;
  for (const other of document.querySelectorAll(".shown")) {
    other.replaceChildren();
    delete other.dataset.shown;
  }
  shown.dataset.shown = wanted;
  shown.append(...draw());
}

function usualLook() {
  return NARROW.matches ? "unified" : kept("look") ?? "split";
}

function contents({ step, look, from, file }) {
  if (look === "script") return textTables(scriptNumbered(step), originsOf(step));
  if (look === "codemod") return codemodTables(step, file);
  const view = new DifferenceView(rowsBetween(from, step), scriptNumbered(from),
    scriptNumbered(step), look === "split", (rows) => credit(rows, from, step));
  return view.elements();
}

function originalTables() {
  return textTables(scriptNumbered(0), null);
}

function codemodTables(step, file) {
  const links = filesOf(step).map((path, index) =>
    make("a", { href: addressOf({ step, look: "codemod", file: index, from: step - 1 }),
                "aria-current": index === Number(file) ? "true" : null }, path));
  const list = make("ul", { class: "files" }, ...links.map((link) => make("li", {}, link)));
  return [make("nav", { "aria-label": "Files of the codemod" }, list),
          ...textTables(textNamed(filesOf(step)[file]), null)];
}

/** Links to the codemods that made a hunk: those of the steps that wrote its lines. */
function credit(rows, from, step) {
  let steps = [step];
  if (from !== step - 1) {
    const origins = originsOf(Math.max(from, step));
    const side = from < step ? "new" : "old";
    const wrote = rows.filter((row) => row.kind !== "same" && row[side])
      .map((row) => origins[row[side].number - 1]);
    steps = [...new Set(wrote)].filter((one) => one > Math.min(from, step));
    steps.sort((one, other) => one - other);
  }
  const links = steps.map((one) =>
    make("a", { href: addressOf({ step: one, look: "codemod", from: one - 1, file: 0 }),
                title: DATA.steps[one - 1].message },
         steps.length > 1 ? `${one}` : DATA.steps[one - 1].slug));
  const by = make("span", { class: "credit" }, steps.length ? "made by " : "");
  links.forEach((link, index) => by.append(index ? ", " : "", link));
  return by;
}

function tools(place) {
  const looks = Object.entries(LOOKS).map(([look, words]) =>
    make("a", { href: addressOf({ ...place, look, file: 0 }), class: "look",
                "aria-current": place.look === look ? "true" : null }, words));
  const choice = make("select", { id: `from-${place.step}` });
  DATA.scripts.forEach((script, number) => {
    if (number === place.step) return;
    const words = number ? `${number}. ${DATA.steps[number - 1].message}` : "0. The original";
    choice.append(make("option", { value: `${number}`, selected: number === place.from }, words));
  });
  choice.addEventListener("change", () => {
    const look = place.look === "unified" ? "unified" : "split";
    openAddress(addressOf({ ...place, look, from: Number(choice.value) }));
  });
  return [make("nav", { class: "looks", "aria-label": "Ways to look at it" }, ...looks),
          make("div", { class: "against" },
               make("label", { for: `from-${place.step}` }, "against"), choice)];
}

/* Notes */

function showMarks() {
  const marks = { read: 0, questioned: 0 };
  for (const link of document.querySelectorAll(".steps a[data-step]")) {
    const { mark, isOld } = notes.of(link.dataset.step);
    link.dataset.mark = mark;
    link.querySelector(".mark").textContent = mark ? `${mark}${isOld ? ", changed since" : ""}` : "";
    if (mark) marks[mark]++;
  }
  const words = `${marks.read} of ${LAST} read`;
  document.getElementById("progress").textContent =
    marks.questioned ? `${words}, ${marks.questioned} questioned` : words;
}

function showNotes() {
  const items = notes.noted().map(({ number, message }) => {
    const { mark, text, isOld } = notes.of(number);
    const link = make("a", { href: `#step-${number}` }, `${number}. ${message}`);
    const said = make("span", { class: `chip ${mark}` }, mark || "noted");
    const item = make("li", {}, link, " ", said);
    if (isOld) item.append(make("span", { class: "stale" }, " the snapshot has changed since"));
    if (text) item.append(make("p", {}, text));
    return item;
  });
  const nothing = make("p", { class: "empty" }, "No step is marked yet.");
  document.getElementById("noted").replaceChildren(
    items.length ? make("ol", { class: "noted" }, ...items) : nothing);
  document.getElementById("not-kept").hidden = notes.isKept;
}

/* Moving about */

function goToStep(by) {
  const outside = by > 0 || current.view === "original" ? 0 : LAST + 1;
  const step = (current.step ?? outside) + by;
  if (step === 0) openAddress("#original");
  if (step < 1 || step > LAST) return;
  const look = current.step && ["split", "unified"].includes(current.look) ? current.look : null;
  openAddress(addressOf({ step, look, from: step - 1, file: 0 }));
}

function goToHunk(by) {
  const view = document.getElementById(`view-${current.view}`);
  const headings = [...view.querySelectorAll(".hunk-heading")];
  const next = headings[hunkInSight(headings, by) + by];
  if (!next) return;
  next.focus({ preventScroll: true });
  next.closest(".hunk").scrollIntoView({ block: "start" });
}

/** The hunk to go on from: the one gone to last if it is in sight, or else the place. */
function hunkInSight(headings, by) {
  const places = headings.map((heading) => heading.getBoundingClientRect().top);
  const at = headings.indexOf(document.activeElement);
  if (places[at] >= 0 && places[at] < innerHeight) return at;
  const above = places.filter((place) => place < 0).length;
  return by > 0 ? above - 1 : above;
}

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const isTyping = event.target.closest("input, textarea, select");
  if (event.key === "Escape" && isTyping) event.target.blur();
  if (isTyping || document.querySelector("dialog[open]")) return;
  const action = {
    j: () => goToStep(1),
    k: () => goToStep(-1),
    n: () => goToHunk(1),
    p: () => goToHunk(-1),
    "/": openFilter,
    "?": () => document.getElementById("help").showModal(),
  }[event.key];
  if (!action) return;
  event.preventDefault();
  action();
}

function openFilter() {
  document.body.classList.add("with-plan");
  filter.focus();
  filter.select();
}

/* The filter: steps whose words, or whose changed lines, hold what is asked for */

const wordsByStep = new Map();

function wordsOf(step) {
  if (!wordsByStep.has(step)) {
    const changed = rowsBetween(step - 1, step).filter((row) => row.kind !== "same")
      .flatMap((row) => [row.old?.text ?? "", row.new?.text ?? ""]);
    const said = unopenedStep(step).querySelector(".said").textContent;
    wordsByStep.set(step, [said, DATA.steps[step - 1].slug, ...changed].join("\n").toLowerCase());
  }
  return wordsByStep.get(step);
}

function applyFilter() {
  const wanted = filter.value.trim().toLowerCase();
  let found = 0;
  for (const item of document.querySelectorAll(".steps li")) {
    const step = Number(item.querySelector("a").dataset.step);
    item.hidden = Boolean(wanted) && wanted !== `${step}` && !wordsOf(step).includes(wanted);
    found += !item.hidden;
  }
  for (const phase of document.querySelectorAll(".steps section")) {
    phase.hidden = !phase.querySelector("li:not([hidden])");
  }
  document.getElementById("found").textContent = wanted ? `${found} of ${LAST} steps` : "";
}

function openFirstFound(event) {
  if (event.key !== "Enter") return;
  const link = document.querySelector(".steps li:not([hidden]) a");
  if (link) link.click();
}

/* What is remembered of the look of things */

function kept(name) {
  try {
    return localStorage.getItem(`review ${name}`);
  } catch {
    return null;
  }
}

function keep(name, value) {
  try {
    localStorage.setItem(`review ${name}`, value);
  } catch {
    // It is only forgotten.
  }
}

function setTheme(theme) {
  if (theme) document.documentElement.dataset.theme = theme;
  const isDark = (theme ?? (matchMedia("(prefers-color-scheme: dark)").matches && "dark")) === "dark";
  document.getElementById("theme").setAttribute("aria-pressed", `${isDark}`);
}

function toggleTheme() {
  const isDark = document.getElementById("theme").getAttribute("aria-pressed") === "true";
  const theme = isDark ? "light" : "dark";
  keep("theme", theme);
  setTheme(theme);
}

setTheme(kept("theme"));
showMarks();
show();
addEventListener("hashchange", show);
addEventListener("keydown", onKey);
addEventListener("storage", () => {
  notes.read();
  showMarks();
});
filter.addEventListener("input", applyFilter);
filter.addEventListener("keydown", openFirstFound);
document.getElementById("theme").addEventListener("click", toggleTheme);
document.getElementById("keys").addEventListener("click", () =>
  document.getElementById("help").showModal());
document.getElementById("open-plan").addEventListener("click", () =>
  document.body.classList.toggle("with-plan"));
document.getElementById("export").addEventListener("click", exportNotes);
