// Where the layout lies on the screen: one scale for both axes, y upwards.

const FIT_MARGIN = 0.94;
const OVERLAY_HEIGHT = 48; // toolbar above, hint below: no point of the whole map lies under them
const MIN_ZOOM = 0.5;
const MAX_ZOOM = 80;

class Viewport {
  constructor() {
    this.width = 1;
    this.height = 1;
    this.bounds = [0, 1, 0, 1];
    this.reset();
  }

  /** Pixels per layout unit at which the whole layout just fits. */
  get fitScale() {
    const [left, right, bottom, top] = this.bounds;
    const free = Math.max(this.height / 2, this.height - 2 * OVERLAY_HEIGHT);
    return FIT_MARGIN * Math.min(this.width / (right - left), free / (top - bottom));
  }

  get scale() {
    return this.fitScale * this.zoom;
  }

  reset() {
    const [left, right, bottom, top] = this.bounds;
    this.zoom = 1;
    this.centreX = (left + right) / 2;
    this.centreY = (bottom + top) / 2;
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

  /** Factors that take unit coordinates (0 to 1 along the bounds) to clip space (-1 to 1). */
  clipTransform() {
    const [left, right, bottom, top] = this.bounds;
    const perX = (2 * this.scale) / this.width;
    const perY = (2 * this.scale) / this.height;
    return {
      stretch: [(right - left) * perX, (top - bottom) * perY],
      shift: [(left - this.centreX) * perX, (bottom - this.centreY) * perY],
    };
  }
}

function clamp(value, low, high) {
  return Math.min(high, Math.max(low, value));
}
