// Draws the points with WebGL 2: one vertex a sample, one draw call a layer.

const VERTEX_SHADER = `#version 300 es
  layout(location = 0) in vec2 place;              // 0 to 1 along the bounds
  layout(location = 1) in uint slot;               // palette slot
  uniform vec2 stretch;
  uniform vec2 shift;
  uniform float diameter;     // device pixels, ring included
  uniform float veil;         // 0: own colour, 1: gray
  uniform vec3 gray;
  uniform sampler2D palette;  // 256 x 1
  uniform float rim;          // width in device pixels, of what asks for one
  flat out vec3 colour;
  flat out float ownRim;

  void main() {
    gl_Position = vec4(place * stretch + shift, 0.0, 1.0);
    gl_PointSize = diameter;
    vec4 look = texelFetch(palette, ivec2(int(slot), 0), 0); // alpha: the number of the shape, and whether it has a rim
    ownRim = look.a * 255.0 > 127.0 ? rim : 0.0;
    colour = mix(look.rgb, gray, veil);
  }`;

const FRAGMENT_SHADER = `#version 300 es
  precision highp float;
  flat in vec3 colour;
  flat in float ownRim;
  uniform float diameter;
  uniform float ring;         // width in device pixels
  uniform vec3 ringColour;
  uniform float opacity;
  out vec4 result;

  void main() {
    float radius = 0.5 * diameter;
    float reach = length(gl_PointCoord - 0.5) * diameter;
    float cover = clamp(radius - reach + 0.5, 0.0, 1.0) * opacity;
    if (cover <= 0.0) discard;
    float width = max(ring, ownRim);
    float inRing = width > 0.0 ? clamp(reach - (radius - width) + 0.5, 0.0, 1.0) : 0.0;
    result = vec4(mix(colour, ring > 0.0 ? ringColour : mix(colour, vec3(1.0), ${RIM_WHITE}), inRing) * cover, cover);
  }`;

const PLACE_AT = 0; // in both pairs of shaders
const SLOT_AT = 1;
const UNIFORMS = ["stretch", "shift", "diameter", "signReach", "veil", "gray", "ring", "ringColour", "rim", "opacity"];
const PALETTE_SIZE = 256;
const HAS_RIM = 128; // beside the number of the shape
const SMALLEST_POINT = 1.7;
const USUAL_POINT = 8;
const LARGEST_POINT = 14;
const POINT_SIZE_FACTOR = 72;
const POINT_SIZE_EXPONENT = -0.3;
const GAP_EXPONENT = 0.35; // how much the gap between points counts for their size
const CROWDED_SHARE = 0.75; // of the usual size is what points have at least, however crowded they are
const SELECTED_GROWTH = 1.25;
const RING_WIDTH = 1;
const RING_LIMIT = 2000; // with more samples selected, rings would hide the colours
const USUAL_SIDE_PIXELS = 750; // of a square as large as the map on a desk screen

/** Factors that take unit coordinates (0 to 1 along the bounds) to clip space (-1 to 1). */
function clipTransform({ bounds, scale, width, height, centreX, centreY }) {
  const [left, right, bottom, top] = bounds;
  const perX = (2 * scale) / width;
  const perY = (2 * scale) / height;
  return {
    stretch: [(right - left) * perX, (top - bottom) * perY],
    shift: [(left - centreX) * perX, (bottom - centreY) * perY],
  };
}

/**
 * Point diameter in CSS pixels: between what suits so many samples in so much room, and how far each is from the next
 * on the screen. So few samples are no dust, and crowded ones come apart when zoomed in.
 */
function pointDiameter(points, viewport) {
  const room = Math.min(1, Math.sqrt(viewport.width * viewport.height) / USUAL_SIDE_PIXELS);
  const size = room * POINT_SIZE_FACTOR * Math.max(1, points.count) ** POINT_SIZE_EXPONENT;
  const usual = clamp(size, SMALLEST_POINT, USUAL_POINT);
  const gap = Math.min(points.spacing * viewport.scale, viewport.width);
  return clamp(usual * (gap / usual) ** GAP_EXPONENT, Math.max(SMALLEST_POINT, CROWDED_SHARE * usual), LARGEST_POINT);
}

/** Another size empties a canvas, so it waits for the next drawing: until then the browser stretches what is on it. */
function fitCanvas(canvas, viewport, pixelRatio) {
  for (const side of ["width", "height"]) {
    const pixels = Math.round(viewport[side] * pixelRatio);
    if (canvas[side] !== pixels) canvas[side] = pixels;
  }
}

/** How each layer looks, given whether anything is selected. */
function layerStyles(points, theme) {
  const someSelected = points.selectedCount > 0;
  const ring = someSelected && points.selectedCount <= RING_LIMIT ? RING_WIDTH : 0;
  return [
    { veil: 1, opacity: 0.45, growth: 0.85, ring: 0, ringColour: theme.text },
    { veil: someSelected ? 0.8 : 0, opacity: someSelected ? 0.6 : 0.85, growth: 1, ring: 0, ringColour: theme.text },
    { veil: 0, opacity: 1, growth: SELECTED_GROWTH, ring, ringColour: theme.text },
  ];
}

class Painter {
  constructor(canvas) {
    this.canvas = canvas;
    this.start();
  }

  static isSupported() {
    const context = document.createElement("canvas").getContext("webgl2");
    context?.getExtension("WEBGL_lose_context")?.loseContext();
    return context !== null;
  }

