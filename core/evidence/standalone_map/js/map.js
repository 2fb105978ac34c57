// The map: holds what is hovered and opened, and lets the parts know.

const HOVER_PIXELS = 14;
const OPEN_ZOOM = 3;
const CLEARANCE = 30;

class StandaloneMap {
  constructor(data) {
    this.parts = Object.fromEntries([...document.querySelectorAll("[data-part]")].map((e) => [e.dataset.part, e]));
    this.state = { hovered: -1, opened: -1 };
    this.points = new Points(data);
    this.viewport = new Viewport();
    this.viewport.setBounds([0, Math.max(1, ...data.x), 0, Math.max(1, ...data.y)]);
    this.painter = new Painter(this.parts.canvas, this.viewport, this.points);
    const pictures = new Pictures(data.pictures, data.withoutPicture);
    this.hoverCard = new Card(this.parts.hover, this.points, pictures);
    this.detailCard = new DetailCard(this.parts.detail, this.points, pictures);
    this.legend = new Legend(this.parts.legend, this.points, () => this.changed());
    this.listen();
    this.chooseColouring(0);
    this.resize();
    this.parts.root.dataset.ready = "true";
  }

  listen() {
    const { parts } = this;
    this.gestures = new Gestures(parts.canvas, this);
    listenToKeys(parts.canvas, this.keyActions());
    const hooks = { onChange: () => this.changed(), onOpen: (i) => this.goTo(i) };
    this.search = new Search(parts.query, parts.results, this.points, hooks);
    parts["zoom-in"].addEventListener("click", () => this.zoomMiddle(KEY_ZOOM));
    parts["zoom-out"].addEventListener("click", () => this.zoomMiddle(1 / KEY_ZOOM));
    parts.reset.addEventListener("click", () => this.resetView());
    parts.close.addEventListener("click", () => this.close());
    parts.detail.addEventListener("keydown", (event) => event.key === "Escape" && this.close());
    parts.colouring.append(...this.points.colourings.map(({ name }, number) => this.colouringChoice(name, number)));
    new ResizeObserver(() => this.resize()).observe(parts.stage);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.draw());
  }

  keyActions() {
    return { ...moveKeys(this), Enter: () => this.openMiddle(), Escape: () => this.close() };
  }

  colouringChoice(name, number) {
    const choice = document.createElement("input");
    Object.assign(choice, { type: "radio", name: "colouring", checked: number === 0 });
    choice.addEventListener("change", () => this.chooseColouring(number));
    const label = document.createElement("label");
    label.append(choice, textElement("span", "", name));
    return label;
  }

  chooseColouring(number) {
    this.points.colourBy(number);
    this.legend.build();
    this.changed();
    if (this.state.opened >= 0) this.detailCard.show(this.state.opened);
  }

  changed() {
    const { activeCount, count } = this.points;
    const words = activeCount === count ? "" : `${COUNT_FORMAT.format(activeCount)} of ${COUNT_FORMAT.format(count)} in colour`;
    this.parts.status.textContent = words;
    this.leave();
    this.draw();
  }

  draw() {
    this.parts.root.dataset.zoom = this.viewport.zoom.toFixed(3);
    this.painter.request(this.state);
  }

  resize() {
    this.viewport.setSize(this.parts.stage.clientWidth, this.parts.stage.clientHeight);
    this.draw();
  }

  at([x, y]) {
    return this.points.nearest(...this.viewport.toData(x, y), HOVER_PIXELS / this.viewport.scale);
  }

  hoverAt(place) {
    const i = this.at(place);
    if (i === this.state.hovered) return;
    this.state.hovered = i;
    if (i < 0) {
      this.hoverCard.hide();
    } else {
      this.hoverCard.show(i);
      this.hoverCard.moveTo(this.viewport.toScreen(this.points.x[i], this.points.y[i]), this.viewport.size);
    }
    this.draw();
  }

  leave() {
    if (this.state.hovered < 0) return;
    this.state.hovered = -1;
    this.hoverCard.hide();
    this.draw();
  }

  clickAt(x, y) {
    const i = this.at([x, y]);
    if (i >= 0) this.open(i);
    else this.close();
  }

  open(i) {
    this.state.opened = i;
    this.leave();
    this.detailCard.show(i);
    this.uncover(i);
    this.draw();
  }

  /** Move the map where the card would lie on its own sample: to the left of the card, or above it on a phone. */
  uncover(i) {
    const [x, y] = this.viewport.toScreen(this.points.x[i], this.points.y[i]);
    const { offsetLeft, offsetTop, offsetWidth, offsetHeight } = this.parts.detail;
    const inside = x > offsetLeft - CLEARANCE && x < offsetLeft + offsetWidth && y > offsetTop - CLEARANCE;
    if (!inside || y > offsetTop + offsetHeight + CLEARANCE) return;
    if (offsetLeft > 2 * CLEARANCE) this.viewport.panBy(offsetLeft - CLEARANCE - x, 0);
    else this.viewport.panBy(0, offsetTop - CLEARANCE - y);
  }

  close() {
    this.state.opened = -1;
    this.detailCard.hide();
    this.parts.canvas.focus({ preventScroll: true });
    this.draw();
  }

  goTo(i) {
    this.viewport.showAt(this.points.x[i], this.points.y[i], OPEN_ZOOM);
    this.open(i);
  }

  openMiddle() {
    const i = this.points.nearest(...this.viewport.centre, Infinity);
    if (i >= 0) this.open(i);
  }

  panBy(pixelsX, pixelsY) {
    this.viewport.panBy(pixelsX, pixelsY);
    this.leave();
    this.draw();
  }

  zoomAt(x, y, factor) {
    this.viewport.zoomAt(x, y, factor);
    this.leave();
    this.draw();
  }

  zoomMiddle(factor) {
    this.zoomAt(...this.viewport.size.map((length) => length / 2), factor);
  }

  resetView() {
    this.viewport.reset();
    this.leave();
    this.draw();
  }
}

const standaloneMap = new StandaloneMap(JSON.parse(document.getElementById("map-data").textContent));
