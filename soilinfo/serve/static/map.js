// The map page: one raster layer, region outlines, and the suitability table of a chosen region.
// Everything it needs to know is in the JSON block #map-data; every address is on this host.
"use strict";

let data = JSON.parse(document.getElementById("map-data").textContent);
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

// ---- the address of the page says what it shows: layer, variable, assessment, region; the map adds its view

function remember(changes) {
  const address = new URL(location.href);
  for (const [name, value] of Object.entries(changes)) {
    if (value) address.searchParams.set(name, value);
    else address.searchParams.delete(name);
  }
  history.replaceState(history.state, "", address);
  for (const link of document.querySelectorAll(".languages a")) {
    const other = new URL(address);
    other.searchParams.set("lang", link.hreflang);
    link.href = other.href;
  }
}

// ---- choosing a layer: what the page says about it is taken from the page of that layer

const ABOUT_THE_LAYER = ["h1", "#still .layers", ".legend:not(#what-if-legend)", "#origin", "#files"];

async function showChoice(map) {
  const choice = new FormData(byId("choose"));
  const answer = await fetch(`${byId("choose").action}?${new URLSearchParams(choice)}`, { headers: { Accept: "text/html" } });
  if (!answer.ok) throw new Error(`${answer.status} ${answer.url}`);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const part of ABOUT_THE_LAYER) document.querySelector(part).replaceWith(page.querySelector(part));
  for (const part of ["part", "assessment"]) byId(part).hidden = page.getElementById(part).hidden;
  // As text: options that are moved one by one are each selected in turn.
  byId("variable").innerHTML = page.getElementById("variable").innerHTML;
  byId("map").setAttribute("aria-label", page.getElementById("map").getAttribute("aria-label"));
  document.title = page.title;
  data = JSON.parse(page.getElementById("map-data").textContent);
  if (map) map.getSource("layer").setTiles([absolute(data.tiles)]);
  byId("xyz").value = page.getElementById("xyz").value;
  if (map) await chooseWhatIf(map);
  remember({ layer: choice.get("layer"), variable: byId("variable").value, scenario: choice.get("scenario"), crop: "" });
  if (data.rows) await showRegion(byId("region").value);
}

function tell(message) {
  byId("message").textContent = message;
  byId("message").hidden = !message;
}

// ---- the table of one region

const decimals = (value, places) => value.toLocaleString(data.language, { maximumFractionDigits: places });
const percent = (value) => (value === null ? "–" : decimals(value, value < 10 ? 1 : 0));

function share(row, field) {
  const hectares = row[field.replace("_pct", "_ha")];
  const area = element("span", { class: "area" }, hectares === null ? "" : decimals(hectares, 0));
  return element("td", { class: "number" }, percent(row[field]), area);
}

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

function rowsOfCrop(row) {
  const name = element("th", { scope: "row" }, data.crops[row.crop] || row.crop);
  const shares = element("tr", {}, name, ...data.classes.map(([field]) => share(row, field)));
  const quality = element("span", { class: "limiting" }, data.qualities[row.limiting] || "");
  const why = element("tr", {}, element("td", { colspan: data.headings.length }, quality, bar(row)));
  return element("tbody", row.crop === data.crop ? { class: "chosen" } : {}, shares, why);
}

function suitabilityTable(rows) {
  const suited = (row) => (row.crop === data.crop ? 1000 : 0) + (row.s1_pct || 0) * 1.001 + (row.s2_pct || 0);
  const head = data.headings.map((heading) => element("th", { scope: "col" }, heading));
  const body = rows.sort((a, b) => suited(b) - suited(a)).map(rowsOfCrop);
  const area = decimals(rows[0].total_ha, 0);
  const caption = element("caption", {}, data.words.caption.replace("{area}", area));
  return element("table", {}, caption, element("thead", {}, element("tr", {}, ...head)), ...body);
}

// Links to why land has its class: of the region, and of the point that was clicked.
function reasons(code, point) {
  const crop = data.crop ? `&crop=${data.crop}` : "";
  const link = (where, text) => element("a", { href: `${data.explain}#${where}${crop}` }, text);
  const links = [link(`region=${encodeURIComponent(code)}`, data.words.why_region)];
  if (point) links.push(" · ", link(`at=${point.lng.toFixed(5)},${point.lat.toFixed(5)}`, data.words.why_point));
  return element("p", { class: "more" }, ...links);
}

async function showRegion(code, point) {
  byId("region").value = code;
  remember({ region: code });
  await showWhatIfOf(code);
  if (!code) return;
  const features = await allFeatures(`${data.rows}&code=${encodeURIComponent(code)}`);
  const rows = features.map((feature) => feature.properties);
  const more = element("a", { href: `${data.table}&code=${encodeURIComponent(code)}` }, data.words.full_table);
  const shown = rows.length ? [suitabilityTable(rows), element("p", { class: "more" }, more)] : [data.words.none];
  byId("table").replaceChildren(reasons(code, point), ...shown);
  tell("");
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
      { id: "sea", type: "background", paint: { "background-color": "#d3e7f0" } },
      { id: "land", type: "fill", source: "regions", paint: { "fill-color": data.no_data } },
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

function choose(map, code, fly, point) {
  map.setFilter("region-chosen", ["==", ["get", "code"], code]);
  if (fly) {
    const chosen = map.querySourceFeatures("regions", { filter: ["==", ["get", "code"], code] });
    const box = new maplibregl.LngLatBounds();
    chosen.forEach((part) => part.geometry.coordinates.flat(Infinity).forEach((value, at, all) => {
      if (at % 2 === 0) box.extend([value, all[at + 1]]);
    }));
    if (!box.isEmpty()) map.fitBounds(box, { padding: 60, maxZoom: 10 });
  }
  return showRegion(code, point);
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

function offerChoices(map) {
  const failed = () => tell(data.failed);
  byId("choose").addEventListener("change", () => showChoice(map).catch(failed));
  document.querySelector(".languages").addEventListener("click", () => remember({}), true);
  if (!data.rows) return;
  const show = map ? (code, fly) => choose(map, code, fly) : (code) => showRegion(code);
  byId("region").addEventListener("change", (event) => show(event.target.value, true).catch(failed));
  const asked = new URLSearchParams(location.search).get("region") || "";
  const known = [...byId("region").options].some((option) => option.value === asked);
  if (!known) tell(data.words.no_region.replace("{region}", asked));
  else if (!map) show(asked).catch(failed);
  else if (asked) map.once("load", () => show(asked, false).catch(failed));
}

async function start() {
  const regions = data.outlines ? await allFeatures(data.outlines) : [];
  if (data.rows) offerRegions(regions);
  if (!webgl()) {
    byId("no-webgl").hidden = false;
    byId("what-if").hidden = true;
    return offerChoices(null);
  }
  byId("map").hidden = false;
  byId("still").hidden = true;
  const map = makeMap(regions);
  map.once("idle", () => (byId("map").dataset.state = "ready"));
  if (data.rows) {
    follow(map);
    map.on("click", "land", (event) => choose(map, event.features[0].properties.code, false, event.lngLat));
  }
  map.once("load", () => offerWhatIf(map));
  return offerChoices(map);
}

start().catch(() => tell(data.failed));
