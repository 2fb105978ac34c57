// The names of the islands, drawn over the points: the largest islands first, and none over another one. A name stands
// in the middle of its island; where the island is too small for that, on the side of it where it hides fewest samples.

const NAME_HEIGHT_PIXELS = 18; // with the rim that sets it off from the points
const NAME_GAP_PIXELS = 3;
const NAME_LIFT_PIXELS = 5; // between an island and a name above it
const HIDDEN_SAMPLES = 3000; // so many are asked whether a name would hide them
const ROOMY_HEIGHTS = 3; // an island so many names high has room for its own
const NAMES_KEPT = "glitch-audit-map-names"; // this browser's storage: "off" where nobody wants to see them
const SVG_NAMESPACE = "http://www.w3.org/2000/svg";

class IslandNames {
  constructor(element) {
    this.element = element;
    this.names = []; // { text, row, bounds, node, width }
    this.boxes = []; // of those on screen: { left, right, top, bottom, x, y, name }
    this.on = isKeptOn(NAMES_KEPT, true);
  }

  /** names: { text, row, bounds }, the largest island first. */
  take(names) {
    const pencil = new OffscreenCanvas(1, 1).getContext("2d");
    const { fontWeight, fontSize, fontFamily } = getComputedStyle(this.element);
    pencil.font = `${fontWeight} ${fontSize} ${fontFamily}`;
    const widthOf = (text) => pencil.measureText(text).width;
    this.names = names.map((name) => ({ ...name, node: nameNode(name.text), width: widthOf(name.text) }));
    this.element.replaceChildren(...this.names.map(({ node }) => node));
  }

  toggle() {
    this.on = !this.on;
    keepOn(NAMES_KEPT, this.on);
  }

  /** Shows each name that has room at one of its places, clear of `tools`, a box; how many there are. */
  draw(viewport, points, tools) {
    this.boxes = [];
    const taken = [tools];
    const samples = this.on ? someOnScreen(points, viewport) : [];
    for (const name of this.names) {
      const places = this.on ? namePlaces(name, viewport, points) : [];
      const boxes = places.map((place) => nameBox(place, name, viewport.width));
      const clear = boxes.filter((box) => isInside(box, viewport) && !taken.some((other) => overlap(box, other)));
      const free = leastHiding(clear, samples);
      name.node.setAttribute("visibility", free ? "visible" : "hidden");
      if (!free) continue;
      taken.push(free);
      this.boxes.push(free);
      name.node.setAttribute("x", free.x.toFixed(1));
      name.node.setAttribute("y", free.y.toFixed(1));
    }
    return this.boxes.length;
  }

  /** The name at a place on the screen, or undefined. */
  at(place) {
    return this.boxes.find((box) => holds(box, place))?.name;
  }
}

/** Names come from users' files: they reach the page as text only. */
function nameNode(text) {
  const node = document.createElementNS(SVG_NAMESPACE, "text");
  node.setAttribute("class", "island-name");
  node.setAttribute("visibility", "hidden");
  node.textContent = text;
  return node;
}

/** On the screen: in the middle of the island, or around it where it would hide the island. */
function namePlaces({ row, bounds, width }, viewport, points) {
  const [left, top] = viewport.toScreen(bounds[0], bounds[3]);
  const [right, bottom] = viewport.toScreen(bounds[1], bounds[2]);
  const place = viewport.toScreen(...points.place(row));
  const hasRoom = right - left > width && bottom - top > ROOMY_HEIGHTS * NAME_HEIGHT_PIXELS;
  const lift = NAME_HEIGHT_PIXELS / 2 + NAME_LIFT_PIXELS;
  const middle = (left + right) / 2;
  if (hasRoom) return [place];
  const level = (top + bottom) / 2;
  const aside = width / 2 + NAME_GAP_PIXELS + NAME_LIFT_PIXELS;
  return [[middle, top - lift], [middle, bottom + lift], [right + aside, level], [left - aside, level]];
}

/** Places on the screen of some of the shown samples. */
function someOnScreen(points, viewport) {
  const shown = points.order.subarray(points.count - points.shownCount);
  const step = Math.max(1, Math.ceil(shown.length / HIDDEN_SAMPLES));
  const places = [];
  for (let at = 0; at < shown.length; at += step) places.push(viewport.toScreen(...points.place(shown[at])));
  return places;
}

/** Of several boxes the first that hides fewest of the samples; undefined where there is no box. */
function leastHiding(boxes, samples) {
  if (boxes.length < 2) return boxes[0];
  const hidden = boxes.map((box) => samples.filter((place) => holds(box, place)).length);
  return boxes[hidden.indexOf(Math.min(...hidden))];
}

function holds({ left, right, top, bottom }, [x, y]) {
  return x >= left && x <= right && y >= top && y <= bottom;
}

/** A name at the rim is moved inwards as long as its place is on screen. */
function nameBox([wantedX, y], name, room) {
  const wide = name.width / 2 + NAME_GAP_PIXELS;
  const fits = wantedX >= 0 && wantedX <= room && 2 * wide <= room;
  const x = fits ? clamp(wantedX, wide, room - wide) : wantedX;
  const high = NAME_HEIGHT_PIXELS / 2 + NAME_GAP_PIXELS;
  return { left: x - wide, right: x + wide, top: y - high, bottom: y + high, x, y, name };
}

/** A name that is cut off tells nobody anything. */
function isInside({ left, right, top, bottom }, { width, height }) {
  return left >= 0 && right <= width && bottom > 0 && top < height;
}

function overlap(one, other) {
  return one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom;
}

/** Where an element lies in the stage. */
function boxOf({ offsetLeft, offsetTop, offsetWidth, offsetHeight }) {
  return { left: offsetLeft, right: offsetLeft + offsetWidth, top: offsetTop, bottom: offsetTop + offsetHeight };
}
