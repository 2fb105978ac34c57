// A card of choices in the browser, each with a button and a key, in groups that Python names.
//
// Every message carries the id of the card that was on screen, and after one the card waits for Python's answer, so that
// a key that is held down or pressed twice never answers a question that nobody has seen.

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
  card.dataset.busy = "false";
  takeKeysWhenAnswerable(card, true);
  card.dataset.stage = data.stage;
  if ((card.dataset.sample ?? data.sample) !== data.sample) comeIntoSight(card);
  card.dataset.sample = data.sample;

  function send(place) {
    if (buttons[place].disabled || !mayPress(card)) return;
    card.dataset.busy = "true";
    const { kind, value } = choices[place];
    setTriggerValue("event", { kind, value, sample: data.sample, card: data.card });
  }

  card.onclick = (event) => {
    const pressed = event.target.closest("button");
    if (pressed) send(buttons.indexOf(pressed));
  };

  return listenForKeys(card, (key) => {
    const place = choices.findIndex((choice) => choice.key === key);
    if (place < 0) return false;
    send(place);
    return true;
  });
}
