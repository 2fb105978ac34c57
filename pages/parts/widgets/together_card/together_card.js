// The card of a page of look-alikes in the browser: buttons and keys that judge all of its tiles but those taken out.
//
// What is sent is what is seen: the page's id, and the tiles that the sheet shows as taken out at that moment. A key
// counts only once all pictures of the page have been on screen for a moment; one that comes before is dropped, because
// it was meant for the page before.

const KEYS = { a: "accept", k: "keep", s: "skip", z: "undo" };
const CHOSEN_EVENT = "glitch-audit-contact-sheet-chosen"; // as in the contact sheet
const ALL_OUT = "All pictures are taken out: put one back, or skip the page";
const MEANINGS = {
  accept: "The label is wrong: propose the other one for all that are not taken out",
  keep: "The label is right: keep it for all that are not taken out",
  skip: "Go on to the next page, and decide nothing about this one",
  undo: "Take back what was decided last, the whole page",
};
const TILE_KEYS = [
  { act: "tile", key: "Space", text: "Take out the picture in focus, or put it back", why: "Space presses what is in focus" },
  { act: "open", key: "o", text: "Open the picture in focus", why: "This key is the same on all sheets" },
];

/** The sheet of this page as the browser shows it; undefined until it is there. */
function sheetOf(page) {
  const drawn = [...(globalThis[DRAWN_SYMBOL]?.values() ?? [])];
  return drawn.find(({ name, sheet }) => name === page && sheet.isConnected);
}

function showCounts(card, data) {
  const button = (kind) => card.querySelector(`[data-kind="${kind}"]`);
  const out = sheetOf(data.page)?.outNow() ?? data.out;
  const left = data.count - out.length;
  const few = data.why || (left ? "" : ALL_OUT);
  const verdict = (kind, text) => showButton(button(kind), text, !few, null, few || MEANINGS[kind]);
  verdict("accept", `${data.acceptText} for ${left}`);
  verdict("keep", `${data.keepText} for ${left}`);
  showButton(button("skip"), "Skip this page", true, null, MEANINGS.skip);
  showButton(button("undo"), "Undo", data.undo, null, data.undo ? MEANINGS.undo : "Nothing was decided in this session");
  card.dataset.left = String(left);
}

/** Holds a new page back until its pictures could be looked at. */
function holdUntilSeen(card) {
  clearTimeout(card.givingUp);
  clearTimeout(card.looking);
  card.dataset.busy = "true";
  card.holding = true;
  const since = performance.now();
  let drawn;
  const look = () => {
    if (!card.isConnected) return;
    const there = sheetOf(card.dataset.page) && picturesAreDrawn(card);
    if (drawn === undefined && (there || performance.now() - since > PICTURES_LOST_MS)) drawn = performance.now();
    if (drawn === undefined || performance.now() - drawn < LOOK_MS) {
      card.looking = setTimeout(look, 30);
      return;
    }
    card.holding = false;
    card.asked = undefined;
    card.dataset.busy = "false";
  };
  look();
}

export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  const card = parentElement.querySelector(".card");
  const button = (kind) => card.querySelector(`[data-kind="${kind}"]`);
  card.dropsEarlyKeys = true;
  card.page = "together";
  const keys = () => Object.entries(KEYS).map(([usual, act]) => ({ act, usual, key: keyOf(card.page, act, usual) }));
  card.keyRows = () => [
    ...keys().map((row) => ({ ...row, text: MEANINGS[row.act], changeable: true })),
    ...TILE_KEYS.map((row) => ({ ...row, changeable: false })),
  ];
  card.showOwnKeys = () => keys().forEach(({ act, key }) => showKey(button(act), key));
  card.showOwnKeys();
  keysButton(card);
  takeKeysWhenAnswerable(card, !data.why);

  const answering = `${data.serial} ${data.page}`;
  const isNew = card.dataset.page !== data.page;
  if (isNew && card.dataset.page) comeIntoSight(card);
  card.dataset.page = data.page;
  card.dataset.pictures = data.page;
  showCounts(card, data);

  function send(kind) {
    if (button(kind).disabled) sayWhyNot(card, button(kind).title);
    if (button(kind).disabled || !mayPress(card)) return;
    const out = sheetOf(data.page)?.outNow();
    if (!out) return;
    beginAnswer(card, answering);
    setTriggerValue("event", { kind, page: data.page, out });
  }

  card.onclick = (event) => {
    const pressed = event.target.closest("button");
    if (pressed) send(pressed.dataset.kind);
  };
  const kindOf = (key) => keys().find((row) => row.key === key)?.act;
  const stop = listenForKeys(card, kindOf, (key) => send(kindOf(key)));
  const count = (event) => {
    if (event.detail === data.page) showCounts(card, data);
  };
  card.counting?.abort();
  const counting = new AbortController();
  card.counting = counting;
  window.addEventListener(CHOSEN_EVENT, count, { signal: counting.signal });
  if (isNew) holdUntilSeen(card);
  else if (!card.holding) takeAnswer(card, answering);
  return () => {
    counting.abort();
    stop();
  };
}
