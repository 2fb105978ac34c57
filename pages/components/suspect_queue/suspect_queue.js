// One suspect's card in the browser: its two labels, and the buttons that judge it, by mouse, touch or key.
//
// Every message carries the id of the suspect whose card was on screen, and after one the card waits for Python's
// answer, so that a key that is held down or pressed twice never judges a suspect that nobody has seen.

const KEYS = {
  a: "accept",
  k: "keep",
  u: "unsure",
  s: "skip",
  z: "undo",
  ArrowLeft: "previous",
  ArrowRight: "next",
};
const MEANINGS = {
  accept: "The label is wrong: propose the other one",
  keep: "The label is right",
  unsure: "I looked and cannot tell",
  skip: "Leave it to somebody else",
  undo: "Take back what was decided last",
  previous: "Look at the one before, without deciding",
  next: "Look at the one after, without deciding",
};
const NOT_TYPED_INTO = '[type="checkbox"], [type="radio"], [type="range"]';
const TYPED_INTO = `input:not(${NOT_TYPED_INTO}), textarea, select, [contenteditable="true"], [role="listbox"]`;
const USES_ARROWS = '[type="radio"], [type="range"], [role="radio"], [role="slider"], [role="tab"], [role="menu"], canvas';
const COVERS_PAGE = '[role="dialog"], [role="listbox"]';
const KEEPS_FOCUS = '[role="dialog"], [data-testid="stPopoverBody"]';

function element(name, className, text) {
  const node = document.createElement(name);
  node.className = className;
  if (text !== undefined) node.textContent = text;
  return node;
}

function showClaim(box, claim, role) {
  box.hidden = claim === null;
  if (claim === null) return;
  const dot = element("span", "dot");
  dot.style.background = claim.colour;
  const name = element("span", "name", claim.name);
  name.append(element("span", "role", role));
  const known = claim.share !== null;
  const bar = element("div", "bar");
  const fill = element("div", "fill");
  fill.style.width = `${known ? 100 * claim.share : 0}%`;
  fill.style.background = claim.colour;
  bar.append(fill);
  const share = element("span", "share", known ? `fits ${claim.percent}` : "");
  box.replaceChildren(dot, name, share, bar, element("span", "looks", claim.description));
}

// The button itself stays: one that is exchanged while the mouse is down on it loses its click.
function showButton(button, text, enabled, pressed, why) {
  const what = button.querySelector(".what");
  if (what.textContent !== text) what.textContent = text;
  button.disabled = !enabled;
  button.title = enabled ? MEANINGS[button.dataset.kind] : why;
  if (pressed === null) button.removeAttribute("aria-pressed");
  else button.setAttribute("aria-pressed", String(pressed));
}

// Events from inside another component's shadow are retargeted; the path still names where they came from.
function comesFrom(event, selector) {
  return event.composedPath().some((node) => node instanceof Element && node.matches(selector));
}

function isForUs(event, kind) {
  if (event.defaultPrevented || event.repeat || event.isComposing) return false;
  if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return false;
  if (comesFrom(event, TYPED_INTO) || document.querySelector(COVERS_PAGE)) return false;
  const moves = kind === "previous" || kind === "next";
  return !(moves && comesFrom(event, USES_ARROWS));
}

// A line of text that was committed, or a list from which was chosen, would keep the keys to itself.
function giveKeysBack() {
  const focused = document.activeElement;
  if (focused?.matches("input") && !focused.closest(KEEPS_FOCUS)) focused.blur();
}

// Whoever decides from further down, at the neighbours' pictures, would otherwise miss the next suspect.
function comeIntoSight(card) {
  const box = card.getBoundingClientRect();
  if (box.top < 0 || box.bottom > window.innerHeight) card.scrollIntoView({ block: "end" });
}

export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  const card = parentElement.querySelector(".card");
  const part = (name) => card.querySelector(`[data-part="${name}"]`);
  const button = (kind) => card.querySelector(`[data-kind="${kind}"]`);
  const verdict = (kind, text) => {
    const allowed = data.writable && (kind !== "accept" || data.accepts);
    showButton(button(kind), text, allowed, data.verdict === kind, data.why);
  };

  showClaim(part("now"), data.now, "label now");
  showClaim(part("suggested"), data.suggested, "suggested");
  verdict("accept", data.acceptText);
  verdict("keep", data.keepText);
  verdict("unsure", "Unsure");
  verdict("skip", "Skip");
  showButton(button("previous"), "Previous", data.previous, null, "This is the first of the queue");
  showButton(button("next"), "Next", data.next, null, "This is the last of the queue");
  showButton(button("undo"), "Undo", data.undo, null, "Nothing was decided in this session");
  card.dataset.busy = "false";
  if ((card.dataset.sample ?? data.sample) !== data.sample) comeIntoSight(card);
  card.dataset.sample = data.sample;

  function send(kind) {
    if (card.dataset.busy === "true" || button(kind).disabled) return;
    card.dataset.busy = "true";
    setTriggerValue("event", { kind, sample: data.sample, judgement: data.judgement });
  }

  card.onclick = (event) => {
    const pressed = event.target.closest("button");
    if (pressed) send(pressed.dataset.kind);
  };

  // The whole page listens, so that nobody has to click anything first.
  const listening = new AbortController();
  card.listening?.abort();
  card.listening = listening;
  document.addEventListener(
    "keydown",
    (event) => {
      if (event.key === "Enter" && comesFrom(event, "input")) setTimeout(giveKeysBack);
      const kind = KEYS[event.key];
      if (kind === undefined || !isForUs(event, kind)) return;
      event.preventDefault();
      send(kind);
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
