// Pointer, wheel and touch on the drawing, turned into what they mean.

const CLICK_PIXELS = 4;
const DOUBLE_CLICK_MS = 250;
const WHEEL_SPEED = 0.0015;
const WHEEL_LINE_PIXELS = 16;
const WHEEL_MOST = 240;
const LASSO_STEP_PIXELS = 2;

/**
 * `target` is told: drawTo(points, operation), finishOutline(how, points, operation), abandonOutline(), panBy(dx, dy),
 * zoomAt(x, y, factor), hoverAt(place), leave(), clickAt(x, y, operation), resetView(); it is asked for its `mode`.
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
      dblclick: () => this.doubleClick(),
      wheel: (event) => this.wheel(event),
      contextmenu: (event) => this.drag && event.preventDefault(),
    };
    for (const [name, handler] of Object.entries(this.handlers)) {
      surface.addEventListener(name, handler, { passive: false });
    }
  }

  destroy() {
    clearTimeout(this.click);
    for (const [name, handler] of Object.entries(this.handlers)) this.surface.removeEventListener(name, handler);
  }

  place(event) {
    const box = this.surface.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  }

  down(event) {
    if (event.button > 1) return;
    this.surface.setPointerCapture(event.pointerId);
    this.fingers.set(event.pointerId, this.place(event));
    if (this.fingers.size > 1) {
      this.target.abandonOutline();
      this.drag = { kind: "pinch" };
      return;
    }
    const pans = event.shiftKey || event.button === 1 || this.target.mode === "pan";
    this.drag = {
      kind: pans ? "pan" : this.target.mode,
      start: this.place(event),
      last: this.place(event),
      outline: [this.place(event)],
      moved: false,
      operation: operationOf(event),
    };
  }

  move(event) {
    const place = this.place(event);
    if (!this.drag) {
      this.target.hoverAt(place);
      return;
    }
    if (this.drag.kind === "pinch") this.pinch(event.pointerId, place);
    else this.dragTo(place);
  }

  dragTo(place) {
    const { drag } = this;
    if (!drag.moved && distance(place, drag.start) < CLICK_PIXELS) return;
    if (!drag.moved) this.target.leave();
    drag.moved = true;
    if (drag.kind === "pan") this.target.panBy(place[0] - drag.last[0], place[1] - drag.last[1]);
    if (drag.kind === "lasso" && distance(place, drag.last) < LASSO_STEP_PIXELS) return;
    drag.last = place;
    if (drag.kind === "lasso") drag.outline.push(place);
    if (drag.kind === "box") drag.outline = boxOutline(drag.start, place);
    if (drag.kind !== "pan") this.target.drawTo(drag.outline, drag.operation);
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
    if (drag.kind === "pinch") return;
    if (!drag.moved) this.clickSoon(drag, event.pointerType === "touch");
    else if (drag.kind !== "pan") this.target.finishOutline(drag.kind, drag.outline, drag.operation);
  }

  /** A click waits until it is clear that it is not the first half of a double click. */
  clickSoon(drag, isTouch) {
    clearTimeout(this.click);
    if (isTouch) this.target.hoverAt(drag.start);
    this.click = setTimeout(() => this.target.clickAt(...drag.start, drag.operation), DOUBLE_CLICK_MS);
  }

  doubleClick() {
    clearTimeout(this.click);
    this.target.resetView();
  }

  cancel(event) {
    this.fingers.delete(event.pointerId);
    this.drag = null;
    this.target.abandonOutline();
  }

  wheel(event) {
    event.preventDefault();
    const pixels = event.deltaY * (event.deltaMode === WheelEvent.DOM_DELTA_LINE ? WHEEL_LINE_PIXELS : 1);
    this.target.zoomAt(...this.place(event), Math.exp(-clamp(pixels, -WHEEL_MOST, WHEEL_MOST) * WHEEL_SPEED));
    this.target.hoverAt(this.place(event));
  }
}

/** What a shape does to the selection; dragging with Shift alone pans, so there it matters for clicks. */
function operationOf(event) {
  if (event.altKey) return "subtract";
  return event.ctrlKey || event.metaKey || event.shiftKey ? "add" : "replace";
}

function distance([x0, y0], [x1, y1]) {
  return Math.hypot(x1 - x0, y1 - y0);
}

function spread([[x0, y0], [x1, y1]]) {
  return { middle: [(x0 + x1) / 2, (y0 + y1) / 2], gap: Math.hypot(x1 - x0, y1 - y0) };
}
