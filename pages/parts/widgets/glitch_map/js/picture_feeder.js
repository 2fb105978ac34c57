// An invisible component: passes the map's wishes for picture pages to Python, one at a time, the newest wish first.
// The answer comes through a feeder beside it.

const PRELOAD_PAGES = 8; // so few pages are fetched in idle time, before anyone hovers
const ANSWER_TIMEOUT_MS = 4000;
const PRELOAD_PAUSE_MS = 400;
const LOOK_AGAIN_MS = 50;
const RUNNING = '[data-testid="stApp"]:not([data-test-script-state="notRunning"])';

class PageCourier {
  constructor() {
    this.wishes = [];
    this.underway = null;
    this.onNeed = (event) => this.wish(event.detail);
    this.onShelf = (event) => this.arrived(event.detail);
    window.addEventListener(NEED_PAGE_EVENT, this.onNeed);
    window.addEventListener(SHELF_EVENT, this.onShelf);
  }

  refresh({ pictures, pages }, ask) {
    this.ask = ask;
    if (pictures !== this.pictures) {
      this.wishes = [];
      this.underway = null;
    }
    this.pictures = pictures;
    this.pages = pages;
    this.preloadLater();
  }

  wish({ pictures, page }) {
    if (pictures !== this.pictures || page < 0 || page >= this.pages) return;
    this.wishes = [page, ...this.wishes.filter((other) => other !== page)];
    this.askNext();
  }

  askNext() {
    if (this.underway !== null) return;
    this.wishes = this.wishes.filter((page) => !shelf().has(pageChannel(this.pictures, page)));
    if (!this.wishes.length) return;
    // Nothing is answered before the run is over; and where that run brings another page, Streamlit takes the answer
    // for that page's, and empties it.
    clearTimeout(this.waiting);
    if (document.querySelector(RUNNING)) {
      this.waiting = setTimeout(() => this.askNext(), LOOK_AGAIN_MS);
      return;
    }
    this.underway = this.wishes.shift();
    this.ask(this.underway);
    this.giveUp = setTimeout(() => this.finish(), ANSWER_TIMEOUT_MS);
  }

  arrived(channel) {
    if (channel === pageChannel(this.pictures, this.underway)) this.finish();
  }

  finish() {
    clearTimeout(this.giveUp);
    this.underway = null;
    this.askNext();
    this.preloadLater();
  }

  preloadLater() {
    clearTimeout(this.preload);
    if (this.pages <= PRELOAD_PAGES) this.preload = setTimeout(() => this.preloadOne(), PRELOAD_PAUSE_MS);
  }

  preloadOne() {
    if (this.underway !== null) return;
    const missing = [...Array(this.pages).keys()].find((page) => !shelf().has(pageChannel(this.pictures, page)));
    if (missing !== undefined) this.wish({ pictures: this.pictures, page: missing });
  }

  destroy() {
    clearTimeout(this.giveUp);
    clearTimeout(this.preload);
    clearTimeout(this.waiting);
    window.removeEventListener(NEED_PAGE_EVENT, this.onNeed);
    window.removeEventListener(SHELF_EVENT, this.onShelf);
  }
}

const couriers = new WeakMap();

export default function pictureFeeder({ data, parentElement, setTriggerValue }) {
  if (!couriers.has(parentElement)) couriers.set(parentElement, new PageCourier());
  const courier = couriers.get(parentElement);
  courier.refresh(data, (page) => setTriggerValue("page", page));
  return whenGone(parentElement, () => {
    courier.destroy();
    couriers.delete(parentElement);
  });
}
