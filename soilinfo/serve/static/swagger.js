"use strict";

// The definition of the API, to be read and tried out; it takes the place of the tables once it is there.
const place = document.getElementById("swagger");

SwaggerUIBundle({
  domNode: place,
  url: place.dataset.document,
  deepLinking: true,
  docExpansion: "none",
  defaultModelsExpandDepth: -1,
  filter: true,
  validatorUrl: null,
  onComplete: () => {
    place.hidden = false;
    document.getElementById("tables").hidden = true;
    // The page has a main part already, which this is in.
    place.querySelector("main")?.setAttribute("role", "presentation");
  },
});
