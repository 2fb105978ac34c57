// Keys on the focused map, and the buttons over it.

function keyActions(map) {
  return {
    ...moveKeys(map),
    Escape: () => map.clearSelection(),
    l: () => map.setMode("lasso"),
    b: () => map.setMode("box"),
    f: () => map.fitSelection(),
    n: () => map.toggleNames(),
    h: () => map.toggleSigns(),
    c: () => map.setMode("pan"),
  };
}

function buttonActions(map) {
  return {
    lasso: () => map.setMode("lasso"),
    box: () => map.setMode("box"),
    pan: () => map.setMode("pan"),
    "zoom-in": () => map.zoomMiddle(KEY_ZOOM),
    "zoom-out": () => map.zoomMiddle(1 / KEY_ZOOM),
    reset: () => map.resetView(),
    fit: () => map.fitSelection(),
    "names-switch": () => map.toggleNames(),
    "signs-switch": () => map.toggleSigns(),
    clear: () => map.clearSelection(),
  };
}
