// Where the map lies on the screen: one scale for both axes, y upwards.

const FIT_MARGIN = 0.92;
const MIN_ZOOM = 0.5;
const MAX_ZOOM = 80;

class Viewport {
  constructor(width, height) {
    this.extent = [Math.max(1, width), Math.max(1, height)];
    this.size = [1, 1];
    this.reset();
  }

  reset() {
    this.zoom = 1;
    this.centre = this.extent.map((length) => length / 2);
  }

  get scale() {
    return FIT_MARGIN * this.zoom * Math.min(this.size[0] / this.extent[0], this.size[1] / this.extent[1]);
  }

  setSize(width, height) {
    this.size = [Math.max(1, width), Math.max(1, height)];
  }

  toScreen(x, y) {
    const { scale } = this;
    return [(x - this.centre[0]) * scale + this.size[0] / 2, this.size[1] / 2 - (y - this.centre[1]) * scale];
  }

  toMap(screenX, screenY) {
    const { scale } = this;
    return [(screenX - this.size[0] / 2) / scale + this.centre[0], (this.size[1] / 2 - screenY) / scale + this.centre[1]];
  }

  panBy(pixelsX, pixelsY) {
    this.centre[0] = clamp(this.centre[0] - pixelsX / this.scale, 0, this.extent[0]);
    this.centre[1] = clamp(this.centre[1] + pixelsY / this.scale, 0, this.extent[1]);
  }

  /** Zoom so that the place under (screenX, screenY) stays there. */
  zoomAt(screenX, screenY, factor) {
    const before = this.toMap(screenX, screenY);
    this.zoom = clamp(this.zoom * factor, MIN_ZOOM, MAX_ZOOM);
    const after = this.toMap(screenX, screenY);
    this.centre = this.centre.map((place, axis) => place + before[axis] - after[axis]);
  }

  /** Bring a place into the middle, at least this close. */
  showAt(x, y, zoom) {
    this.centre = [x, y];
    this.zoom = Math.max(this.zoom, zoom);
  }
}

function clamp(value, low, high) {
  return Math.min(high, Math.max(low, value));
}
