// The moving map: it draws the style that the page brings, with what a person has changed since.
"use strict";

import { byId, failed, page, patiently, say, tell } from "./page.js";

// Few at a time, so that each is answered soon also where it is computed when it is asked for.
const AT_A_TIME = 4;

export function canDraw() {
  const context = document.createElement("canvas").getContext("webgl2");
  return Boolean(context) && typeof maplibregl !== "undefined";
}

function style() {
  const drawn = structuredClone(page.data.style);
  if (page.tiles) drawn.sources.base.tiles = [page.tiles];
  for (const layer of drawn.layers.filter((each) => each.id.startsWith("chosen"))) {
    layer.filter = ["==", ["get", "code"], page.region?.code ?? ""];
    if (page.region) layer.source = layer["source-layer"] = page.region.level;
  }
  return drawn;
}

export function draw() {
  if (page.map) page.map.setStyle(style());
}

// Live, while a slider moves; the style keeps it for later.
export function setOpacity(name, percent) {
  for (const layer of page.data.style.layers.filter((each) => each.metadata?.of === name)) {
    const [property, value] = [`${layer.type}-opacity`, (layer.metadata.full * percent) / 100];
    layer.paint[property] = value;
    if (page.map) page.map.setPaintProperty(layer.id, property, value);
  }
}

// Room that is left around what is shown, in pixels.
const MARGIN = 24;
const BELOW_SEARCH = 70;
// In levels of zoom: for less than this the country is not moved away from the middle.
const WORTH = 0.15;

// A legend that lies on the map must hide nothing of what is shown: that goes beside it, or above where it is larger.
function padding(map, bounds, top) {
  const [legend, whole] = [byId("legends"), byId("map")].map((each) => each.getBoundingClientRect());
  const free = { top, right: MARGIN, bottom: MARGIN, left: MARGIN };
  if (!byId("legends").open || legend.top > whole.bottom - 1) return free;
  const beside = { ...free, left: legend.width + MARGIN };
  const above = { ...free, top: BELOW_SEARCH, bottom: legend.height + MARGIN };
  const zoom = (around) => map.cameraForBounds(bounds, { padding: around }).zoom;
  return legend.height < whole.height / 2 && zoom(above) > zoom(beside) + WORTH ? above : beside;
}

function frame(map, [west, south, east, north], { top = MARGIN, ...options }) {
  const bounds = [[west, south], [east, north]];
  map.fitBounds(bounds, { padding: padding(map, bounds, top), ...options });
}

export function makeMap() {
  maplibregl.setMaxParallelImageRequests(AT_A_TIME);
  maplibregl.addProtocol(TILES, loadTile);
  const map = new maplibregl.Map({
    container: "map",
    style: style(),
    bounds: page.data.bounds,
    hash: true,
    attributionControl: false,
    dragRotate: false,
    fadeDuration: 0,
    locale: page.data.controls,
    transformRequest: (url) => ({ url: `${TILES}://${url}` }),
  });
  if (!page.hasView) frame(map, page.data.bounds, { duration: 0 });
  map.addControl(new maplibregl.NavigationControl({ showCompass: false }), "top-right");
  map.addControl(new maplibregl.ScaleControl(), "bottom-right");
  map.touchZoomRotate.disableRotation();
  map.keyboard.disableRotation();
  map.once("idle", () => (byId("map").dataset.state = "ready"));
  map.on("error", (event) => onError(map, event));
  return map;
}

// ---- squares, and those that do not come

const TILES = "tiles";

async function loadTile({ url }, abort) {
  const answer = await patiently(url.replace(`${TILES}://`, ""), { signal: abort.signal });
  if (!answer.ok) throw Object.assign(new Error(`${answer.status} ${url}`), { status: answer.status });
  return { data: await answer.arrayBuffer() };
}

function onError(map, { sourceId }) {
  if (sourceId) tell(say("tiles_failed"), () => {
    map.setStyle({ ...style(), sources: {}, layers: [] });
    draw();
  });
  else failed();
}

// ---- where the pointer is

export function regionAt(point) {
  const [feature] = page.map.queryRenderedFeatures(point, { layers: ["land"] });
  return feature ? { level: page.data.level, ...feature.properties } : null;
}

const PROFILES = "profiles";
const NEAR = 4;

// The soil profile whose dot lies within a few pixels, if profiles are on the map.
export function profileAt({ x, y }) {
  if (!page.map.getLayer(PROFILES)) return null;
  const around = [[x - NEAR, y - NEAR], [x + NEAR, y + NEAR]];
  const [feature] = page.map.queryRenderedFeatures(around, { layers: [PROFILES] });
  return feature?.properties.id ?? null;
}

export function followPointer(map) {
  const where = byId("where");
  map.on("mousemove", (event) => {
    const name = profileAt(event.point) ?? regionAt(event.point)?.name ?? "";
    where.textContent = name;
    where.hidden = !name;
    map.getCanvas().style.cursor = name ? "pointer" : "";
  });
  map.on("mouseout", () => (where.hidden = true));
}

export function showAll(bounds) {
  if (page.map) frame(page.map, bounds, { top: BELOW_SEARCH, maxZoom: 11, duration: 600 });
}
