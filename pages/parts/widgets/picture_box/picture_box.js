// A picture with a box on it. The box is held as shares of the picture: left, right, low and high, from its left and
// lower edge. A mouse or finger draws a new one; arrow keys move it, Shift and an arrow key size it. Python is told when
// the mouse is let go, or when no key was pressed for a moment.

const STEP = 0.02;
const REST_MS = 500;
const MOVES = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

const within = (value, least, most) => Math.min(Math.max(value, least), most);
const rounded = (value) => Math.round(value * 1000) / 1000;

/** Two ends in order, at least `smallest` apart, within the picture. */
function ordered(one, other, smallest) {
  const start = within(Math.min(one, other), 0, 1 - smallest);
  return [start, within(Math.max(one, other), start + smallest, 1)];
}

function drawBox(state) {
  const [left, right, low, high] = state.sides;
  const { frame, words, data } = state;
  frame.style.left = `${100 * left}%`;
  frame.style.width = `${100 * (right - left)}%`;
  frame.style.bottom = `${100 * low}%`;
  frame.style.height = `${100 * (high - low)}%`;
  const percent = (share) => Math.round(100 * share);
  const [across, upwards] = data.axes;
  const text = `${across} ${percent(left)} to ${percent(right)} %, ${upwards} ${percent(low)} to ${percent(high)} %`;
  words.textContent = `The box: ${text} of the picture`;
  frame.setAttribute("aria-label", `Box on the picture of ${data.name}: ${text}. Arrow keys move it, with Shift they size it.`);
}

function send(state) {
  clearTimeout(state.timer);
  state.sides = state.sides.map(rounded);
  state.sent = JSON.stringify(state.sides);
  state.setTriggerValue("box", state.sides);
}

function place(state, event) {
  const box = state.area.getBoundingClientRect();
  const x = within((event.clientX - box.left) / box.width, 0, 1);
  return [x, within((box.bottom - event.clientY) / box.height, 0, 1)];
}

function onKey(state, event) {
  const move = MOVES[event.key];
  if (!move || event.altKey || event.ctrlKey || event.metaKey) return;
  // The page's own keys step through samples by arrows.
  event.preventDefault();
  event.stopPropagation();
  const { smallest } = state.data;
  let [left, right, low, high] = state.sides;
  const [across, upwards] = [STEP * move[0], STEP * move[1]];
  if (event.shiftKey) {
    right = within(right + across, left + smallest, 1);
    high = within(high + upwards, low + smallest, 1);
  } else {
    const x = within(across, -left, 1 - right);
    const y = within(upwards, -low, 1 - high);
    [left, right, low, high] = [left + x, right + x, low + y, high + y];
  }
  state.sides = [left, right, low, high];
  drawBox(state);
  clearTimeout(state.timer);
  state.timer = setTimeout(() => send(state), REST_MS);
}

function listen(state) {
  const { area, frame } = state;
  let from = null;
  area.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    event.preventDefault();
    from = place(state, event);
    area.setPointerCapture(event.pointerId);
    frame.focus();
  });
  area.addEventListener("pointermove", (event) => {
    if (!from) return;
    const to = place(state, event);
    const { smallest } = state.data;
    state.sides = [...ordered(from[0], to[0], smallest), ...ordered(from[1], to[1], smallest)];
    state.drawn = true;
    drawBox(state);
  });
  const end = () => {
    if (from && state.drawn) send(state);
    from = null;
    state.drawn = false;
  };
  area.addEventListener("pointerup", end);
  area.addEventListener("pointercancel", end);
  frame.addEventListener("keydown", (event) => onKey(state, event));
}

const states = new WeakMap();

export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  const area = parentElement.querySelector(".picture-box");
  let state = states.get(area);
  if (!state) {
    const frame = area.querySelector(".frame");
    state = { area, frame, words: parentElement.querySelector(".sides"), data, setTriggerValue };
    states.set(area, state);
    listen(state);
  }
  const told = JSON.stringify(data.sides);
  // What one is drawing at this moment stays; so does what was sent and is not answered yet.
  if (told !== state.told) state.sides = data.sides;
  Object.assign(state, { data, setTriggerValue, told });
  const picture = area.querySelector("img");
  if (picture.src !== data.picture) picture.src = data.picture;
  area.style.maxWidth = `${data.width}px`;
  drawBox(state);
  return whenGone(parentElement, () => clearTimeout(state.timer));
}
