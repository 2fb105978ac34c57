// How a map is moved under the hand: where it lies on the screen, and what pointer, wheel, touch and keys do to it.
// The workbench's map and the standalone one are both made of this, so that they feel the same.

const FIT_MARGIN = 0.94;
const MIN_ZOOM = 0.5;
const MAX_ZOOM = 80;
const CLICK_PIXELS = 4;
const WHEEL_SPEED = 0.0015;
const WHEEL_MOST = 240;
const WHEEL_LINE_PIXELS = 16;
const KEY_PAN_PIXELS = 60;
const KEY_ZOOM = 1.3;

/** Where the layout lies on the screen: one scale for both axes, y upwards. */
class Viewport {
  /** `covered` is how many pixels at the top and at the bottom the whole map keeps free, for what lies above it. */
  constructor(covered = 0) {
    this.covered = covered;
    this.width = 1;
    this.height = 1;
    this.bounds = [0, 1, 0, 1];
    this.reset();
  }

  get size() {
    return [this.width, this.height];
  }

  get centre() {
    return [this.centreX, this.centreY];
  }

  /** Pixels per layout unit at which the whole layout just fits. */
  get fitScale() {
    const [left, right, bottom, top] = this.bounds;
    const free = Math.max(this.height / 2, this.height - 2 * this.covered);
    return FIT_MARGIN * Math.min(this.width / (right - left), free / (top - bottom));
  }

  get scale() {
    return this.fitScale * this.zoom;
  }

  reset() {
    Object.assign(this, this.whole);
  }

  setSize(width, height) {
    this.width = Math.max(1, width);
    this.height = Math.max(1, height);
  }

  setBounds(bounds) {
    if (this.bounds.every((value, index) => value === bounds[index])) return;
    this.bounds = bounds;
    this.reset();
  }

  toScreen(x, y) {
    return [(x - this.centreX) * this.scale + this.width / 2, this.height / 2 - (y - this.centreY) * this.scale];
  }

  toData(screenX, screenY) {
    return [
      (screenX - this.width / 2) / this.scale + this.centreX,
      (this.height / 2 - screenY) / this.scale + this.centreY,
    ];
  }

  panBy(pixelsX, pixelsY) {
    const [left, right, bottom, top] = this.bounds;
    this.centreX = clamp(this.centreX - pixelsX / this.scale, left, right);
    this.centreY = clamp(this.centreY + pixelsY / this.scale, bottom, top);
  }

  /** Zoom so that the place under (screenX, screenY) stays there. */
  zoomAt(screenX, screenY, factor) {
    const [x, y] = this.toData(screenX, screenY);
    this.zoom = clamp(this.zoom * factor, MIN_ZOOM, MAX_ZOOM);
    const [newX, newY] = this.toData(screenX, screenY);
    this.centreX += x - newX;
    this.centreY += y - newY;
  }

  /** The view that shows this part of the layout, with room around it, but no closer than `most`. */
  viewOf([left, right, bottom, top], share, most = MAX_ZOOM) {
    const free = Math.max(this.height / 2, this.height - 2 * this.covered);
    const scale = share * Math.min(this.width / (right - left), free / (top - bottom));
    const zoom = clamp(scale / this.fitScale, 1, most);
    return { centreX: (left + right) / 2, centreY: (bottom + top) / 2, zoom };
  }

  /** Whether this view is on screen already, but for a share of the zoom and of the window. */
  isAt({ centreX, centreY, zoom }, tolerance) {
    const off = distance([centreX, centreY], this.centre) * this.scale;
    return Math.abs(this.zoom / zoom - 1) < tolerance && off < tolerance * this.width;
  }

  /** The view that shows everything. */
  get whole() {
    const [left, right, bottom, top] = this.bounds;
    return { centreX: (left + right) / 2, centreY: (bottom + top) / 2, zoom: 1 };
  }

  /** Bring a place into the middle, at least this close. */
  showAt(x, y, zoom) {
    [this.centreX, this.centreY] = [x, y];
    this.zoom = Math.max(this.zoom, zoom);
  }
}

/**
 * Pointer, wheel and touch, turned into what they mean. `target` is told: panBy(dx, dy), zoomAt(x, y, factor),
 * hoverAt(place), leave() and clickAt(x, y). A map on which more can be done extends this.
 */
