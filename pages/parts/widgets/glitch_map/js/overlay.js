// The drawing above the points: the outline being drawn, the outline of the selection, the ring at the pointer.
// It is SVG and not a second canvas, so that a growing lasso repaints its own surroundings and not the whole map.

const HOVER_GAP = 4;
const TINY_OUTLINE_PIXELS = 6;

class Overlay {
  constructor(element) {
    this.settled = element.querySelector(".outlines");
    this.outline = element.querySelector(".outline.is-drawing");
    this.ring = element.querySelector(".hover-ring");
    this.halo = element.querySelector(".hover-halo");
  }

  /**
   * settled: { operation, outline } in screen pixels; drawn: the outline under the hand, or empty; hovered: screen
   * place or null.
   */
  draw({ settled, drawn, hovered, diameter }) {
    this.outline.setAttribute("d", drawn.length ? pathOf(drawn) : "");
    this.settle(settled.filter(({ outline }) => isLarge(outline)).map(settledPath));
    for (const circle of [this.halo, this.ring]) {
      circle.setAttribute("visibility", hovered ? "visible" : "hidden");
      if (!hovered) continue;
      circle.setAttribute("cx", hovered[0]);
      circle.setAttribute("cy", hovered[1]);
      circle.setAttribute("r", diameter / 2 + HOVER_GAP);
    }
  }

  /** The pointer's ring moves far more often than these do. */
  settle(paths) {
    const look = paths.map((path) => path.outerHTML).join();
    if (look === this.look) return;
    this.look = look;
    this.settled.replaceChildren(...paths);
  }
}

function settledPath({ operation, outline }) {
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("class", operation === "subtract" ? "outline is-hole" : "outline");
  path.setAttribute("d", pathOf(outline));
  return path;
}

function isLarge(outline) {
  return outlineSize(outline) >= TINY_OUTLINE_PIXELS;
}

function pathOf(outline) {
  if (outline.length < 2) return "";
  return `M${outline.map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`).join("L")}Z`;
}

function outlineSize(outline) {
  const xs = outline.map(([x]) => x);
  const ys = outline.map(([, y]) => y);
  return Math.max(Math.max(...xs) - Math.min(...xs), Math.max(...ys) - Math.min(...ys));
}
