// The map: brings data, viewport, painters, legend, tooltip and gestures together.

const OVERLAY_HEIGHT = 48; // toolbar above, hint below: no point of the whole map lies under them
const HOVER_RADIUS_PIXELS = 14;
const CLICK_RADIUS_PIXELS = 10;
const FIT_SHARE = 0.8; // of the room is what fills it when a part is shown alone
const CLOSEST_FIT = 24;
const SAME_VIEW = 0.02;
const SIGNS_KEPT = "glitch-audit-map-shapes"; // this browser's storage: "on" where labels are to have shapes
const DOT_STEPS = 2; // radius of a click's polygon in coordinate steps: the point and whatever lies on it

class GlitchMap {
  constructor(root) {
    this.root = root;
    this.find = (name) => root.querySelector(`[data-part="${name}"]`);
    this.viewport = new Viewport(OVERLAY_HEIGHT);
    this.pace = new Pace(() => this.draw());
    this.points = null;
    this.mode = "lasso";
    this.serial = 0;
    this.unanswered = []; // events that Python has not answered yet, in order
    this.selection = []; // outlines of the selection, layout coordinates: { operation, polygon }
    this.drawn = []; // outline under the hand, or sent and not yet answered; screen pixels
    this.hovered = -1;
    this.withSigns = isKeptOn(SIGNS_KEPT, false);
    this.findParts();
    this.listen();
    this.setMode(this.mode);
  }

  findParts() {
    this.stage = this.find("stage");
    this.surface = this.find("surface");
    this.toolbar = this.find("toolbar");
    this.canvas = this.find("points");
    this.painter = Painter.isSupported() ? new Painter(this.canvas) : new FlatPainter(this.canvas);
    this.overlay = new Overlay(this.find("overlay"));
    this.names = new IslandNames(this.find("names"));
    this.flight = new Flight(this.viewport, () => this.viewChanged());
    this.tooltip = new Tooltip(this.find("card"));
    this.legend = new Legend(this.find("legend"), (label) => this.send({ how: "isolate", label }));
    this.pictures = new Pictures(() => this.showCard());
    this.gestures = new DrawingGestures(this.surface, this);
    this.aim = new Aim(this.find("aim"), this.find("aim-text"));
  }

  listen() {
    this.onShelf = (event) => this.shelfChanged(event.detail);
    window.addEventListener(SHELF_EVENT, this.onShelf);
    this.resizes = new ResizeObserver(() => this.resize());
    this.resizes.observe(this.stage);
    this.canvas.addEventListener("webglcontextlost", (event) => event.preventDefault());
    this.canvas.addEventListener("webglcontextrestored", () => this.restore());
    listenToKeys(this.surface, aimKeys(this));
    listenToKeys(this.root, keyActions(this));
    this.surface.addEventListener("focus", () => this.showAim(this.surface.matches(":focus-visible")));
    this.surface.addEventListener("blur", () => this.showAim(false));
    this.surface.addEventListener("pointerdown", () => this.showAim(false));
    for (const [name, action] of Object.entries(buttonActions(this))) this.find(name).addEventListener("click", action);
  }

  /** Called by Streamlit after every run and every change of theme. */
  refresh({ key, height }, setTriggerValue) {
    this.setTriggerValue = setTriggerValue;
    this.key = key;
    this.root.style.setProperty("--map-height", `${height}px`);
    this.setTheme(readTheme(this.root));
    this.resize();
    this.takePoints();
  }

  setTheme(theme) {
    if (JSON.stringify(theme) === JSON.stringify(this.theme)) return;
    this.theme = theme;
    this.root.classList.toggle("is-dark", theme.dark);
    this.takeSigns();
    this.drawSoon();
  }

  // Data

  shelfChanged(channel) {
    if (channel === `${this.key}/points`) this.takePoints();
    if (channel === `${this.key}/colours`) this.takeColours();
    if (channel === `${this.key}/state`) this.takeState();
    if (channel === `${this.key}/names`) this.takeNames();
    if (this.hovered >= 0 && channel === pageChannel(this.pictures.source, this.pictures.pageOf(this.hovered))) {
      this.showCard();
    }
  }

  takePoints() {
    const payload = shelf().get(`${this.key}/points`);
    if (!payload || payload.header.fingerprint === this.points?.header.fingerprint) return;
    const sameMap = payload.header.shown === this.points?.header.shown;
    this.points = new Points(payload);
    this.leave();
    this.flight.stop();
    if (!sameMap) this.selection = []; // outlines mean nothing in other places
    this.viewport.setBounds(this.points.bounds);
    this.root.style.setProperty("--map-aspect", this.points.aspect);
    this.pictures.setSource(payload.header);
    this.takeColours();
    this.painter.setPoints(this.points, this.theme);
    this.painter.setOrder(this.points);
    this.takeState();
    this.takeNames();
  }