class Gestures {
  constructor(surface, target) {
    this.surface = surface;
    this.target = target;
    this.fingers = new Map();
    this.drag = null;
    this.handlers = {
      pointerdown: (event) => this.down(event),
      pointermove: (event) => this.move(event),
      pointerup: (event) => this.up(event),
      pointercancel: (event) => this.cancel(event),
      pointerleave: () => this.target.leave(),
      wheel: (event) => this.wheel(event),
    };
    for (const name of Object.keys(this.handlers)) surface.addEventListener(name, this, { passive: false });
  }

  handleEvent(event) {
    this.handlers[event.type](event);
  }

  destroy() {
    for (const name of Object.keys(this.handlers)) this.surface.removeEventListener(name, this);
  }

  place(event) {
    const box = this.surface.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  }

  down(event) {
    if (event.button > 1) return;
    const place = this.place(event);
    this.surface.setPointerCapture(event.pointerId);
    this.fingers.set(event.pointerId, place);
    if (this.fingers.size > 1) this.drag = { kind: "pinch" };
    else this.drag = { kind: "pan", start: place, last: place, moved: false };
  }

  move(event) {
    const place = this.place(event);
    if (!this.drag) this.target.hoverAt(place);
    else if (this.drag.kind === "pinch") this.pinch(event.pointerId, place);
    else this.dragTo(place);
  }

  dragTo(place) {
    const { drag } = this;
    if (!drag.moved && distance(place, drag.start) < CLICK_PIXELS) return;
    if (!drag.moved) this.target.leave();
    drag.moved = true;
    this.follow(drag, place);
  }

  /** The hand is at `place` now, with a button down. */
  follow(drag, place) {
    this.target.panBy(place[0] - drag.last[0], place[1] - drag.last[1]);
    drag.last = place;
  }

  /** Two fingers: their middle pans, their distance zooms. */
  pinch(finger, place) {
    if (this.fingers.size < 2) return;
    const before = spread([...this.fingers.values()]);
    this.fingers.set(finger, place);
    const after = spread([...this.fingers.values()]);
    this.target.panBy(after.middle[0] - before.middle[0], after.middle[1] - before.middle[1]);
    if (before.gap > 0) this.target.zoomAt(...after.middle, after.gap / before.gap);
  }

  up(event) {
    this.fingers.delete(event.pointerId);
    const { drag } = this;
    if (!drag || (drag.kind === "pinch" && this.fingers.size)) return;
    this.drag = null;
    if (drag.kind !== "pinch") this.finish(drag, event);
  }

  /** The last button was let go. */
  finish(drag) {
    if (!drag.moved) this.target.clickAt(...drag.start);
  }

  cancel(event) {
    this.fingers.delete(event.pointerId);
    this.drag = null;
  }

  wheel(event) {
    event.preventDefault();
    const pixels = event.deltaY * (event.deltaMode === WheelEvent.DOM_DELTA_LINE ? WHEEL_LINE_PIXELS : 1);
    this.target.zoomAt(...this.place(event), Math.exp(-clamp(pixels, -WHEEL_MOST, WHEEL_MOST) * WHEEL_SPEED));
    this.target.hoverAt(this.place(event));
  }
}

/** The keys that move a map. */
function moveKeys(map) {
  return {
    ArrowLeft: () => map.panBy(KEY_PAN_PIXELS, 0),
    ArrowRight: () => map.panBy(-KEY_PAN_PIXELS, 0),
    ArrowUp: () => map.panBy(0, KEY_PAN_PIXELS),
    ArrowDown: () => map.panBy(0, -KEY_PAN_PIXELS),
    "+": () => map.zoomMiddle(KEY_ZOOM),
    "=": () => map.zoomMiddle(KEY_ZOOM),
    "-": () => map.zoomMiddle(1 / KEY_ZOOM),
    0: () => map.resetView(),
  };
}

/** Streamlit has single-key shortcuts of its own (C clears its cache), so keys used here go no further. */
function listenToKeys(surface, actions) {
  surface.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const action = actions[event.key] ?? actions[event.key.toLowerCase()];
    if (!action) return;
    event.preventDefault();
    event.stopPropagation();
    action();
  });
}

function clamp(value, low, high) {
  return Math.min(high, Math.max(low, value));
}

function distance([x0, y0], [x1, y1]) {
  return Math.hypot(x1 - x0, y1 - y0);
}

function spread([[x0, y0], [x1, y1]]) {
  return { middle: [(x0 + x1) / 2, (y0 + y1) / 2], gap: Math.hypot(x1 - x0, y1 - y0) };
}
