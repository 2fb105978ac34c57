// The samples as the map holds them: coordinates, colours, and shown and selected bits, each from a payload of its own.

const COORDINATE_STEPS = 65535;
const LAYERS = ["excluded", "plain", "selected"]; // painted in this order, so the selection lies on top
const NO_COLOURS = { palette: ["#888888"], legend: [""], signs: [], title: "", scale: null }; // until they have arrived
const SPACING_SAMPLES = 400; // so many are asked how far the next one is
const GOLDEN_RATIO = 0.6180339887;

class Points {
  constructor({ header, body }) {
    const count = header.count;
    this.header = { ...NO_COLOURS, ...header };
    this.count = count;
    this.x = new Uint16Array(body.slice(0, 2 * count).buffer);
    this.y = new Uint16Array(body.slice(2 * count, 4 * count).buffer);
    this.slots = new Uint8Array(count);
    this.layers = new Uint8Array(count).fill(LAYERS.indexOf("plain"));
    this.order = new Uint32Array(count);
    this.withSigns = false;
    this.sortIntoLayers();
  }

  get bounds() {
    return this.header.bounds;
  }

  /** Width by height, as text for the style. A narrow screen gives the map no more height than that. */
  get aspect() {
    const [left, right, bottom, top] = this.bounds;
    return ((right - left) / (top - bottom)).toFixed(3);
  }

  /** Takes the colours; false where they belong to other samples. */
  paint({ header, body }) {
    if (header.count !== this.count || header.pictures !== this.header.pictures) return false;
    const { palette, legend, signs, title, scale } = header;
    Object.assign(this.header, { palette, legend, signs, title, scale });
    this.slots = body.slice(0, this.count);
    this.countSlots();
    return true;
  }

  /** Whether what is coloured has shapes as well. */
  get hasSigns() {
    return this.header.signs.length > 0;
  }

  /** The number of a slot's shape: 0, a circle, where no shapes are wanted. */
  signOf(slot) {
    return this.withSigns ? this.header.signs[slot] ?? 0 : 0;
  }

  /** Takes the shown and selected bits; false where they belong to other points. */
  applyState({ header, body }) {
    if (header.count !== this.count || header.shown !== this.header.shown) return false;
    const bytes = Math.ceil(this.count / 8);
    for (let i = 0; i < this.count; i += 1) {
      const shown = (body[i >> 3] >> (i & 7)) & 1;
      const selected = (body[bytes + (i >> 3)] >> (i & 7)) & 1;
      this.layers[i] = selected ? 2 : shown;
    }
    this.sortIntoLayers();
    return true;
  }

  /**
   * Fills `order` layer by layer and counts. Inside a layer samples are taken in golden-ratio strides, so that no label
   * hides the others because its samples come last in the data set.
   */
  sortIntoLayers() {
    const { count, layers } = this;
    this.knownSpacing = undefined;
    this.layerSizes = [0, 0, 0];
    for (let i = 0; i < count; i += 1) this.layerSizes[layers[i]] += 1;
    const next = [0, this.layerSizes[0], this.layerSizes[0] + this.layerSizes[1]];
    const stride = coprimeStride(count);
    for (let step = 0, i = 0; step < count; step += 1, i = (i + stride) % count) this.order[next[layers[i]]++] = i;
    this.countSlots();
  }

  countSlots() {
    const slots = this.header.palette.length;
    this.shownBySlot = new Uint32Array(slots);
    this.selectedBySlot = new Uint32Array(slots);
    for (let i = 0; i < this.count; i += 1) {
      if (this.layers[i] > 0) this.shownBySlot[this.slots[i]] += 1;
      if (this.layers[i] === 2) this.selectedBySlot[this.slots[i]] += 1;
    }
  }

  get shownCount() {
    return this.count - this.layerSizes[0];
  }

  get selectedCount() {
    return this.layerSizes[2];
  }

  isShown(sample) {
    return this.layers[sample] > 0;
  }

  /** Layout units per coordinate step along x and y. */
  get stepSize() {
    const [left, right, bottom, top] = this.bounds;
    return [(right - left) / COORDINATE_STEPS, (top - bottom) / COORDINATE_STEPS];
  }

  place(sample) {
    const [stepX, stepY] = this.stepSize;
    return [this.bounds[0] + this.x[sample] * stepX, this.bounds[2] + this.y[sample] * stepY];
  }

  /** The least and greatest x and y of the selected samples; null where none is. */
  get selectedBounds() {
    if (!this.selectedCount) return null;
    const places = Array.from(this.order.subarray(this.count - this.selectedCount), (sample) => this.place(sample));
    const bounds = [Infinity, -Infinity, Infinity, -Infinity];
    for (const [x, y] of places) {
      bounds[0] = Math.min(bounds[0], x);
      bounds[1] = Math.max(bounds[1], x);
      bounds[2] = Math.min(bounds[2], y);
      bounds[3] = Math.max(bounds[3], y);
    }
    return bounds;
  }

  /** How far the next shown sample is from a shown one, in layout units: the median of some; infinite for one. */
  get spacing() {
    this.knownSpacing ??= this.findSpacing();
    return this.knownSpacing;
  }

  findSpacing() {
    const shown = this.order.subarray(this.layerSizes[0]);
    const asked = Math.min(shown.length, SPACING_SAMPLES);
    if (asked < 2) return Infinity;
    const some = Array.from({ length: asked }, (_, step) => shown[Math.floor((step * shown.length) / asked)]);
    const apart = some.map((sample) => this.gapAt(sample));
    return apart.sort((a, b) => a - b)[asked >> 1];
  }

  /** Looks ever farther around until another sample comes into sight. */
  gapAt(sample) {
    this.grid ??= new NearestGrid(this.x, this.y);
    const [stepX, stepY] = this.stepSize;
    const accept = (other) => other !== sample && this.isShown(other);
    const across = Math.max(stepX, stepY) * COORDINATE_STEPS;
    for (let radius = across / CELLS; radius < 4 * across; radius *= 2) {
      const found = this.grid.find(this.x[sample], this.y[sample], { stepX, stepY, radius, accept });
      if (found >= 0) return distance(this.place(sample), this.place(found));
    }
    return Infinity;
  }

  /** The nearest shown sample within `radius` pixels of a place on the screen, or -1. */
  nearest(viewport, screenX, screenY, radius) {
    if (!this.count) return -1;
    this.grid ??= new NearestGrid(this.x, this.y);
    const [stepX, stepY] = this.stepSize;
    const [x, y] = viewport.toData(screenX, screenY);
    return this.grid.find((x - this.bounds[0]) / stepX, (y - this.bounds[2]) / stepY, {
      stepX: stepX * viewport.scale,
      stepY: stepY * viewport.scale,
      radius,
      accept: (sample) => this.isShown(sample),
    });
  }
}

function coprimeStride(count) {
  if (count < 3) return 1;
  let stride = Math.max(1, Math.round(count * GOLDEN_RATIO));
  while (greatestCommonDivisor(stride, count) !== 1) stride += 1;
  return stride;
}

function greatestCommonDivisor(a, b) {
  return b ? greatestCommonDivisor(b, a % b) : a;
}
