// Selecting by keys alone: a ring in the middle of the map. The map is moved below it, or an island is brought into it,
// and what lies in the ring is selected.

const AIM_SHARE = 0.3; // the ring's radius, of the map's shorter side
const AIM_VERTICES = 48;
const AIM_ROOM = 0.95; // of the ring is what an island fills that is brought into it

class Aim {
  constructor(ring, text) {
    this.ring = ring;
    this.text = text;
    this.island = -1;
    this.on = false;
  }

  radius({ width, height }) {
    return AIM_SHARE * Math.min(width, height);
  }

  /** Whoever comes by mouse draws with it, and needs no ring. */
  show(on) {
    this.on = on;
    this.ring.toggleAttribute("hidden", !on);
    if (!on) this.text.textContent = "";
  }

  draw(viewport) {
    const size = `${2 * this.radius(viewport)}px`;
    Object.assign(this.ring.style, { width: size, height: size });
  }

  outline(viewport) {
    const radius = this.radius(viewport);
    return Array.from({ length: AIM_VERTICES }, (_, corner) => {
      const angle = (2 * Math.PI * corner) / AIM_VERTICES;
      return [viewport.width / 2 + radius * Math.cos(angle), viewport.height / 2 + radius * Math.sin(angle)];
    });
  }

  /** The next of these names, or the one before with a step of -1, round and round. */
  step(names, step) {
    if (!names.length) return null;
    const from = this.island < 0 && step < 0 ? 0 : this.island;
    this.island = (from + step + names.length) % names.length;
    return names[this.island];
  }

  /** The view that has these bounds in the ring. */
  viewOf([left, right, bottom, top], viewport) {
    const across = Math.max(distance([left, bottom], [right, top]), Number.EPSILON);
    const zoom = clamp((AIM_ROOM * 2 * this.radius(viewport)) / across / viewport.fitScale, MIN_ZOOM, CLOSEST_FIT);
    return { centreX: (left + right) / 2, centreY: (bottom + top) / 2, zoom };
  }

  count(points, viewport) {
    const radius = this.radius(viewport) / viewport.scale;
    let inside = 0;
    for (let row = 0; row < points.count; row += 1) {
      if (points.isShown(row) && distance(points.place(row), viewport.centre) <= radius) inside += 1;
    }
    return inside;
  }

  say(points, viewport, name = null) {
    const inside = this.count(points, viewport);
    const samples = `${COUNT_FORMAT.format(inside)} ${inside === 1 ? "sample" : "samples"} in the ring`;
    this.text.textContent = `${name ? `${name.text}: ` : ""}${samples}. ${inside ? "Enter selects." : "Arrows move the map."}`;
  }
}

/** Keys on the map itself, and not on the buttons over it, which have their own Enter. */
function aimKeys(map) {
  return {
    ".": () => map.aimAtIsland(1),
    ",": () => map.aimAtIsland(-1),
    enter: () => map.selectAimed("replace"),
    a: () => map.selectAimed("add"),
    x: () => map.selectAimed("subtract"),
  };
}
