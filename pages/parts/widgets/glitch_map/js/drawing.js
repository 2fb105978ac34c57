// Drawing on the map: a hand that is down draws a lasso or a box where it does not pan, and a double click shows an
// island alone, or all.

const DOUBLE_CLICK_MS = 250;
const LASSO_STEP_PIXELS = 2;

/**
 * `target` is told as well: drawTo(points, operation), finishOutline(how, points, operation), abandonOutline(),
 * doubleClickAt(place), and of a click its operation; it is asked for its `mode`.
 */
class DrawingGestures extends Gestures {
  constructor(surface, target) {
    super(surface, target);
    Object.assign(this.handlers, {
      dblclick: (event) => this.doubleClick(event),
      contextmenu: (event) => this.drag && event.preventDefault(),
    });
    for (const name of ["dblclick", "contextmenu"]) surface.addEventListener(name, this, { passive: false });
  }

  destroy() {
    clearTimeout(this.click);
    super.destroy();
  }

  down(event) {
    super.down(event);
    const { drag } = this;
    if (event.button > 1) return;
    if (drag.kind === "pinch") {
      this.target.abandonOutline();
      return;
    }
    const pans = event.shiftKey || event.button === 1 || this.target.mode === "pan";
    const kind = pans ? "pan" : this.target.mode;
    Object.assign(drag, { kind, outline: [drag.start], operation: operationOf(event) });
  }

  follow(drag, place) {
    if (drag.kind === "pan") {
      super.follow(drag, place);
      return;
    }
    if (drag.kind === "lasso" && distance(place, drag.last) < LASSO_STEP_PIXELS) return;
    drag.last = place;
    if (drag.kind === "lasso") drag.outline.push(place);
    else drag.outline = boxOutline(drag.start, place);
    this.target.drawTo(drag.outline, drag.operation);
  }

  finish(drag, event) {
    if (!drag.moved) this.clickSoon(drag, event.pointerType === "touch");
    else if (drag.kind !== "pan") this.target.finishOutline(drag.kind, drag.outline, drag.operation);
  }

  /** A click waits until it is clear that it is not the first half of a double click. */
  clickSoon(drag, isTouch) {
    clearTimeout(this.click);
    if (isTouch) this.target.hoverAt(drag.start);
    this.click = setTimeout(() => this.target.clickAt(...drag.start, drag.operation), DOUBLE_CLICK_MS);
  }

  doubleClick(event) {
    clearTimeout(this.click);
    this.target.doubleClickAt(this.place(event));
  }

  cancel(event) {
    super.cancel(event);
    this.target.abandonOutline();
  }
}

/** What a shape does to the selection; dragging with Shift alone pans, so there it matters for clicks. */
function operationOf(event) {
  if (event.altKey) return "subtract";
  return event.ctrlKey || event.metaKey || event.shiftKey ? "add" : "replace";
}