  /** Also called after the browser took the graphics context away and gave it back. */
  start() {
    this.gl = this.canvas.getContext("webgl2", { antialias: false, alpha: false });
    const { gl } = this;
    this.circles = linkProgram(gl, VERTEX_SHADER, FRAGMENT_SHADER);
    this.signs = linkProgram(gl, SIGN_VERTEX_SHADER, SIGN_FRAGMENT_SHADER);
    this.buffers = { places: gl.createBuffer(), slots: gl.createBuffer(), order: gl.createBuffer() };
    this.palette = gl.createTexture();
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
  }

  setPoints(points, theme) {
    const { gl } = this;
    const places = new Uint16Array(2 * points.count);
    for (let i = 0; i < points.count; i += 1) {
      places[2 * i] = points.x[i];
      places[2 * i + 1] = points.y[i];
    }
    gl.bindBuffer(gl.ARRAY_BUFFER, this.buffers.places);
    gl.bufferData(gl.ARRAY_BUFFER, places, gl.STATIC_DRAW);
    gl.enableVertexAttribArray(PLACE_AT);
    gl.vertexAttribPointer(PLACE_AT, 2, gl.UNSIGNED_SHORT, true, 0, 0);
    this.setColours(points, theme);
  }

  setColours(points, theme) {
    const { gl } = this;
    gl.bindBuffer(gl.ARRAY_BUFFER, this.buffers.slots);
    gl.bufferData(gl.ARRAY_BUFFER, points.slots, gl.STATIC_DRAW);
    gl.enableVertexAttribArray(SLOT_AT);
    gl.vertexAttribIPointer(SLOT_AT, 1, gl.UNSIGNED_BYTE, 0, 0);
    this.setPalette(points, theme);
  }

  setPalette(points, theme) {
    const { gl } = this;
    const pixels = new Uint8Array(4 * PALETTE_SIZE);
    points.header.palette.forEach((colour, slot) => {
      const channels = parseColour(colour);
      const look = points.signOf(slot) + (needsRim(theme, channels) ? HAS_RIM : 0);
      pixels.set([...channels.map((value) => value * 255), look], 4 * slot);
    });
    gl.bindTexture(gl.TEXTURE_2D, this.palette);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, PALETTE_SIZE, 1, 0, gl.RGBA, gl.UNSIGNED_BYTE, pixels);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.NEAREST);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, gl.NEAREST);
  }

  setOrder(points) {
    const { gl } = this;
    gl.bindBuffer(gl.ELEMENT_ARRAY_BUFFER, this.buffers.order);
    gl.bufferData(gl.ELEMENT_ARRAY_BUFFER, points.order, gl.DYNAMIC_DRAW);
  }

  draw(points, viewport, theme, pixelRatio) {
    const { gl } = this;
    const { program, uniforms } = points.withSigns ? this.signs : this.circles;
    this.uniforms = uniforms;
    gl.viewport(0, 0, this.canvas.width, this.canvas.height);
    gl.clearColor(...theme.background, 1);
    gl.clear(gl.COLOR_BUFFER_BIT);
    gl.useProgram(program);
    const { stretch, shift } = clipTransform(viewport);
    gl.uniform2fv(uniforms.stretch, stretch);
    gl.uniform2fv(uniforms.shift, shift);
    gl.uniform3fv(uniforms.gray, theme.gray);
    gl.uniform1f(uniforms.signReach, SIGN_REACH);
    const diameter = pointDiameter(points, viewport) * pixelRatio;
    let first = 0;
    layerStyles(points, theme).forEach((style, layer) => {
      this.drawLayer(style, diameter, pixelRatio, first, points.layerSizes[layer]);
      first += points.layerSizes[layer];
    });
  }

  drawLayer(style, diameter, pixelRatio, first, count) {
    if (!count) return;
    const { gl, uniforms } = this;
    const ring = style.ring * pixelRatio;
    gl.uniform1f(uniforms.diameter, diameter * style.growth + 2 * ring);
    gl.uniform1f(uniforms.veil, style.veil);
    gl.uniform1f(uniforms.opacity, style.opacity);
    gl.uniform1f(uniforms.ring, ring);
    gl.uniform1f(uniforms.rim, style.veil ? 0 : RING_WIDTH * pixelRatio);
    gl.uniform3fv(uniforms.ringColour, style.ringColour);
    gl.drawElements(gl.POINTS, count, gl.UNSIGNED_INT, first * Uint32Array.BYTES_PER_ELEMENT);
  }

  destroy() {
    this.gl.getExtension("WEBGL_lose_context")?.loseContext();
  }
}

/** The program and the places of its uniforms. */
function linkProgram(gl, vertexShader, fragmentShader) {
  const program = gl.createProgram();
  for (const [kind, source] of [[gl.VERTEX_SHADER, vertexShader], [gl.FRAGMENT_SHADER, fragmentShader]]) {
    const shader = gl.createShader(kind);
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
  }
  gl.linkProgram(program);
  if (!gl.getProgramParameter(program, gl.LINK_STATUS) && !gl.isContextLost()) {
    throw new Error(`The map's shaders do not link: ${gl.getProgramInfoLog(program)}`);
  }
  const places = UNIFORMS.map((name) => [name, gl.getUniformLocation(program, name)]);
  return { program, uniforms: Object.fromEntries(places) };
}
