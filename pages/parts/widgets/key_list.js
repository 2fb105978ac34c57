// The list of a page's keys, opened with "?", where each can be changed. This browser remembers them, as it does the name.

const KEYS_KEPT = "glitch-audit-keys";
const NEVER_A_KEY = ["?", "Escape", "Enter", "Tab", " "];

function keptKeys() {
  try {
    const kept = JSON.parse(window.localStorage.getItem(KEYS_KEPT) ?? "{}");
    return typeof kept === "object" && kept !== null ? kept : {};
  } catch {
    return {}; // A browser that keeps nothing has the keys that everybody has.
  }
}

function keepKeys(kept) {
  try {
    window.localStorage.setItem(KEYS_KEPT, JSON.stringify(kept));
  } catch {
    return "This browser keeps nothing: the keys stay as they are.";
  }
  return "";
}

/** The key of an act on a page: the one that was chosen, or the one that everybody has. */
function keyOf(page, act, usual) {
  const kept = keptKeys()[`${page} ${act}`];
  return typeof kept === "string" && kept ? kept : usual;
}

/** Why ``key`` cannot stand for ``act``, in one sentence; empty where it can. `rows` are all acts of the page. */
function whyNotKey(key, act, rows) {
  if (NEVER_A_KEY.includes(key)) return `${key === " " ? "The space bar" : key} has a meaning everywhere: choose another key.`;
  if (key.length > 1 && !(key in SHOWN_KEYS)) return `${key} cannot be chosen: take a letter, a digit, a sign or an arrow.`;
  const taken = rows.find((row) => row.act !== act && row.key === key);
  return taken ? `${SHOWN_KEYS[key] ?? key} means “${taken.text}” already: change that one first, or choose another key.` : "";
}

/** `card.keyRows()` lists what the keys do: act, text, key, usual, whether it can be changed, and `why` where not. */
function showKeys(card) {
  const dialog = element("dialog", "keys");
  dialog.setAttribute("aria-label", "Keys of this page");
  dialog.tabIndex = -1;
  const note = element("p", "note", "");
  note.setAttribute("role", "status");
  let asking = null;
  const fill = () => {
    const rows = card.keyRows().map((row) => {
      const line = element("div", "key-row");
      const button = element("button", "", asking === row.act ? "press a key" : "");
      button.type = "button";
      button.dataset.act = row.act;
      if (asking !== row.act) button.append(element("kbd", "", SHOWN_KEYS[row.key] ?? row.key));
      button.disabled = !row.changeable;
      button.title = row.changeable ? "Click, then press another key" : row.why ?? "This key goes by the place in the list";
      button.onclick = () => {
        asking = row.act;
        note.textContent = "Press the new key; Esc leaves it as it was.";
        fill();
        // The button that was clicked is gone: the key has to come to the list.
        dialog.focus();
      };
      // Read out alone, it would be a mere letter.
      button.setAttribute("aria-label", asking === row.act ? `${row.text}: press a key` : `${row.text}: ${row.key}`);
      line.append(element("span", "", row.text), button);
      return line;
    });
    list.replaceChildren(...rows);
  };
  const change = (key) => {
    const trouble = whyNotKey(key, asking, card.keyRows()) || keepKeys({ ...keptKeys(), [`${card.page} ${asking}`]: key });
    note.textContent = trouble || "Changed; this browser remembers it.";
    asking = null;
    card.showOwnKeys();
    fill();
    dialog.focus();
  };
  const list = element("div", "key-rows");
  const usual = element("button", "usual", "The usual keys again");
  usual.type = "button";
  usual.onclick = () => {
    const others = Object.entries(keptKeys()).filter(([name]) => !name.startsWith(`${card.page} `));
    note.textContent = keepKeys(Object.fromEntries(others)) || "All keys of this page are as they were at first.";
    card.showOwnKeys();
    fill();
  };
  const close = element("button", "close", "Close");
  close.type = "button";
  close.onclick = () => dialog.close();
  dialog.addEventListener("keydown", (event) => {
    // Closed, it keeps the focus until the browser draws the page anew: such a key is meant for the page.
    if (!dialog.open) return;
    event.stopPropagation();
    if (asking === null || ["Shift", "Control", "Alt", "Meta"].includes(event.key)) return;
    event.preventDefault();
    if (event.key === "Escape") {
      asking = null;
      note.textContent = "";
      fill();
    } else change(event.key.length === 1 ? event.key.toLowerCase() : event.key);
  });
  dialog.addEventListener("close", () => dialog.remove());
  dialog.append(element("h2", "", "Keys of this page"), list, note, usual, close);
  fill();
  card.parentNode.append(dialog);
  dialog.showModal();
  return true;
}

/** Shows the keys as they are chosen beside what the buttons say, and the way to the list of them. */
function keysButton(card) {
  if (card.parentNode.querySelector(".all-keys")) return;
  const button = element("button", "all-keys", "All keys: ?");
  button.type = "button";
  button.onclick = () => showKeys(card);
  card.after(button);
}

function showKey(button, key) {
  const shown = button.querySelector("kbd");
  if (shown) shown.textContent = SHOWN_KEYS[key] ?? key;
  button.setAttribute("aria-keyshortcuts", key);
}
