// What the cards share that are answered by mouse, touch or key: whose keys are whose, and buttons that stay in place.

const NOT_TYPED_INTO = '[type="checkbox"], [type="radio"], [type="range"]';
const TYPED_INTO = `input:not(${NOT_TYPED_INTO}), textarea, select, [contenteditable="true"], [role="listbox"]`;
const USES_ARROWS = '[type="radio"], [type="range"], [role="radio"], [role="slider"], [role="tab"], [role="menu"], canvas';
const COVERS_PAGE = '[role="dialog"], [role="listbox"]';
const TOO_SOON = "A press came before the last one was written, and was not counted.";
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
  if (event.ctrlKey || event.metaKey || event.altKey || (event.shiftKey && !/^\d$/.test(event.key))) return false;
  if (comesFrom(event, TYPED_INTO) || document.querySelector(COVERS_PAGE)) return false;
  return !(moves && comesFrom(event, USES_ARROWS));
}

// A line of text that was committed, or a list from which was chosen, would keep the keys to itself.
function giveKeysBack() {
  const focused = document.activeElement;
  if (focused?.matches("input") && !focused.closest(KEEPS_FOCUS)) focused.blur();
}

// Whoever has just typed a name, so that there is something to answer, would type the first answer behind it.
function takeKeysWhenAnswerable(card, answerable) {
  if (answerable && card.dataset.answerable !== "true") giveKeysBack();
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
  const note = card.parentNode.querySelector(".too-soon") ?? element("p", "too-soon");
  note.setAttribute("role", "status");
  note.textContent = free ? "" : TOO_SOON;
  card.after(note);
  return free;
}

// The whole page listens, so that nobody has to click anything first; returns the way to end it.
function listenForKeys(card, press) {
  const listening = new AbortController();
  card.listening?.abort();
  card.listening = listening;
  document.addEventListener(
    "keydown",
    (event) => {
      if (event.key === "Enter" && comesFrom(event, "input")) setTimeout(giveKeysBack);
      const moves = event.key.startsWith("Arrow");
      if (isForUs(event, moves) && press(event.key)) event.preventDefault();
    },
    { signal: listening.signal },
  );
  document.addEventListener(
    "click",
    (event) => {
      if (comesFrom(event, '[role="option"]')) setTimeout(giveKeysBack);
    },
    // A list lets no click on it bubble up to the page.
    { signal: listening.signal, capture: true },
  );
  return () => listening.abort();
}
