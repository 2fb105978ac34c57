// Keys on the focused map.

const KEY_PAN_PIXELS = 60;
const KEY_ZOOM = 1.3;

function keyActions(map) {
  const zoom = (factor) => () => map.zoomAt(map.viewport.width / 2, map.viewport.height / 2, factor);
  return {
    ArrowLeft: () => map.panBy(KEY_PAN_PIXELS, 0),
    ArrowRight: () => map.panBy(-KEY_PAN_PIXELS, 0),
    ArrowUp: () => map.panBy(0, KEY_PAN_PIXELS),
    ArrowDown: () => map.panBy(0, -KEY_PAN_PIXELS),
    "+": zoom(KEY_ZOOM),
    "=": zoom(KEY_ZOOM),
    "-": zoom(1 / KEY_ZOOM),
    0: () => map.resetView(),
    Escape: () => map.clearSelection(),
    l: () => map.setMode("lasso"),
    b: () => map.setMode("box"),
    c: () => map.setMode("pan"),
  };
}

/** Streamlit has single-key shortcuts of its own (C clears its cache), so keys used here go no further. */
function listenToKeys(surface, map) {
  const actions = keyActions(map);
  surface.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const action = actions[event.key] ?? actions[event.key.toLowerCase()];
    if (!action) return;
    event.preventDefault();
    event.stopPropagation();
    action();
  });
}
