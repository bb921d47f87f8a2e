// The map page: what it offers, in the order in which it is offered.
"use strict";

import { copyLink, tellAddress } from "./address.js";
import { canDraw, followPointer, makeMap } from "./drawing.js";
import { offerLayers } from "./layers.js";
import { byId, failed, page } from "./page.js";
import { chooseAt, chooseRegion, offerPanels, restorePanels } from "./panels.js";
import { offerSearch } from "./places.js";
import { offerPrinting } from "./print.js";
import { open } from "./tabs.js";
import { offerWhatIf } from "./what_if.js";

function showStill() {
  byId("still").before(byId("still").content.cloneNode(true));
  byId("what-if").hidden = true;
  byId("hint").hidden = true;
}

function showMap() {
  byId("map").hidden = false;
  const map = (page.map = makeMap());
  followPointer(map);
  map.on("moveend", tellAddress);
  map.on("click", (event) => chooseAt(event.lngLat).catch(failed));
  map.getCanvas().addEventListener("keydown", (event) => {
    if (event.key === "Enter") chooseAt(map.getCenter()).catch(failed);
  });
  return new Promise((ready) => map.once("style.load", ready));
}

async function start() {
  // On a phone the legend would hide what it explains.
  byId("legends").open = window.matchMedia("(min-width: 56rem)").matches;
  const ready = canDraw() ? showMap() : showStill();
  offerLayers();
  offerPanels();
  offerSearch((place) => {
    open("tab-region");
    return chooseRegion(place);
  });
  offerPrinting();
  byId("copy").addEventListener("click", copyLink);
  tellAddress();
  await ready;
  await restorePanels().catch(failed);
  if (page.map) await offerWhatIf();
}

start().catch(failed);