  takeColours() {
    const payload = shelf().get(`${this.key}/colours`);
    if (!this.points || !payload || !this.points.paint(payload)) return;
    this.painter.setColours(this.points, this.theme);
    this.takeSigns();
    this.showCard();
    this.drawSoon();
  }

  takeSigns() {
    if (!this.points) return;
    this.points.withSigns = this.withSigns && this.points.hasSigns;
    this.painter.setPalette(this.points, this.theme);
    this.legend.update(this.points, this.isolated, this.theme);
    const button = this.find("signs-switch");
    button.disabled = !this.points.hasSigns;
    button.setAttribute("aria-pressed", String(this.points.withSigns));
    this.root.dataset.signs = this.points.withSigns ? "on" : "off";
  }

  takeNames() {
    const payload = shelf().get(`${this.key}/names`);
    const fits = this.points && payload && payload.header.shown === this.points.header.shown;
    this.names.take(fits ? payload.header.names : []);
    this.drawSoon();
  }

  takeState() {
    const payload = shelf().get(`${this.key}/state`);
    if (!this.points || !payload || !this.points.applyState(payload)) return;
    const { serial, polygon, parts, isolated } = payload.header;
    this.serial = Math.max(this.serial, serial);
    this.isolated = isolated;
    this.unanswered = this.unanswered.filter((event) => event.serial > serial);
    if (serial === this.serial) this.drawn = [];
    this.selection = [{ operation: "add", polygon }, ...parts].filter((part) => part.polygon.length);
    if (this.hovered >= 0 && !this.points.isShown(this.hovered)) this.leave();
    this.painter.setOrder(this.points);
    this.legend.update(this.points, isolated, this.theme);
    sayState(this);
    this.pace.afterPage(this.points.selectedCount);
  }

  /** How every event reaches Python, again with the next ones until it is answered: the newest message alone counts. */
  send(event) {
    this.serial += 1;
    const shown = this.points?.header.shown ?? ""; // places mean something on this map only
    this.unanswered.push({ polygon: [], operation: "replace", ...event, shown, serial: this.serial });
    this.setTriggerValue("event", { entries: this.unanswered });
  }

  // Drawing

  resize() {
    const { clientWidth, clientHeight } = this.stage;
    const pixelRatio = window.devicePixelRatio || 1;
    const { width, height } = this.viewport;
    if (!clientWidth || !clientHeight) return;
    if (clientWidth === width && clientHeight === height && pixelRatio === this.pixelRatio) return;
    this.pixelRatio = pixelRatio;
    this.viewport.setSize(clientWidth, clientHeight);
    this.pace.afterPage(this.points?.selectedCount ?? 0);
  }

  drawSoon() {
    this.pace.soon();
  }

  /** Returns whether there was something to draw. */
  draw() {
    if (!this.points || !this.theme || !this.pixelRatio) return false;
    fitCanvas(this.canvas, this.viewport, this.pixelRatio);
    this.painter.draw(this.points, this.viewport, this.theme, this.pixelRatio);
    this.aim.draw(this.viewport);
    this.drawOverlay();
    this.find("names-switch").setAttribute("aria-pressed", String(this.names.on));
    Object.assign(this.root.dataset, {
      ready: "true",
      names: this.names.draw(this.viewport, this.points, boxOf(this.toolbar)),
      pointsDrawn: this.points.count,
      selectedCount: this.points.selectedCount,
      zoom: this.viewport.zoom.toFixed(3),
    });
    return true;
  }

  drawOverlay() {
    const toScreen = ([x, y]) => this.viewport.toScreen(x, y);
    const replacing = this.drawn.length > 0 && this.operation === "replace";
    const kept = replacing ? [] : this.selection;
    const settled = kept.map(({ operation, polygon }) => ({ operation, outline: polygon.map(toScreen) }));
    this.overlay.draw({
      settled,
      drawn: this.drawn,
      hovered: this.hovered >= 0 ? this.viewport.toScreen(...this.points.place(this.hovered)) : null,
      diameter: pointDiameter(this.points, this.viewport),
    });
    this.root.dataset.outline = this.drawn.length ? "drawing" : settled.length ? "drawn" : "none";
    this.root.dataset.outlines = String(this.selection.length);
  }

  restore() {
    if (!this.points) return;
    this.painter.start();
    this.painter.setPoints(this.points, this.theme);
    this.painter.setOrder(this.points);
    this.pace.now();
  }

  // What the gestures and keys ask for

  setMode(mode) {
    this.mode = mode;
    this.root.dataset.mode = mode;
    for (const name of ["lasso", "box", "pan"]) this.find(name).setAttribute("aria-pressed", String(name === mode));
  }

  panBy(pixelsX, pixelsY) {
    this.flight.stop();
    this.viewport.panBy(pixelsX, pixelsY);
    this.leave();
    this.viewChanged();
  }

  zoomAt(x, y, factor) {
    this.flight.stop();
    this.viewport.zoomAt(x, y, factor);
    this.viewChanged();
  }

  zoomMiddle(factor) {
    this.zoomAt(this.viewport.width / 2, this.viewport.height / 2, factor);
  }

