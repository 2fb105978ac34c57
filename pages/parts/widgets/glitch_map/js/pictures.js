// Pages of hover pictures: asked for when needed, decoded when shown, a few kept decoded.

const KEPT_DECODED = 6;
const ASK_PAUSE_MS = 60;

class Pictures {
  constructor(onArrival) {
    this.decoded = new Map();
    this.onArrival = onArrival;
  }

  setSource({ pictures, samplesPerPage }) {
    if (pictures !== this.source) this.clear();
    this.source = pictures;
    this.samplesPerPage = samplesPerPage;
  }

  pageOf(sample) {
    return Math.floor(sample / this.samplesPerPage);
  }

  /** What is known of a sample now: { card, bitmap, cell } or null while its page is on the way. */
  look(sample) {
    const page = this.pageOf(sample);
    const payload = shelf().get(pageChannel(this.source, page));
    if (!payload) {
      this.askLater(page);
      return null;
    }
    const position = sample % this.samplesPerPage;
    const { columns, rows, cards } = payload.header;
    const bitmap = this.bitmap(payload);
    const cell = bitmap && {
      width: bitmap.width / columns,
      height: bitmap.height / rows,
      left: ((position % columns) * bitmap.width) / columns,
      top: (Math.floor(position / columns) * bitmap.height) / rows,
    };
    return { card: cards[position], bitmap, cell };
  }

  askLater(page) {
    clearTimeout(this.asking);
    const detail = { pictures: this.source, page };
    this.asking = setTimeout(
      () => window.dispatchEvent(new CustomEvent(NEED_PAGE_EVENT, { detail })),
      ASK_PAUSE_MS,
    );
  }

  /** The decoded sprite, or null while the browser decodes it. */
  bitmap(payload) {
    const known = this.decoded.get(payload);
    if (known === undefined) this.decode(payload);
    return known ?? null;
  }

  async decode(payload) {
    this.decoded.set(payload, null);
    try {
      this.decoded.set(payload, await createImageBitmap(new Blob([payload.body])));
    } catch {
      return; // an unreadable sprite: the tooltip stays without a picture
    }
    for (const [old, bitmap] of [...this.decoded].slice(0, Math.max(0, this.decoded.size - KEPT_DECODED))) {
      bitmap?.close();
      this.decoded.delete(old);
    }
    this.onArrival();
  }

  clear() {
    clearTimeout(this.asking);
    for (const bitmap of this.decoded.values()) bitmap?.close();
    this.decoded.clear();
  }
}
