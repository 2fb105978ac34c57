// What the contact sheet and its state share inside one browser page: the newest state of every sheet, by channel name.
// It hangs on a registered symbol because every Streamlit component is a script module of its own.

const STATES_SYMBOL = Symbol.for("glitch-audit.contact-sheet-states");
const STATE_EVENT = "glitch-audit-contact-sheet-state"; // detail: the channel whose state changed

const CHOSEN_EVENT = "glitch-audit-contact-sheet-chosen"; // detail: the name of the sheet; the card's is the same

// The pictures of every sheet on the page, by channel: ``card_keys.js`` has the same symbol.
const DRAWN_SYMBOL = Symbol.for("glitch-audit.drawn-sheets");

function drawnSheets() {
  globalThis[DRAWN_SYMBOL] ??= new Map();
  return globalThis[DRAWN_SYMBOL];
}

function sheetStates() {
  globalThis[STATES_SYMBOL] ??= new Map();
  return globalThis[STATES_SYMBOL];
}
