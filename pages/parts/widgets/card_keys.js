// What the cards share that are answered by mouse, touch or key: whose keys are whose, and buttons that stay in place.

const NOT_TYPED_INTO = '[type="checkbox"], [type="radio"], [type="range"]';
const TYPED_INTO = `input:not(${NOT_TYPED_INTO}), textarea, select, [contenteditable="true"], [role="listbox"]`;
const USES_ARROWS = '[type="radio"], [type="range"], [role="radio"], [role="slider"], [role="tab"], [role="menu"], canvas';
const COVERS_PAGE = '[role="dialog"], [role="listbox"]';
const TOO_SOON = "A press came before the last one was written, and was not counted.";
const NAME_IS_MISSING = "your name"; // as in "Type your name in the sidebar first", which the desk says
const SHOWN_KEYS = { ArrowLeft: "←", ArrowRight: "→", ArrowUp: "↑", ArrowDown: "↓" };
const DRAWN_SYMBOL = Symbol.for("glitch-audit.drawn-sheets"); // as in the contact sheet
const LOOK_MS = 250; // how long a card and its pictures are on screen before a key that was pressed earlier counts
const PICTURES_LOST_MS = 5000;
const ANSWER_LOST_MS = 8000;
const KEEPS_FOCUS = '[role="dialog"], [data-testid="stPopoverBody"]';

function element(name, className, text) {
  const node = document.createElement(name);
  node.className = className;
  if (text !== undefined) node.textContent = text;
  return node;
}

// The button itself stays: one that is exchanged while the mouse is down on it loses its click.
function showButton(button, text, enabled, pressed, title) {
  const what = button.querySelector(".what");
  if (what.textContent !== text) what.textContent = text;
  button.disabled = !enabled;
  button.title = title;
  if (pressed === null) button.removeAttribute("aria-pressed");
  else button.setAttribute("aria-pressed", String(pressed));
}

// Events from inside another component's shadow are retargeted; the path still names where they came from.
function comesFrom(event, selector) {
  return event.composedPath().some((node) => node instanceof Element && node.matches(selector));
}

function isForUs(event, moves) {
  if (event.defaultPrevented || event.repeat || event.isComposing) return false;
  // Some keyboards have their digits on the shifted side.
  if (event.ctrlKey || event.metaKey || event.altKey || (event.shiftKey && !/^[\d?]$/.test(event.key))) return false;
  if (comesFrom(event, TYPED_INTO) || document.querySelector(COVERS_PAGE)) return false;
  return !(moves && comesFrom(event, USES_ARROWS));
}

// A line of text that was committed, or a list from which was chosen, would keep the keys to itself.
function giveKeysBack() {
  const focused = document.activeElement;
  if (focused?.matches("input") && !focused.closest(KEEPS_FOCUS)) focused.blur();
}

// What a press that can do nothing is told; whoever has no name yet is led to where it is typed.
function sayWhyNot(card, why) {
  if (!why) return;
  sayBelow(card, `${why.replace(/\.$/, "")}.`);
  if (why.includes(NAME_IS_MISSING)) leadToName();
}

function leadToName() {
  const bar = document.querySelector('[data-testid="stSidebar"]');
  if (bar?.getAttribute("aria-expanded") !== "true") {
    document.querySelector('[data-testid="stExpandSidebarButton"]')?.click();
  }
  // A bar that was folded up is drawn first.
  setTimeout(() => document.querySelector('input[aria-label="Your name"]')?.focus(), bar ? 0 : 300);
}

// Whoever has just typed a name, so that there is something to answer, would type the first answer behind it.
function takeKeysWhenAnswerable(card, answerable) {
  if (answerable && card.dataset.answerable !== "true") {
    giveKeysBack();
    sayBelow(card, "");
  }
  card.dataset.answerable = String(answerable);
}

// Whoever decides from further down, at the neighbours' pictures, would otherwise miss the next sample.
function comeIntoSight(card) {
  const box = card.getBoundingClientRect();
  if (box.top < 0 || box.bottom > window.innerHeight) card.scrollIntoView({ block: "end" });
}

// Whether a press may be sent now: while an answer is being written none is, and the card says so until the next one.
function mayPress(card) {
  const free = card.dataset.busy !== "true";
  sayBelow(card, free ? "" : TOO_SOON);
  return free;
}

function sayBelow(card, text) {
  const note = card.parentNode.querySelector(".too-soon") ?? element("p", "too-soon");
  note.setAttribute("role", "status");
  note.textContent = text;
  card.after(note);
}

