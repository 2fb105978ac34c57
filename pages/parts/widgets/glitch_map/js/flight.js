// Going to another part of the map: in a short flight, or at once for those who want no motion.

const FLIGHT_MS = 280;

class Flight {
  /** onStep is called after every step. */
  constructor(viewport, onStep) {
    this.viewport = viewport;
    this.onStep = onStep;
  }

  /** target: { centreX, centreY, zoom }; onLanding is called once it is reached. */
  to(target, onLanding = () => {}) {
    this.stop();
    this.onLanding = onLanding;
    const from = { centreX: this.viewport.centreX, centreY: this.viewport.centreY, zoom: this.viewport.zoom };
    const begin = performance.now();
    if (window.matchMedia("(prefers-reduced-motion: reduce)").matches) this.step(from, target, 1);
    else this.fly(from, target, begin);
  }

  fly(from, target, begin) {
    this.frame = requestAnimationFrame((now) => {
      const share = clamp((now - begin) / FLIGHT_MS, 0, 1);
      this.step(from, target, share);
      if (share < 1) this.fly(from, target, begin);
    });
  }

  step(from, target, share) {
    Object.assign(this.viewport, between(from, target, share * share * (3 - 2 * share)));
    this.onStep();
    if (share === 1) this.onLanding();
  }

  stop() {
    cancelAnimationFrame(this.frame);
  }
}

/** On the straight way from one view to another: what lies under the hand keeps its direction all along. */
function between(from, target, share) {
  if (share === 1) return target;
  const zoom = from.zoom * (target.zoom / from.zoom) ** share;
  const same = Math.abs(target.zoom / from.zoom - 1) < 1e-3;
  const gone = same ? share : (1 / from.zoom - 1 / zoom) / (1 / from.zoom - 1 / target.zoom);
  const mix = (start, end) => start + (end - start) * gone;
  return { centreX: mix(from.centreX, target.centreX), centreY: mix(from.centreY, target.centreY), zoom };
}
