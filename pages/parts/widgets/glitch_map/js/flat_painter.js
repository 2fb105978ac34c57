// Draws the points without WebGL, on a plain canvas: slower, so only up to a number of samples.

const FLAT_LIMIT = 50000;

class FlatPainter {
  constructor(canvas) {
    this.canvas = canvas;
    this.pencil = canvas.getContext("2d");
  }

  start() {}

  setPoints() {}

  setColours() {}

  setPalette() {}

  setOrder() {}

  draw(points, viewport, theme, pixelRatio) {
    this.pencil.clearRect(0, 0, this.canvas.width, this.canvas.height);
    if (points.count > FLAT_LIMIT) return;
    const diameter = pointDiameter(points, viewport) * pixelRatio;
    let first = 0;
    layerStyles(points, theme).forEach((style, layer) => {
      this.pencil.globalAlpha = style.opacity;
      for (let step = first; step < first + points.layerSizes[layer]; step += 1) {
        this.drawPoint(points, points.order[step], viewport, theme, style, diameter, pixelRatio);
      }
      first += points.layerSizes[layer];
    });
  }

  fillPoint(points, sample, x, y, size) {
    const sign = points.signOf(points.slots[sample]);
    if (!sign) {
      this.pencil.fillRect(x - size / 2, y - size / 2, size, size);
      return;
    }
    this.pencil.beginPath();
    traceSign(this.pencil, sign, x, y, size / 2);
    this.pencil.fill();
  }

  drawPoint(points, sample, viewport, theme, style, diameter, pixelRatio) {
    const [x, y] = viewport.toScreen(...points.place(sample)).map((value) => value * pixelRatio);
    const size = diameter * style.growth;
    if (style.ring) {
      this.pencil.fillStyle = cssColour(style.ringColour);
      const outer = size + 2 * pixelRatio * style.ring;
      this.fillPoint(points, sample, x, y, outer);
    }
    this.pencil.fillStyle = style.veil > 0.5 ? cssColour(theme.gray) : points.header.palette[points.slots[sample]];
    this.fillPoint(points, sample, x, y, size);
  }

  destroy() {}
}
