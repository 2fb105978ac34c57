// Tells Python when the page has lost its title while no run is under way: every page of the app begins with one.
// Loads the page anew when Streamlit's own script has failed: it then takes everything away, and nobody else answers.

const LOOK_EVERY_MS = 200;
// A title that is missing this often in a row is not just about to be drawn.
const MISSES = 2;
const AT_REST = '[data-testid="stApp"][data-test-script-state="notRunning"]';
const TITLE = '[data-testid="stMain"] h1';

const APP = '[data-testid="stApp"]';
const GONE_MS = 2000;
// A page that fails again at once would be loaded for ever.
const NOT_AGAIN_MS = 60000;
const LOADED_ANEW = "glitch-audit-loaded-anew";

const watches = new WeakMap();
let appWatch = null;

function loadedAnewLately() {
  try {
    const last = Number(window.sessionStorage.getItem(LOADED_ANEW) ?? 0);
    window.sessionStorage.setItem(LOADED_ANEW, String(Date.now()));
    return Date.now() - last < NOT_AGAIN_MS;
  } catch {
    return true; // A browser that keeps nothing cannot tell whether it would go on for ever.
  }
}

function watchApp() {
  let goneSince = null;
  return window.setInterval(() => {
    goneSince = document.querySelector(APP) ? null : (goneSince ?? Date.now());
    if (goneSince === null || Date.now() - goneSince < GONE_MS) return;
    window.clearInterval(appWatch);
    if (!loadedAnewLately()) window.location.reload();
  }, LOOK_EVERY_MS);
}

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
  // It outlives this part, which goes with all the rest.
  appWatch ??= watchApp();
  return whenGone(parentElement, () => {
    window.clearInterval(watch.interval);
    watches.delete(parentElement);
  });
}
