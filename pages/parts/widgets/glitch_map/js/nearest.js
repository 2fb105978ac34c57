// The sample nearest to the pointer, through a grid of 256 x 256 cells over the 16-bit coordinates.

const CELL_BITS = 8;
const CELLS = 1 << (16 - CELL_BITS);

class NearestGrid {
  constructor(x, y) {
    this.x = x;
    this.y = y;
    this.starts = new Uint32Array(CELLS * CELLS + 1);
    this.members = new Uint32Array(x.length);
    this.fill();
  }

  /** Counting sort of the samples into cells; cell c holds members[starts[c]] to members[starts[c + 1] - 1]. */
  fill() {
    const { x, y, starts, members } = this;
    for (let i = 0; i < x.length; i += 1) starts[cellOf(x[i], y[i]) + 1] += 1;
    for (let cell = 0; cell < CELLS * CELLS; cell += 1) starts[cell + 1] += starts[cell];
    const next = starts.slice(0, -1);
    for (let i = 0; i < x.length; i += 1) members[next[cellOf(x[i], y[i])]++] = i;
  }

  /**
   * The nearest accepted sample, or -1.
   * stepX and stepY are pixels per coordinate step; radius is in pixels.
   */
  find(x, y, { stepX, stepY, radius, accept }) {
    const columns = cellRange(x, radius / stepX);
    const rows = cellRange(y, radius / stepY);
    const best = { sample: -1, squared: radius * radius };
    for (let row = rows[0]; row <= rows[1]; row += 1) {
      for (let column = columns[0]; column <= columns[1]; column += 1) {
        this.searchCell(row * CELLS + column, x, y, stepX, stepY, accept, best);
      }
    }
    return best.sample;
  }

  searchCell(cell, x, y, stepX, stepY, accept, best) {
    for (let slot = this.starts[cell]; slot < this.starts[cell + 1]; slot += 1) {
      const sample = this.members[slot];
      const offsetX = (this.x[sample] - x) * stepX;
      const offsetY = (this.y[sample] - y) * stepY;
      const squared = offsetX * offsetX + offsetY * offsetY;
      if (squared <= best.squared && accept(sample)) {
        best.sample = sample;
        best.squared = squared;
      }
    }
  }
}

function cellOf(x, y) {
  return (y >> CELL_BITS) * CELLS + (x >> CELL_BITS);
}

function cellRange(centre, reach) {
  const size = 1 << CELL_BITS;
  return [
    clamp(Math.floor((centre - reach) / size), 0, CELLS - 1),
    clamp(Math.floor((centre + reach) / size), 0, CELLS - 1),
  ];
}
