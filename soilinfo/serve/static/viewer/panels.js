// What is told of a region and of a point that are chosen: drawn when its tab is open, by a module of its own.
"use strict";

import { remember, asked } from "./address.js";
import { draw, profileAt, regionAt, showAll } from "./drawing.js";
import { announce, byId, failed, json, page, say, tell } from "./page.js";
import { isTab, offerTabs, open, openTab } from "./tabs.js";
import { showWhatIfOf } from "./what_if.js";

const drawn = { point: "", region: "" };
let marker = null;

async function show(kind, container, wanted, place) {
  if (!wanted || drawn[kind] === wanted) return;
  drawn[kind] = wanted;
  container.previousElementSibling.hidden = true;
  container.replaceChildren();
  try {
    const { show: into } = await import(`./${kind}.js`);
    await into(container, { ...place, data: page.data });
  } catch (error) {
    drawn[kind] = "";
    throw error;
  }
}

// The words and what is shown by region differ by crop, assessment and language of the page, their order by whether
// indicators are mapped.
const state = () => `${page.data.crop} ${page.data.scenario} ${page.data.shows_indicators}`;
const showPoint = () => show("point", byId("point"), page.point && `${state()} ${page.point.lng} ${page.point.lat} ${page.point.profile}`, page.point);
const showRegion = () => show("region", byId("region-panel"), page.region && `${state()} ${page.region.code}`, { ...page.point, code: page.region?.code });

// Again, where what the page shows has changed.
export function showPanels() {
  const shown = { "tab-point": showPoint, "tab-region": showRegion }[openTab()];
  return shown?.();
}

export function offerPanels() {
  offerTabs({ "tab-point": () => showPoint().catch(failed), "tab-region": () => showRegion().catch(failed) });
}

export async function chooseRegion(region) {
  page.region = region;
  remember({ region: region.code });
  announce(say("chosen", { region: region.name }));
  draw();
  await Promise.all([showPanels(), showWhatIfOf(region.code)]);
}

function mark({ lng, lat }) {
  if (!page.map) return;
  marker ??= new maplibregl.Marker({ color: "#2e5d47" });
  // MapLibre names it, but not what it is.
  marker.getElement().setAttribute("role", "img");
  marker.setLngLat([lng, lat]).addTo(page.map);
}

async function choosePoint(point, profile = null) {
  page.point = { lng: Number(point.lng.toFixed(5)), lat: Number(point.lat.toFixed(5)), profile };
  remember({ at: `${page.point.lng},${page.point.lat}` });
  mark(page.point);
  await showPanels();
}

// A click tells of the point, or, where the region is being looked at, of the region that it lies in; one on the
// dot of a soil profile leads to that.
export async function chooseAt(lngLat) {
  const at = page.map.project(lngLat);
  const [profile, region] = [profileAt(at), regionAt(at)];
  if (profile || openTab() === "tab-layers") open("tab-point");
  const isOther = region && region.code !== page.region?.code;
  await Promise.all([choosePoint(lngLat, profile), isOther && chooseRegion(region)]);
}

async function restoreRegion(code) {
  const { places } = await json(`${page.data.places}?code=${encodeURIComponent(code)}&lang=${page.data.language}`);
  if (!places.length) return tell(say("no_region", { region: code }));
  if (!page.hasView) showAll(places[0].bbox);
  return chooseRegion(places[0]);
}

// The place that "longitude,latitude" names; null for what is none on earth.
function placeOf(text) {
  const [lng, lat] = text.split(",").map(Number);
  return Math.abs(lng) <= 180 && Math.abs(lat) <= 90 ? { lng, lat } : null;
}

// What the address names is chosen again, in the tab that it names, or else in that of the point.
export async function restorePanels() {
  const point = placeOf(asked().get("at") ?? "");
  const region = asked().get("region");
  const tab = `tab-${asked().get("tab") ?? ((point && "point") || (region && "region"))}`;
  if (isTab(tab)) open(tab);
  await Promise.all([point && choosePoint(point), region && restoreRegion(region)]);
}
