// The search field: grays out what does not match and lists the first samples that do.

const RESULTS_LISTED = 8;

class Search {
  constructor(input, list, points, { onChange, onOpen }) {
    Object.assign(this, { input, list, points, onChange, onOpen });
    input.addEventListener("input", () => this.update());
    input.addEventListener("keydown", (event) => this.key(event));
    list.addEventListener("keydown", (event) => this.listKey(event));
    document.addEventListener("pointerdown", (event) => this.clickElsewhere(event));
  }

  update() {
    this.points.search(this.input.value);
    this.onChange();
    this.listResults();
  }

  listResults() {
    const rows = this.points.found ? this.points.firstActive(RESULTS_LISTED) : [];
    this.list.replaceChildren(...rows.map((i) => this.result(i)));
    this.list.hidden = rows.length === 0;
  }

  result(i) {
    const button = textElement("button", "", "");
    button.type = "button";
    button.append(textElement("b", "", this.points.ids[i]), ` ${this.points.label(i)}`);
    button.addEventListener("click", () => this.choose(i));
    const item = document.createElement("li");
    item.append(button);
    return item;
  }

  choose(i) {
    this.list.hidden = true;
    this.onOpen(i);
  }

  key(event) {
    const [first] = this.points.found ? this.points.firstActive(1) : [];
    if (event.key === "Enter" && first !== undefined) this.choose(first);
    if (event.key === "ArrowDown" && !this.list.hidden) this.step(event, 0);
    if (event.key === "Escape") this.clear();
  }

  listKey(event) {
    const buttons = [...this.list.querySelectorAll("button")];
    const place = buttons.indexOf(document.activeElement);
    if (event.key === "ArrowDown") this.step(event, Math.min(place + 1, buttons.length - 1));
    if (event.key === "ArrowUp") this.step(event, place - 1);
    if (event.key === "Escape") this.clear();
  }

  /** Place -1 is the field itself. */
  step(event, place) {
    event.preventDefault();
    (this.list.querySelectorAll("button")[place] ?? this.input).focus();
  }

  clear() {
    this.input.value = "";
    this.input.focus();
    this.update();
  }

  clickElsewhere(event) {
    if (!this.list.contains(event.target) && event.target !== this.input) this.list.hidden = true;
  }
}
