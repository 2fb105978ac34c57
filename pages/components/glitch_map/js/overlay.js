// The drawing above the points: the outline being drawn, the outline of the selection, the ring at the pointer.
// It is SVG and not a second canvas, so that a growing lasso repaints its own surroundings and not the whole map.

const HOVER_GAP = 4;
const TINY_OUTLINE_PIXELS = 6;

class Overlay {
  constructor(element) {
    this.outline = element.querySelector(".outline");
    this.ring = element.querySelector(".hover-ring");
    this.halo = element.querySelector(".hover-halo");
  }

  /** outline: screen pixels or empty; drawing: still under the hand; hovered: screen place or null. */
  draw({ outline, drawing, hovered, diameter }) {
    this.outline.setAttribute("d", drawing || outlineSize(outline) >= TINY_OUTLINE_PIXELS ? pathOf(outline) : "");
    this.outline.classList.toggle("is-drawing", drawing);
    for (const circle of [this.halo, this.ring]) {
      circle.setAttribute("visibility", hovered ? "visible" : "hidden");
      if (!hovered) continue;
      circle.setAttribute("cx", hovered[0]);
      circle.setAttribute("cy", hovered[1]);
      circle.setAttribute("r", diameter / 2 + HOVER_GAP);
    }
  }
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
