// Outlines that are sent to Python: as few vertices and digits as keep them within half a pixel of what was drawn.

const SIMPLIFY_PIXELS = 0.5;
const MAX_OUTLINE_VERTICES = 200;
const DOT_VERTICES = 8;
const DIGITS_BEYOND_A_PIXEL = 1;

/** Ramer-Douglas-Peucker: keeps every vertex that lies farther than the tolerance from the simplified line. */
function simplifyLine(points, tolerance) {
  const keep = new Uint8Array(points.length);
  keep[0] = keep[points.length - 1] = 1;
  const spans = [[0, points.length - 1]];
  while (spans.length) {
    const [first, last] = spans.pop();
    const [farthest, distance] = farthestFromChord(points, first, last);
    if (distance > tolerance) {
      keep[farthest] = 1;
      spans.push([first, farthest], [farthest, last]);
    }
  }
  return points.filter((_, index) => keep[index]);
}

function farthestFromChord(points, first, last) {
  let farthest = first;
  let greatest = 0;
  for (let index = first + 1; index < last; index += 1) {
    const distance = distanceToSegment(points[index], points[first], points[last]);
    if (distance > greatest) {
      greatest = distance;
      farthest = index;
    }
  }
  return [farthest, greatest];
}

function distanceToSegment([x, y], [startX, startY], [endX, endY]) {
  const alongX = endX - startX;
  const alongY = endY - startY;
  const squared = alongX * alongX + alongY * alongY;
  const share = squared ? clamp(((x - startX) * alongX + (y - startY) * alongY) / squared, 0, 1) : 0;
  return Math.hypot(x - startX - share * alongX, y - startY - share * alongY);
}

/** Simplified until it has at most MAX_OUTLINE_VERTICES vertices. */
function simplifyOutline(points) {
  let tolerance = SIMPLIFY_PIXELS;
  let simple = simplifyLine(points, tolerance);
  while (simple.length > MAX_OUTLINE_VERTICES) {
    tolerance *= 1.5;
    simple = simplifyLine(simple, tolerance);
  }
  return simple;
}

function boxOutline([x0, y0], [x1, y1]) {
  return [[x0, y0], [x1, y0], [x1, y1], [x0, y1]];
}

/** A small polygon around one place, in layout units. */
function dotOutline(x, y, radiusX, radiusY) {
  return Array.from({ length: DOT_VERTICES }, (_, corner) => {
    const angle = (2 * Math.PI * corner) / DOT_VERTICES;
    return [x + radiusX * Math.cos(angle), y + radiusY * Math.sin(angle)];
  });
}

/** Layout coordinates rounded to a tenth of the given length in layout units. */
function roundOutline(points, unitsPerPixel) {
  const digits = clamp(Math.ceil(-Math.log10(unitsPerPixel)) + DIGITS_BEYOND_A_PIXEL, 0, 12);
  return points.map((vertex) => vertex.map((value) => Number(value.toFixed(digits))));
}
