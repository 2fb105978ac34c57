// Tells Python when the page has lost its title while no run is under way: every page of the app begins with one.

const LOOK_EVERY_MS = 200;
// A title that is missing this often in a row is not just about to be drawn.
const MISSES = 2;
const AT_REST = '[data-testid="stApp"][data-test-script-state="notRunning"]';
const TITLE = '[data-testid="stMain"] h1';

const watches = new WeakMap();

function watchTitle(tell) {
  // Told once only: a page that is drawn without a title would be drawn anew for ever.
  let hadTitle = false;
  let missed = 0;
  return window.setInterval(() => {
    if (document.querySelector(TITLE)) {
      hadTitle = true;
      missed = 0;
      return;
    }
    missed = document.querySelector(AT_REST) ? missed + 1 : 0;
    if (hadTitle && missed >= MISSES) {
      hadTitle = false;
      tell();
    }
  }, LOOK_EVERY_MS);
}

export default function ({ parentElement, setTriggerValue }) {
  // One watch as long as the part is on the page, however often it is called: it knows whether there was a title.
  const watch = watches.get(parentElement) ?? { interval: null, tell: null };
  watches.set(parentElement, watch);
  watch.tell = () => setTriggerValue("blank", true);
  watch.interval ??= watchTitle(() => watch.tell());
  return whenGone(parentElement, () => {
    window.clearInterval(watch.interval);
    watches.delete(parentElement);
  });
}
