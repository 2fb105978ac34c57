// The list of colours with counts; a click keeps one of them alone.

const COUNT_FORMAT = new Intl.NumberFormat("en");
const SCALE_FORMAT = new Intl.NumberFormat("en", { maximumSignificantDigits: 3 });
const OTHER_NAME = "other";

class Legend {
  constructor(element, onIsolate) {
    this.element = element;
    this.onIsolate = onIsolate;
  }

  update(points, isolated, theme) {
    this.theme = theme;
    const { title, scale, palette } = points.header;
    const heading = textElement("h2", "legend-title", title);
    heading.hidden = !title;
    const body = scale ? this.colourBar(palette, scale) : this.entries(points, isolated);
    const scrolled = this.element.querySelector(".legend-list")?.scrollTop ?? 0;
    const focused = this.element.getRootNode().activeElement?.dataset.name;
    this.element.replaceChildren(heading, body);
    // A selection that was just made is read from its first label on.
    const someSelected = points.selectedCount > 0;
    body.scrollTop = someSelected && !this.someSelected ? 0 : scrolled;
    this.someSelected = someSelected;
    if (focused !== undefined) this.entryNamed(focused)?.focus();
  }

  entryNamed(name) {
    return [...this.element.querySelectorAll(".legend-entry")].find((entry) => entry.dataset.name === name);
  }

  entries(points, isolated) {
    const list = document.createElement("ul");
    list.className = "legend-list";
    // What has selected samples comes first; among those, and among the rest, the order is Python's and stays.
    const slots = [...points.header.legend.keys()];
    const some = (slot) => points.selectedBySlot[slot] > 0;
    const inOrder = [...slots.filter(some), ...slots.filter((slot) => !some(slot))];
    list.append(...inOrder.map((slot) => this.entry(points, slot, isolated)));
    return list;
  }

  entry(points, slot, isolated) {
    const name = points.header.legend[slot];
    const pressed = name === isolated;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "legend-entry";
    button.dataset.name = name;
    button.disabled = name === OTHER_NAME && points.header.legend.length === PALETTE_SIZE;
    button.setAttribute("aria-pressed", String(pressed));
    button.title = pressed ? "Show all again" : `Show only ${name}`;
    button.classList.toggle("is-empty", points.shownBySlot[slot] === 0);
    const swatch = textElement("span", "legend-swatch", "");
    swatch.style.background = points.header.palette[slot];
    const colour = parseColour(points.header.palette[slot]);
    if (needsRim(this.theme, colour)) swatch.style.boxShadow = `0 0 0 1px ${cssColour(rimColour(colour))}`;
    shapeSwatch(swatch, points.signOf(slot));
    button.append(swatch, textElement("span", "legend-name", name), this.count(points, slot));
    button.addEventListener("click", () => this.onIsolate(pressed ? null : name));
    const item = document.createElement("li");
    item.append(button);
    return item;
  }

  count(points, slot) {
    const shown = COUNT_FORMAT.format(points.shownBySlot[slot]);
    const element = textElement("span", "legend-count", shown);
    if (points.selectedCount) {
      const selected = textElement("b", "", COUNT_FORMAT.format(points.selectedBySlot[slot]));
      element.replaceChildren(selected, document.createTextNode(` / ${shown}`));
    }
    return element;
  }

  colourBar(palette, [low, high]) {
    const bar = textElement("div", "legend-scale", "");
    const stripe = textElement("div", "legend-stripe", "");
    stripe.style.background = `linear-gradient(to right, ${palette.join(", ")})`;
    const ends = textElement("div", "legend-ends", "");
    ends.append(
      textElement("span", "", SCALE_FORMAT.format(low)),
      textElement("span", "", SCALE_FORMAT.format(high)),
    );
    bar.append(stripe, ends);
    return bar;
  }
}

/** Data reaches the page as text only, never as markup. */
function textElement(tag, className, text) {
  const element = document.createElement(tag);
  element.className = className;
  element.textContent = text;
  return element;
}
