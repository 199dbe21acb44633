// Colours of points and labels: hues for kinds, a ramp for dates, and what can be read on either background.
const GREY = [150, 150, 150];

// OKLCH to sRGB (Ottosson 2020), clipped to what a screen shows.
function oklch(lightness, chroma, hue) {
  const a = chroma * Math.cos((hue * Math.PI) / 180);
  const b = chroma * Math.sin((hue * Math.PI) / 180);
  const [l, m, s] = [
    (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3,
    (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3,
    (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3,
  ];
  return [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ].map((part) => {
    const light = Math.min(1, Math.max(0, part));
    return Math.round(255 * (light <= 0.0031308 ? 12.92 * light : 1.055 * light ** (1 / 2.4) - 0.055));
  });
}

// The golden angle keeps neighbours in a list apart; lightness alternates for those who see hues badly.
const kindColour = (index) => oklch([0.62, 0.74, 0.52][index % 3], 0.15, (29 + index * 137.508) % 360);

// From dark violet (0) to yellow (1).
const rampColour = (share) => oklch(0.38 + 0.5 * share, 0.14, 300 - 205 * share);

function luminance(colour) {
  const [red, green, blue] = colour.map((part) => {
    const light = part / 255;
    return light <= 0.04045 ? light / 12.92 : ((light + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

// How much letters and points must stand out: WCAG 2 asks for 4.5 to 1 of text; points are many, and may be paler.
const LETTERS = 5;
const POINTS = 1.9;

// The colour moved towards black or white until it stands out from the page by so much.
function clear(colour, dark, contrast) {
  const ground = dark ? 0.01 : 0.93;
  const end = dark ? 255 : 0;
  for (let share = 0; share < 1; share += 0.05) {
    const moved = colour.map((part) => Math.round(part + (end - part) * share));
    const [low, high] = [luminance(moved), ground].sort((one, other) => one - other);
    if ((high + 0.05) / (low + 0.05) >= contrast) return moved;
  }
  return [end, end, end];
}