  resetView() {
    this.flight.to(this.viewport.whole);
  }

  /** The selection alone, or everything where nothing is selected. */
  fitSelection() {
    const bounds = this.points?.selectedBounds;
    if (bounds) this.flight.to(this.viewport.viewOf(bounds, FIT_SHARE, CLOSEST_FIT));
    else this.resetView();
  }

  /** The ring of those who select by keys. */
  showAim(on) {
    this.aim.show(on && Boolean(this.points));
    this.sayAim();
  }

  sayAim(name = null) {
    if (this.aim.on) this.aim.say(this.points, this.viewport, name);
  }

  aimAtIsland(step) {
    const name = this.aim.step(this.names.names, step);
    if (!name) return;
    this.aim.show(true);
    this.flight.to(this.aim.viewOf(name.bounds, this.viewport), () => this.sayAim(name));
  }

  /** Whoever clicked the map before sees the ring first, and selects with the next press. */
  selectAimed(operation) {
    if (!this.points) return;
    if (!this.aim.on) {
      this.showAim(true);
      return;
    }
    const outline = this.aim.outline(this.viewport);
    this.drawTo(outline, operation);
    this.finishOutline("lasso", outline, operation);
  }

  /** On a name: its island alone, and all again the second time. Elsewhere: all. */
  doubleClickAt(place) {
    const name = this.names.at(place);
    const wanted = name && this.viewport.viewOf(name.bounds, FIT_SHARE, CLOSEST_FIT);
    if (wanted && !this.viewport.isAt(wanted, SAME_VIEW)) this.flight.to(wanted);
    else this.resetView();
  }

  toggleNames() {
    this.names.toggle();
    this.drawSoon();
  }

  toggleSigns() {
    if (this.find("signs-switch").disabled) return;
    this.withSigns = !this.withSigns;
    keepOn(SIGNS_KEPT, this.withSigns);
    this.takeSigns();
    this.drawSoon();
  }

  viewChanged() {
    this.drawn = [];
    this.sayAim();
    this.drawSoon();
  }

  drawTo(outline, operation = "replace") {
    this.flight.stop();
    this.drawn = outline;
    this.operation = operation;
    if (this.points) this.drawOverlay();
  }

  abandonOutline() {
    this.drawTo([]);
  }

  /** What was drawn stays as it is until Python answers: a frame less to paint before the selection shows. */
  finishOutline(how, outline, operation) {
    const polygon = simplifyOutline(outline).map(([x, y]) => this.viewport.toData(x, y));
    if (!this.points || polygon.length < 3) this.abandonOutline();
    else this.send({ how, polygon: roundOutline(polygon, 1 / this.viewport.scale), operation });
  }

  clickAt(x, y, operation) {
    const sample = this.points ? this.points.nearest(this.viewport, x, y, CLICK_RADIUS_PIXELS) : -1;
    if (sample < 0) return;
    const [stepX, stepY] = this.points.stepSize;
    const dot = dotOutline(...this.points.place(sample), DOT_STEPS * stepX, DOT_STEPS * stepY);
    this.send({ how: "click", polygon: roundOutline(dot, Math.min(stepX, stepY)), operation });
  }

  clearSelection() {
    if (this.points && !this.find("clear").disabled) this.send({ how: "clear" });
  }

  // Hover

  hoverAt([x, y]) {
    if (!this.points) return;
    const sample = this.points.nearest(this.viewport, x, y, HOVER_RADIUS_PIXELS);
    if (sample < 0) this.leave();
    else if (sample !== this.hovered) {
      this.hovered = sample;
      this.showCard();
    }
    this.drawOverlay();
  }

  showCard() {
    if (this.hovered < 0) return;
    const { points, hovered } = this;
    const slot = points.slots[hovered];
    this.tooltip.show(hovered, {
      known: this.pictures.look(hovered),
      fallback: { name: points.header.scale ? "" : points.header.legend[slot], colour: points.header.palette[slot] },
      sign: points.signOf(slot),
      pictureSize: points.header.pictureSize,
    });
    const { width, height } = this.viewport;
    this.tooltip.moveTo(this.viewport.toScreen(...points.place(hovered)), width, height);
  }

  leave() {
    if (this.hovered < 0) return;
    this.hovered = -1;
    this.tooltip.hide();
    this.drawOverlay();
  }

  destroy() {
    this.pace.stop();
    this.flight.stop();
    window.removeEventListener(SHELF_EVENT, this.onShelf);
    this.resizes.disconnect();
    this.gestures.destroy();
    this.pictures.clear();
    this.painter.destroy();
  }
}

const mapsByRoot = new WeakMap();

export default function component({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".glitch-map");
  if (!mapsByRoot.has(root)) mapsByRoot.set(root, new GlitchMap(root));
  const map = mapsByRoot.get(root);
  map.refresh(data, setTriggerValue);
  return whenGone(parentElement, () => {
    map.destroy();
    mapsByRoot.delete(root);
  });
}