// What is asked now, for whoever hears the page: read out when it changes, and not seen.
function sayAloud(card, text) {
  const spoken = card.parentNode.querySelector(".spoken") ?? element("p", "spoken");
  if (!spoken.isConnected) {
    spoken.setAttribute("role", "status");
    card.before(spoken);
  }
  if (spoken.textContent !== text) spoken.textContent = text;
}

// An answer is over when Python has counted it; the same card may be drawn again before, and must not be answered twice.
function takeAnswer(card, number) {
  clearTimeout(card.givingUp);
  const free = () => {
    card.dataset.busy = "false";
    card.asked = undefined;
    takeWaitingKeys(card);
  };
  if (card.dataset.busy === "true" && card.asked === number) card.givingUp = setTimeout(free, ANSWER_LOST_MS);
  else free();
}

function beginAnswer(card, number) {
  card.dataset.busy = "true";
  card.asked = number;
}

// Whether the pictures that belong to the card can be seen: those of its own sample, and none still being decoded.
function picturesAreDrawn(card) {
  const sheets = [...(globalThis[DRAWN_SYMBOL]?.values() ?? [])].filter(({ sheet }) => sheet.isConnected);
  const named = sheets.filter(({ name }) => name);
  if (named.length && card.dataset.pictures && !named.some(({ name }) => name === card.dataset.pictures)) return false;
  return sheets.every(({ pictures }) => pictures.every((one) => one.tagName !== "IMG" || one.complete));
}

function sayWaiting(card) {
  const keys = (card.waiting ?? []).map(({ key }) => SHOWN_KEYS[key] ?? key).join(" ");
  sayBelow(card, keys ? `Pressed already, and done when the pictures are there: ${keys}. Esc drops them.` : "");
}

// A key that was pressed too early is done on the next card, but not before one could look at that card's pictures.
function takeWaitingKeys(card) {
  clearTimeout(card.looking);
  if (!card.waiting?.length) return;
  const since = performance.now();
  let drawn;
  const look = () => {
    if (card.dataset.busy === "true" || !card.waiting.length || !card.isConnected) return;
    if (drawn === undefined && (picturesAreDrawn(card) || performance.now() - since > PICTURES_LOST_MS)) {
      drawn = performance.now();
    }
    if (drawn !== undefined && performance.now() - drawn >= LOOK_MS) takeOneKey(card);
    else card.looking = setTimeout(look, 30);
  };
  look();
}

function takeOneKey(card) {
  const { key, means } = card.waiting.shift();
  sayWaiting(card);
  if (card.meaningOf(key) === means) card.act(key);
  else sayBelow(card, `${SHOWN_KEYS[key] ?? key} was pressed before this was shown and means something else here: press it again.`);
  if (card.dataset.busy !== "true") takeWaitingKeys(card);
}

function pressKey(card, key) {
  const means = card.meaningOf(key);
  if (means === undefined) return false;
  if (card.dataset.busy === "true" && card.dropsEarlyKeys) sayBelow(card, TOO_SOON);
  else if (card.dataset.busy === "true" || card.waiting?.length) {
    card.waiting = [...(card.waiting ?? []), { key, means }];
    sayWaiting(card);
  } else {
    sayBelow(card, "");
    card.act(key);
  }
  return true;
}

function dropWaitingKeys(card) {
  const some = Boolean(card.waiting?.length);
  card.waiting = [];
  if (some) sayWaiting(card);
  return some;
}

// The whole page listens, so that nobody has to click anything first; returns the way to end it. What a key means, and
// what it does, is asked of the card: it may be another question by then. With `inForm` only the sidebar's boxes give
// the keys back after Enter: a form is gone through by Tab.
function listenForKeys(card, meaningOf, act, { inForm = false } = {}) {
  card.meaningOf = meaningOf;
  card.act = act;
  const listening = new AbortController();
  card.listening?.abort();
  card.listening = listening;
  const givesBack = (event) => !inForm || comesFrom(event, '[data-testid="stSidebar"]');
  document.addEventListener(
    "keydown",
    (event) => {
      if (event.key === "Enter" && comesFrom(event, "input") && givesBack(event)) setTimeout(giveKeysBack);
      const moves = event.key.startsWith("Arrow");
      if (!isForUs(event, moves) || card.parentNode.querySelector("dialog[open]")) return;
      const done = event.key === "Escape" ? dropWaitingKeys(card) : event.key === "?" ? showKeys(card) : pressKey(card, event.key);
      if (done) event.preventDefault();
    },
    { signal: listening.signal },
  );
  document.addEventListener(
    "click",
    (event) => {
      if (comesFrom(event, '[role="option"]') && givesBack(event)) setTimeout(giveKeysBack);
    },
    // A list lets no click on it bubble up to the page.
    { signal: listening.signal, capture: true },
  );
  return () => listening.abort();
}
