// The list of colours: a name shows or hides its samples, "only" keeps it alone.

const COUNT_FORMAT = new Intl.NumberFormat("en");

class Legend {
  constructor(element, points, onChange) {
    Object.assign(this, { element, points, onChange });
  }

  /** Build the list anew: after another colouring was chosen. */
  build() {
    const { colouring } = this.points;
    const heading = textElement("h2", "", colouring.name);
    this.all = this.button("Show all", "all", () => this.points.showAll());
    const list = textElement("ul", "", "");
    const counts = new Array(colouring.names.length).fill(0);
    for (const slot of colouring.index) counts[slot] += 1;
    this.entries = colouring.names.map((name, slot) => this.entry(name, slot, counts[slot]));
    list.append(...this.entries.map(({ item }) => item));
    const head = textElement("div", "legend-head", "");
    head.append(heading, this.all);
    this.element.replaceChildren(head, list);
    this.refresh();
  }

  entry(name, slot, count) {
    const toggle = this.button("", "toggle", () => this.points.toggle(slot));
    const swatch = textElement("span", "swatch", "");
    swatch.style.setProperty("background", this.points.colouring.palette[slot]);
    toggle.append(swatch, textElement("span", "name", name), textElement("span", "count", COUNT_FORMAT.format(count)));
    toggle.dataset.name = name;
    const only = this.button("only", "only", () => this.points.isolate(slot));
    only.setAttribute("aria-label", `Only ${name}`);
    const item = document.createElement("li");
    item.append(toggle, only);
    return { item, toggle, only };
  }

  button(text, className, action) {
    const button = textElement("button", className, text);
    button.type = "button";
    button.addEventListener("click", () => {
      action();
      this.refresh();
      this.onChange();
    });
    return button;
  }

  refresh() {
    this.entries.forEach(({ toggle, only }, slot) => {
      toggle.setAttribute("aria-pressed", String(!this.points.hidden.has(slot)));
      only.setAttribute("aria-pressed", String(this.points.isAlone(slot)));
    });
    this.all.disabled = this.points.hidden.size === 0;
  }
}

/** Data reaches the page as text only, never as markup. */
function textElement(tag, className, text) {
  const element = document.createElement(tag);
  element.className = className;
  element.textContent = text;
  return element;
}
