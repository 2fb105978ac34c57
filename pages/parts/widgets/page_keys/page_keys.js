// Keys of a whole page that bring the focus to one of its parts, so that nobody has to tab through everything before it.

const FIXED = "This key is always the same";

/** The part itself; where it lies inside another component, that component's shadow is looked into. */
function findPart({ host, inside }) {
  for (const box of document.querySelectorAll(host)) {
    for (const one of [box, ...box.querySelectorAll("*")]) {
      const found = one.shadowRoot?.querySelector(inside) ?? (one === box ? box.querySelector(inside) : null);
      if (found) return found;
    }
  }
  return null;
}

function goTo(place, note) {
  const part = findPart(place);
  note.textContent = part ? "" : place.missing;
  if (!part) return;
  part.scrollIntoView({ block: "nearest" });
  part.focus();
}

export default function ({ data, parentElement }) {
  const list = parentElement.querySelector(".list");
  const note = parentElement.querySelector(".note");
  list.page = data.page;
  const keys = () => data.places.map((place) => ({ ...place, usual: place.key, key: keyOf(data.page, place.act, place.key) }));
  const own = () => keys().map(({ act, text, usual, key }) => ({ act, text, usual, key, changeable: true }));
  const fixed = data.others.map(([key, text]) => {
    return { act: `fixed ${key}`, key, text, usual: key, changeable: false, why: FIXED };
  });
  list.keyRows = () => [...own(), ...fixed];
  list.showOwnKeys = () => {};
  keysButton(list);
  const actOf = (key) => keys().find((place) => place.key === key)?.act;
  const stop = listenForKeys(list, actOf, (key) => goTo(keys().find((place) => place.key === key), note), { inForm: true });
  return whenGone(parentElement, stop);
}
