// A card of choices in the browser, each with a button and a key, in groups that Python names.
//
// Every message carries the id of the card that was on screen, and after one the card waits for Python's answer, so that
// a key that is held down or pressed twice never answers a question that nobody has seen.

// The verdicts of the question that comes when the label has been chosen: their keys can be changed before it is asked.
const USUAL_KEYS = { accept: "a", reject: "r", unsure: "u", "other label": "o" };
const CHANGEABLE = [...Object.keys(USUAL_KEYS), "previous", "next", "undo"];
const REVIEWING = ["blind", "revealed"];
const OTHER_STAGES = {
  accept: "When the proposal is shown: accept it",
  reject: "When the proposal is shown: keep the label",
  unsure: "When the proposal is shown: unsure",
  "other label": "When the proposal is shown: another label",
};

// The buttons' places are kept as long as the question stays the same in kind.
function makeButton(choice) {
  const button = element("button", choice.primary ? "primary" : "");
  button.type = "button";
  button.dataset.kind = choice.kind;
  button.dataset.value = choice.value;
  const what = element("span", "what");
  if (choice.colour) {
    const dot = element("span", "dot");
    dot.style.background = choice.colour;
    button.append(dot);
  }
  button.append(what);
  if (choice.key) {
    button.setAttribute("aria-keyshortcuts", choice.key);
    button.append(element("kbd", "", choice.shownKey));
  }
  return button;
}

function makeGroups(card, groups) {
  card.replaceChildren(
    ...groups.map((group) => {
      const box = element("div", group.name);
      box.append(...group.choices.map(makeButton));
      return box;
    }),
  );
}

export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  const card = parentElement.querySelector(".card");
  const choices = data.groups.flatMap((group) => group.choices);
  // What decides how a button is built; its text may change without it.
  const built = JSON.stringify(choices.map(({ kind, value, key, colour, primary }) => [kind, value, key, colour, primary]));
  if (card.dataset.built !== built) makeGroups(card, data.groups);
  card.dataset.built = built;
  card.setAttribute("aria-label", data.title);
  const buttons = [...card.querySelectorAll("button")];
  choices.forEach((choice, place) => {
    showButton(buttons[place], choice.text, choice.enabled, choice.pressed, choice.meaning);
  });
  card.dataset.pictures = data.sample;
  card.page = "choices";
  // Labels go by their place in the list: their keys stay.
  const keys = () =>
    choices
      .filter((choice) => choice.key)
      .map(({ kind, value, key, text }) => ({
        act: CHANGEABLE.includes(kind) ? kind : `${kind} ${value}`,
        key: CHANGEABLE.includes(kind) ? keyOf(card.page, kind, key) : key,
        text,
        changeable: CHANGEABLE.includes(kind),
      }));
  card.keyRows = () => {
    const here = keys();
    const elsewhere = Object.entries(USUAL_KEYS)
      .filter(([act]) => !here.some((row) => row.act === act))
      .map(([act, usual]) => ({ act, key: keyOf(card.page, act, usual), text: OTHER_STAGES[act], changeable: true }));
    return [...here, ...elsewhere.filter((row) => row.text && REVIEWING.includes(data.stage))];
  };
  card.showOwnKeys = () => {
    let place = 0;
    const rows = keys();
    choices.forEach((choice, at) => choice.key && showKey(buttons[at], rows[place++].key));
  };
  card.showOwnKeys();
  keysButton(card);
  takeKeysWhenAnswerable(card, true);
  card.dataset.stage = data.stage;
  if ((card.dataset.sample ?? data.sample) !== data.sample) comeIntoSight(card);
  card.dataset.sample = data.sample;
  sayAloud(card, `Sample ${data.sample}: ${data.title}`);

  const answering = `${data.serial} ${data.card}`;

  function send(place) {
    if (buttons[place].disabled) sayWhyNot(card, buttons[place].title);
    if (buttons[place].disabled || !mayPress(card)) return;
    beginAnswer(card, answering);
    const { kind, value } = choices[place];
    setTriggerValue("event", { kind, value, sample: data.sample, card: data.card });
  }

  card.onclick = (event) => {
    const pressed = event.target.closest("button");
    if (pressed && !card.waiting?.length) send(buttons.indexOf(pressed));
  };

  const withKeys = choices.map((_, place) => place).filter((place) => choices[place].key);
  const meaningOf = (key) => keys().find((row) => row.key === key)?.act;
  const stop = listenForKeys(card, meaningOf, (key) => send(withKeys[keys().findIndex((row) => row.key === key)]));
  takeAnswer(card, answering);
  return stop;
}
