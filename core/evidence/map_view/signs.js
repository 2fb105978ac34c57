// The labels' shapes, by number as the taxonomy has them: what tells labels apart beside their colour. The map's points,
// its legend, and the dots on tiles are all drawn from these outlines, in the order of the charts' symbols.

const SIGN_REACH = 1.25; // of a circle's radius: how far the farthest corner lies from the middle
const SIGN_ARM = 0.42; // half the width of a cross's arms
const STAR_INNER = 0.52;

const SIGN_OUTLINES = [
  null, // a circle
  [[-0.9, -0.9], [0.9, -0.9], [0.9, 0.9], [-0.9, 0.9]],
  [[0, -1.25], [1.25, 0], [0, 1.25], [-1.25, 0]],
  [[0, -1.15], [1.2, 0.9], [-1.2, 0.9]],
  [[0, 1.15], [-1.2, -0.9], [1.2, -0.9]],
  crossOutline(0),
  crossOutline(Math.PI / 4),
  starOutline(),
];

/** Corners of a cross of four arms, turned by an angle. */
function crossOutline(turn) {
  const [a, r] = [SIGN_ARM, 1.18];
  const upright = [[-a, -r], [a, -r], [a, -a], [r, -a], [r, a], [a, a], [a, r], [-a, r], [-a, a], [-r, a], [-r, -a], [-a, -a]];
  const [cos, sin] = [Math.cos(turn), Math.sin(turn)];
  return upright.map(([x, y]) => [x * cos - y * sin, x * sin + y * cos]);
}

/** Corners of a star of five points, one of them upwards. */
function starOutline() {
  return Array.from({ length: 10 }, (_, corner) => {
    const angle = (corner * Math.PI) / 5;
    const reach = corner % 2 ? STAR_INNER : SIGN_REACH;
    return [reach * Math.sin(angle), -reach * Math.cos(angle)];
  });
}

/** Gives a swatch, an element that is a filled circle, the shape of a sign. */
function shapeSwatch(swatch, sign) {
  const outline = SIGN_OUTLINES[sign];
  const corner = (value) => `${(50 + (50 * value) / SIGN_REACH).toFixed(1)}%`;
  swatch.dataset.sign = String(sign);
  swatch.style.borderRadius = outline ? "0" : "";
  swatch.style.transform = outline ? `scale(${SIGN_REACH})` : "";
  swatch.style.clipPath = outline ? `polygon(${outline.map((place) => place.map(corner).join(" ")).join(", ")})` : "";
}

/** Adds the shape to a canvas path. */
function traceSign(pencil, sign, x, y, radius) {
  const outline = SIGN_OUTLINES[sign];
  if (!outline) {
    pencil.moveTo(x + radius, y);
    pencil.arc(x, y, radius, 0, 2 * Math.PI);
    return;
  }
  outline.forEach(([across, down], corner) => {
    pencil[corner ? "lineTo" : "moveTo"](x + radius * across, y + radius * down);
  });
  pencil.closePath();
}
