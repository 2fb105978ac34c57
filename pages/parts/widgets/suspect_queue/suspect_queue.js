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

function showClaim(box, claim, role) {
  box.hidden = claim === null;
  if (claim === null) return;
  const dot = element("span", "dot");
  dot.style.background = claim.colour;
  const name = element("span", "name", `${claim.name} `);
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

export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  const card = parentElement.querySelector(".card");
  const part = (name) => card.querySelector(`[data-part="${name}"]`);
  const button = (kind) => card.querySelector(`[data-kind="${kind}"]`);
  const verdict = (kind, text) => {
    const allowed = data.writable && (kind !== "accept" || data.accepts);
    showButton(button(kind), text, allowed, data.verdict === kind, allowed ? MEANINGS[kind] : data.why);
  };

  showClaim(part("now"), data.now, "label now");
  showClaim(part("suggested"), data.suggested, "suggested");
  verdict("accept", data.acceptText);
  verdict("keep", data.keepText);
  verdict("unsure", "Unsure");
  verdict("skip", "Skip");
  const move = (kind, text, allowed, why) => showButton(button(kind), text, allowed, null, allowed ? MEANINGS[kind] : why);
  move("previous", "Previous", data.previous, "This is the first of the queue");
  move("next", "Next", data.next, "This is the last of the queue");
  move("undo", "Undo", data.undo, "Nothing was decided in this session");
  card.dataset.pictures = data.glitch;
  card.page = "suspects";
  const keys = () => Object.entries(KEYS).map(([usual, act]) => ({ act, usual, key: keyOf(card.page, act, usual) }));
  card.keyRows = () => keys().map((row) => ({ ...row, text: MEANINGS[row.act], changeable: true }));
  card.showOwnKeys = () => keys().forEach(({ act, key }) => showKey(button(act), key));
  card.showOwnKeys();
  keysButton(card);
  takeKeysWhenAnswerable(card, data.writable);
  if ((card.dataset.sample ?? data.sample) !== data.sample) comeIntoSight(card);
  card.dataset.sample = data.sample;
  const instead = data.suggested ? `, suggested ${data.suggested.name}` : "";
  sayAloud(card, `Sample ${data.glitch}: label now ${data.now.name}${instead}.`);

  const answering = `${data.serial} ${data.judgement}`;

  function send(kind) {
    if (button(kind).disabled) sayWhyNot(card, button(kind).title);
    if (button(kind).disabled || !mayPress(card)) return;
    beginAnswer(card, answering);
    setTriggerValue("event", { kind, sample: data.sample, judgement: data.judgement });
  }

  card.onclick = (event) => {
    const pressed = event.target.closest("button");
    if (pressed && !card.waiting?.length) send(pressed.dataset.kind);
  };

  const kindOf = (key) => keys().find((row) => row.key === key)?.act;
  const stop = listenForKeys(card, kindOf, (key) => send(kindOf(key)));
  takeAnswer(card, answering);
  return stop;
}
