// The samples: their places, colours and words, and which of them are shown in colour just now.

const PAINT_STRIDE_SHARE = 0.381966;

class Points {
  constructor(data) {
    Object.assign(this, data);
    this.count = data.ids.length;
    this.colouring = data.colourings[0];
    this.hidden = new Set();
    this.found = null;
    this.active = new Uint8Array(this.count).fill(1);
    this.order = paintOrder(this.count);
    this.words = data.ids.map((id, i) => `${id}\n${this.label(i)}\n${data.clusterNames[i]}`.toLowerCase());
  }

  label(i) {
    return this.labelNames[this.labels[i]];
  }

  colour(i) {
    return this.colouring.palette[this.colouring.index[i]];
  }

  colourBy(number) {
    this.colouring = this.colourings[number];
    this.hidden.clear();
    this.refresh();
  }

  toggle(slot) {
    if (!this.hidden.delete(slot)) this.hidden.add(slot);
    this.refresh();
  }

  /** Show one slot alone, or everything again if it is alone already. */
  isolate(slot) {
    const wasAlone = this.isAlone(slot);
    this.hidden = new Set(wasAlone ? [] : this.colouring.names.map((_, other) => other).filter((other) => other !== slot));
    this.refresh();
  }

  isAlone(slot) {
    return !this.hidden.has(slot) && this.colouring.names.length > 1 && this.hidden.size === this.colouring.names.length - 1;
  }

  showAll() {
    this.hidden.clear();
    this.refresh();
  }

  /** Keep the samples whose id, label or cluster contains the text; an empty text keeps all. */
  search(text) {
    const wanted = text.trim().toLowerCase();
    this.found = wanted ? this.matches(wanted) : null;
    this.refresh();
  }

  matches(wanted) {
    if (/^cluster \d+$/.test(wanted)) return this.clusterNames.map((name) => name === wanted);
    return this.words.map((words) => words.includes(wanted));
  }

  refresh() {
    for (let i = 0; i < this.count; i += 1) {
      const visible = !this.hidden.has(this.colouring.index[i]);
      this.active[i] = visible && (!this.found || this.found[i]) ? 1 : 0;
    }
  }

  get activeCount() {
    return this.active.reduce((sum, value) => sum + value, 0);
  }

  firstActive(most) {
    const rows = [];
    for (let i = 0; i < this.count && rows.length < most; i += 1) if (this.active[i]) rows.push(i);
    return rows;
  }

  /** The nearest active sample within `radius` map units, or -1. */
  nearest(x, y, radius) {
    let best = -1;
    let bestSquared = radius * radius;
    for (let i = 0; i < this.count; i += 1) {
      const squared = (this.x[i] - x) ** 2 + (this.y[i] - y) ** 2;
      if (squared <= bestSquared && this.active[i]) [best, bestSquared] = [i, squared];
    }
    return best;
  }
}

/** Every sample once, neighbours in the data far apart, so that no label always lies on top of another. */
function paintOrder(count) {
  let stride = Math.max(1, Math.round(count * PAINT_STRIDE_SHARE));
  while (greatestDivisor(stride, count) > 1) stride += 1;
  return Array.from({ length: count }, (_, place) => (place * stride) % count);
}

function greatestDivisor(a, b) {
  return b ? greatestDivisor(b, a % b) : a;
}
