// When the map is drawn: with the next frame. Where drawing takes long, as it does without a graphics card, what a run
// brought is drawn once the page has said the rest of it: the browser shows nothing new while it draws.

const SLOW_DRAWING_MS = 100;
const PAGE_FIRST_MS = 250;
const PAGE_FIRST_MS_A_SAMPLE = 0.001; // of a larger selection the page has more to find out
const DRAWINGS_TIMED = 3; // the quickest of the last ones tells: others waited for something else

class Pace {
  constructor(draw) {
    this.draw = draw;
    this.took = [];
    this.frame = null;
  }

  soon() {
    this.frame ??= requestAnimationFrame(() => this.now());
  }

  afterPage(selected) {
    if (!this.isSlow) {
      this.soon();
      return;
    }
    clearTimeout(this.later);
    this.later = setTimeout(() => this.soon(), PAGE_FIRST_MS + PAGE_FIRST_MS_A_SAMPLE * selected);
  }

  now() {
    this.stop();
    if (this.draw()) this.time();
  }

  get isSlow() {
    return this.took.length > 0 && Math.min(...this.took) > SLOW_DRAWING_MS;
  }

  /** Until the frame after the next one: the browser begins that when this drawing is on the screen. */
  time() {
    const began = performance.now();
    const note = () => {
      this.took = [performance.now() - began, ...this.took].slice(0, DRAWINGS_TIMED);
    };
    requestAnimationFrame(() => requestAnimationFrame(note));
  }

  stop() {
    cancelAnimationFrame(this.frame);
    clearTimeout(this.later);
    this.frame = null;
  }
}
