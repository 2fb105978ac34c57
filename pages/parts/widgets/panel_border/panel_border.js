// The border between map and panel. It writes the panel's width, in per cent of both, into a variable of the page.

const WIDTH_VARIABLE = "--panel-width";
const WIDTH_KEPT = "glitch-audit-panel-width"; // this browser's storage
const GRID = ".st-key-look";
const LEAST_PANEL_PIXELS = 432; // its form still fits above the fold of a small laptop
const LEAST_MAP_PIXELS = 380;
const STEP_PERCENT = 2;
const STEPS = { ArrowLeft: STEP_PERCENT, ArrowRight: -STEP_PERCENT };

/** The width that this browser remembers, in per cent; null where it remembers none. */
function widthKept() {
  try {
    const percent = Number.parseFloat(window.localStorage.getItem(WIDTH_KEPT));
    return Number.isFinite(percent) ? percent : null;
  } catch {
    return null; // a browser that keeps nothing
  }
}

function keepWidth(percent) {
  try {
    if (percent === null) window.localStorage.removeItem(WIDTH_KEPT);
    else window.localStorage.setItem(WIDTH_KEPT, percent.toFixed(1));
  } catch {
    // It stays as it is until the page is left.
  }
}

class PanelBorder {
  constructor(handle) {
    this.handle = handle;
    this.page = document.documentElement;
    handle.addEventListener("pointerdown", (event) => this.begin(event));
    handle.addEventListener("pointermove", (event) => this.follow(event));
    handle.addEventListener("pointerup", () => this.keep());
    handle.addEventListener("dblclick", () => this.setBack());
    handle.addEventListener("keydown", (event) => this.keyPressed(event));
    if (widthKept() !== null) this.set(widthKept());
    this.tell();
  }

  get grid() {
    return this.handle.getRootNode().host.closest(GRID).getBoundingClientRect();
  }

  /** How wide the panel is now, in per cent. */
  get percent() {
    const { right, width } = this.grid;
    return (100 * (right - this.handle.getBoundingClientRect().right)) / width;
  }

  get limits() {
    const { width } = this.grid;
    const rest = LEAST_MAP_PIXELS + this.handle.getBoundingClientRect().width;
    return [(100 * LEAST_PANEL_PIXELS) / width, 100 - (100 * rest) / width];
  }

  set(percent) {
    const [least, most] = this.limits;
    this.wanted = Math.max(least, Math.min(most, percent));
    this.page.style.setProperty(WIDTH_VARIABLE, `${this.wanted.toFixed(1)}%`);
    this.tell();
  }

  setBack() {
    this.wanted = null;
    this.page.style.removeProperty(WIDTH_VARIABLE);
    keepWidth(null);
    this.tell();
  }

  tell() {
    const [least, most] = this.limits;
    const values = { valuemin: least, valuemax: most, valuenow: this.percent };
    for (const [name, value] of Object.entries(values)) this.handle.setAttribute(`aria-${name}`, Math.round(value));
  }

  begin(event) {
    // Where on the border it was taken hold of: it does not jump under the hand.
    this.offset = this.handle.getBoundingClientRect().right - event.clientX;
    this.handle.setPointerCapture(event.pointerId);
  }

  follow(event) {
    if (!this.handle.hasPointerCapture(event.pointerId)) return;
    const { right, width } = this.grid;
    this.set((100 * (right - event.clientX - this.offset)) / width);
  }

  keep() {
    if (this.wanted) keepWidth(this.wanted);
  }

  keyPressed(event) {
    if (event.key === "Home") this.setBack();
    else if (event.key in STEPS) this.set(this.percent + STEPS[event.key]);
    else return;
    this.keep();
    event.preventDefault();
  }
}

const borders = new WeakMap();

export default function panelBorder({ parentElement }) {
  const handle = parentElement.querySelector(".border");
  if (!borders.has(handle)) borders.set(handle, new PanelBorder(handle));
}
