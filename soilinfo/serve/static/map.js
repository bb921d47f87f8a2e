// The map page: one raster layer, region outlines, and the suitability table of a chosen region.
// Everything it needs to know is in the JSON block #map-data; every address is on this host.
"use strict";

const data = JSON.parse(document.getElementById("map-data").textContent);
const byId = (id) => document.getElementById(id);
const absolute = (path) => location.origin + path;

function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

async function allFeatures(path) {
  const features = [];
  for (let next = absolute(path); next; ) {
    const answer = await fetch(next, { headers: { Accept: "application/geo+json" } });
    if (!answer.ok) throw new Error(`${answer.status} ${next}`);
    const page = await answer.json();
    features.push(...page.features);
    const link = (page.links || []).find((candidate) => candidate.rel === "next");
    next = link ? absolute(new URL(link.href).pathname + new URL(link.href).search) : null;
  }
  return features;
}

// ---- choosing a layer: the page is rendered anew, the view of the map is kept in the address

function showChoice() {
  const query = new URLSearchParams(new FormData(byId("choose")));
  const region = byId("region") && byId("region").value;
  if (region) query.set("region", region);
  location.assign(`${byId("choose").action}?${query}${location.hash}`);
}

// ---- the table of one region

const percent = (value) =>
  value === null ? "–" : value.toLocaleString(data.language, { maximumFractionDigits: value < 10 ? 1 : 0 });

function bar(row) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 100 6");
  svg.setAttribute("preserveAspectRatio", "none");
  svg.setAttribute("class", "bar");
  svg.setAttribute("aria-hidden", "true");
  let x = 0;
  for (const [field, colour] of data.classes) {
    const part = document.createElementNS(svg.namespaceURI, "rect");
    const width = row[field] || 0;
    Object.entries({ x, width, height: 6, fill: colour }).forEach(([name, value]) => part.setAttribute(name, value));
    svg.append(part);
    x += width;
  }
  return svg;
}

function tableRow(row) {
  const title = data.crops[row.crop] || row.crop;
  const quality = element("span", { class: "limiting" }, data.qualities[row.limiting] || "");
  const name = element("th", { scope: "row" }, title, quality, bar(row));
  const cells = data.classes.map(([field]) => element("td", { class: "number" }, percent(row[field])));
  return element("tr", {}, name, ...cells);
}

function suitabilityTable(rows) {
  const suited = (row) => (row.s1_pct || 0) * 1.001 + (row.s2_pct || 0);
  const head = data.headings.map((heading) => element("th", { scope: "col" }, heading));
  const body = rows.sort((a, b) => suited(b) - suited(a)).map(tableRow);
  const caption = element("caption", {}, data.words.caption);
  return element("table", {}, caption, element("thead", {}, element("tr", {}, ...head)), element("tbody", {}, ...body));
}

async function showRegion(code) {
  byId("region").value = code;
  if (!code) return;
  const features = await allFeatures(`${data.rows}&code=${encodeURIComponent(code)}`);
  const rows = features.map((feature) => feature.properties);
  byId("table").replaceChildren(rows.length ? suitabilityTable(rows) : element("p", {}, data.words.none));
}

function offerRegions(regions) {
  const sorted = [...regions].sort((a, b) => a.properties.name.localeCompare(b.properties.name, data.language));
  for (const region of sorted) {
    byId("region").append(element("option", { value: region.properties.code }, region.properties.name));
  }
  byId("by-region").hidden = false;
}

// ---- the map

function style(regions) {
  const collection = { type: "FeatureCollection", features: regions };
  return {
    version: 8,
    sources: {
      layer: { type: "raster", tiles: [absolute(data.tiles)], tileSize: 256, bounds: data.bounds, maxzoom: 13 },
      regions: { type: "geojson", data: collection, promoteId: "code" },
    },
    layers: [
      { id: "sea", type: "background", paint: { "background-color": "#dde8ea" } },
      { id: "land", type: "fill", source: "regions", paint: { "fill-color": "#f3f0e7" } },
      {
        id: "layer",
        type: "raster",
        source: "layer",
        paint: { "raster-resampling": "nearest", "raster-fade-duration": 0 },
      },
      {
        id: "region-halos",
        type: "line",
        source: "regions",
        paint: { "line-color": "#ffffff", "line-width": 2.4, "line-opacity": 0.45 },
      },
      { id: "region-outlines", type: "line", source: "regions", paint: { "line-color": "#26332d", "line-width": 0.8 } },
      {
        id: "region-chosen",
        type: "line",
        source: "regions",
        filter: ["==", ["get", "code"], ""],
        paint: { "line-color": "#10231a", "line-width": 3 },
      },
    ],
  };
}

function makeMap(regions) {
  const map = new maplibregl.Map({
    container: "map",
    style: style(regions),
    bounds: data.bounds,
    fitBoundsOptions: { padding: 24 },
    hash: true,
    attributionControl: false,
    dragRotate: false,
    locale: data.controls,
  });
  map.addControl(new maplibregl.NavigationControl({ showCompass: false }), "top-right");
  map.addControl(new maplibregl.ScaleControl(), "bottom-left");
  map.touchZoomRotate.disableRotation();
  return map;
}

function choose(map, code, fly) {
  map.setFilter("region-chosen", ["==", ["get", "code"], code]);
  if (fly) {
    const chosen = map.querySourceFeatures("regions", { filter: ["==", ["get", "code"], code] });
    const box = new maplibregl.LngLatBounds();
    chosen.forEach((part) => part.geometry.coordinates.flat(Infinity).forEach((value, at, all) => {
      if (at % 2 === 0) box.extend([value, all[at + 1]]);
    }));
    if (!box.isEmpty()) map.fitBounds(box, { padding: 60, maxZoom: 10 });
  }
  return showRegion(code);
}

function follow(map) {
  const where = byId("where");
  map.on("mousemove", "land", (event) => {
    where.textContent = event.features[0].properties.name;
    where.hidden = false;
    map.getCanvas().style.cursor = "pointer";
  });
  map.on("mouseleave", "land", () => {
    where.hidden = true;
    map.getCanvas().style.cursor = "";
  });
}

function webgl() {
  const context = document.createElement("canvas").getContext("webgl2");
  return Boolean(context) && typeof maplibregl !== "undefined";
}

async function start() {
  byId("choose").addEventListener("change", showChoice);
  const regions = data.outlines ? await allFeatures(data.outlines) : [];
  if (data.rows) offerRegions(regions);
  const region = new URLSearchParams(location.search).get("region") || "";
  if (!webgl()) {
    byId("no-webgl").hidden = false;
    if (data.rows) byId("region").addEventListener("change", (event) => showRegion(event.target.value));
    return data.rows ? showRegion(region) : undefined;
  }
  byId("map").hidden = false;
  byId("still").hidden = true;
  const map = makeMap(regions);
  map.once("idle", () => (byId("map").dataset.state = "ready"));
  if (!data.rows) return undefined;
  follow(map);
  map.on("click", "land", (event) => choose(map, event.features[0].properties.code, false));
  byId("region").addEventListener("change", (event) => choose(map, event.target.value, true));
  if (region) map.once("load", () => choose(map, region, false));
  return undefined;
}

start();
