// Draws points in the shapes of their labels. Apart from the plain shaders, so that circles cost no more than before: without
// a graphics card, shapes take half as long again to draw.

const SIGN_VERTEX_SHADER = `#version 300 es
  layout(location = 0) in vec2 place;              // 0 to 1 along the bounds
  layout(location = 1) in uint slot;               // palette slot
  uniform vec2 stretch;
  uniform vec2 shift;
  uniform float diameter;     // device pixels, ring included
  uniform float veil;         // 0: own colour, 1: gray
  uniform vec3 gray;
  uniform sampler2D palette;  // 256 x 1
  uniform float signReach;    // how much farther than a circle other shapes reach
  flat out vec3 colour;
  uniform float rim;          // width in device pixels, of what asks for one
  flat out float ownRim;
  flat out int shape;         // 0: a circle
  flat out float square;      // side of the drawn square, device pixels

  void main() {
    vec4 look = texelFetch(palette, ivec2(int(slot), 0), 0); // alpha: the number of the shape, and whether it has a rim
    int said = int(look.a * 255.0 + 0.5);
    shape = said & 127;
    ownRim = said > 127 ? rim : 0.0;
    square = shape == 0 ? diameter : diameter * signReach;
    gl_Position = vec4(place * stretch + shift, 0.0, 1.0);
    gl_PointSize = square;
    colour = mix(look.rgb, gray, veil);
  }`;

const SIGN_FRAGMENT_SHADER = `#version 300 es
  precision highp float;
  flat in vec3 colour;
  flat in int shape;
  flat in float ownRim;
  flat in float square;
  uniform float diameter;
  uniform float ring;         // width in device pixels
  uniform vec3 ringColour;
  uniform float opacity;
  out vec4 result;

  // How far a place lies outside of the shape, in radii, as the outlines of signs.js have it; below 0 inside.
  float outside(vec2 place) {
    vec2 far = abs(place);
    if (shape == 0) return length(place) - 1.0;
    if (shape == 1) return max(far.x, far.y) - 0.9;
    if (shape == 2) return (far.x + far.y - 1.25) * 0.7071;
    if (shape == 3) return max(place.y - 0.9, 0.8630 * far.x - 0.5052 * (place.y + 1.15));
    if (shape == 4) return max(-place.y - 0.9, 0.8630 * far.x - 0.5052 * (1.15 - place.y));
    if (shape == 6) far = abs(vec2(place.x + place.y, place.x - place.y)) * 0.7071;
    if (shape < 7) return max(min(far.x, far.y) - 0.42, max(far.x, far.y) - 1.18);
    float angle = abs(mod(atan(place.x, -place.y) + 0.6283, 1.2566) - 0.6283); // from the nearest point of the star
    vec2 turned = length(place) * vec2(sin(angle), cos(angle));
    return dot(turned - vec2(0.0, 1.25), vec2(0.9383, 0.3458));
  }

  void main() {
    float beyond = outside((gl_PointCoord - 0.5) * 2.0 * square / diameter) * 0.5 * diameter;
    float cover = clamp(0.5 - beyond, 0.0, 1.0) * opacity;
    if (cover <= 0.0) discard;
    float width = max(ring, ownRim);
    float inRing = width > 0.0 ? clamp(beyond + width + 0.5, 0.0, 1.0) : 0.0;
    result = vec4(mix(colour, ring > 0.0 ? ringColour : mix(colour, vec3(1.0), ${RIM_WHITE}), inRing) * cover, cover);
  }`;
