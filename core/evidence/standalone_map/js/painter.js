// Draws the points: gray ones first, coloured ones above, rings around the hovered and the opened one.

const FULL_TURN = 2 * Math.PI;
const SMALLEST_RADIUS = 2;
const LARGEST_RADIUS = 7;
const RADIUS_FOR_ONE = 26;
const ZOOM_GROWTH = 0.3;
const RING_GAP = 3;

class Painter {
  constructor(canvas, viewport, points) {
    Object.assign(this, { canvas, viewport, points });
    this.pencil = canvas.getContext("2d");
    this.waiting = false;
  }

  /** However often it is asked for, drawing happens once a frame. */
  request(state) {
    this.state = state;
    if (this.waiting) return;
    this.waiting = true;
    requestAnimationFrame(() => {
      this.waiting = false;
      this.paint();
    });
  }

  get radius() {
    const base = RADIUS_FOR_ONE / Math.sqrt(Math.sqrt(this.points.count + 1)) / 2;
    return clamp(base * this.viewport.zoom ** ZOOM_GROWTH, SMALLEST_RADIUS, LARGEST_RADIUS);
  }

  paint() {
    const { pencil, viewport, points } = this;
    const density = this.fitCanvas();
    const theme = getComputedStyle(this.canvas);
    pencil.setTransform(density, 0, 0, density, 0, 0);
    pencil.clearRect(0, 0, ...viewport.size);
    this.dots(0, () => theme.getPropertyValue("--faint"));
    this.dots(1, (i) => points.colour(i));
    for (const i of [this.state.hovered, this.state.opened]) this.ring(i, theme);
  }

  fitCanvas() {
    const density = window.devicePixelRatio || 1;
    const [width, height] = this.viewport.size.map((length) => Math.round(length * density));
    if (this.canvas.width !== width) this.canvas.width = width;
    if (this.canvas.height !== height) this.canvas.height = height;
    return density;
  }

  dots(active, colourOf) {
    const { pencil, viewport, points, radius } = this;
    for (const i of points.order) {
      if (points.active[i] !== active) continue;
      const [x, y] = viewport.toScreen(points.x[i], points.y[i]);
      pencil.fillStyle = colourOf(i);
      pencil.beginPath();
      pencil.arc(x, y, radius, 0, FULL_TURN);
      pencil.fill();
    }
  }

  ring(i, theme) {
    if (i < 0) return;
    const { pencil } = this;
    const [x, y] = this.viewport.toScreen(this.points.x[i], this.points.y[i]);
    for (const [width, name] of [[5, "--paper"], [2, "--ink"]]) {
      pencil.beginPath();
      pencil.arc(x, y, this.radius + RING_GAP, 0, FULL_TURN);
      pencil.lineWidth = width;
      pencil.strokeStyle = theme.getPropertyValue(name);
      pencil.stroke();
    }
  }
}
