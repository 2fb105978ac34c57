// The samples' pictures, cut from pages that are decoded when first needed.

class Pictures {
  constructor({ width, height, columns, perPage, pages }, withoutPicture) {
    Object.assign(this, { width, height, columns, perPage, pages });
    this.missing = new Set(withoutPicture);
    this.decoded = new Map();
  }

  /** Draw sample i's picture; `canvas.dataset.picture` tells "shown", "waiting" or "none". */
  draw(canvas, i) {
    canvas.width = this.width * 2;
    canvas.height = this.height * 2;
    canvas.dataset.sample = i;
    canvas.hidden = this.missing.has(i);
    canvas.dataset.picture = canvas.hidden ? "none" : "waiting";
    if (!canvas.hidden) this.page(Math.floor(i / this.perPage)).then((page) => this.copy(canvas, i, page));
  }

  copy(canvas, i, page) {
    if (canvas.dataset.sample !== String(i)) return;
    const cell = i % this.perPage;
    const [left, top] = [(cell % this.columns) * this.width, Math.floor(cell / this.columns) * this.height];
    const pencil = canvas.getContext("2d");
    pencil.imageSmoothingQuality = "high";
    pencil.drawImage(page, left, top, this.width, this.height, 0, 0, canvas.width, canvas.height);
    canvas.dataset.picture = "shown";
  }

  page(number) {
    if (!this.decoded.has(number)) {
      const image = new Image();
      image.src = this.pages[number];
      this.decoded.set(number, image.decode().then(() => image));
    }
    return this.decoded.get(number);
  }
}
