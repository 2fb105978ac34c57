// Pointer, wheel, touch and keys on the map, turned into what they mean.

const CLICK_PIXELS = 5;
const WHEEL_SPEED = 0.0015;
const WHEEL_MOST = 240;
const WHEEL_LINE_PIXELS = 16;
const KEY_PAN_PIXELS = 60;
const KEY_ZOOM = 1.3;

/** `target` is told: hoverAt(place), leave(), clickAt(place), panBy(dx, dy), zoomAt(x, y, factor). */
class Gestures {
  constructor(canvas, target) {
    Object.assign(this, { canvas, target });
    this.fingers = new Map();
    this.moved = false;
    canvas.addEventListener("pointerdown", (event) => this.down(event));
    canvas.addEventListener("pointermove", (event) => this.move(event));
    canvas.addEventListener("pointerup", (event) => this.up(event));
    canvas.addEventListener("pointercancel", (event) => this.fingers.delete(event.pointerId));
    canvas.addEventListener("pointerleave", () => target.leave());
    canvas.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
  }

  place(event) {
    const box = this.canvas.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  }

  down(event) {
    this.canvas.setPointerCapture(event.pointerId);
    this.fingers.set(event.pointerId, this.place(event));
    this.start = this.place(event);
    this.moved = this.fingers.size > 1;
  }

  move(event) {
    const place = this.place(event);
    const last = this.fingers.get(event.pointerId);
    if (!last) {
      this.target.hoverAt(place);
      return;
    }
    if (this.fingers.size > 1) this.pinch(event.pointerId, place);
    else this.drag(event.pointerId, last, place);
  }

  drag(finger, last, place) {
    if (!this.moved && distance(place, this.start) < CLICK_PIXELS) return;
    this.moved = true;
    this.fingers.set(finger, place);
    this.target.leave();
    this.target.panBy(place[0] - last[0], place[1] - last[1]);
  }

  /** Two fingers: their middle pans, their distance zooms. */
  pinch(finger, place) {
    const before = spread([...this.fingers.values()]);
    this.fingers.set(finger, place);
    const after = spread([...this.fingers.values()]);
    this.target.panBy(after.middle[0] - before.middle[0], after.middle[1] - before.middle[1]);
    if (before.gap > 0) this.target.zoomAt(...after.middle, after.gap / before.gap);
  }

  up(event) {
    const wasDown = this.fingers.delete(event.pointerId);
    if (wasDown && !this.moved) this.target.clickAt(this.place(event));
  }

  wheel(event) {
    event.preventDefault();
    const pixels = event.deltaY * (event.deltaMode === WheelEvent.DOM_DELTA_LINE ? WHEEL_LINE_PIXELS : 1);
    this.target.zoomAt(...this.place(event), Math.exp(-clamp(pixels, -WHEEL_MOST, WHEEL_MOST) * WHEEL_SPEED));
    this.target.hoverAt(this.place(event));
  }
}

function listenToKeys(canvas, map) {
  const actions = {
    ArrowLeft: () => map.panBy(KEY_PAN_PIXELS, 0),
    ArrowRight: () => map.panBy(-KEY_PAN_PIXELS, 0),
    ArrowUp: () => map.panBy(0, KEY_PAN_PIXELS),
    ArrowDown: () => map.panBy(0, -KEY_PAN_PIXELS),
    "+": () => map.zoomMiddle(KEY_ZOOM),
    "=": () => map.zoomMiddle(KEY_ZOOM),
    "-": () => map.zoomMiddle(1 / KEY_ZOOM),
    0: () => map.reset(),
    Enter: () => map.openMiddle(),
    Escape: () => map.close(),
  };
  canvas.addEventListener("keydown", (event) => {
    const action = actions[event.key];
    if (!action || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    action();
  });
}

function distance([x0, y0], [x1, y1]) {
  return Math.hypot(x1 - x0, y1 - y0);
}

function spread([[x0, y0], [x1, y1]]) {
  return { middle: [(x0 + x1) / 2, (y0 + y1) / 2], gap: Math.hypot(x1 - x0, y1 - y0) };
}
